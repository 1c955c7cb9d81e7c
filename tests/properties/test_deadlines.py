"""What holds of every deadline, on every calendar and in every zone."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from agent.core.deadlines import again, due_after, next_reminder, next_weekly, span_of, weekly_in
from agent.domain.process import Span, SpanUnit
from agent.domain.steps import WeeklyMoment
from agent.domain.workdays import Workdays

ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC")
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)

a_day = st.dates(FIRST, LAST)
a_zone = st.sampled_from(ZONES).map(ZoneInfo)
a_moment = st.datetimes(datetime(2025, 12, 1), datetime(2027, 1, 31), timezones=st.just(UTC))  # noqa: DTZ001 - the strategy wants them so
a_span = st.builds(Span, amount=st.integers(0, 60), unit=st.sampled_from(SpanUnit))
a_weekly = st.builds(
    WeeklyMoment, weekday=st.integers(0, 6), at=st.times().map(lambda t: t.replace(microsecond=0))
)


@st.composite
def calendars(draw: st.DrawFn) -> Workdays:
    """Draw a calendar with scattered days off, a long holiday and make-up days."""
    start, length = draw(a_day), draw(st.integers(0, 12))
    off = draw(st.frozensets(a_day, max_size=20)) | {start + timedelta(days=n) for n in range(length)}
    made_up = draw(st.frozensets(a_day.filter(lambda d: d.weekday() > 4), max_size=8)) - off
    return Workdays(zone=draw(a_zone), known_from=FIRST, known_until=LAST, days_off=off, made_up=made_up)


@given(calendars(), a_span, a_moment)
def test_a_deadline_lies_ahead_and_workdays_end_on_a_workday(
    calendar: Workdays, span: Span, since: datetime
) -> None:
    """Nobody is asked for something that is over, nor for something on a day off."""
    due = due_after(span, "c", since, calendar)
    assert due.at >= since if span.unit is SpanUnit.HOURS else due.at > since
    if span.unit is SpanUnit.WORKDAYS:
        assert calendar.is_workday(calendar.day_of(due.at))
        assert (
            due.provisional
            or calendar.between(calendar.day_of(since), calendar.day_of(due.at)) >= span.amount
        )
    else:
        assert due.at - since == timedelta(hours=span.amount)


@given(calendars(), a_span, a_moment, st.timedeltas(timedelta(0), timedelta(days=40)))
def test_who_is_asked_later_is_never_due_earlier(
    calendar: Workdays, span: Span, since: datetime, later: timedelta
) -> None:
    """Deadlines are monotone in the moment of asking."""
    assert due_after(span, "c", since, calendar).at <= due_after(span, "c", since + later, calendar).at


@given(calendars(), a_span, a_moment)
def test_more_time_is_never_less_time(calendar: Workdays, span: Span, since: datetime) -> None:
    """One unit more ends strictly later."""
    more = Span(amount=span.amount + 2, unit=span.unit)
    assert due_after(span, "c", since, calendar).at < due_after(more, "c", since, calendar).at


@given(calendars(), a_span, a_moment)
def test_computing_again_on_the_same_calendar_changes_nothing(
    calendar: Workdays, span: Span, since: datetime
) -> None:
    """A deadline carries everything that is needed to compute it again."""
    due = due_after(span, "c", since, calendar)
    assert again(due, calendar) == due
    assert span_of(due.rule) == span


@given(calendars(), a_weekly, a_moment)
def test_a_weekly_moment_strikes_each_week_at_most_once_and_only_on_workdays(
    calendar: Workdays, moment: WeeklyMoment, after: datetime
) -> None:
    """The periods of successive strikes differ, their moments ascend, their days are worked."""
    seen: set[str] = set()
    for _ in range(12):
        strike = next_weekly(moment, after, calendar)
        assert strike is not None
        assert strike.at > after
        assert strike.period not in seen
        assert calendar.is_workday(calendar.day_of(strike.at))
        seen.add(strike.period)
        after = strike.at


@given(calendars(), a_weekly, a_weekly, a_day)
def test_moments_of_one_week_keep_their_order(
    calendar: Workdays, one: WeeklyMoment, other: WeeklyMoment, day: date
) -> None:
    """Forms never go out after they are due, whatever the holidays of that week."""
    earlier, later = sorted((one, other), key=lambda m: (m.weekday, m.at))
    first, second = weekly_in(earlier, day, calendar), weekly_in(later, day, calendar)
    assert (first is None) == (second is None)
    if first is not None and second is not None and earlier.at <= later.at:
        assert first.at <= second.at


@given(calendars(), a_span, a_moment, st.booleans())
def test_reminders_ascend_and_never_stop(
    calendar: Workdays,
    span: Span,
    since: datetime,
    urgent: bool,  # noqa: FBT001 - drawn by Hypothesis
) -> None:
    """Each reminder is later than the one before; lateness grows; after the due moment it is at least 1."""
    due = due_after(span, "c", since, calendar)
    after, late = since, -2
    for _ in range(14):
        reminder = next_reminder(due, calendar, after, urgent=urgent)
        assert reminder.at > after
        assert reminder.late > late
        assert (reminder.at > due.at) == (reminder.late > 0)
        after, late = reminder.at, reminder.late
