"""Disputes climb until somebody rules (process.md 3.3)."""

from datetime import date

import pytest

from agent.domain.answers import Value
from agent.domain.keywords import Keyword
from agent.domain.people import Role
from tests.company import a_person, a_world, at
from tests.course import CONFIRM, Course, letters, names, requested


def declined() -> Course:
    """Return a course in which one department has declined."""
    course = requested()
    course.returns("li", "confirm/研发部/1", CONFIRM | {"lead": at("liu")}, "head")
    course.returns("chen", "confirm/生产部/1", {"conclusion": "decline", "reason": "产能不足"}, "head")
    return course


def ruling(decision: str) -> dict[str, Value]:
    """Return an issue form with a ruling."""
    return {
        "title": "产能不足",
        "raised_by": at("chen"),
        "parties": ({"department": "市场部"}, {"department": "生产部"}),
        "description": "产能不足",
        "impact": "延期",
        "proposal": "外协",
        "decision": decision,
        "ruling": "按此办理",
    }


def rule(course: Course, decision: str) -> None:
    """Let everybody on the present rung rule the same."""
    for name in [n for n in course.open_items() if n.startswith("dispute/")]:
        if course.case.item(name) in course.case.open_items():
            by = course.item(name).holder.split("@")[0]
            course.returns(by, name, ruling(decision), "ruler")


def test_a_declined_request_is_first_for_both_heads_to_settle() -> None:
    """Rung 1: the heads of both sides, each with the form and a deadline."""
    course = declined()

    assert course.open_items() == ["dispute/D1:市场部/1", "dispute/D1:生产部/1"]
    assert {course.item(n).holder for n in course.open_items()} == {at("wang"), at("chen")}
    assert {course.item(n).due.rule for n in course.open_items()} == {"3 workdays"}


def test_an_upheld_request_is_asked_again_and_cannot_be_declined_twice() -> None:
    """A ruling binds: the second decline comes back as a correction."""
    course = declined()
    rule(course, "uphold")

    assert course.open_items() == ["confirm/生产部/2"]
    plan = course.returns("chen", "confirm/生产部/2", {"conclusion": "decline", "reason": "还是不行"}, "head")
    (send,) = letters(plan)
    assert [p.code for p in send.problems] == ["already_ruled"]


def test_a_released_department_is_let_off_and_the_case_goes_on() -> None:
    """The others' confirmations suffice; the released department is asked for nothing any more."""
    course = declined()
    rule(course, "release")

    assert course.case.released == ("生产部",)
    assert course.case.stage == "planning"


def test_an_amended_request_goes_to_the_liaison() -> None:
    """The ruling reopens the request; the declining department answers the amended one."""
    course = declined()
    rule(course, "amend")

    assert course.open_items() == ["request//2"]
    assert course.item("request//2").holder == at("zhang")


def test_silence_climbs_to_the_supervisors_and_to_the_executive() -> None:
    """Each rung has three workdays; the executive's is the last."""
    course = declined()

    course.days_pass(4)
    assert {course.item(n).holder for n in course.open_items()} == {at("zhao"), at("qian")}
    course.days_pass(5)
    assert {course.item(n).holder for n in course.open_items()} == {at("sun")}

    plans = course.days_pass(8)
    reminders = [send for plan in plans for send in letters(plan, "reminder")]
    assert len(reminders) >= 3, "the last rung is reminded daily"
    assert any(at("zhou") in send.cc for send in reminders), "and the coordinator is told"
    assert len(course.open_items()) == 1, "it stays with the executive"


def test_two_heads_who_disagree_climb_at_once() -> None:
    """Nobody waits for a deadline when the answer is known."""
    course = declined()
    course.returns("wang", "dispute/D1:市场部/1", ruling("uphold"), "ruler")
    plan = course.returns("chen", "dispute/D1:生产部/1", ruling("release"), "ruler")

    assert "climbed" in names(plan)
    assert course.case.disputes[0].rung == 1


def test_nobody_rules_twice_on_the_same_dispute_and_a_skipped_rung_is_recorded() -> None:
    """A supervisor who is also a party's head was asked on the first rung already."""
    course = declined()
    both = a_person("陈静", "chen", "生产部", Role.HEAD, above="sun")
    boss = a_person("王芳", "wang", "市场部", Role.HEAD, above="chen")
    course.world = a_world(both, boss)

    course.days_pass(4)

    dispute = course.case.disputes[0]
    holders = {course.item(n).holder for n in course.open_items()}
    assert at("chen") not in holders
    assert dispute.rung >= 1


def test_an_absent_rung_is_skipped_and_said() -> None:
    """Away without a deputy: the next rung is asked, the record says why."""
    course = declined()
    away = (date(2026, 3, 1), date(2026, 6, 1))
    course.world = a_world(
        a_person("赵敏", "zhao", "总经办", Role.SUPERVISOR, above="sun", away=away),
        a_person("钱坤", "qian", "总经办", Role.SUPERVISOR, above="sun", away=away),
    )

    course.days_pass(4)

    dispute = course.case.disputes[0]
    assert [(r.rung, r.decision) for r in dispute.rulings] == [(1, "skipped")]
    assert {course.item(n).holder for n in course.open_items()} == {at("sun")}


def test_without_any_ruler_the_coordinator_gets_it() -> None:
    """A dispute never stands without a holder."""
    course = declined()
    course.world = a_world(
        *(a_person(n, a, "总经办") for n, a in (("赵敏", "zhao"), ("钱坤", "qian"), ("孙立", "sun"))),
        a_person("王芳", "wang", "市场部", Role.HEAD),
        a_person("陈静", "chen", "生产部", Role.HEAD),
    )

    course.days_pass(4)

    assert {course.item(n).holder for n in course.open_items()} == {at("zhou")}


def test_any_participant_can_raise_an_issue_early() -> None:
    """早暴露: the form comes by keyword, and the parties' heads are asked."""
    course = requested()
    plan = course.says("li", Keyword.ISSUE)
    (send,) = letters(plan)
    assert send.forms[0].sheet.form == "issue"

    values = {k: v for k, v in ruling("uphold").items() if k not in {"decision", "ruling"}}
    course.returns("li", "dispute/1/1", values)

    assert [d.parties for d in course.case.disputes] == [("市场部", "生产部", "研发部")]
    assert sum(n.startswith("dispute/D1:") for n in course.open_items()) == 3


@pytest.mark.parametrize("decision", ["uphold", "release", "amend"])
def test_every_ruling_is_written_back_to_all(decision: str) -> None:
    """Everyone in the case reads who ruled what."""
    course = declined()
    rule(course, decision)

    (told,) = (send for plan in course.plans for send in letters(plan, "ruling"))
    assert {at("zhang"), at("wang"), at("li"), at("chen")} <= set(told.to)
    assert told.facts["by"].zh == "王芳、陈静"


def test_whoever_rules_answers_for_the_ruling_alone() -> None:
    """A decline says no impact and no proposal: the ruling on it counts without them."""
    course = declined()
    short: dict[str, Value] = {
        name: value for name, value in ruling("uphold").items() if name not in {"impact", "proposal"}
    }
    for name in course.open_items():
        course.returns(course.item(name).holder.split("@")[0], name, short, "ruler")

    assert course.open_items() == ["confirm/生产部/2"]
