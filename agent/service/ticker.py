"""APScheduler, for the one thing we want of it: to ring at the right moment.

What is due is asked of our own tables, so a ring too many or too late does no harm.  The job store is
in memory, nothing is dropped for being late, and rings that were missed together ring once.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from agent.domain.workdays import Workdays
from agent.service.schedules import Schedule


@contextmanager
def ticking(
    ring: Callable[[], None], *, every_seconds: int, schedules: Iterable[Schedule], workdays: Workdays
) -> Iterator[None]:
    """Call `ring` every `every_seconds` and at each moment of `schedules`, for the length of the block."""
    scheduler = BackgroundScheduler(
        jobstores={"default": MemoryJobStore()},
        job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
        timezone=workdays.zone,
    )
    scheduler.add_job(ring, IntervalTrigger(seconds=every_seconds), id="tick")
    for schedule in schedules:
        days = None if schedule.weekday is None else str(schedule.weekday)
        trigger = CronTrigger(
            day_of_week=days, hour=schedule.at.hour, minute=schedule.at.minute, timezone=workdays.zone
        )
        scheduler.add_job(ring, trigger, id=schedule.name)
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=False)
