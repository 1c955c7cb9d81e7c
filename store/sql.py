"""The few turns of SQL that both databases understand but spell differently."""

from collections.abc import Iterator, Mapping
from functools import cache
from hashlib import sha256
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import ColumnExpressionArgument, Insert, Update, func, literal, tuple_
from sqlalchemy import update as _update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import defer
from sqlalchemy.sql.base import ExecutableOption
from sqlalchemy.sql.dml import ReturningInsert
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from store.tables import Stored

R = TypeVar("R", bound=Stored)

Rows: TypeAlias = SelectOfScalar[R]
"""A question for whole rows of one table."""

_BATCH = 200

FRESH: Mapping[str, Any] = {"populate_existing": True}
"""Rows are read as they are now, not as an earlier question of the same unit saw them."""


def is_postgresql(session: Session) -> bool:
    """Say whether `session` speaks to PostgreSQL."""
    return session.get_bind().dialect.name == "postgresql"


def insert(session: Session, table: type[Stored], values: Mapping[str, object]) -> None:
    """Insert one row that must be new."""
    session.connection().execute(_insert(table), values)


def insert_new(session: Session, table: type[Stored], values: Mapping[str, object]) -> bool:
    """Insert one row unless one with the same unique values stands; say whether it was inserted."""
    statement = _insert_new(table, session.get_bind().dialect.name)
    return session.connection().execute(statement, values).first() is not None


def update(
    session: Session, table: type[Stored], /, *where: ColumnExpressionArgument[bool], **values: object
) -> int:
    """Change the rows that satisfy every condition; return how many did."""
    statement: Update = _update(_table(table)).where(*where).values(**values)
    return session.connection().execute(statement).rowcount


@cache
def _insert(table: type[Stored]) -> Insert:
    return Insert(_table(table))


@cache
def _insert_new(table: type[Stored], dialect: str) -> ReturningInsert[int]:
    spelling: Any = postgresql if dialect == "postgresql" else sqlite
    statement: Insert = spelling.insert(_table(table)).on_conflict_do_nothing()
    return statement.returning(literal(1))


def one_at_a_time(session: Session, what: str) -> None:
    """Wait until no other unit does `what`, and make others wait until this one is over."""
    if is_postgresql(session):  # on SQLite units that write have waited for each other already
        number = int.from_bytes(sha256(what.encode()).digest()[:8], signed=True)
        session.exec(select(func.pg_advisory_xact_lock(number)))


def locked(session: Session, statement: SelectOfScalar[Any]) -> SelectOfScalar[Any]:
    """Make `statement` lock its rows until the unit ends (SQLite has locked the whole store already)."""
    return statement.with_for_update() if is_postgresql(session) else statement


def every(session: Session, table: type[R], *key: Any) -> Iterator[R]:  # noqa: ANN401 - a str to the checker
    """Yield every row of `table` in the order of its `key`, a batch at a time, keeping none."""
    columns = tuple_(*(col(part) for part in key))
    last: tuple[object, ...] | None = None
    while True:
        statement = select(table) if last is None else select(table).where(columns > last)
        rows = session.exec(statement.order_by(*key).limit(_BATCH), execution_options=FRESH).all()
        for row in rows:
            session.expunge(row)
            yield row
        if len(rows) < _BATCH:
            return
        last = tuple(getattr(rows[-1], part.key) for part in key)


def without(*columns: Any) -> tuple[ExecutableOption, ...]:  # noqa: ANN401 - to the type checker a str
    """Return the options that leave heavy columns out of whole rows."""
    return tuple(defer(column) for column in columns)


def count(session: Session, table: type[Stored], /, *where: ColumnExpressionArgument[bool]) -> int:
    """Count the rows that satisfy every condition."""
    return session.exec(select(func.count()).select_from(table).where(*where)).one()


def _table(table: type[Stored]) -> Any:  # noqa: ANN401 - SQLModel does not tell the type checker
    return table.__table__  # type: ignore[attr-defined]
