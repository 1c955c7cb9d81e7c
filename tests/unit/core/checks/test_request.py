"""The request is checked before any department hears of it (process.md, 1.2)."""

from datetime import date

import pytest

from agent.core.checks.request import known_departments, plan_date_leaves_buffer
from agent.domain.answers import Row, Value
from agent.domain.people import Role
from tests.company import a_person
from tests.unit.core.checks.asked import asking, shown


def departments(*names: str) -> dict[str, Value]:
    rows: tuple[Row, ...] = tuple({"department": n, "asked": "…"} for n in names)
    return {"department": "市场部", "departments": rows}


def dates(completion: date, *milestones: date, profile: str = "project") -> dict[str, Value]:
    rows: tuple[Row, ...] = tuple({"milestone": "节点", "day": day} for day in milestones)
    return {"completion": completion, "milestones": rows, "profile": profile}


def test_departments_of_the_directory_may_be_asked() -> None:
    """Nothing is said about what is right."""
    assert known_departments(departments("研发部", "生产部"), asking("request")) == ()


def test_an_unknown_department_is_named_with_those_there_are() -> None:
    """The answer helps: it lists what could have been meant."""
    (found,) = known_departments(departments("研发部", "研究所"), asking("request"))
    assert (found.code, found.field, found.found) == (
        "unknown_department",
        "departments.1.department",
        "研究所",
    )
    assert "研发部" in found.say.zh
    assert "研发部" in found.say.en


def test_the_own_department_is_not_asked_and_no_other_twice() -> None:
    """Both would open work items that nobody needs."""
    found = known_departments(departments("市场部", "研发部", "研发部"), asking("request"))
    assert shown(found) == [
        ("own_department", "departments.0.department"),
        ("department_twice", "departments.2.department"),
    ]


def test_a_vacant_head_is_a_warning_since_the_initiator_cannot_fill_the_post() -> None:
    """The form travels on; the coordinator is told."""
    vacant = asking("request", a_person("何芳", "he", "财务部"))
    assert shown(known_departments(departments("财务部"), vacant)) == [
        ("vacant_head?", "departments.0.department")
    ]
    filled = asking("request", a_person("何芳", "he", "财务部", Role.HEAD))
    assert known_departments(departments("财务部"), filled) == ()


@pytest.mark.parametrize(
    ("completion", "expected"),
    [
        (date(2026, 3, 1), [("date_past", "completion")]),
        (date(2026, 3, 2), [("date_past", "completion")]),
        (date(2026, 3, 3), [("small_buffer?", "completion")]),
        (date(2026, 3, 4), []),
        (date(2026, 3, 7), [("not_a_workday?", "completion")]),
    ],
)
def test_the_completion_lies_ahead_with_a_buffer(completion: date, expected: list[tuple[str, str]]) -> None:
    """No buffer blocks, one workday warns, two are well; today is Monday 2 March 2026."""
    assert shown(plan_date_leaves_buffer(dates(completion), asking("request"))) == expected


@pytest.mark.parametrize(
    ("completion", "expected"),
    [
        (date(2026, 3, 20), [("no_buffer", "completion")]),
        (date(2026, 3, 21), [("not_a_workday?", "completion"), ("no_buffer", "completion")]),
        (date(2026, 3, 23), [("small_buffer?", "completion")]),
        (date(2026, 3, 24), []),
    ],
)
def test_the_buffer_follows_the_last_milestone_in_workdays(
    completion: date, expected: list[tuple[str, str]]
) -> None:
    """A weekend behind the last milestone is no buffer."""
    values = dates(completion, date(2026, 3, 10), date(2026, 3, 20))
    assert shown(plan_date_leaves_buffer(values, asking("request"))) == expected


def test_a_milestone_lies_between_today_and_the_completion() -> None:
    """Each wrong one is named by its row."""
    values = dates(date(2026, 3, 20), date(2026, 2, 27), date(2026, 3, 10), date(2026, 3, 23))
    assert shown(plan_date_leaves_buffer(values, asking("request"))) == [
        ("date_past", "milestones.0.day"),
        ("after_completion", "milestones.2.day"),
    ]


def test_an_emergency_may_be_completed_today_with_a_warning() -> None:
    """The emergency profile plans in hours; the profile counts as chosen on this very form."""
    values = dates(date(2026, 3, 2), profile="emergency")
    assert shown(plan_date_leaves_buffer(values, asking("request"))) == [("no_buffer?", "completion")]


def test_a_missing_completion_is_not_told_twice() -> None:
    """That it is required is the form's business."""
    assert plan_date_leaves_buffer({}, asking("request")) == ()
