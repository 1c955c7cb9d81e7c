"""Print that could not be compared is told to the coordinator: never taken as equal, never called altered."""

from dataclasses import replace

from agent.core.drifting import drift_lines
from agent.core.released import turned_down
from agent.domain.events import FormReturned
from agent.domain.inbox import MailState
from agent.domain.reading import Drift, DriftKind, Uncompared
from agent.domain.work_items import ItemState
from tests.company import at
from tests.course import CONFIRM, letters, requested
from tests.unit.core.test_drift import around, judged
from tests.unit.core.test_triage import ITEM, a_mail, a_reading

TERMS = "逾期每日按0.5%计违约金"
PLACE = Uncompared(page=1, words=TERMS, picture="c" * 64)
PAGE = Uncompared(page=2)
ALL = Uncompared()
ANSWERS = CONFIRM | {"lead": at("liu")}


def test_a_page_that_nobody_can_read_waits_for_a_coordinator() -> None:
    """A blurred photograph must not carry new terms past us; its sender may send a better one at once."""
    verdict = judged(a_reading(uncompared=(PAGE, PLACE)))

    assert verdict.state is MailState.REVIEW
    assert not verdict.events
    lead, *lines = verdict.because.zh.splitlines()
    assert "无法与发出的核对" in lead
    assert lines == ["第2页：整页看不清，未能核对", f"第1页：“{TERMS}”看不清"]
    (letter,) = verdict.letters
    assert (letter.letter, letter.facts["pages"].zh) == ("altered", "2")


def test_what_is_altered_and_what_cannot_be_read_are_told_together() -> None:
    drift = Drift(kind=DriftKind.CHANGED, page=1, sent="30日内付款", returned="90日内付款")
    verdict = judged(a_reading(drift=(drift,), uncompared=(PLACE,)))

    assert "与发出的不同" in verdict.because.zh
    assert "“30日内付款”改成了“90日内付款”" in verdict.because.zh
    assert f"“{TERMS}”看不清" in verdict.because.zh
    assert "pages" not in verdict.letters[0].facts


def test_single_places_hold_nothing_up() -> None:
    """A blot on a scan stops no case."""
    ((_, event),) = judged(a_reading(uncompared=(PLACE,))).events
    assert isinstance(event, FormReturned)
    assert event.uncompared == (PLACE,)


def test_the_coordinator_is_shown_the_place_and_the_sender_is_thanked() -> None:
    """The words as sent beside the crop; whoever sent the form has nothing to do."""
    course = requested()
    plan = course.returns("li", ITEM, ANSWERS, "head", uncompared=(PLACE,))

    assert course.item(ITEM).state is ItemState.DONE
    (told,) = letters(plan, "uncompared")
    assert told.to == (at("zhou"),)
    (line,) = told.doubts
    assert line.why is not None
    assert (line.why.zh, line.picture) == (TERMS, PLACE.picture)
    assert told.files == (course.case.filings[-1].document,)
    (received,) = letters(plan, "received")
    assert not received.problems
    assert TERMS in plan.because.zh


def test_the_filing_remembers_what_was_not_compared() -> None:
    course = requested()
    course.returns("li", ITEM, ANSWERS, "head", uncompared=(PLACE,))

    (warning,) = course.case.filings[-1].warnings
    assert (warning.code, warning.blocks) == ("uncompared", False)
    assert TERMS in warning.say.en


def test_a_line_through_printed_text_is_shown_as_that() -> None:
    """It can be read; whoever looks must know what to look for."""
    course = requested()
    plan = course.returns("li", ITEM, ANSWERS, "head", uncompared=(replace(PLACE, struck=True),))

    (told,) = letters(plan, "uncompared")
    label = told.doubts[0].label
    assert label is not None
    assert "划线" in label.zh
    (warning,) = course.case.filings[-1].warnings
    assert f"“{TERMS}”疑有划线" in warning.say.zh
    assert "drawn through" in warning.say.en


def test_many_places_are_counted_in_the_letter() -> None:
    """Six are shown; the original travels along for the rest."""
    course = requested()
    places = tuple(replace(PLACE, words=f"第{number}条") for number in range(1, 9))
    (told,) = letters(course.returns("li", ITEM, ANSWERS, "head", uncompared=places), "uncompared")

    assert len(told.doubts) == 6
    assert told.facts["more"].zh == "2"


def test_a_page_that_a_coordinator_let_through_is_not_shown_again() -> None:
    """They have looked at it; the filing says so all the same."""
    course = requested()
    plan = course.returns("li", ITEM, ANSWERS, "head", uncompared=(PAGE,))

    assert not letters(plan, "uncompared")
    assert [each.code for each in course.case.filings[-1].warnings] == ["uncompared"]


def test_a_sheet_that_is_not_kept_is_filed_and_told_once() -> None:
    """That is our own fault: nobody waits for it, and nobody is asked for anything but a look."""
    ((_, event),) = judged(a_reading(uncompared=(ALL,))).events
    assert isinstance(event, FormReturned)

    course = requested()
    plan = course.returns("li", ITEM, ANSWERS, "head", uncompared=(ALL, ALL))

    assert course.item(ITEM).state is ItemState.DONE
    (told,) = letters(plan, "uncompared")
    assert (told.to, told.doubts) == ((at("zhou"),), ())
    assert told.facts["unkept"].zh
    assert told.files == (course.case.filings[-1].document,)
    (warning,) = course.case.filings[-1].warnings
    assert warning.say.zh.count("没有留存") == 1
    assert "is not kept" in warning.say.en


def test_an_illegible_form_that_is_dropped_is_asked_for_again() -> None:
    """As a better picture, not as an honest text: nobody is accused of anything."""
    (send,) = turned_down(a_mail(), (a_reading(uncompared=(PAGE,)),), around())

    assert (send.letter, send.facts["pages"].en) == ("altered_refused", "2")
    assert not turned_down(a_mail(), (a_reading(uncompared=(PLACE,)),), around())


def test_a_difference_at_the_end_of_a_long_line_is_in_what_is_told() -> None:
    """Both sides are shown about the words that differ, not from their beginning."""
    terms = "各方应按照本表所列的范围、进度与质量要求投入人员，" * 4
    drift = Drift(
        kind=DriftKind.CHANGED,
        page=1,
        sent=f"{terms}质保期两年，自验收之日起算。",
        returned=f"{terms}质保期一年，自验收之日起算。",
    )

    (line,) = drift_lines([drift])

    assert "质保期两年" in line.zh
    assert "质保期一年" in line.en
    assert len(line.zh) < 160
