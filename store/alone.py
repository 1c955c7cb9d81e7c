"""One daemon per store, wherever it runs: on PostgreSQL the database itself knows whether there is one.

A SQLite file belongs to one machine, where a locked file says it (`agent.service.single`).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from agent.domain.errors import TryLater

_LOCK = 0x666F726E
"""The advisory lock of the daemon; the one of migrations is the number before."""


@contextmanager
def alone(engine: Engine) -> Iterator[Callable[[], None]]:
    """Be the only daemon of a store for the length of the block; yield what makes sure that we still are.

    The lock lives as long as its connection: it falls with our process, our machine or the line between.  Ask
    before each round of work; whoever lost the lock takes it again, or learns that somebody else has it.

    Raises:
        TryLater: another daemon works on this store, or the database is away.  So does what is yielded.
    """
    if engine.dialect.name != "postgresql":
        yield lambda: None
        return
    holder = _Holder(engine)
    holder.make_sure()
    try:
        yield holder.make_sure
    finally:
        holder.let_go()


class _Holder:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._connection: Connection | None = None

    def make_sure(self) -> None:
        try:
            if self._connection is None or not _answers(self._connection):
                self.let_go()
                self._connection = self._take()
        except DBAPIError as error:
            self.let_go()
            raise TryLater(f"the store cannot be used now: {str(error).partition(chr(10))[0]}") from error

    def let_go(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(SQLAlchemyError):
                # The server ends a closed session in its own time; whoever comes next must not wait for that.
                connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": _LOCK})
            with suppress(DBAPIError):
                connection.close()

    def _take(self) -> Connection:
        connection = self._engine.connect()
        connection.detach()  # closing it must end the session, and with it the lock
        if not connection.execute(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": _LOCK}).scalar():
            connection.close()
            raise TryLater("another daemon works on this store")
        return connection


def _answers(connection: Connection) -> bool:
    try:
        connection.execute(text("SELECT 1"))
    except DBAPIError:
        return False
    return True
