"""Archives that were asked for: jobs with a lease, like letters."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from agent.domain.effects import Seal
from agent.domain.errors import Conflict
from store import canonical, sql
from store.codec import SEAL
from store.session import Session
from store.tables import SealRow

_WAITING = ("pending", "working")


@dataclass(frozen=True, slots=True, kw_only=True)
class SealJob:
    """An archive to build."""

    seal: Seal
    due: datetime
    attempts: int
    why: str
    """What went wrong the last time."""


class Seals:
    """See the module."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, seal: Seal, at: datetime) -> bool:
        """Enter an archive to build; False when its key was entered before."""
        row = {
            "key": canonical.name(seal.key),
            "case": seal.case,
            "body": SEAL.dump(seal),
            "state": "pending",
            "due": at,
            "attempts": 0,
            "added_at": at,
            "why": "",
        }
        return sql.insert_new(self._session, SealRow, row)

    def due(self, now: datetime, limit: int = 10) -> tuple[SealJob, ...]:
        """Return what to build now, the longest waiting first; leases that ran out are among them."""
        rows = self._session.exec(
            select(SealRow)
            .where(col(SealRow.state).in_(_WAITING), col(SealRow.due) <= now)
            .order_by(col(SealRow.due), col(SealRow.key))
            .limit(limit),
            execution_options=sql.FRESH,
        )
        return tuple(_job(row) for row in rows)

    def lease(self, key: str, *, now: datetime, until: datetime) -> SealJob | None:
        """Take a due job until `until`; None when somebody else has it or it is not due."""
        here = (
            col(SealRow.key) == canonical.name(key),
            col(SealRow.state).in_(_WAITING),
            col(SealRow.due) <= now,
        )
        attempts = col(SealRow.attempts) + 1
        if sql.update(self._session, SealRow, *here, state="working", due=until, attempts=attempts) != 1:
            return None
        row = self._session.exec(
            select(SealRow).where(col(SealRow.key) == canonical.name(key)), execution_options=sql.FRESH
        ).one()
        return _job(row)

    def end_leases(self, due: datetime) -> int:
        """Let every lease that is held run out at `due`: its holder is dead; return how many there were."""
        return sql.update(self._session, SealRow, col(SealRow.state) == "working", due=due)

    def troubled(self) -> tuple[SealJob, ...]:
        """Return what could not be built so far, in the order of its case numbers."""
        rows = self._session.exec(
            select(SealRow)
            .where(col(SealRow.state) != "done", col(SealRow.why) != "")
            .order_by(col(SealRow.case), col(SealRow.key)),
            execution_options=sql.FRESH,
        )
        return tuple(_job(row) for row in rows)

    def done(self, key: str) -> None:
        """Note that the archive stands; belongs into the unit that decides `ArchiveSealed`."""
        self._move(key, state="done", why="")

    def retry_at(self, key: str, moment: datetime, why: str) -> None:
        """Build it again at `moment`."""
        self._move(key, state="pending", due=moment, why=canonical.column(why))

    def _move(self, key: str, **changes: object) -> None:
        here = (col(SealRow.key) == canonical.name(key), col(SealRow.state).in_(_WAITING))
        if sql.update(self._session, SealRow, *here, **changes) != 1:
            raise Conflict(f"archive {key} is not waiting (any more)")


def _job(row: SealRow) -> SealJob:
    return SealJob(seal=SEAL.load(row.body), due=row.due, attempts=row.attempts, why=row.why)
