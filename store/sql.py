"""The few turns of SQL that both databases understand but spell differently, and the ones we say most.

Building a statement takes SQLAlchemy several times longer than SQLite takes to run it, so the frequent ones
are built once, with places for what differs.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from hashlib import sha256
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import (
    BindParameter,
    ColumnExpressionArgument,
    Delete,
    Insert,
    Row,
    Select,
    Table,
    Update,
    bindparam,
    func,
    literal,
    or_,
    tuple_,
)
from sqlalchemy import select as _select
from sqlalchemy import update as _update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import defer
from sqlalchemy.sql.base import ExecutableOption
from sqlalchemy.sql.dml import ReturningInsert
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from store.session import Session
from store.tables import Stored

R = TypeVar("R", bound=Stored)

Rows: TypeAlias = SelectOfScalar[R]
"""A question for whole rows of one table."""

_BATCH = 200

FRESH: Mapping[str, Any] = {"populate_existing": True}
"""Rows are read as they are now, not as an earlier question of the same unit saw them."""


def is_postgresql(session: Session) -> bool:
    """Say whether `session` speaks to PostgreSQL."""
    return session.dialect == "postgresql"


def insert(session: Session, table: type[Stored], values: Mapping[str, object]) -> None:
    """Insert one row that must be new."""
    session.say(_insert(table), values)


def insert_many(session: Session, table: type[Stored], rows: Sequence[Mapping[str, object]]) -> None:
    """Insert rows that must be new."""
    if rows:
        session.say(_insert(table), *rows)


def insert_new(session: Session, table: type[Stored], values: Mapping[str, object]) -> bool:
    """Insert one row unless one with the same unique values stands; say whether it was inserted."""
    statement = _insert_new(table, session.dialect)
    return bool(session.say(statement, values).rows)


def insert_new_many(session: Session, table: type[Stored], rows: Sequence[Mapping[str, object]]) -> int:
    """Insert the rows that are new; return how many were."""
    if not rows:
        return 0
    statement = _insert_new(table, session.dialect)
    return len(session.say(statement, *rows).rows)


def insert_numbered(session: Session, table: type[Stored], values: Mapping[str, object]) -> int | None:
    """Insert one row unless one with the same unique values stands; return its new number, or None."""
    statement = _insert_numbered(table, session.dialect)
    numbers = [number for (number,) in session.say(statement, values).rows]
    return numbers[0] if numbers else None


def insert_numbered_many(
    session: Session, table: type[Stored], rows: Sequence[Mapping[str, object]], *, known_by: str
) -> Mapping[str, int]:
    """Insert the rows that are new; return their numbers under what the column `known_by` says of each."""
    if not rows:
        return {}
    statement = _insert_named(table, session.dialect, known_by)
    return {row[0]: row[1] for row in session.say(statement, *rows).rows}


def change(session: Session, table: type[Stored], where: Mapping[str, object], /, **values: object) -> int:
    """Change the rows whose columns equal those of `where`; return how many did.

    Args:
        session: the unit's.
        table: what is changed.
        where: a value for each column that must have it; a tuple: one of these.
        values: what the columns become.
    """
    these = {name: value if isinstance(value, tuple) else (value,) for name, value in where.items()}
    shape = tuple((name, len(several)) for name, several in these.items())
    given = {f"new_{name}": value for name, value in values.items()}
    given |= {f"where_{name}_{at}": one for name, several in these.items() for at, one in enumerate(several)}
    return session.say(_change(table, shape, tuple(values)), given).count


def remove(session: Session, statement: Delete, /, **given: object) -> int:
    """Delete the rows that a statement which was built before speaks of; return how many there were."""
    return session.say(statement, given).count


def has(session: Session, table: type[Stored], /, **where: object) -> bool:
    """Say whether there is a row whose columns equal `where`."""
    return bool(session.say(_has(table, tuple(where)), where).rows)


def ask(session: Session, question: Select[Any], /, **given: object) -> Sequence[Row[Any]]:
    """Return the rows that answer a question that was built before, as they are now."""
    return session.say(question, given).rows


def places(name: str, number: int) -> list[BindParameter[Any]]:
    """Return places for so many values in a statement; `in_places` gives them.

    One place that expands would have the statement spelt anew for every question.
    """
    return [bindparam(f"{name}_{at}") for at in range(number)]


def in_places(name: str, values: Sequence[object]) -> dict[str, object]:
    """Return the values for `places`."""
    return {f"{name}_{at}": value for at, value in enumerate(values)}


def update(
    session: Session, table: type[Stored], /, *where: ColumnExpressionArgument[bool], **values: object
) -> int:
    """Change the rows that satisfy every condition; return how many did."""
    statement: Update = _update(table_of(table)).where(*where).values(**values)
    return session.connection().execute(statement).rowcount


@lru_cache(maxsize=500)
def _change(table: type[Stored], where: tuple[tuple[str, int], ...], names: tuple[str, ...]) -> Update:
    columns = table_of(table).c
    # Places for each value, not one that expands: SQLAlchemy would spell the statement anew every time.
    here = (
        or_(*(columns[name] == bindparam(f"where_{name}_{at}") for at in range(number)))
        for name, number in where
    )
    return _update(table_of(table)).where(*here).values({name: bindparam(f"new_{name}") for name in names})


@cache
def _has(table: type[Stored], names: tuple[str, ...]) -> Select[Any]:
    columns = table_of(table).c
    return _select(literal(1)).where(*(columns[name] == bindparam(name) for name in names)).limit(1)


@cache
def _insert(table: type[Stored]) -> Insert:
    return Insert(table_of(table))


@cache
def _insert_new(table: type[Stored], dialect: str) -> ReturningInsert[int]:
    return _unless_known(table, dialect).returning(literal(1))


@cache
def _insert_named(table: type[Stored], dialect: str, known_by: str) -> ReturningInsert[Any]:
    columns = table_of(table).c
    return _unless_known(table, dialect).returning(columns[known_by], columns.id)


@cache
def _insert_numbered(table: type[Stored], dialect: str) -> ReturningInsert[int]:
    return _unless_known(table, dialect).returning(table_of(table).c.id)


def _unless_known(table: type[Stored], dialect: str) -> Insert:
    spelling: Any = postgresql if dialect == "postgresql" else sqlite
    statement: Insert = spelling.insert(table_of(table)).on_conflict_do_nothing()
    return statement


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


def table_of(table: type[Stored]) -> Table:
    """Return the table that `table` is a row of."""
    found: Table = table.__table__  # type: ignore[attr-defined] # SQLModel does not tell the type checker
    return found


def columns_of(table: type[Stored], *, without: tuple[str, ...] = ()) -> Select[Any]:
    """Return a question for every column of `table` but the heavy ones."""
    return _select(*(column for column in table_of(table).c if column.name not in without))
