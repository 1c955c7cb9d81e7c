"""The door to the database: SQLite in a file for one machine, PostgreSQL for more.

SQLite's settings are those of `engine.md`: WAL, synchronous=FULL (a commit survives a power cut) and
BEGIN IMMEDIATE (a transaction that would write takes its place in the queue before it reads).
"""

from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import URL, make_url
from sqlmodel import create_engine

from agent.domain.errors import StoreAway, WillNotWork

_READING = "formclerk_reading"
"""Execution option of a connection whose transaction only reads."""

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
        url, connect_args={"timeout": _BUSY_SECONDS}, pool_size=_CONNECTIONS, pool_timeout=_BUSY_SECONDS
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 - whatever the driver made
    connection.isolation_level = None  # the driver must not begin transactions of its own
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "trusted_schema=OFF"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    reading = connection.get_execution_options().get(_READING, False)
    driver: Any = connection.connection  # the short way, for what waits for nobody: several times a mail
    if connection.info.get(_READING, False) != reading:
        driver.execute(f"PRAGMA query_only = {'ON' if reading else 'OFF'}").close()
        connection.info[_READING] = reading
    if reading:
        driver.execute("BEGIN").close()
    else:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _postgresql(url: URL) -> Engine:
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=_CONNECTIONS,
        pool_timeout=_BUSY_SECONDS,
        pool_pre_ping=True,
        connect_args={"application_name": "formclerk", "options": "-c timezone=UTC"},
    )
