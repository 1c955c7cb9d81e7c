"""One unit of work: a decision and everything that follows from it are written together or not at all."""

from contextlib import suppress
from functools import cached_property
from types import TracebackType
from typing import Self

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from agent.domain.errors import StoreAway
from store.absences import Absences
from store.cases import Cases
from store.inbox import Inbox
from store.journal import Journal
from store.outbox import Outbox
from store.seals import Seals
from store.session import Session
from store.settings import Settings
from store.sheets import Sheets
from store.strikes import Strikes
from store.timers import Timers
from store.tombstones import Tombstones
from store.worlds import Processes, Worlds

_READ_ONLY = "25006"
"""PostgreSQL's code for a write where only reading is allowed (its manual, appendix A)."""


class Unit:
    """A transaction that speaks our words.

    It begins with the first question.  Leaving the block without `commit` leaves no trace, whatever the
    reason.  A unit belongs to one thread.

    A unit that is `reading` sees the store as it was at its first question, holds nobody up and cannot
    write (REPEATABLE READ, READ ONLY on PostgreSQL).
    """

    def __init__(self, engine: Engine, *, reading: bool = False) -> None:
        self._reading = reading
        self._session = Session(engine, reading=reading)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Undo what was not committed.

        Raises:
            StoreAway: the database was busy, away or out of space.
        """
        with suppress(DBAPIError):  # the connection is gone, and with it the transaction
            self._session.close()
        if _may_pass(error) and not (self._reading and _is_our_mistake(error)):
            raise StoreAway(f"the store cannot be used now: {_first_line(error)}") from error

    def commit(self) -> None:
        """Make everything since the block began true, at once."""
        self._session.commit()

    @property
    def session(self) -> Session:
        """The session itself, for an engine that puts its jobs into our transaction."""
        return self._session

    @cached_property
    def cases(self) -> Cases:
        """Cases and their numbers."""
        return Cases(self._session, self.timers, reading=self._reading)

    @cached_property
    def timers(self) -> Timers:
        """Moments at which cases want to be looked at."""
        return Timers(self._session)

    @cached_property
    def inbox(self) -> Inbox:
        """Mails that came, and what became of them."""
        return Inbox(self._session, reading=self._reading)

    @cached_property
    def outbox(self) -> Outbox:
        """Letters that were decided, and whether they left."""
        return Outbox(self._session)

    @cached_property
    def seals(self) -> Seals:
        """Archives that were asked for."""
        return Seals(self._session)

    @cached_property
    def strikes(self) -> Strikes:
        """Periods of recurring schedules that have been struck."""
        return Strikes(self._session)

    @cached_property
    def sheets(self) -> Sheets:
        """Issued copies of forms."""
        return Sheets(self._session)

    @cached_property
    def journal(self) -> Journal:
        """Every decision, chained."""
        return Journal(self._session)

    @cached_property
    def worlds(self) -> Worlds:
        """Worlds that something was decided in."""
        return Worlds(self._session)

    @cached_property
    def processes(self) -> Processes:
        """Definitions that cases run on."""
        return Processes(self._session)

    @cached_property
    def absences(self) -> Absences:
        """Absences that were learned from replies."""
        return Absences(self._session)

    @cached_property
    def tombstones(self) -> Tombstones:
        """Files that were removed by the rule of retention."""
        return Tombstones(self._session)

    @cached_property
    def settings(self) -> Settings:
        """What the store remembers about itself."""
        return Settings(self._session)


def _may_pass(error: BaseException | None) -> bool:
    if isinstance(error, OperationalError | PoolTimeout):
        return True
    return isinstance(error, DBAPIError) and (error.connection_invalidated or _is_refused(error))


def _is_refused(error: BaseException | None) -> bool:
    """Say whether PostgreSQL takes no writes: a standby, or one that a cloud locked for a full disk.

    Whoever writes in a unit that reads hears the same.
    """
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", "") == _READ_ONLY


def _is_our_mistake(error: BaseException | None) -> bool:
    """Say whether a unit that reads was used to write: that passes with no time."""
    return _is_refused(error) or "readonly" in str(error)


def _first_line(error: BaseException | None) -> str:
    return str(error).partition("\n")[0]
