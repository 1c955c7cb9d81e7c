"""The few turns of SQL that both databases understand but spell differently."""

from collections.abc import Mapping
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import ColumnExpressionArgument, Insert, Update, func, literal
from sqlalchemy import update as _update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import defer
from sqlalchemy.sql.base import ExecutableOption
from sqlmodel import Session, select
from sqlmodel.sql.expression import SelectOfScalar

from store.tables import Stored

R = TypeVar("R", bound=Stored)

Rows: TypeAlias = SelectOfScalar[R]
"""A question for whole rows of one table."""

FRESH: Mapping[str, Any] = {"populate_existing": True}
"""Rows are read as they are now, not as an earlier question of the same unit saw them."""


def is_postgresql(session: Session) -> bool:
    """Say whether `session` speaks to PostgreSQL."""
    return session.get_bind().dialect.name == "postgresql"


def insert(session: Session, table: type[Stored], values: Mapping[str, object]) -> None:
    """Insert one row that must be new."""
    session.exec(Insert(_table(table)).values(**values))


def insert_new(session: Session, table: type[Stored], values: Mapping[str, object]) -> bool:
    """Insert one row unless one with the same unique values stands; say whether it was inserted."""
    dialect: Any = postgresql if is_postgresql(session) else sqlite
    statement: Insert = dialect.insert(_table(table)).values(**values).on_conflict_do_nothing()
    return session.exec(statement.returning(literal(1))).first() is not None


def update(
    session: Session, table: type[Stored], /, *where: ColumnExpressionArgument[bool], **values: object
) -> int:
    """Change the rows that satisfy every condition; return how many did."""
    statement: Update = _update(_table(table)).where(*where).values(**values)
    return session.exec(statement).rowcount


def locked(session: Session, statement: SelectOfScalar[Any]) -> SelectOfScalar[Any]:
    """Make `statement` lock its rows until the unit ends (SQLite has locked the whole store already)."""
    return statement.with_for_update() if is_postgresql(session) else statement


def without(*columns: Any) -> tuple[ExecutableOption, ...]:  # noqa: ANN401 - to the type checker a str
    """Return the options that leave heavy columns out of whole rows."""
    return tuple(defer(column) for column in columns)


def count(session: Session, table: type[Stored], /, *where: ColumnExpressionArgument[bool]) -> int:
    """Count the rows that satisfy every condition."""
    return session.exec(select(func.count()).select_from(table).where(*where)).one()


def _table(table: type[Stored]) -> Any:  # noqa: ANN401 - SQLModel does not tell the type checker
    return table.__table__  # type: ignore[attr-defined]
