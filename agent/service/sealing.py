"""Cases that have ended to archives: build, check, keep, and tell the case that its archive stands."""

from datetime import timedelta

from agent.domain.errors import TryLater
from agent.domain.events import ArchiveSealed
from agent.domain.words import Words
from agent.service import advancing, guard
from agent.service.happenings import What
from agent.service.house import House
from store.seals import SealJob

_WAIT = timedelta(minutes=10)
_ATTEMPTS = 5


def seal(house: House) -> int:
    """Seal every case that was ordered sealed; return how many archives stand now."""
    with house.look() as work:
        due = work.seals.due(house.now())
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


def _failed(house: House, job: SealJob, error: Exception) -> None:
    why = f"{type(error).__name__}: {error}"[:500]
    with house.unit() as work:
        if job.attempts >= _ATTEMPTS:
            work.seals.failed(job.seal.key, why)
        else:
            work.seals.retry_at(job.seal.key, house.now() + _WAIT, why)
        work.commit()
    house.happened(What.FAILED, Words.same(why), case=job.seal.case)
