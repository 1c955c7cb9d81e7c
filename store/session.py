"""The transaction of a unit: statements are said to the database at once, objects only made where asked for.

SQLAlchemy's session is made for objects that are changed and written back.  We have none: most units say a
few statements that were built before, and opening and ending a session takes longer than these do.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar, TypeVarTuple, overload

from sqlalchemy import Connection, CursorResult, Engine, ScalarResult
from sqlalchemy.engine import TupleResult
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.selectable import Select as Saying
from sqlmodel import Session as Objects
from sqlmodel.sql.expression import Select, SelectOfScalar

from store.engine import begin, end
from store.spoken import Said, Spoken, spoken

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

_NO_OPTIONS: Mapping[str, Any] = {}


class Session:
    """One transaction at a time, which begins with the first statement; for one thread."""

    def __init__(self, engine: Engine, *, reading: bool = False) -> None:
        """Begin nothing yet; of `reading` see `store.engine.begin`."""
        self._engine = engine
        self._reading = reading
        self._connection: Connection | None = None
        self._objects: Objects | None = None
        self.dialect = engine.dialect.name
        """Which database it speaks to: `sqlite` or `postgresql`."""

    @property
    def engine(self) -> Engine:
        """Return the engine that connections come from."""
        return self._engine

    def connection(self) -> Connection:
        """Return the connection of the transaction."""
        if self._connection is None:
            self._connection = begin(self._engine, reading=self._reading)
        return self._connection

    def say(self, statement: Saying[Any] | UpdateBase, /, *given: Mapping[str, Any]) -> Said:
        """Say a statement that was built before, once for each set of values, all of the same names."""
        connection = self.connection()
        words = self._words(statement, given)
        if words is None:
            return _said(connection, statement, given)
        if not connection.in_transaction():
            connection.begin()
        raw: Any = connection.connection.dbapi_connection
        try:
            return words.say(raw, given)
        except sqlite3.Error as error:
            if len(given) == 1 and raw.in_transaction:
                # It has changed nothing: SQLAlchemy says what is wrong, as whoever listens knows it.
                return _said(connection, statement, given)
            raise DBAPIError.instance(
                words.text, None, error, sqlite3.Error, hide_parameters=True, dialect=self._engine.dialect
            ) from error

    def _words(
        self, statement: Saying[Any] | UpdateBase, given: Sequence[Mapping[str, Any]]
    ) -> Spoken | None:
        if self.dialect != "sqlite" or self._engine.dispatch.before_cursor_execute:
            return None  # who listens wants to hear it
        return spoken(statement, tuple(given[0]), self._engine.dialect)

    @overload
    def exec(
        self, statement: Select[*Ts], *, execution_options: Mapping[str, Any] = ...
    ) -> TupleResult[tuple[*Ts]]: ...

    @overload
    def exec(
        self, statement: SelectOfScalar[T], *, execution_options: Mapping[str, Any] = ...
    ) -> ScalarResult[T]: ...

    @overload
    def exec(
        self, statement: UpdateBase, *, execution_options: Mapping[str, Any] = ...
    ) -> CursorResult[*tuple[Any, ...]]: ...

    def exec(self, statement: Any, *, execution_options: Mapping[str, Any] = _NO_OPTIONS) -> Any:
        """Say a statement whose rows may be objects."""
        if self._objects is None:
            self._objects = Objects(self.connection(), autoflush=False)
        return self._objects.exec(statement, execution_options=execution_options)

    def expunge(self, row: object) -> None:
        """Forget an object that `exec` has made."""
        if self._objects is not None:
            self._objects.expunge(row)

    def commit(self) -> None:
        """Make what was said true; what is said afterwards is another transaction."""
        if self._connection is not None:
            self._connection.commit()
        self._forget_objects()

    def close(self) -> None:
        """Undo what was not committed and give the connection back."""
        self._forget_objects()
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                end(connection, reading=self._reading)
            except BaseException:
                connection.invalidate()
                raise

    def _forget_objects(self) -> None:
        objects, self._objects = self._objects, None
        if objects is not None:
            objects.expunge_all()


def _said(
    connection: Connection, statement: Saying[Any] | UpdateBase, given: Sequence[Mapping[str, Any]]
) -> Said:
    result = connection.execute(statement, given[0] if len(given) == 1 else given)
    rows = result.all() if result.returns_rows else ()
    return Said(rows, result.rowcount)
