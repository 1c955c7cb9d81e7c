"""Why values on paper are asked about: what spoke against each, counted by source."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from agent.domain.answers import Answer, Trust
from agent.domain.forms import Field
from parsers.known import Known
from parsers.scan import fields
from parsers.scan.trust import Place, doubts, judge


@dataclass(slots=True)
class Asked:
    """Values of one source that somebody is asked about."""

    values: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    """What spoke against them; one value may have several."""
    only: Counter[str] = field(default_factory=Counter)
    """The same where nothing else did."""


@contextmanager
def watched(asked: Asked) -> Iterator[None]:
    """Count what the reader of scans asks about within the block."""

    def watch(path: str, question: Field, place: Place, known: Known) -> Answer:
        answer = judge(path, question, place, known)
        if answer.trust is Trust.GUESS:
            why = doubts(question, place, known) if answer.evidence[0].words else ("ink without words",)
            asked.values += 1
            asked.reasons.update(why)
            asked.only.update(why if len(why) == 1 else ())
        return answer

    vars(fields)["judge"] = watch
    try:
        yield
    finally:
        vars(fields)["judge"] = judge


def table(asked: Mapping[str, Asked]) -> str:
    """Return the reasons, the most frequent first: how often, and how often alone."""
    names = sorted(
        {name for each in asked.values() for name in each.reasons},
        key=lambda name: -sum(each.reasons[name] for each in asked.values()),
    )
    lines = ["asked about, and why (in brackets: for this alone)"]
    for source, each in asked.items():
        if each.values:
            why = ", ".join(f"{n} {each.reasons[n]} ({each.only[n]})" for n in names if each.reasons[n])
            lines.append(f"  {source}: {each.values} values: {why}")
    return "\n".join(lines) + "\n"
