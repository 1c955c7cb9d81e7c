"""When things are due, when people are reminded, and how late something is (process.md, clocks and People).

Every function is told the moment and the calendar.  Three rules hold throughout:

* "2 workdays" is two days of the working calendar after the *local day* on which the span began,
  due at the end of that workday: never 48 hours, never 16 working hours.
* Hours are real hours, across nights, weekends and clock changes.
* What was computed beyond the published calendar is *provisional*, and computed again when that
  year is published.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from agent.domain.process import Span, SpanUnit
from agent.domain.steps import WeeklyMoment
from agent.domain.work_items import Due
from agent.domain.workdays import Workdays

END_OF_DAY = time(18)
"""Wall-clock time at which a day is over for whoever owes something that day."""

MORNING = time(9)
"""Wall-clock time of reminders that belong to a day and not to a moment."""

HOURLY_REMINDERS = 8
"""An urgent item is reminded hourly for one shift past its due moment; after that each workday,
because a mail every hour of the night is read by nobody."""

_WEEKS_AHEAD = 106
"""How far `next_weekly` looks for a week with a workday: two years."""

_ON = "on "


@dataclass(frozen=True, slots=True, kw_only=True)
class Strike:
    """One occurrence of a weekly moment."""

    at: datetime
    """UTC."""
    period: str
    """The ISO 8601 week it stands for, `2026-W12`: two strikes of one period are the same strike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """One moment at which the holder of an open item is reminded."""

    at: datetime
    """UTC."""
    late: int
    """-1 before it is due, 0 when it is due, then how many units late; from 1 on the holder's head
    is copied, from 3 on the coordinator."""
    unit: SpanUnit
    """What `late` counts: workdays, or hours for an urgent item whose clock counts hours."""


def due_after(span: Span, clock: str, since: datetime, calendar: Workdays, *, at: time = END_OF_DAY) -> Due:
    """Return when something is due that was asked at `since` and may take `span`.

    Args:
        span: How long it may take.
        clock: The clock's name in the pack, kept for `explain`.
        since: The moment from which the span counts, aware.
        calendar: The calendar that the holder works by.
        at: The wall-clock time that ends a workday; without meaning for hours.

    Raises:
        ValueError: `since` has no zone, or the span is negative.
    """
    if span.amount < 0:
        raise ValueError(f"a span cannot be negative: {span}")
    first = calendar.day_of(since)
    moment, provisional = since.astimezone(UTC), False
    match span.unit:
        case SpanUnit.HOURS:
            moment += timedelta(hours=span.amount)
        case SpanUnit.WORKDAYS:
            day = calendar.add(first, span.amount)
            if calendar.moment(day, at) <= moment:  # only "0 workdays", asked after hours
                day = calendar.add(day, 1)
            moment = calendar.moment(day, at)
            provisional = not (calendar.knows(first) and calendar.knows(day))
    return Due(
        at=moment,
        rule=str(span),
        clock=clock,
        since=since.astimezone(UTC),
        calendar=calendar.revision,
        provisional=provisional,
    )


def due_on(day: date, calendar: Workdays, *, since: datetime | None = None, at: time = END_OF_DAY) -> Due:
    """Return the deadline for a day that a form gave; it is kept as given, worked or not.

    Args:
        day: The local day.
        calendar: The calendar that gives the zone.
        since: When the form was accepted; the due moment itself when nobody knows.
        at: The wall-clock time at which the day is over.
    """
    moment = calendar.moment(day, at)
    return Due(
        at=moment,
        rule=f"{_ON}{day.isoformat()}",
        clock="",
        since=moment if since is None else since.astimezone(UTC),
        calendar=calendar.revision,
    )


def span_of(rule: str) -> Span | None:
    """Return the span that a stored rule states (`2 workdays`); None for the day that a form gave."""
    amount, _, unit = rule.partition(" ")
    if not amount.isdecimal():
        return None
    found = next((u for u in SpanUnit if unit in {u.value, u.value[:-1]}), None)
    return None if found is None else Span(amount=int(amount), unit=found)


def again(due: Due, calendar: Workdays) -> Due:
    """Return `due` computed anew because a calendar was published.

    Only a provisional deadline moves: what was promised on a published calendar stays promised.
    """
    span = span_of(due.rule)
    if span is None or not due.provisional:
        return due
    return due_after(span, due.clock, due.since, calendar, at=due.at.astimezone(calendar.zone).time())


def postponed(due: Due, by: timedelta, calendar: Workdays) -> Due:
    """Return `due` later by the time that a case was suspended: while it slept, no clock ran.

    The moment from which the rule counts moves along, and the rule is applied from there: hours stay
    hours, and a deadline in workdays ends a workday again.  A day that a form gave stays that day:
    people agreed on it, and only a change moves it.
    """
    span = span_of(due.rule)
    if span is None:
        return due
    moved = due_after(span, due.clock, due.since + by, calendar, at=due.at.astimezone(calendar.zone).time())
    return replace(moved, at=due.at + by) if span.unit is SpanUnit.HOURS else moved


def weekly_in(moment: WeeklyMoment, day: date, calendar: Workdays) -> Strike | None:
    """Return the strike of `moment` in the ISO week of `day`; None when nobody works that week.

    When its day is not worked, it moves to the nearest earlier workday of the same week; when there
    is none, to the first workday of that week.  Moments of one week thereby keep their order.
    """
    monday = day - timedelta(days=day.weekday())
    week = [monday + timedelta(days=n) for n in range(7)]
    worked = [each for each in week if calendar.is_workday(each)]
    if not worked:
        return None
    earlier = [each for each in worked if each.weekday() <= moment.weekday]
    year, number, _ = monday.isocalendar()
    return Strike(
        at=calendar.moment(earlier[-1] if earlier else worked[0], moment.at),
        period=f"{year}-W{number:02}",
    )


def next_weekly(moment: WeeklyMoment, after: datetime, calendar: Workdays) -> Strike | None:
    """Return the first strike of `moment` later than `after`; None when two years hold no workday.

    Raises:
        ValueError: `after` has no zone.
    """
    day = calendar.day_of(after)
    for weeks in range(_WEEKS_AHEAD):
        strike = weekly_in(moment, day + timedelta(weeks=weeks), calendar)
        if strike is not None and strike.at > after:
            return strike
    return None


def next_reminder(due: Due, calendar: Workdays, after: datetime, *, urgent: bool = False) -> Reminder:
    """Return the first reminder of an open item later than `after`.

    Ask with the moment the item was opened, then with the moment of each reminder (or with now after
    a long stop: what was missed is then one reminder, not ten).

    The moments: 09:00 of the workday before, the due moment, 09:00 of each workday after.  When the
    clock counts hours, the first is halfway instead; and in an urgent profile the item is reminded
    each hour for `HOURLY_REMINDERS` hours past due before the workdays take over.  Letters that are not
    urgent wait for a workday: what would fall on a day off is left to the next workday's reminder.

    Args:
        due: When it is due.
        calendar: The calendar that the holder works by.
        after: The moment after which to look, aware.
        urgent: True in a profile whose letters do not wait for the morning.
    """
    span = span_of(due.rule)
    hours = span is not None and span.unit is SpanUnit.HOURS
    unit = SpanUnit.HOURS if hours and urgent else SpanUnit.WORKDAYS
    due_day = calendar.day_of(due.at)
    if hours:
        before = due.since + (due.at - due.since) / 2
    else:
        before = calendar.moment(calendar.add(due_day, -1), MORNING)
    if after < before < due.at and (urgent or calendar.is_workday(calendar.day_of(before))):
        return Reminder(at=before, late=-1, unit=unit)
    if after < due.at and (urgent or calendar.is_workday(due_day)):
        return Reminder(at=due.at, late=0, unit=unit)
    if unit is SpanUnit.HOURS:
        hour = (after - due.at) // timedelta(hours=1) + 1
        if hour <= HOURLY_REMINDERS:
            return Reminder(at=due.at + timedelta(hours=hour), late=hour, unit=unit)
        after = max(after, due.at + timedelta(hours=HOURLY_REMINDERS))
    day = max(calendar.day_of(after), due_day)
    if not calendar.is_workday(day) or day == due_day or calendar.moment(day, MORNING) <= after:
        day = calendar.add(day, 1)
    at = calendar.moment(day, MORNING)
    if unit is SpanUnit.HOURS:
        return Reminder(at=at, late=(at - due.at) // timedelta(hours=1), unit=unit)
    return Reminder(at=at, late=calendar.late_by(due_day, day), unit=unit)


def late_by(due: Due, at: datetime, calendar: Workdays) -> int:
    """Count the workdays by which an open item is late at `at`; 0 while it is not."""
    return calendar.late_by(calendar.day_of(due.at), calendar.day_of(at)) if at > due.at else 0


def lag(end: date, at: datetime, calendar: Workdays) -> int:
    """Count the workdays by which a task planned to end on `end` lags at `at`; 0 until that day is over."""
    return calendar.late_by(end, calendar.day_of(at))
