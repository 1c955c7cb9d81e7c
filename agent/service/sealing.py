"""Cases that have ended to archives: build, check, keep, and tell the case that its archive stands."""

from datetime import timedelta

from agent.domain.errors import TryLater
from agent.domain.events import ArchiveSealed
from agent.domain.words import Words
from agent.service import advancing, guard
from agent.service.happenings import What
from agent.service.house import House
from store.outbox import LetterState
from store.seals import SealJob
from store.unit import Unit

_WAIT = timedelta(minutes=10)
_PATIENCE = timedelta(days=3)
"""How long an archive waits for the last letters of its case, which quiet hours may hold back; a letter that
no server takes is given up a little earlier."""
_ATTEMPTS = 5


def seal(house: House) -> int:
    """Seal every case that was ordered sealed; return how many archives stand now."""
    with house.look() as work:
        due = tuple(job for job in work.seals.due(house.now()) if not _is_early(house, work, job))
    return guard.each(house, due, lambda job: f"archive {job.seal.case}", lambda job: seal_one(house, job))


def seal_one(house: House, job: SealJob) -> bool:
    """Build one archive.  Building it twice gives the same bytes, so a repetition is harmless."""
    now = house.now()
    order = job.seal
    with house.unit() as work:
        # One daemon works on a store, so the lease may end at once: whoever restarts begins again.
        leased = work.seals.lease(order.key, now=now, until=now)
        work.commit()
    if leased is None:
        return False
    try:
        archive = house.seal(house, order)
    except TryLater:
        raise
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


def _is_early(house: House, work: Unit, job: SealJob) -> bool:
    """Say whether letters of the case have yet to leave: every mail belongs into its archive."""
    if house.now() >= job.due + _PATIENCE:
        return False
    letters = work.outbox.of_case(job.seal.case)
    return any(letter.state in {LetterState.PENDING, LetterState.SENDING} for letter in letters)


def _failed(house: House, job: SealJob, error: Exception) -> None:
    why = f"{type(error).__name__}: {error}"[:500]
    with house.unit() as work:
        if job.attempts >= _ATTEMPTS:
            work.seals.failed(job.seal.key, why)
        else:
            work.seals.retry_at(job.seal.key, house.now() + _WAIT, why)
        work.commit()
    house.happened(What.FAILED, Words.same(why), case=job.seal.case)
