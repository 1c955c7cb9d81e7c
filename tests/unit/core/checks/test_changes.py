"""A change says exactly what becomes of which task, or it goes back (process.md, 3.4)."""

from datetime import date

import pytest

from agent.core.checks.changes import apply_changes, change
from agent.domain.answers import Row
from tests.company import DIRECTORY, at
from tests.unit.core.checks.asked import a_task, asking, shown

TASKS = (
    a_task("1", "li", date(2026, 3, 9), date(2026, 3, 13)),
    a_task("2", "chen", date(2026, 3, 18), date(2026, 3, 20), "1", department="生产部"),
)


def row(no: str, attribute: str, after: str) -> Row:
    return {"no": no, "attribute": attribute, "before": "…", "after": after}


def check(*rows: Row) -> list[tuple[str, str]]:
    return shown(change({"tasks": rows}, asking("change", tasks=TASKS)))


def test_a_change_that_can_be_applied_passes() -> None:
    """New dates, a new owner by name, a new title."""
    rows = (row("2", "end", "2026年3月24日"), row("１", "responsible", "刘洋"), row("1", "title", "新名称"))
    assert check(*rows) == []
    first, second = apply_changes(TASKS, {"tasks": rows}, DIRECTORY)
    assert (first.title, first.responsible, first.department) == ("新名称", at("liu"), "研发部")
    assert second.end == date(2026, 3, 24)


def test_the_department_of_a_task_follows_its_new_owner() -> None:
    """Whose head signs depends on it."""
    (first, _) = apply_changes(TASKS, {"tasks": (row("1", "responsible", "yang@example.com"),)}, DIRECTORY)
    assert first.department == "生产部"


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        (row("9", "end", "2026-03-24"), ("unknown_task", "tasks.0.no")),
        (row("2", "end", "下周"), ("bad_value", "tasks.0.after")),
        (row("2", "end", "2026-02-30"), ("bad_value", "tasks.0.after")),
        (row("2", "responsible", "无名氏"), ("bad_value", "tasks.0.after")),
        (row("2", "responsible", "li@example.com; liu@example.com"), ("bad_value", "tasks.0.after")),
    ],
)
def test_what_nobody_could_apply_goes_back(wrong: Row, expected: tuple[str, str]) -> None:
    """A change that would be approved and then do nothing is worse than a question."""
    assert check(wrong) == [expected]


def test_one_thing_changes_once() -> None:
    """Two new ends for one task: which?"""
    assert check(row("2", "end", "2026-03-24"), row("2", "end", "2026-03-25")) == [
        ("changed_twice", "tasks.1.attribute")
    ]


def test_dates_must_stay_in_order() -> None:
    """An end before the start is refused; moving both is well."""
    assert check(row("2", "end", "2026-03-17")) == [("dates_reversed", "tasks.0.after")]
    assert check(row("2", "start", "2026-03-25"), row("2", "end", "2026-03-26")) == []


def test_what_a_change_does_to_others_is_told_but_the_approvers_decide() -> None:
    """Task 1 ends later: the buffer of task 2 is gone."""
    assert check(row("1", "end", "2026-03-17")) == [("no_buffer?", "tasks")]
