"""Deadlines as process.md states them, on calendars as they are published."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from agent.core.deadlines import (
    HOURLY_REMINDERS,
    Reminder,
    again,
    due_after,
    due_on,
    lag,
    late_by,
    next_reminder,
    next_weekly,
    postponed,
    span_of,
    weekly_in,
)
from agent.domain.process import Span, SpanUnit
from agent.domain.steps import WeeklyMoment
from agent.domain.work_items import Due
from agent.domain.workdays import Workdays

SHANGHAI = ZoneInfo("Asia/Shanghai")
GOLDEN_WEEK = frozenset(date(2026, 10, day) for day in range(1, 8))
CHINA = Workdays(
    zone=SHANGHAI,
    revision="cn-2026",
    known_from=date(2026, 1, 1),
    known_until=date(2026, 12, 31),
    days_off=frozenset({*GOLDEN_WEEK, date(2026, 9, 25), date(2026, 1, 1), date(2026, 1, 2)}),
    made_up=frozenset({date(2026, 9, 20), date(2026, 10, 10), date(2026, 1, 4)}),
)


def days(amount: int) -> Span:
    return Span(amount=amount, unit=SpanUnit.WORKDAYS)


def hours(amount: int) -> Span:
    return Span(amount=amount, unit=SpanUnit.HOURS)


def local(*parts: int, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime(*parts, tzinfo=zone)  # type: ignore[misc,arg-type] # year, month, day, hour, minute


def test_two_workdays_are_two_days_of_the_calendar_and_not_48_hours() -> None:
    """Asked on Friday afternoon, two workdays end on Tuesday evening."""
    due = due_after(days(2), "confirm", local(2026, 3, 20, 16, 40), CHINA)
    assert due.at == local(2026, 3, 24, 18)
    assert (due.rule, due.clock, due.calendar, due.provisional) == ("2 workdays", "confirm", "cn-2026", False)


def test_the_day_of_asking_never_counts_however_early() -> None:
    """00:05 and 23:55 of one day give the same deadline."""
    early = due_after(days(1), "c", local(2026, 3, 18, 0, 5), CHINA)
    late = due_after(days(1), "c", local(2026, 3, 18, 23, 55), CHINA)
    assert early.at == late.at == local(2026, 3, 19, 18)


def test_the_day_of_asking_is_the_local_one() -> None:
    """20:00 UTC on Wednesday is already Thursday in Shanghai."""
    due = due_after(days(1), "c", datetime(2026, 3, 18, 20, tzinfo=UTC), CHINA)
    assert due.at == local(2026, 3, 20, 18)


def test_a_make_up_day_counts_as_a_workday() -> None:
    """Sunday 20 September 2026 is worked (调休), so one workday after Saturday ends that Sunday."""
    assert due_after(days(1), "c", local(2026, 9, 19, 9), CHINA).at == local(2026, 9, 20, 18)


def test_a_long_holiday_is_jumped_over_in_one_piece() -> None:
    """Two workdays asked on 29 September end on 8 October, after the golden week."""
    assert due_after(days(2), "c", local(2026, 9, 29, 10), CHINA).at == local(2026, 10, 8, 18)


def test_hours_are_real_hours_across_weekends() -> None:
    """Minutes are due 24 hours after the Friday meeting: on Saturday."""
    due = due_after(hours(24), "minutes", local(2026, 3, 20, 17), CHINA)
    assert due.at == local(2026, 3, 21, 17)
    assert not due.provisional


@pytest.mark.parametrize(
    ("start", "end"), [((2026, 3, 28, 12), (2026, 3, 29, 13)), ((2026, 10, 24, 12), (2026, 10, 25, 11))]
)
def test_24_hours_are_24_hours_when_the_clocks_change(start: tuple[int, ...], end: tuple[int, ...]) -> None:
    """In Berlin the wall clock shows one hour more in spring and one less in autumn."""
    berlin = ZoneInfo("Europe/Berlin")
    due = due_after(hours(24), "c", local(*start, zone=berlin), Workdays(zone=berlin))
    assert due.at.astimezone(berlin) == local(*end, zone=berlin)


def test_workdays_end_at_the_same_wall_clock_time_when_the_clocks_change() -> None:
    """18:00 in Berlin is 17:00 UTC in winter and 16:00 UTC in summer."""
    berlin = ZoneInfo("Europe/Berlin")
    due = due_after(days(1), "c", local(2026, 3, 27, 12, zone=berlin), Workdays(zone=berlin))
    assert due.at == datetime(2026, 3, 30, 16, tzinfo=UTC)


def test_a_deadline_past_the_published_calendar_is_provisional() -> None:
    """Nobody has published 2027, so a span that reaches into it is only assumed."""
    due = due_after(days(2), "c", local(2026, 12, 30, 9), CHINA)
    assert due.at == local(2027, 1, 1, 18)
    assert due.provisional


def test_a_provisional_deadline_moves_when_its_year_is_published() -> None:
    """New Year's Day turns out to be off: the deadline moves and is no longer provisional."""
    due = due_after(days(2), "c", local(2026, 12, 30, 9), CHINA, at=time(17, 30))
    wider = Workdays(
        zone=SHANGHAI,
        revision="cn-2027",
        known_from=date(2026, 1, 1),
        known_until=date(2027, 12, 31),
        days_off=frozenset({date(2027, 1, 1)}),
    )
    moved = again(due, wider)
    assert moved.at == local(2027, 1, 4, 17, 30)
    assert (moved.calendar, moved.provisional, moved.since) == ("cn-2027", False, due.since)


def test_what_was_promised_on_a_published_calendar_stays_promised() -> None:
    """A new revision moves provisional deadlines only, and never hours or given days."""
    other = Workdays(zone=SHANGHAI, revision="other")
    for due in (
        due_after(days(2), "c", local(2026, 3, 18, 9), CHINA),
        due_after(hours(4), "c", local(2026, 12, 31, 23), CHINA),
        due_on(date(2027, 5, 1), CHINA),
    ):
        assert again(due, other) == due


def test_a_day_from_a_form_is_kept_though_it_is_not_worked() -> None:
    """Somebody wrote Saturday: Saturday it is, and the rule says which day the form gave."""
    due = due_on(date(2026, 3, 21), CHINA)
    assert due.at == local(2026, 3, 21, 18)
    assert due.rule == "on 2026-03-21"
    assert not due.provisional


def test_no_workdays_is_the_end_of_today_or_of_the_next_workday_after_hours() -> None:
    """A deadline is never over before it begins."""
    assert due_after(days(0), "c", local(2026, 3, 18, 9), CHINA).at == local(2026, 3, 18, 18)
    assert due_after(days(0), "c", local(2026, 3, 18, 18), CHINA).at == local(2026, 3, 19, 18)


@pytest.mark.parametrize(
    "nonsense", [Span(amount=-1, unit=SpanUnit.WORKDAYS), Span(amount=-1, unit=SpanUnit.HOURS)]
)
def test_a_negative_span_is_refused(nonsense: Span) -> None:
    """A definition cannot say so; if one does, it is our mistake and shows at once."""
    with pytest.raises(ValueError, match="negative"):
        due_after(nonsense, "c", local(2026, 3, 18, 9), CHINA)


def test_a_moment_without_a_zone_is_refused() -> None:
    """Which day it falls on could only be guessed."""
    with pytest.raises(ValueError, match="zone"):
        due_after(days(1), "c", datetime(2026, 3, 18, 9), CHINA)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("rule", "span"),
    [("2 workdays", days(2)), ("1 workday", days(1)), ("24 hours", hours(24)), ("1 hour", hours(1)),
     ("on 2026-03-21", None), ("", None), ("two workdays", None), ("2 weeks", None), ("-2 workdays", None)],
)  # fmt: skip
def test_a_stored_rule_is_read_back(rule: str, span: Span | None) -> None:
    """What a deadline says about itself is enough to compute it again."""
    assert span_of(rule) == span


def test_a_suspended_case_gets_its_time_back() -> None:
    """While a case is suspended no clock runs."""
    due = due_after(hours(4), "c", local(2026, 3, 18, 9), CHINA)
    assert postponed(due, timedelta(days=3), CHINA).at == local(2026, 3, 21, 13)


def test_a_postponed_workday_is_a_workday_again() -> None:
    """Suspended over a weekend for two and a half days: due at the end of a workday, not in a night."""
    due = due_after(days(2), "c", local(2026, 3, 17, 9), CHINA)
    assert due.at == local(2026, 3, 19, 18)
    assert postponed(due, timedelta(days=2, hours=15), CHINA).at == local(2026, 3, 24, 18)


def test_a_day_that_a_form_gave_is_not_moved_by_a_suspension() -> None:
    """People agreed on it; only a change moves it."""
    due = due_on(date(2026, 3, 20), CHINA)
    assert postponed(due, timedelta(days=9), CHINA) == due


def test_a_delay_survives_the_publication_of_a_calendar() -> None:
    """Computed again, a provisional deadline still has the week that its case was suspended."""
    due = postponed(due_after(days(2), "c", local(2026, 12, 30, 9), CHINA), timedelta(days=7), CHINA)
    wider = replace(CHINA, revision="cn-2027", known_until=date(2027, 12, 31))
    assert again(due, wider).at == due.at == local(2027, 1, 8, 18)


THURSDAY_9 = WeeklyMoment(weekday=3, at=time(9))
FRIDAY_16 = WeeklyMoment(weekday=4, at=time(16))


def test_a_weekly_moment_strikes_once_a_week_with_the_week_as_its_name() -> None:
    """The period key is the ISO week, so a restart cannot strike it twice."""
    first = next_weekly(THURSDAY_9, local(2026, 3, 18, 12), CHINA)
    assert first is not None
    assert (first.at, first.period) == (local(2026, 3, 19, 9), "2026-W12")
    second = next_weekly(THURSDAY_9, first.at, CHINA)
    assert second is not None
    assert (second.at, second.period) == (local(2026, 3, 26, 9), "2026-W13")


def test_a_weekly_moment_on_a_day_off_moves_to_the_nearest_earlier_workday() -> None:
    """Friday 25 September 2026 is off: the meeting is on Thursday at the same time."""
    strike = weekly_in(FRIDAY_16, date(2026, 9, 25), CHINA)
    assert strike is not None
    assert strike.at == local(2026, 9, 24, 16)


def test_with_no_earlier_workday_it_moves_to_the_first_workday_of_that_week() -> None:
    """In the golden week only Saturday 10 October and 8 and 9 are worked: Monday's moment moves there."""
    strike = weekly_in(WeeklyMoment(weekday=0, at=time(9)), date(2026, 10, 5), CHINA)
    assert strike is not None
    assert (strike.at, strike.period) == (local(2026, 10, 8, 9), "2026-W41")


def test_a_week_without_workdays_is_skipped() -> None:
    """Nobody is asked for progress in a week that nobody works."""
    week = frozenset(date(2026, 2, 16) + timedelta(days=n) for n in range(7))
    calendar = Workdays(
        zone=SHANGHAI, known_from=date(2026, 1, 1), known_until=date(2026, 12, 31), days_off=week
    )
    assert weekly_in(THURSDAY_9, date(2026, 2, 18), calendar) is None
    strike = next_weekly(THURSDAY_9, local(2026, 2, 12, 9), calendar)
    assert strike is not None
    assert (strike.at, strike.period) == (local(2026, 2, 26, 9), "2026-W09")


def test_a_week_across_new_year_carries_the_year_of_its_thursday() -> None:
    """ISO 8601: 1 January 2027 is a Friday and belongs to week 53 of 2026."""
    strike = weekly_in(FRIDAY_16, date(2027, 1, 1), CHINA)
    assert strike is not None
    assert strike.period == "2026-W53"


def test_a_calendar_without_workdays_never_strikes() -> None:
    """Looking ahead is bounded."""
    first, last = date(2026, 1, 1), date(2029, 12, 31)
    off = frozenset(first + timedelta(days=n) for n in range((last - first).days + 1))
    nothing = Workdays(zone=SHANGHAI, known_from=first, known_until=last, days_off=off)
    assert next_weekly(THURSDAY_9, local(2026, 3, 18, 12), nothing) is None


def reminders(due: Due, count: int, *, urgent: bool = False) -> list[Reminder]:
    found: list[Reminder] = []
    after = due.since
    for _ in range(count):
        found.append(next_reminder(due, CHINA, after, urgent=urgent))
        after = found[-1].at
    return found


def test_reminded_the_workday_before_when_due_and_each_workday_after() -> None:
    """process.md, People; the weekend between is nobody's."""
    due = due_after(days(2), "confirm", local(2026, 3, 18, 9), CHINA)
    assert [(r.at, r.late) for r in reminders(due, 5)] == [
        (local(2026, 3, 19, 9), -1),
        (local(2026, 3, 20, 18), 0),
        (local(2026, 3, 23, 9), 1),
        (local(2026, 3, 24, 9), 2),
        (local(2026, 3, 25, 9), 3),
    ]


def test_an_item_asked_after_its_first_reminder_starts_with_the_second() -> None:
    """One workday to answer, asked at 10:00: the reminder of 09:00 would have come before the question."""
    due = due_after(days(1), "c", local(2026, 3, 18, 10), CHINA)
    assert [r.late for r in reminders(due, 2)] == [0, 1]


def test_after_a_long_stop_one_reminder_makes_up_for_all() -> None:
    """Three days late, the next reminder is the fourth day's, and only one."""
    due = due_after(days(1), "c", local(2026, 3, 16, 8), CHINA)
    found = next_reminder(due, CHINA, local(2026, 3, 20, 11))
    assert (found.at, found.late) == (local(2026, 3, 23, 9), 4)


def test_minutes_due_in_24_hours_are_reminded_halfway_and_then_by_the_workday() -> None:
    """The project profile's only clock in hours must not mail every hour of the weekend."""
    due = due_after(hours(24), "minutes", local(2026, 3, 19, 17), CHINA)
    assert [(r.at, r.late, r.unit) for r in reminders(due, 4)] == [
        (local(2026, 3, 20, 5), -1, SpanUnit.WORKDAYS),
        (local(2026, 3, 20, 17), 0, SpanUnit.WORKDAYS),
        (local(2026, 3, 23, 9), 1, SpanUnit.WORKDAYS),
        (local(2026, 3, 24, 9), 2, SpanUnit.WORKDAYS),
    ]


def test_nobody_is_reminded_on_a_day_off() -> None:
    """Minutes of a Friday meeting are due on Saturday; held over to Monday, “due soon” would be wrong."""
    due = due_after(hours(24), "minutes", local(2026, 3, 20, 17), CHINA)

    first = next_reminder(due, CHINA, due.since)

    assert (first.at, first.late) == (local(2026, 3, 23, 9), 1)
    assert next_reminder(due, CHINA, due.since, urgent=True).at < due.at


def test_an_urgent_item_is_reminded_each_hour_for_a_shift_then_each_workday() -> None:
    """Emergency profile: four hours to answer, then hourly, and not for ever."""
    due = due_after(hours(4), "confirm", local(2026, 3, 20, 9), CHINA)
    found = reminders(due, 2 + HOURLY_REMINDERS + 2, urgent=True)
    assert [(r.at, r.late) for r in found[:4]] == [
        (local(2026, 3, 20, 11), -1),
        (local(2026, 3, 20, 13), 0),
        (local(2026, 3, 20, 14), 1),
        (local(2026, 3, 20, 15), 2),
    ]
    assert found[1 + HOURLY_REMINDERS].at == local(2026, 3, 20, 21)
    assert [r.at for r in found[2 + HOURLY_REMINDERS :]] == [local(2026, 3, 23, 9), local(2026, 3, 24, 9)]
    assert found[-2].late == 68


def test_late_is_counted_in_workdays_from_the_first_one_missed() -> None:
    """Due on Friday: on Saturday nobody is late yet, on Monday one workday."""
    due = due_on(date(2026, 3, 20), CHINA)
    assert [late_by(due, local(2026, 3, day, 19), CHINA) for day in (19, 20, 21, 23, 25)] == [0, 0, 0, 1, 3]
    assert [lag(date(2026, 3, 20), local(2026, 3, day, 8), CHINA) for day in (19, 20, 22, 23)] == [0, 0, 0, 1]
