"""What is confirmed on demand is the present document: an amended one is asked about again (3.4, 3.6)."""

from agent.domain.answers import Value
from agent.domain.keywords import Keyword
from tests.company import at
from tests.course import Course, executing, names

CHANGE: dict[str, Value] = {
    "what": "延期",
    "why": "缺料",
    "tasks": ({"no": "2", "attribute": "end", "before": "2026-04-03", "after": "2026-04-08"},),
}


def asked() -> Course:
    """Return a course with a change that waits for its approvals."""
    course = executing()
    course.says("yang", Keyword.CHANGE)
    course.returns("yang", "change/1/1", CHANGE)
    return course


def test_who_approved_a_change_approves_the_amended_one_again() -> None:
    """The liaison agreed to 8 April, not to 9 April."""
    course = asked()
    course.returns("zhang", "approve_change/1:liaison/1", {**CHANGE, "conclusion": "agree"}, "approver")
    refused = {**CHANGE, "conclusion": "refuse", "remarks": "再晚一天"}
    course.returns("chen", "approve_change/1:生产部/1", refused, "approver")
    later: dict[str, Value] = {**CHANGE, "tasks": ({**CHANGE["tasks"][0], "after": "2026-04-09"},)}  # type: ignore[dict-item, index]

    plan = course.returns("yang", "change/1/2", later)

    open_items = [n for n in course.open_items() if n.startswith("approve_change")]
    assert {course.item(n).holder for n in open_items} == {at("zhang"), at("chen")}
    assert "revoked" in names(plan)
    course.returns("chen", "approve_change/1:生产部/2", {**later, "conclusion": "agree"}, "approver")
    assert course.case.tasks[1].end.isoformat() == "2026-04-03"
    course.returns("zhang", "approve_change/1:liaison/2", {**later, "conclusion": "agree"}, "approver")
    assert course.case.tasks[1].end.isoformat() == "2026-04-09"


def test_a_department_that_gets_a_task_by_a_change_approves_it() -> None:
    """The head of the new responsible person is as affected as the head of the old one."""
    course = executing()
    course.says("yang", Keyword.CHANGE)
    change = {**CHANGE, "tasks": ({"no": "2", "attribute": "responsible", "after": "liu@example.com"},)}

    course.returns("yang", "change/1/1", change)

    holders = {course.item(n).holder for n in course.open_items() if n.startswith("approve_change")}
    assert holders == {at("zhang"), at("chen"), at("li")}


def test_the_reason_says_what_a_returned_form_concludes() -> None:
    """Whoever reads the history asks what was answered, not only that something was (process.md, 3.4)."""
    course = asked()

    agreed = course.returns(
        "zhang", "approve_change/1:liaison/1", {**CHANGE, "conclusion": "agree"}, "approver"
    )
    refused = course.returns(
        "chen",
        "approve_change/1:生产部/1",
        {**CHANGE, "conclusion": "refuse", "remarks": "再晚一天"},
        "approver",
    )

    assert "交回《需求变更单》：同意" in agreed.because.zh
    assert "returned the Change request: Agree" in agreed.because.en
    assert "交回《需求变更单》：不同意" in refused.because.zh
    assert "returned the Change request: Refuse" in refused.because.en


def test_a_form_that_concludes_nothing_is_returned_and_no_more() -> None:
    """A change that is asked for waits for its approvals; there is nothing to conclude yet."""
    course = executing()
    course.says("yang", Keyword.CHANGE)

    plan = course.returns("yang", "change/1/1", CHANGE)

    assert "交回《需求变更单》；" in f"{plan.because.zh}；"
