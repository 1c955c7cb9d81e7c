"""A case that slept goes on as if the time had not been, and meetings are called anew (process.md, 暂停)."""

from datetime import date, timedelta

from agent.domain.answers import Trust
from agent.domain.effects import Send
from agent.domain.keywords import Keyword
from tests.company import at
from tests.course import CONFIRM, REQUEST, Course, executing, letters, names, requested


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


def asleep_and_asked() -> tuple[Course, Send]:
    """Return a suspended case whose request came back with a doubtful day, and the letter that asks."""
    course = Course()
    course.begin()
    plan = course.returns(
        "zhang", "request//1", REQUEST, "initiating_head", trusts={"completion": Trust.GUESS}, paper=True
    )
    (letter,) = letters(plan, "confirm")
    course.says("zhou", Keyword.SUSPEND)
    return course, letter


def test_what_was_confirmed_meanwhile_is_kept_and_taken_when_the_case_is_resumed() -> None:
    """Nobody confirms twice; it counts as of the moment when it was said."""
    course, letter = asleep_and_asked()
    said_at = course.now
    kept = course.replies("zhang", "1: 2026-04-30", letter)
    (told,) = letters(kept)
    assert (told.letter, told.facts["answered"].zh) == ("suspended", "多部门协同需求申请表")
    assert course.item("request//1").is_open

    course.days_pass(9)
    plan = course.says("zhou", Keyword.RESUME)

    assert names(plan).count("received") == 1
    (filing,) = course.case.filings
    assert filing.values["completion"] == date(2026, 4, 30)
    assert [(each.by, each.at) for each in filing.confirmed] == [(at("zhang"), said_at)]
    assert course.case.laid_answers == ()


def test_the_word_alone_is_kept_as_well() -> None:
    """确认 in a mail of its own, or by command, is no refusal while there is something to confirm."""
    course, _ = asleep_and_asked()

    assert names(course.says("zhang", Keyword.CONFIRM)) == ["suspended"]
    assert "received" in names(course.says("zhou", Keyword.RESUME))


def test_a_form_that_came_before_an_answer_is_taken_before_it() -> None:
    """Whoever confirms old values after sending the right form does not bring the old ones back."""
    course, letter = asleep_and_asked()
    later = REQUEST | {"completion": date(2026, 4, 30)}
    course.returns("zhang", "request//1", later, "initiating_head")
    course.replies("zhang", "确认", letter)

    plan = course.says("zhou", Keyword.RESUME)

    assert [name for name in names(plan) if name in {"received", "already_answered"}] == [
        "received",
        "already_answered",
    ]
    assert course.case.filings[0].values["completion"] == date(2026, 4, 30)


def test_an_answer_that_came_before_a_form_is_taken_before_it() -> None:
    """And the other way round: what was confirmed first stands, and the form is told so."""
    course, letter = asleep_and_asked()
    course.replies("zhang", "确认", letter)
    later = REQUEST | {"completion": date(2026, 4, 30)}
    course.returns("zhang", "request//1", later, "initiating_head")

    plan = course.says("zhou", Keyword.RESUME)

    assert "already_answered" in names(plan)
    assert course.case.filings[0].values["completion"] == date(2026, 4, 17)


def test_whoever_may_not_confirm_is_told_at_once_though_the_case_sleeps() -> None:
    """Nothing of theirs is kept: chen heads another department."""
    course = requested()
    values = CONFIRM | {"lead": at("liu")}
    plan = course.returns(
        "li", "confirm/研发部/1", values, "head", trusts={"people": Trust.GUESS}, paper=True
    )
    (letter,) = letters(plan, "confirm")
    course.says("zhou", Keyword.SUSPEND)

    assert names(course.replies("chen", "确认", letter)) == ["not_entitled"]
    assert course.case.laid_answers == ()
