"""Who may rule: nobody on the own dispute twice, whoever stands in for whom (process.md 3.3)."""

from datetime import date

from agent.domain.keywords import Keyword
from agent.domain.people import Role
from tests.company import a_person, a_world, at
from tests.course import MINUTES, TASKS, letters, names, requested
from tests.unit.core.test_disputes import declined, rule, ruling

AWAY = (date(2026, 3, 1), date(2026, 6, 1))


def test_a_deputy_who_was_asked_before_does_not_rule_again() -> None:
    """The supervisor is away and a party's head stands in: that would be ruling on the own dispute twice."""
    course = declined()
    course.world = a_world(
        a_person("赵敏", "zhao", "总经办", Role.SUPERVISOR, above="sun", deputy="wang", away=AWAY),
        a_person("钱坤", "qian", "总经办", Role.SUPERVISOR, above="sun", deputy="chen", away=AWAY),
    )

    course.days_pass(4)

    assert [(r.rung, r.decision) for r in course.case.disputes[0].rulings] == [(1, "skipped")]
    assert {course.item(n).holder for n in course.open_items()} == {at("sun")}


def test_one_person_does_not_rule_for_both_sides() -> None:
    """Both supervisors are away and have the same deputy, who is asked once."""
    course = declined()
    course.world = a_world(
        a_person("赵敏", "zhao", "总经办", Role.SUPERVISOR, above="sun", deputy="emma", away=AWAY),
        a_person("钱坤", "qian", "总经办", Role.SUPERVISOR, above="sun", deputy="emma", away=AWAY),
    )

    course.days_pass(4)

    assert [course.item(n).holder for n in course.open_items()] == [at("emma")]


def test_a_ruling_is_not_handed_over_to_somebody_who_was_asked_before() -> None:
    """Handing over is no way around the rule."""
    course = declined()
    course.days_pass(4)
    item = next(n for n in course.open_items() if course.item(n).holder == at("qian"))

    plan = course.says("qian", Keyword.HAND_OVER, "chen@example.com", item=item)

    assert names(plan) == ["not_entitled"]
    assert course.item(item).holder == at("qian")


def test_what_a_rung_said_is_written_back_to_all_even_when_it_climbs() -> None:
    """Each rung's ruling is written back to all, not the last one's alone."""
    course = declined()
    heads = [n for n in course.open_items() if n.startswith("dispute/")]

    plan = course.returns("chen", next(n for n in heads if "生产部" in n), ruling("climb"), "ruler")

    told = {a for s in letters(plan, "climbed") for a in s.to}
    assert {at("zhang"), at("wang"), at("chen"), at("li")} <= told
    assert all("按此办理" in s.facts["why"].zh for s in letters(plan, "climbed"))


def test_when_every_department_is_let_off_the_initiators_plan_alone() -> None:
    """Nobody is left to countersign, and the tasks are tasks all the same."""
    course = requested()
    for head, department in (("li", "研发部"), ("chen", "生产部")):
        refusal = {"conclusion": "decline", "reason": "产能不足"}
        course.returns(head, f"confirm/{department}/1", refusal, "head")
    while any(not d.settled for d in course.case.disputes):
        rule(course, "release")
    course.days_pass(4.3)
    course.returns("zhang", "kickoff/kickoff-1/1", MINUTES, "recorder")

    own = {**TASKS[0], "responsible": at("zhang"), "accountable": at("wang")}
    course.returns("zhang", "breakdown//1", {"tasks": (own,)})

    assert course.case.stage == "execution"
    assert [task.responsible for task in course.case.tasks] == [at("zhang")]
