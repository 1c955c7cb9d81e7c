"""A definition that cannot work is refused with file, table, key and the nearest known name."""

import copy
import re
import tomllib
from collections.abc import Callable
from typing import Any

import pytest

from agent.core.checks.registry import CHECKS as CHECK_FUNCTIONS
from agent.core.definition import build
from agent.core.definition_error import DefinitionError
from agent.core.prefill import SOURCES
from agent.core.registers import WRITERS
from agent.core.sentences import role, span, verb, weekly
from agent.core.vocabulary import CHECKS, PREFILLS, WRITES
from agent.domain.process import RoleKind
from agent.domain.steps import VerbKind
from tests.company import PACK, the_forms, the_process


def shipped() -> dict[str, Any]:
    """Return the shipped process.toml, parsed, to be spoilt."""
    return copy.deepcopy(tomllib.loads((PACK / "process.toml").read_text("utf-8")))


def _step(data: dict[str, Any], stage: int, step: int) -> dict[str, Any]:
    found: dict[str, Any] = data["stages"][stage]["steps"][step]
    return found


def test_every_name_that_a_pack_may_call_has_a_function() -> None:
    """The vocabulary and the functions cannot drift apart."""
    assert set(SOURCES) == PREFILLS
    assert set(WRITERS) == WRITES
    assert set(CHECK_FUNCTIONS) == CHECKS


def test_the_shipped_process_holds_what_process_md_says() -> None:
    """Four stages, four profiles, and emergency counts hours."""
    process = the_process()

    assert [stage.id for stage in process.stages] == ["intake", "planning", "execution", "acceptance"]
    assert set(process.profiles) == {"project", "emergency", "improvement", "goals"}
    assert str(process.span("confirm", "project")) == "2 workdays"
    assert str(process.span("confirm", "emergency")) == "4 hours"
    assert str(process.span("minutes", "goals")) == "24 hours"
    assert [len(ladder.rungs) for ladder in process.ladders.values()] == [3, 1]


SPOILT: list[tuple[Callable[[dict[str, Any]], object], str, str]] = [
    (lambda d: d.update(beginz="request"), "beginz", "did you mean “begins”"),
    (lambda d: d["clocks"].update(plan="3 days"), "plan", "is no span"),
    (lambda d: d["clocks"].update(plan={"projct": "1 workday"}), "projct", "did you mean “project”"),
    (lambda d: d["roles"]["head"].update({"is": "the boss"}), "is", "is no sentence about a role"),
    (lambda d: d["roles"]["head"].update({"is": "the person in request.liason"}), "is", "request.liaison"),
    (lambda d: _step(d, 0, 1).update(form="confirmatoin"), "form", "did you mean “confirmation”"),
    (lambda d: _step(d, 0, 1).update({"from": "heads"}), "from", "did you mean “head”"),
    (lambda d: _step(d, 0, 1).update(due="confrm"), "due", "did you mean “confirm”"),
    (lambda d: _step(d, 0, 1).update(signs=["hand"]), "signs", "did you mean “head”"),
    (lambda d: _step(d, 0, 1).update(outcome="lead"), "outcome", "is no choice of confirmation"),
    (lambda d: _step(d, 0, 1)["on"].pop("decline"), "decline", "every choice needs a verb"),
    (lambda d: _step(d, 0, 1)["on"].update(decline="rais dispute"), "decline", "is no verb"),
    (lambda d: _step(d, 0, 1)["on"].update(decline="raise disputes"), "decline", "did you mean “dispute”"),
    (lambda d: _step(d, 0, 0).update(checks=["known_department"]), "checks", "known_departments"),
    (lambda d: _step(d, 0, 0).update(after=["confirm"]), "begins", "opens the first stage"),
    (lambda d: _step(d, 1, 0).update(after=["countersign"]), "after", "wait for each other"),
    (lambda d: _step(d, 0, 1).update(after=["kickoff"]), "after", "“kickoff” belongs to a later stage"),
    (lambda d: _step(d, 2, 0)["compile"].update(at="Thursday 08:00"), "ask", "must follow in one week"),
    (lambda d: d["stages"][1].pop("then"), "then", "is missing"),
    (lambda d: d["stages"][2].update(then="go to intake"), "then", "a later stage"),
    (lambda d: d["ladders"][0].update(rungs=[]), "rungs", "at least one rung"),
    (lambda d: _step(d, 0, 0).update(id="confirm"), "steps", "two steps are called"),
    (lambda d: d["title"].pop("en"), "en", "is missing"),
]


@pytest.mark.parametrize(("spoil", "key", "says"), SPOILT)
def test_a_slip_is_named_where_it_is(spoil: Callable[[dict[str, Any]], object], key: str, says: str) -> None:
    """Whoever edits the pack finds the line."""
    data = shipped()
    spoil(data)

    with pytest.raises(DefinitionError) as caught:
        build(data, the_forms(), "spoilt")

    assert caught.value.file == "process.toml"
    assert caught.value.key == key
    assert says in str(caught.value)
    assert re.search("[\u3400-\u9fff]", caught.value.why.zh), "whoever edits it may read no English"
    assert caught.value.said.zh.startswith("process.toml：")


def test_sentences_mean_what_they_say() -> None:
    """A coordinator reads them aloud; whatever is not one is None."""
    assert (found := role("the head of each department in request.departments.department")) is not None
    assert (found.kind, found.form, found.column) == (RoleKind.HEAD_OF_EACH, "request", "department")
    assert (asked := verb("done and ask confirm_deliverable")) is not None
    assert (asked.kind, asked.target, asked.completes) == (VerbKind.ASK, "confirm_deliverable", True)
    assert str(span("1 workday")) == "1 workday"
    assert (moment := weekly("Friday 14:00")) is not None
    assert (moment.weekday, moment.at.hour) == (4, 14)
    for nonsense in ("", "soon", "2 weeks", "Fri 14:00", "Friday 25:00", "go home"):
        assert role(nonsense) is None
        assert verb(nonsense) is None
        assert span(nonsense) is None
        assert weekly(nonsense) is None
