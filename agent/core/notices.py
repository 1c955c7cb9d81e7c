"""When a letter may leave: quiet hours hold back what is not urgent, a budget folds what is too much."""

from dataclasses import dataclass
from datetime import datetime, time
from enum import Enum

from agent.domain.effects import Send, Urgency
from agent.domain.workdays import Workdays


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """The wall-clock hours in which nobody is written to; over midnight when `begin` is later than `end`."""

    begin: time
    end: time

    def holds(self, moment: time) -> bool:
        """Say whether `moment` lies in the quiet hours; equal ends mean that there are none."""
        if self.begin <= self.end:
            return self.begin <= moment < self.end
        return moment >= self.begin or moment < self.end


class Leave(Enum):
    """What becomes of a letter now."""

    NOW = "now"
    HOLD = "hold"
    """Ask again at `until`."""
    FOLD = "fold"
    """It goes into the person's digest instead of a mail of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """The answer to when a letter may leave."""

    leave: Leave
    until: datetime | None = None
    """UTC; only when it is held."""


def when(  # noqa: PLR0913 - one answer from everything that bears on it
    send: Send, *, now: datetime, quiet: QuietHours, sent_today: int, budget: int, workdays: Workdays
) -> Hold:
    """Say when `send` may leave (process.md, Time: quiet hours and the notice budget).

    Answers and urgent letters leave at once.  Work waits for the end of the quiet hours, and for a
    workday.  Notices do so too, and above `budget` in a day they are folded into one digest.

    Args:
        send: The letter.
        now: This moment, aware.
        quiet: The quiet hours of the site.
        sent_today: Notices that its first reader has been sent since local midnight.
        budget: How many notices one person gets in a day.
        workdays: The calendar of the site.
    """
    if send.urgency in {Urgency.ANSWER, Urgency.URGENT}:
        return Hold(leave=Leave.NOW)
    local = now.astimezone(workdays.zone)
    if not workdays.is_workday(local.date()) or quiet.holds(local.time()):
        return Hold(leave=Leave.HOLD, until=_next_opening(now, quiet, workdays))
    if send.urgency is Urgency.NOTICE and sent_today >= budget:
        return Hold(leave=Leave.FOLD)
    return Hold(leave=Leave.NOW)


def _next_opening(now: datetime, quiet: QuietHours, workdays: Workdays) -> datetime:
    opening = quiet.end if quiet.begin != quiet.end else time(0)
    day = workdays.day_of(now)
    if not workdays.is_workday(day) or workdays.moment(day, opening) <= now:
        day = workdays.add(day, 1)
    return workdays.moment(day, opening)
