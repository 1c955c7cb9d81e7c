"""Process definitions that nobody wrote: the core must hold for any of them that its rules accept."""

from typing import Any

from hypothesis import strategies as st

from agent.core.definition import build
from agent.core.definition_error import DefinitionError
from agent.domain.process import Process
from tests.company import the_forms

_ROLES = {
    "initiator": "the person who began the case",
    "initiating_head": "the head of the initiator's department",
    "head": "the head of each department in request.departments.department",
    "liaison": "the person in request.liaison",
    "supervisor": "the supervisor of each parties",
    "parties": "the heads of both sides",
    "executive": "the executive of the company",
    "coordinator": "the coordinator of the company",
    "everyone": "everyone in the case",
    "both": "liaison and head",
}

_ASKED = ("initiator", "initiating_head", "head", "liaison", "executive", "both")


def _words(text: str) -> dict[str, str]:
    return {"zh": text, "en": text}


@st.composite
def _step(draw: st.DrawFn, name: str, earlier: list[str], collects: list[str]) -> dict[str, Any]:
    kinds = ["collect", "choice", "meeting", "circulate"] + (["countersign"] if collects else [])
    kind = draw(st.sampled_from(kinds))
    step: dict[str, Any] = {"id": name, "title": _words(name)}
    if earlier:
        step["after"] = draw(st.lists(st.sampled_from(earlier), max_size=2, unique=True))
    role = draw(st.sampled_from(_ASKED))
    match kind:
        case "collect":
            step |= {"kind": "collect", "form": "summary", "from": role, "due": "short"}
            step["complete"] = draw(st.sampled_from(["all", "any", 1, 2]))
            step["order"] = draw(st.sampled_from(["parallel", "sequence"]))
        case "choice" | "countersign":
            verbs = ["done", "raise dispute", "end failed"] + [f"reopen {each}" for each in collects]
            on = {value: draw(st.sampled_from(verbs)) for value in ("supplement", "decline")}
            step |= {
                "kind": "collect" if kind == "choice" else "countersign",
                "form": "confirmation",
                "from": role,
                "due": "long",
                "signs": ["head"],
                "outcome": "conclusion",
                "on": {"confirm": "done", **on},
            }
            if kind == "countersign":
                step["about"] = draw(st.sampled_from(collects))
        case "meeting":
            step |= {"kind": "meeting", "form": "minutes", "from": role, "due": "hours"}
            step["invites"] = draw(st.lists(st.sampled_from(list(_ASKED)), max_size=2))
        case _:
            step |= {"kind": "circulate", "form": "record", "to": "everyone"}
    return step


@st.composite
def definitions(draw: st.DrawFn) -> Process:
    """Draw a whole process: stages with steps of every kind, a ladder, clocks for two profiles."""
    request = {
        "id": "request",
        "kind": "collect",
        "title": _words("request"),
        "form": "request",
        "from": "initiator",
        "due": "long",
        "signs": ["initiating_head"],
    }
    stages: list[dict[str, Any]] = []
    collects = ["request"]
    count = draw(st.integers(1, 3))
    for number in range(count):
        steps: list[dict[str, Any]] = [request] if number == 0 else []
        for each in range(draw(st.integers(1, 4))):
            earlier = [step["id"] for step in steps]
            step = draw(_step(f"s{number}_{each}", earlier, list(collects)))
            if number == 0 and not step.get("after"):
                step["after"] = ["request"]
            if step["kind"] == "collect":
                collects.append(step["id"])
            steps.append(step)
        stage: dict[str, Any] = {"id": f"stage{number}", "title": _words(f"stage{number}"), "steps": steps}
        if number + 1 < count:
            stage["then"] = f"go to stage{number + 1}"
        else:
            last = {"id": "archive", "kind": "archive", "title": _words("archive"), "retention": "1 year"}
            steps.append(last | {"after": [step["id"] for step in steps]})
        stages.append(stage)
    rungs = draw(st.lists(st.sampled_from(["parties", "supervisor", "executive"]), min_size=1, max_size=3))
    data = {
        "id": "drawn",
        "version": 1,
        "title": _words("drawn"),
        "number": "XT-{year}-{serial:04}",
        "begins": "request",
        "named_by": "request.project_name",
        "profiles": {
            "from": "request.profile",
            "default": "project",
            "urgent": ["emergency"],
            "titles": {name: _words(name) for name in ("project", "emergency")},
        },
        "clocks": {
            "short": "1 workday",
            "long": {"project": "3 workdays", "emergency": "4 hours"},
            "hours": "24 hours",
        },
        "roles": {name: {"is": says, **_words(name)} for name, says in _ROLES.items()},
        "stages": stages,
        "ladders": [
            {
                "id": "dispute",
                "title": _words("dispute"),
                "form": "issue",
                "keyword": "issue",
                "outcome": "decision",
                "climbs": "climb",
                "signs": ["ruler"],
                "on": {
                    "uphold": "ask again",
                    "release": "release",
                    "amend": draw(st.sampled_from(["reopen request", "release", "end failed"])),
                },
                "rungs": [{"from": r, "title": _words(r), "due": "long"} for r in rungs],
            }
        ],
    }
    try:
        return build(data, the_forms(), "drawn")
    except DefinitionError as error:  # pragma: no cover - a drawing that the rules refuse is a bug here
        raise AssertionError(f"the strategy drew what the rules refuse: {error}") from error
