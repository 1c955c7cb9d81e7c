"""Who is copied when, in hours where clocks count hours; and lag that has no date (process.md 3.2)."""

from datetime import timedelta

from agent.domain.keywords import Keyword
from tests.company import at
from tests.course import Course, executing, letters, requested


def copies(course: Course, to: str, days: float) -> list[tuple[str, ...]]:
    """Return who is copied on each reminder that `to` gets while time passes."""
    plans = course.days_pass(days)
    return [s.cc for p in plans for s in letters(p, "reminder") if s.to == (at(to),)]


def test_an_emergency_copies_the_head_after_an_hour_and_the_coordinator_after_three() -> None:
    """Hours instead of days: tomorrow morning would be too late."""
    course = requested(profile="emergency", liaison=at("liu"))
    course.now = course.item("confirm/研发部/1").due.at
    course.says("li", Keyword.HAND_OVER, "liu@example.com", item="confirm/研发部/1")

    found = copies(course, "liu", 3.5 / 24)

    assert found[-3:] == [(at("li"),), (at("li"),), (at("li"), at("zhou"))]


def test_a_task_without_a_progress_answer_reaches_the_coordinator_on_the_third_workday() -> None:
    """Lag that no date shows counts from the day it was first warned of."""
    course = executing()
    friday = course.case.began + timedelta(days=11)
    course.pass_until(friday + timedelta(hours=6))

    plans = course.days_pass(6)

    warned = [s for p in plans for s in letters(p, "lag_warning") if s.to == (at("liu"),)]
    assert [at("zhou") in s.cc for s in warned[:3]] == [False, False, True]
