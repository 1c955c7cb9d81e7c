"""The breakdown is sound before any head is asked to sign it (process.md, 2.2)."""

from dataclasses import replace
from datetime import date

import pytest

from agent.core.checks.breakdown import breakdown
from agent.core.checks.tasks import dependencies, task_number
from agent.domain.answers import Row, Scalar, Value
from tests.company import at
from tests.unit.core.checks.asked import a_task, asking, shown

REQUEST: dict[str, Value] = {
    "completion": date(2026, 4, 30),
    "departments": ({"department": "研发部"}, {"department": "生产部"}),
}


def march(day: int) -> date:
    return date(2026, 3, day)


def row(no: str, person: str, start: date, end: date, after: str = "", **more: Scalar) -> Row:
    cells: dict[str, Scalar] = {
        "no": no,
        "task": f"任务{no}",
        "responsible": at(person),
        "accountable": at(person),
        "start": start,
        "end": end,
    }
    return cells | ({"depends_on": after} if after else {}) | more


def check(*rows: Row, profile: str = "project", released: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    context = asking("breakdown", profile=profile, request=REQUEST, released=released)
    return shown(breakdown({"tasks": rows}, context))


GOOD = (row("1", "li", march(9), march(13)), row("2", "chen", march(18), march(20), after="1"))


def test_a_sound_breakdown_passes() -> None:
    """Two departments, two workdays of buffer between them."""
    assert check(*GOOD) == []


def test_exactly_one_person_is_responsible_and_one_accountable() -> None:
    """Two people responsible are nobody responsible."""
    two = {**GOOD[0], "responsible": f"{at('li')}; {at('liu')}"}
    assert check(two, GOOD[1]) == [("more_than_one", "tasks.0.responsible")]


def test_one_person_may_be_both_responsible_and_accountable() -> None:
    """Exactly one of each; nobody says that they differ."""
    assert check({**GOOD[0], "accountable": at("wang")}, GOOD[1]) == []


@pytest.mark.parametrize("column", ["responsible", "accountable", "consulted"])
def test_a_stranger_is_named(column: str) -> None:
    """Everybody in a task is in the directory."""
    found = check({**GOOD[0], column: at("nobody")}, row("3", "li", march(9), march(10)), GOOD[1])
    assert ("unknown_person", f"tasks.0.{column}") in found


def test_every_asked_department_has_a_task() -> None:
    """A department that confirmed and then has nothing to do was forgotten."""
    assert check(GOOD[0]) == [("department_missing", "tasks")]
    assert check({**GOOD[0], "consulted": at("chen")}) == [("department_only_consulted?", "tasks")]


def test_a_department_that_was_let_off_needs_no_task() -> None:
    """A ruling released it."""
    assert check(GOOD[0], released=("生产部",)) == []


def test_dates_are_in_order_and_inside_the_plan() -> None:
    """The plan runs from the day the case began to the completion of the request."""
    assert check(row("1", "li", march(13), march(9)), row("2", "chen", march(9), march(10))) == [
        ("dates_reversed", "tasks.0.end")
    ]
    assert check(
        row("1", "li", date(2026, 2, 27), march(9)), row("2", "chen", march(9), date(2026, 5, 6))
    ) == [
        ("before_plan", "tasks.0.start"),
        ("after_plan", "tasks.1.end"),
    ]


def test_an_end_on_a_weekend_is_only_a_warning() -> None:
    """Somebody may mean it."""
    assert check(row("1", "li", march(9), march(14)), row("2", "chen", march(9), march(10))) == [
        ("not_a_workday?", "tasks.0.end")
    ]


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (12, [("starts_too_early", "tasks.1.start")]),
        (13, [("starts_too_early", "tasks.1.start")]),
        (16, [("no_buffer", "tasks.1.start")]),
        (17, [("small_buffer?", "tasks.1.start")]),
        (18, []),
    ],
)
def test_a_buffer_lies_before_what_waits_for_another_department(
    start: int, expected: list[tuple[str, str]]
) -> None:
    """Task 1 ends on Friday 13 March; the weekend is no buffer, one workday is little, two are well."""
    assert check(GOOD[0], row("2", "chen", march(start), march(20), after="1")) == expected


def test_a_holiday_is_no_buffer() -> None:
    """6 April 2026 is off (Qingming): from Friday 3 to Tuesday 7 April nobody works in between."""
    first = row("1", "li", march(30), date(2026, 4, 3))
    assert check(first, row("2", "chen", date(2026, 4, 7), date(2026, 4, 10), after="1")) == [
        ("no_buffer", "tasks.1.start")
    ]


def test_within_a_department_no_buffer_is_needed() -> None:
    """Whoever finishes today may go on today."""
    assert (
        check(
            GOOD[0], row("2", "chen", march(9), march(10)), row("3", "liu", march(13), march(16), after="1")
        )
        == []
    )


def test_an_emergency_needs_no_buffer_but_still_an_order() -> None:
    """Hours are counted there: the same day passes with a warning, an earlier one does not."""
    same_day = row("2", "chen", march(13), march(13), after="1")
    assert check(GOOD[0], same_day, profile="emergency") == [("no_buffer?", "tasks.1.start")]
    earlier = row("2", "chen", march(12), march(13), after="1")
    assert check(GOOD[0], earlier, profile="emergency") == [("starts_too_early", "tasks.1.start")]


def test_a_circle_is_named_by_its_tasks() -> None:
    """Whoever has to break it must see it."""
    rows = (
        row("1", "li", march(9), march(10), after="3"),
        row("2", "chen", march(9), march(10), after="1"),
        row("3", "li", march(9), march(10), after="2"),
    )
    context = asking("breakdown", request=REQUEST)
    (circle,) = (p for p in breakdown({"tasks": rows}, context) if p.code == "circle")
    assert circle.found == "1 → 3 → 2 → 1"
    assert "1 → 3 → 2 → 1" in circle.say.en


def test_a_task_that_waits_for_itself_is_a_circle() -> None:
    """The smallest one."""
    assert ("circle", "tasks.0.depends_on") in check(row("1", "li", march(9), march(10), after="1"), GOOD[1])


def test_unknown_and_repeated_numbers_are_found() -> None:
    """A dependency must say one thing."""
    second = row("2", "chen", march(9), march(10))
    assert check(row("1", "li", march(9), march(10), after="7"), second) == [
        ("unknown_dependency", "tasks.0.depends_on")
    ]
    assert ("duplicate_number", "tasks.1.no") in check(GOOD[0], row("１.", "chen", march(18), march(20)))


def test_an_amendment_may_keep_a_task_that_is_over() -> None:
    """Mid-way, what was agreed and done keeps its past end; a new task may not have one."""
    rows = (row("1", "li", march(3), march(6)), row("2", "chen", march(3), march(6)))
    later = asking("breakdown", request=REQUEST, tasks=(a_task("1", "li", march(3), march(6)),))
    later = replace(later, at=later.at.replace(day=16))
    assert shown(breakdown({"tasks": rows}, later)) == [("date_past", "tasks.1.end")]


@pytest.mark.parametrize(
    ("words", "numbers"),
    [("1、3", ("1", "3")), ("1, 3", ("1", "3")), ("任务１ 和 任务2", ("1", "2")), ("No. 4", ("4",)),
     ("无", ()), ("—", ()), ("1;1", ("1",)), ("2.1", ("2.1",)), ("", ())],
)  # fmt: skip
def test_dependencies_are_read_as_people_write_them(words: str, numbers: tuple[str, ...]) -> None:
    """Numbers with any separator, with or without a word before them."""
    assert dependencies({"depends_on": words}) == numbers


@pytest.mark.parametrize(("words", "number"), [("１.", "1"), ("No.2", "2"), ("任务4", "4"), ("（5）", "5")])
def test_a_task_number_has_one_spelling(words: str, number: str) -> None:
    """So that `１.` and `1` are the same task."""
    assert task_number(words) == number
