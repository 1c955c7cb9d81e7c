"""The conclusion of an acceptance agrees with its rows (process.md, 4.1)."""

from datetime import date

from agent.core.checks.acceptance import acceptance
from agent.domain.answers import Row, Value
from tests.company import at
from tests.unit.core.checks.asked import asking, shown

OK: Row = {"no": "1", "result": "ok"}
FAILED: Row = {"no": "2", "result": "not_ok", "note": "漏测"}
ITEM: Row = {"what": "补测", "who": at("li"), "when": date(2026, 3, 10)}


def check(conclusion: str, *tasks: Row, rework: tuple[Row, ...] = ()) -> list[tuple[str, str]]:
    values: dict[str, Value] = {"conclusion": conclusion, "tasks": tasks}
    if rework:
        values["rework"] = rework
    return shown(acceptance(values, asking("acceptance")))


def test_a_pass_with_every_task_ok_is_accepted() -> None:
    """The usual end."""
    assert check("pass", OK) == []


def test_a_task_that_is_not_ok_excludes_a_pass() -> None:
    """Either the result or the conclusion is wrong."""
    assert check("pass", OK, FAILED) == [("contradiction", "conclusion")]
    assert check("rework", OK, FAILED, rework=(ITEM,)) == []
    assert check("fail", FAILED) == []


def test_rework_under_another_conclusion_is_warned_about() -> None:
    """Nobody would be asked for it."""
    assert check("pass", OK, rework=(ITEM,)) == [("rework_ignored?", "rework")]


def test_what_is_not_ok_has_a_reason() -> None:
    """Whoever reworks it has to know."""
    assert check("fail", {"no": "1", "result": "not_ok"}) == [("missing", "tasks.0.note")]


def test_rework_lies_ahead() -> None:
    """A day that is over is a slip."""
    assert check("rework", FAILED, rework=({**ITEM, "when": date(2026, 2, 27)},)) == [
        ("date_past", "rework.0.when")
    ]
