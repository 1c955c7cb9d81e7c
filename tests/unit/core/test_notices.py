"""When a letter may leave: quiet hours, weekends and the notice budget."""

from datetime import UTC, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.core.notices import Hold, Leave, QuietHours, when
from agent.domain.effects import Send, Urgency
from agent.domain.words import Language
from tests.company import MONDAY, SHANGHAI, at

LATER = MONDAY.replace(tzinfo=None, month=12)

NIGHT = QuietHours(begin=time(20), end=time(8))


def a_letter(urgency: Urgency) -> Send:
    """Build a letter of some urgency."""
    return Send(key="k", letter="ask", to=(at("li"),), language=Language.ZH, urgency=urgency, case=None)


def asked(urgency: Urgency, day: int, hour: int, sent_today: int = 0) -> Hold:
    """Ask on a day of March 2026 (the 2nd is a Monday) at a local hour."""
    now = SHANGHAI.moment(datetime(2026, 3, day, tzinfo=UTC).date(), time(hour))
    return when(a_letter(urgency), now=now, quiet=NIGHT, sent_today=sent_today, budget=5, workdays=SHANGHAI)


@pytest.mark.parametrize("urgency", [Urgency.ANSWER, Urgency.URGENT])
@pytest.mark.parametrize(("day", "hour"), [(3, 23), (7, 12), (3, 3)])
def test_an_answer_or_an_emergency_leaves_at_any_hour(urgency: Urgency, day: int, hour: int) -> None:
    """Whoever wrote to us at night is awake."""
    assert asked(urgency, day, hour).leave is Leave.NOW


@pytest.mark.parametrize(
    ("day", "hour", "until"),
    [
        pytest.param(3, 23, (4, 8), id="an evening waits for the next morning"),
        pytest.param(3, 3, (3, 8), id="a small hour waits for the same morning"),
        pytest.param(6, 21, (9, 8), id="a Friday evening waits for Monday"),
        pytest.param(7, 12, (9, 8), id="a Saturday noon waits for Monday"),
    ],
)
def test_work_waits_for_the_next_working_morning(day: int, hour: int, until: tuple[int, int]) -> None:
    """Quiet hours hold back everything that is not urgent."""
    hold = asked(Urgency.WORK, day, hour)

    assert hold.leave is Leave.HOLD
    assert hold.until == SHANGHAI.moment(datetime(2026, 3, until[0], tzinfo=UTC).date(), time(until[1]))


def test_a_notice_above_the_budget_is_folded_and_work_is_not() -> None:
    """35 mails a person become one digest; a form that is asked always goes out."""
    assert asked(Urgency.NOTICE, 3, 10, sent_today=4).leave is Leave.NOW
    assert asked(Urgency.NOTICE, 3, 10, sent_today=5).leave is Leave.FOLD
    assert asked(Urgency.WORK, 3, 10, sent_today=50).leave is Leave.NOW


@given(
    moment=st.datetimes(min_value=MONDAY.replace(tzinfo=None), max_value=LATER, timezones=st.just(UTC)),
    begin=st.times(),
    end=st.times(),
)
def test_what_is_held_is_held_until_a_moment_at_which_it_may_leave(
    moment: datetime, begin: time, end: time
) -> None:
    """No letter is held for ever, and none is held until a moment that holds it again."""
    quiet = QuietHours(begin=begin.replace(second=0, microsecond=0), end=end.replace(second=0, microsecond=0))
    letter = a_letter(Urgency.WORK)
    hold = when(letter, now=moment, quiet=quiet, sent_today=0, budget=5, workdays=SHANGHAI)

    if hold.until is not None:
        assert hold.until > moment
        again = when(letter, now=hold.until, quiet=quiet, sent_today=0, budget=5, workdays=SHANGHAI)
        assert again.leave is Leave.NOW
