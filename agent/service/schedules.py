"""The few moments that belong to no case: digests and the look at the calendar.

A schedule names its periods, and each period is struck once (UNIQUE(schedule, period) in the store), however
often anybody asks.  After a long stop only the latest period is struck: nobody wants five old digests.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from agent.domain.workdays import Workdays

_DAYS_BACK = 31
_DAYS_AHEAD = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A wall-clock moment that comes again: each workday, or each week on one weekday."""

    name: str
    at: time
    weekday: int | None = None
    """Monday is 0; None means every workday."""

    def falls_on(self, day: date, workdays: Workdays) -> bool:
        """Say whether the schedule strikes on `day`."""
        return workdays.is_workday(day) if self.weekday is None else day.weekday() == self.weekday

    def period(self, day: date) -> str:
        """Return the name of the period that a strike on `day` stands for: `2026-03-12` or `2026-W11`."""
        if self.weekday is None:
            return day.isoformat()
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stroke:
    """One moment of a schedule."""

    schedule: Schedule
    period: str
    at: datetime
    """UTC."""


def latest(schedule: Schedule, now: datetime, workdays: Workdays) -> Stroke | None:
    """Return the last stroke at or before `now`; None when there was none for a month."""
    today = workdays.day_of(now)
    for back in range(_DAYS_BACK):
        stroke = _on(schedule, today - timedelta(days=back), workdays)
        if stroke is not None and stroke.at <= now:
            return stroke
    return None


def following(schedule: Schedule, now: datetime, workdays: Workdays) -> Stroke | None:
    """Return the first stroke after `now`; None when the calendar has no workday for over a year."""
    today = workdays.day_of(now)
    for ahead in range(_DAYS_AHEAD):
        stroke = _on(schedule, today + timedelta(days=ahead), workdays)
        if stroke is not None and stroke.at > now:
            return stroke
    return None


def _on(schedule: Schedule, day: date, workdays: Workdays) -> Stroke | None:
    if not schedule.falls_on(day, workdays):
        return None
    return Stroke(schedule=schedule, period=schedule.period(day), at=workdays.moment(day, schedule.at))
