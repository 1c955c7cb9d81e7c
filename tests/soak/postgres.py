"""A store on a PostgreSQL server of its own, and what can befall it.  All of it is the server's own doing.

The disk is full and transactions collide where a trigger says so with the server's own codes; a database
turns read-only as clouds do it to one whose disk has run full, and as a standby is.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import Engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError

from tests.postgres import Cluster

_FAULTS = {
    "55P03": "database locked",
    "40001": "serialization",
    "53100": "disk full",
    "25006": "disk read-only",
}
"""PostgreSQL's codes (its manual, appendix A), and which fault each means."""
_REFUSED = "not permitted to log in"
_CODES = {"disk full": ("53100", 1), "serialization": ("40001", 5)}
"""What the trigger says, and at the how manyth statement that writes."""
_FOUNDATIONS = """
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'clerk') THEN CREATE ROLE clerk LOGIN; END IF;
END $$;
ALTER ROLE clerk SET lock_timeout = '50ms';
"""
_TRIGGERS = """
CREATE SEQUENCE statements;
CREATE TABLE faults (code text PRIMARY KEY, every int);
GRANT USAGE ON SEQUENCE statements TO clerk;
GRANT SELECT ON faults TO clerk;
CREATE FUNCTION fails() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE fault record;
BEGIN
  FOR fault IN SELECT * FROM faults LOOP
    IF nextval('statements') % fault.every = 0 THEN
      RAISE EXCEPTION USING ERRCODE = fault.code, MESSAGE = 'cannot be written now';
    END IF;
  END LOOP;
  RETURN NULL;
END $$;
DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tableowner = 'clerk' LOOP
    EXECUTE format('CREATE TRIGGER fails AFTER INSERT OR UPDATE ON %I EXECUTE FUNCTION fails()', name);
  END LOOP;
END $$;
"""
_PATIENCE = 10.0
"""Seconds until the server has noticed that a process is gone."""


class PostgresServer:
    """See the module, and `Database`."""

    kinds = ("connection cut", "answer lost", "server restarted")
    lasting = ("database away", "serialization")

    def __init__(self, cluster: Cluster, name: str, struck: Callable[[str], None]) -> None:
        """Make an empty database of that name; `struck` is told of each fault that was felt."""
        self._cluster = cluster
        self._struck = struck
        own = cluster.url.set(drivername="postgresql")
        with _connected(own) as server:
            server.execute(_FOUNDATIONS)
            server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            server.execute(f"CREATE DATABASE {name} OWNER clerk")
        self._own = own.set(database=name)
        self.url = self._own.set(username="clerk").render_as_string()
        self._locker: psycopg.Connection[Any] | None = None

    @property
    def address(self) -> str:
        """See `Database`."""
        return self._own.render_as_string()

    def watch(self, engine: Engine) -> None:
        """See `Database`."""
        event.listen(engine, "handle_error", self._failed)
        if not self._ask("SELECT FROM pg_tables WHERE tablename = 'faults'"):
            self._command(_TRIGGERS)

    def begin(self, kind: str) -> None:
        """See `Database`."""
        match kind:
            case "disk full" | "serialization":
                self._command("INSERT INTO faults VALUES (%s, %s)", *_CODES[kind])
            case "disk read-only":
                self._command("ALTER ROLE clerk SET default_transaction_read_only = on")
                self._hang_up()
            case "database away":
                self._command("ALTER ROLE clerk NOLOGIN")
                self._hang_up()
            case _:
                self._locker = psycopg.connect(self.address)
                self._locker.execute("LOCK TABLE inbox, cases, outbox IN EXCLUSIVE MODE")

    def end(self, kind: str) -> None:
        """See `Database`."""
        match kind:
            case "disk full" | "serialization":
                self._command("DELETE FROM faults WHERE code = %s", _CODES[kind][0])
            case "disk read-only":
                self._command("ALTER ROLE clerk RESET default_transaction_read_only")
                self._hang_up()
            case "database away":
                self._command("ALTER ROLE clerk LOGIN")
            case _:
                if self._locker is not None:
                    self._locker.close()
                self._locker = None

    def strike(self, kind: str) -> None:
        """See `Database`."""
        match kind:
            case "connection cut":
                self._hang_up()
            case "server restarted":
                self.close()
                self._cluster.stop()
                self._cluster.start()
            case _:
                lost = psycopg.OperationalError("server closed the connection unexpectedly")
                raise OperationalError("COMMIT", None, lost, connection_invalidated=True)

    def synced(self) -> None:
        """See `Database`: every commit is."""

    def after_death(self) -> None:
        """See `Database`: the server notices in its own time; the same run must always find it done."""
        until = time.monotonic() + _PATIENCE
        while self._ask(f"SELECT pid {_SESSIONS}") and time.monotonic() < until:
            time.sleep(0.01)

    def close(self) -> None:
        """See `Database`."""
        self.end("database locked")

    def _hang_up(self) -> None:
        self._ask(f"SELECT pg_terminate_backend(pid, 5000) {_SESSIONS}")

    def _ask(self, question: str) -> list[tuple[Any, ...]]:
        with _connected(self._own) as server:
            return server.execute(question).fetchall()

    def _command(self, command: str, *given: object) -> None:
        with _connected(self._own) as server:
            server.execute(command, given or None)

    def _failed(self, context: Any) -> None:  # noqa: ANN401 - SQLAlchemy's
        error = context.original_exception
        if fault := _FAULTS.get(getattr(error, "sqlstate", None) or ""):
            self._struck(fault)
        if _REFUSED in str(error):
            self._struck("database away")


_SESSIONS = "FROM pg_stat_activity WHERE usename = 'clerk' AND datname = current_database()"


@contextmanager
def _connected(url: URL) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(url.render_as_string(), autocommit=True) as server:
        server.execute("SET lock_timeout = '20s'")
        yield server
