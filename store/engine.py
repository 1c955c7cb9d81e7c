"""The door to the database: SQLite in a file for one machine, PostgreSQL for more.

SQLite's settings are those of `engine.md`: WAL, synchronous=FULL (a commit survives a power cut) and
BEGIN IMMEDIATE (a transaction that would write takes its place in the queue before it reads).
"""

import sqlite3
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.characteristics import ConnectionCharacteristic
from sqlmodel import create_engine

from agent.domain.errors import StoreAway, WillNotWork

_READING = "formclerk_reading"
"""Execution option of connections whose transactions only read."""

_BUSY_SECONDS = 30
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


@lru_cache(maxsize=1)
def for_reading(engine: Engine) -> Engine:
    """Return the same engine for transactions that see one moment, hold nobody up and cannot write.

    Made once: SQLAlchemy ties the events of the two together anew for each one.
    """
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return engine.execution_options(**{_READING: True})


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
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "trusted_schema=OFF"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


class _Connection(sqlite3.Connection):
    """A connection that knows whether its transactions only read."""

    reads = False


class _Reads(ConnectionCharacteristic):
    """Whether transactions only read: an execution option, like `postgresql_readonly` over there."""

    transactional = True

    def set_characteristic(self, dialect: object, dbapi_conn: Any, value: bool) -> None:  # noqa: ANN401, FBT001, ARG002 - as SQLAlchemy calls it
        dbapi_conn.execute(f"PRAGMA query_only = {'ON' if value else 'OFF'}").close()
        dbapi_conn.reads = value

    def reset_characteristic(self, dialect: object, dbapi_conn: Any) -> None:  # noqa: ANN401 - likewise
        self.set_characteristic(dialect, dbapi_conn, value=False)

    def get_characteristic(self, dialect: object, dbapi_conn: Any) -> bool:  # noqa: ANN401, ARG002 - likewise
        return bool(dbapi_conn.reads)


class Dialect(SQLiteDialect_pysqlite):
    """SQLite as we use it: what writes takes its place in the queue at once.

    A dialect of our own and no listener for "begin": whoever listens to one event of a connection makes
    SQLAlchemy ask for listeners before and after every statement.
    """

    driver = "formclerk"
    supports_statement_cache = True
    connection_characteristics = SQLiteDialect_pysqlite.connection_characteristics.union({_READING: _Reads()})

    def do_begin(self, dbapi_connection: Any) -> None:  # noqa: ANN401 - as SQLAlchemy calls it
        """Begin a transaction."""
        connection = dbapi_connection.dbapi_connection
        connection.execute("BEGIN" if connection.reads else "BEGIN IMMEDIATE").close()


registry.register("sqlite.formclerk", __name__, Dialect.__name__)


def _postgresql(url: URL) -> Engine:
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=_CONNECTIONS,
        pool_timeout=_BUSY_SECONDS,
        pool_pre_ping=True,
        connect_args={"application_name": "formclerk", "options": "-c timezone=UTC"},
    )
