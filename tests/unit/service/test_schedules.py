"""Schedules: which moment was last, which comes next, and what its period is called."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.domain.workdays import Workdays
from agent.service.schedules import Schedule, following, latest

SHANGHAI = Workdays(zone=ZoneInfo("Asia/Shanghai"), days_off=frozenset({date(2026, 3, 11)}))
BERLIN = Workdays(zone=ZoneInfo("Europe/Berlin"))
DAILY = Schedule(name="digest", at=time(8, 30))
WEEKLY = Schedule(name="weekly", at=time(8, 30), weekday=0)


def test_the_daily_digest_comes_at_half_past_eight_where_the_company_is() -> None:
    """08:30 in Shanghai is 00:30 in UTC."""
    stroke = latest(DAILY, datetime(2026, 3, 12, 1, 0, tzinfo=UTC), SHANGHAI)
    assert stroke is not None
    assert (stroke.period, stroke.at) == ("2026-03-12", datetime(2026, 3, 12, 0, 30, tzinfo=UTC))


def test_nobody_gets_a_digest_on_a_day_off() -> None:
    """On a holiday the latest stroke is that of the last workday."""
    stroke = latest(DAILY, datetime(2026, 3, 11, 4, 0, tzinfo=UTC), SHANGHAI)
    assert stroke is not None
    assert stroke.period == "2026-03-10"


def test_after_a_month_of_standstill_there_is_one_digest_not_twenty() -> None:
    """Only the latest period is struck."""
    stroke = latest(WEEKLY, datetime(2026, 3, 30, 9, 0, tzinfo=UTC), SHANGHAI)
    assert stroke is not None
    assert stroke.period == "2026-W14"


def test_a_week_belongs_to_its_iso_year() -> None:
    """Monday 2026-12-28 is in week 53 of 2026."""
    assert WEEKLY.period(date(2026, 12, 28)) == "2026-W53"


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_a_changing_clock_strikes_once_a_day(day: date) -> None:
    """02:30 does not exist, or exists twice, when summer time begins and ends (Berlin)."""
    early = Schedule(name="early", at=time(2, 30), weekday=6)
    before = BERLIN.moment(day, time(0, 1))
    first = following(early, before, BERLIN)
    assert first is not None
    second = following(early, first.at, BERLIN)
    assert second is not None
    assert first.period != second.period


@given(
    now=st.integers(1_577_836_800, 2_051_222_400).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
)
def test_what_follows_is_later_and_what_was_last_is_not(now: datetime) -> None:
    """Striking at the following moment makes exactly that one the latest."""
    after = following(DAILY, now, SHANGHAI)
    assert after is not None
    assert after.at > now
    assert latest(DAILY, after.at, SHANGHAI) == after
