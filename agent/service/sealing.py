"""Cases that have ended to archives: build, check, keep, and tell the case that its archive stands."""

from datetime import timedelta

from agent.domain.errors import TryLater
from agent.domain.events import ArchiveSealed
from agent.service import advancing, guard
from agent.service.happenings import What
from agent.service.house import House
from store.letters import LetterState
from store.seals import SealJob
from store.unit import Unit

_WAIT = timedelta(minutes=10)
_PATIENCE = timedelta(days=3)
"""How long an archive waits for the last letters of its case, which quiet hours may hold back; a letter that
no server takes is given up a little earlier."""
_ATTEMPTS = 5
"""After so many a person has to look (the digest tells), and it is tried again once a day."""
_LONG_WAIT = timedelta(days=1)
_LEASE = timedelta(hours=1)
"""Longer than the largest archive takes."""


def seal(house: House) -> int:
    """Seal every case that was ordered sealed; return how many archives stand now."""

    def due(limit: int) -> tuple[SealJob, ...]:
        with house.look() as work:
            return work.seals.due(house.now(), limit)

    return guard.everything(house, due, _name, lambda job: seal_one(house, job))


def recover(house: House) -> int:
    """Take back what a process that died was building, when none but us works on this store; say how many."""
    with house.unit() as work:
        ended = work.seals.end_leases(house.now())
        work.commit()
    return ended


def seal_one(house: House, job: SealJob) -> bool:
    """Build one archive.  Building it twice gives the same bytes, so a repetition is harmless."""
    now = house.now()
    order = job.seal
    with house.unit() as work:
        if _is_early(house, work, job):
            return False
        leased = work.seals.lease(order.key, now=now, until=now + _LEASE)
        work.commit()
    if leased is None:
        return False
    try:
        archive = house.seal(house, order)
    except Exception as error:
        _failed(house, leased, error)
        raise
    event = ArchiveSealed(at=now, archive=archive)
    with house.turn() as turn:
        plan = advancing.advance(turn, order.case, event, cause=f"sealed/{order.key}")
        turn.work.seals.done(order.key)
        turn.commit()
    house.happened(What.SEALED, case=order.case, file=archive.name, digest=archive.digest)
    if plan is not None:
        advancing.tell(house, plan, event)
    return True


def _name(job: SealJob) -> str:
    return f"archive {job.seal.case}"


def _is_early(house: House, work: Unit, job: SealJob) -> bool:
    """Say whether letters of the case have yet to leave: every mail belongs into its archive."""
    if house.now() >= job.due + _PATIENCE:
        return False
    letters = work.outbox.of_case(job.seal.case)
    return any(letter.state in {LetterState.PENDING, LetterState.SENDING} for letter in letters)


def _failed(house: House, job: SealJob, error: Exception) -> None:
    """Give the job back for later, with the reason; whoever guards the pass tells of it."""
    why = f"{type(error).__name__}: {error}"[:500]
    with house.unit() as work:
        # A disk that has room again is not kept waiting for a day: the archive was never at fault.
        soon = job.attempts < _ATTEMPTS or isinstance(error, OSError | TryLater)
        wait = _WAIT if soon else _LONG_WAIT
        work.seals.retry_at(job.seal.key, house.now() + wait, why)
        work.commit()
