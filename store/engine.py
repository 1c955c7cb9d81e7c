"""The door to the database: SQLite in a file for one machine, PostgreSQL for more.

SQLite's settings are those of `engine.md`: WAL, synchronous=FULL (a commit survives a power cut) and
BEGIN IMMEDIATE (a transaction that would write takes its place in the queue before it reads).
"""

import sqlite3
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Connection, Engine, event
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import URL, make_url
from sqlmodel import create_engine

from agent.domain.errors import StoreAway, WillNotWork

_BUSY_SECONDS = 30
_AS_SAFE = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "trusted_schema=OFF")
_PAGES_KB = 16_000
"""Of pages that a connection keeps at hand: with the 2,000 of SQLite a few hundred cases are read anew."""
_CONNECTIONS = 8


def connect(url: str) -> Engine:
    """Return an engine for `sqlite:///path` or `postgresql://…`; threads may share it.

    A SQLite file and its folder are made, for our eyes only.  Nothing is asked of the database yet.

    Raises:
        WillNotWork: the URL names another database, or SQLite without a file.
        StoreAway: the file cannot be made: the disk is full or lets nobody write.
    """
    parsed = make_url(url)
    match parsed.get_backend_name():
        case "sqlite":
            return _sqlite(parsed)
        case "postgresql":
            return _postgresql(parsed)
        case other:
            raise WillNotWork(f"the store is kept in SQLite or PostgreSQL, not in {other}")


def begin(engine: Engine, *, reading: bool = False) -> Connection:
    """Return a connection whose transactions may write, or one for transactions that only read.

    Those see one moment, hold nobody up and cannot write.
    """
    if not reading:
        return engine.connect()
    if engine.dialect.name == "postgresql":
        return _for_reading(engine).connect()
    connection = engine.connect()
    _let_read_only(connection, yes=True)
    return connection


def end(connection: Connection, *, reading: bool = False) -> None:
    """Undo what was not committed, and give a connection back as it was."""
    if reading and connection.dialect.name != "postgresql" and not connection.invalidated:
        connection.rollback()
        _let_read_only(connection, yes=False)
    connection.close()


def _let_read_only(connection: Connection, *, yes: bool) -> None:
    raw: Any = connection.connection.dbapi_connection
    raw.reads = yes


@lru_cache(maxsize=1)
def _for_reading(engine: Engine) -> Engine:
    """Return the same engine, made once: SQLAlchemy ties the events of the two together for each anew."""
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _sqlite(url: URL) -> Engine:
    if not url.database or url.database == ":memory:":
        raise WillNotWork("the store needs a file: sqlite:///data/formclerk.db")
    file = Path(url.database)
    if not file.exists():
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch(mode=0o600)  # the store's secret and everybody's mail are in it
        except OSError as error:
            raise StoreAway(f"{file} cannot be made: {error.strerror}") from error
    engine = create_engine(
        url.set(drivername="sqlite+formclerk"),
        connect_args={"timeout": _BUSY_SECONDS, "factory": _Connection},
        pool_size=_CONNECTIONS,
        pool_timeout=_BUSY_SECONDS,
    )
    event.listen(engine, "connect", _prepare)
    return engine


def _prepare(connection: "_Connection", _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own
    cursor = connection.cursor()
    for pragma in (*_AS_SAFE, f"cache_size=-{_PAGES_KB}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


class _Connection(sqlite3.Connection):
    """A connection that knows whether its transactions only read."""

    reads = False

    def cursor(self, factory: Any = None) -> Any:  # noqa: ANN401 - as its parent
        """Return a cursor; of a transaction that only reads, one that cannot write."""
        return super().cursor(factory or (_ReadingCursor if self.reads else sqlite3.Cursor))


class _ReadingCursor(sqlite3.Cursor):
    """Says questions and nothing else.

    `PRAGMA query_only` would do the same, and SQLite forgets every statement that it has understood so far
    whenever that is said.
    """

    def execute(self, sql: str, parameters: Any = (), /) -> Self:  # noqa: ANN401 - as its parent
        """Ask a question."""
        return super().execute(_question(sql), parameters)

    def executemany(self, sql: str, parameters: Any, /) -> Self:  # noqa: ANN401 - likewise
        """Ask a question many times."""
        return super().executemany(_question(sql), parameters)


def _question(sql: str) -> str:
    if not sql.lstrip()[:_LONGEST].upper().startswith(_QUESTIONS):
        raise sqlite3.OperationalError("attempt to write a readonly database")
    return sql


_QUESTIONS = ("SELECT", "PRAGMA", "EXPLAIN", "BEGIN")
_LONGEST = max(map(len, _QUESTIONS))


class Dialect(SQLiteDialect_pysqlite):
    """SQLite as we use it: what writes takes its place in the queue at once.

    A dialect of our own and no listener for "begin" or "commit": whoever listens to one event of a connection
    makes SQLAlchemy ask for listeners before and after every statement.
    """

    driver = "formclerk"
    supports_statement_cache = True
    commits = 0
    """How many there were so far, those that are just being made included."""

    def do_begin(self, dbapi_connection: Any) -> None:  # noqa: ANN401 - as SQLAlchemy calls it
        """Begin a transaction."""
        connection = dbapi_connection.dbapi_connection
        connection.execute("BEGIN" if connection.reads else "BEGIN IMMEDIATE").close()

    def do_commit(self, dbapi_connection: Any) -> None:  # noqa: ANN401 - likewise
        """Commit."""
        self.commits += 1
        dbapi_connection.commit()


registry.register("sqlite.formclerk", __name__, Dialect.__name__)


def _postgresql(url: URL) -> Engine:
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=_CONNECTIONS,
        pool_timeout=_BUSY_SECONDS,
        pool_pre_ping=True,
        connect_args={"application_name": "formclerk", "options": "-c timezone=UTC"},
    )
