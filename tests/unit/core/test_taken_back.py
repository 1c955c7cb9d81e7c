"""A coordinator who sees that a place was altered says so, and the form goes back as altered ones do."""

import pytest

from agent.core.decide import decide
from agent.domain.case import CaseStatus, MeetingPlan
from agent.domain.confirming import DoubtsAnswered
from agent.domain.effects import Send
from agent.domain.keywords import Keyword
from agent.domain.reading import Uncompared
from agent.domain.work_items import ItemState
from agent.domain.written import says_altered
from tests.company import at
from tests.course import CONFIRM, MINUTES, Course, letters, names, requested
from tests.unit.core.test_triage import ITEM

PLACE = Uncompared(page=1, words="逾期每日按0.5%计违约金", picture="c" * 64)
ANSWERS = CONFIRM | {"lead": at("liu")}


def shown() -> Course:
    """Return a course in which a form was filed and its printed text shown to the coordinator."""
    course = requested()
    course.returns("li", ITEM, ANSWERS, "head", uncompared=(PLACE,))
    return course


def planned() -> Course:
    """Return the same course in its next stage."""
    course = shown()
    course.returns("chen", "confirm/生产部/1", CONFIRM | {"lead": at("yang")}, "head")
    course.days_pass(4.3)
    return course


def notice(course: Course) -> Send:
    """Return the letter with the crops."""
    return letters(course.plans[-1], "uncompared")[0]


@pytest.mark.parametrize(
    "said",
    [
        *(
            "1：有改动",
            "有改动",
            "1. 有改动。",
            "第1处：被改动",
            "【1】不一致",
            "您好！\n1：有改动\n谢谢",
            "改过了",
        ),
        *(
            "1：一致\n2：有改动",
            "1: altered",
            "altered",
            "It was changed.",
            "1: not the same",
            "Yes, it is altered",
        ),
    ],
)
def test_the_word_that_a_place_was_altered_is_understood(said: str) -> None:
    assert says_altered(said.split("\n"))


@pytest.mark.parametrize(
    "said",
    [
        *(
            "没有改动",
            "1：无改动",
            "一致",
            "1：一致",
            "有改动吗？",
            "确认",
            "好的，谢谢",
            "not altered",
            "was it changed?",
        ),
        *("the same", "如有改动请告知", "附件已改动几处请看\n有改动", "1: fine"),
    ],
)
def test_what_denies_it_or_asks_is_none(said: str) -> None:
    assert not says_altered(said.split("\n"))


@pytest.mark.parametrize("said", ["1：有改动", "altered"])
def test_a_form_that_was_altered_is_asked_for_as_it_was_sent(said: str) -> None:
    """What the sender filled in is in the new sheet already; the filed one counts no more."""
    course = shown()
    plan = course.replies("zhou", said, notice(course))

    assert course.item(ITEM).state is ItemState.VOID
    again = course.item("confirm/研发部/2")
    assert again.state is ItemState.OPEN
    assert again.due.at >= course.item(ITEM).due.at
    (refused,) = letters(plan, "altered_refused")
    assert (refused.to, refused.item) == ((at("li"),), again.id)
    assert refused.forms[0].values["people"] == CONFIRM["people"]
    assert refused.forms[0].sheet.item == again.id
    assert refused.facts["filed"].zh == "需求确认函"
    (told,) = letters(plan, "operated")
    assert told.to == (at("zhou"),)
    assert "作废" in told.facts["what"].zh
    assert "有改动" in plan.because.zh
    assert "altered" in plan.because.en


def test_the_step_waits_until_the_form_is_back() -> None:
    course = shown()
    course.replies("zhou", "有改动", notice(course))
    course.returns("chen", "confirm/生产部/1", CONFIRM | {"lead": at("yang")}, "head")
    assert "confirm" not in course.case.done_steps

    plan = course.returns("li", "confirm/研发部/2", ANSWERS, "head")
    assert course.item("confirm/研发部/2").state is ItemState.DONE
    assert "confirm" in course.case.done_steps
    assert course.case.filings[-1].revision == 2
    assert not letters(plan, "uncompared")


def test_a_form_of_an_earlier_stage_is_asked_for_beside_what_goes_on() -> None:
    course = planned()
    sent = next(each for plan in course.plans for each in letters(plan, "uncompared"))
    stage = course.case.stage
    course.replies("zhou", "有改动", sent)

    assert course.case.stage == stage, "what it set going goes on"
    course.returns("li", "confirm/研发部/2", ANSWERS, "head")
    assert (course.case.stage, course.case.filings[-1].revision) == (stage, 2)
    assert course.item("confirm/研发部/2").state is ItemState.DONE


def test_minutes_that_were_altered_are_recorded_anew() -> None:
    course = planned()
    course.returns("zhang", "kickoff/kickoff-1/1", MINUTES, "recorder", uncompared=(PLACE,))

    def meeting() -> MeetingPlan:
        return next(m for m in course.case.meetings if m.id == "kickoff-1")

    assert meeting().recorded
    course.replies("zhou", "1：有改动", notice(course))
    assert not meeting().recorded

    course.returns("zhang", "kickoff/kickoff-1/2", MINUTES, "recorder")
    assert meeting().recorded


def test_nobody_but_a_coordinator_takes_a_form_back() -> None:
    """Whoever sent it cannot undo it with a word."""
    course = shown()
    found = course.judged("li", "1：有改动", notice(course))
    assert not any(isinstance(event, DoubtsAnswered) and event.altered for _, event in found.events)

    forged = DoubtsAnswered(
        at=course.now, mail=course.mail(), by=at("li"), item=course.item(ITEM).id, altered=True
    )
    plan = decide(course.process, course.case, forged, course.world)
    assert plan.case.item(ITEM) == course.item(ITEM)
    assert names(plan) == ["not_understood"]


def test_a_form_of_which_nothing_was_shown_is_not_taken_back() -> None:
    course = requested()
    plan = course.returns("li", ITEM, ANSWERS, "head")
    (received,) = letters(plan, "received")
    found = course.judged("zhou", "有改动", received)
    assert not any(isinstance(event, DoubtsAnswered) and event.altered for _, event in found.events)


def test_said_twice_it_is_done_once() -> None:
    course = shown()
    sent = notice(course)
    course.replies("zhou", "有改动", sent)
    plan = course.replies("zhou", "有改动", sent)

    assert names(plan) == ["already_answered"]
    assert course.case.item("confirm/研发部/3") is None


def test_what_is_said_while_the_case_is_suspended_is_done_when_it_goes_on() -> None:
    """A coordinator who stopped the case first, to ask by telephone."""
    course = shown()
    sent = notice(course)
    course.says("zhou", Keyword.SUSPEND)
    plan = course.replies("zhou", "有改动", sent)
    assert names(plan) == ["suspended"]
    assert course.item(ITEM).state is ItemState.DONE

    course.says("zhou", Keyword.RESUME)
    assert course.status is CaseStatus.OPEN
    assert course.item(ITEM).state is ItemState.VOID
    assert course.item("confirm/研发部/2").is_open


def test_of_a_case_that_is_over_nothing_is_taken_back() -> None:
    course = shown()
    sent = notice(course)
    course.says("zhou", Keyword.CANCEL)
    assert names(course.replies("zhou", "有改动", sent)) == ["closed_case"]
