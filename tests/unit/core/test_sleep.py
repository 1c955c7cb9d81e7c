"""A case that slept goes on as if the time had not been, and meetings are called anew (process.md, 暂停)."""

from datetime import timedelta

from agent.domain.keywords import Keyword
from tests.company import at
from tests.course import CONFIRM, executing, letters, names, requested


def test_a_meeting_whose_time_passed_asleep_is_called_for_another_day() -> None:
    """Nobody is asked for the minutes of a meeting that did not meet."""
    course = requested()
    course.returns("li", "confirm/研发部/1", CONFIRM | {"lead": at("liu")}, "head")
    course.returns("chen", "confirm/生产部/1", CONFIRM | {"lead": at("yang")}, "head")
    course.says("zhou", Keyword.SUSPEND)
    course.days_pass(20)

    plan = course.says("zhou", Keyword.RESUME)

    (meeting,) = course.case.meetings
    assert meeting.at > course.now
    assert meeting.sequence == 1
    assert {s.meeting for s in letters(plan, "meeting_moved")} == {meeting.id}
    assert not course.open_items()
    course.days_pass(5)
    assert course.open_items() == ["kickoff/kickoff-1/1"]
    assert course.item("kickoff/kickoff-1/1").due.at > meeting.at


def test_weeks_slept_through_are_not_made_up_for() -> None:
    """Progress is asked for on the next Thursday, once; there is one meeting a week."""
    course = executing()
    course.says("zhou", Keyword.SUSPEND)
    course.days_pass(21)
    plan = course.says("zhou", Keyword.RESUME)
    assert "ask" not in names(plan)

    course.days_pass(0.1)
    assert not [n for n in course.open_items() if n.startswith("weekly/")]
    course.days_pass(7)

    days = [
        m.at.date()
        for m in course.case.meetings
        if m.step == "weekly" and m.at > course.now - timedelta(days=9)
    ]
    assert len(days) == len(set(days))
