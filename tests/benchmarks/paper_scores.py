"""What a reading got right: by kind of field, and by slot."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from agent.domain.answers import Answer, Scalar, Trust
from agent.domain.forms import Form, Kind, SignatureKind
from agent.domain.reading import Reading
from agent.domain.signatures import Verdict
from tests.benchmarks.paper_answers import Answered
from tests.benchmarks.paper_doubts import Asked
from tests.benchmarks.paper_marks import Mark

ROWS = "rows"
_TAKEN = frozenset({Trust.SURE, Trust.LIKELY})
_BESIDE_CHINESE = re.compile(r"(?<![!-~]) | (?![!-~])")


@dataclass(slots=True)
class Count:
    """Places of one kind."""

    fields: int = 0
    """Places that were answered."""
    exact: int = 0
    """Of these, the value read is the value meant, guesses included."""
    taken: int = 0
    """Values taken without asking, of answered places and of empty ones."""
    unasked: int = 0
    """Answered places whose value was taken."""
    wrong: int = 0
    """Of the values taken, not what was meant."""
    lost: int = 0
    """Answered places that were read as empty, so that nobody is asked about them either."""

    def add(self, other: "Count") -> None:
        """Add what another counted."""
        for name in ("fields", "exact", "taken", "unasked", "wrong", "lost"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(slots=True)
class Score:
    """Documents of one source."""

    kinds: dict[str, Count] = field(default_factory=dict)
    slots: Counter[tuple[Mark, str]] = field(default_factory=Counter)
    """(what stands there, verdict or kind) to how often."""
    documents: int = 0
    pages: int = 0
    seconds: float = 0.0
    drifted: int = 0
    """Honest documents that would go to the coordinator for altered text."""
    uncompared: int = 0
    """Honest documents of which a coordinator is shown print that could not be compared."""
    unread: int = 0
    """Documents of which the form or the sheet was not recognised."""
    asked: Asked = field(default_factory=Asked)
    faults: list[str] = field(default_factory=list)
    """What was taken and wrong, lost, falsely signed or falsely altered, in words."""

    @property
    def all(self) -> Count:
        """Return every kind together, cells of rows once."""
        whole = Count()
        for name, count in self.kinds.items():
            if name != ROWS:
                whole.add(count)
        return whole

    def empties(self) -> int:
        """Return how many slots nobody signed."""
        return sum(count for (mark, _), count in self.slots.items() if mark.is_empty)

    def of(self, marks: Iterable[Mark], *verdicts: str) -> int:
        """Return how many slots with these marks got one of these verdicts; any, when none is named."""
        wanted = frozenset(marks)
        return sum(
            count
            for (mark, said), count in self.slots.items()
            if mark in wanted and (not verdicts or said in verdicts)
        )


def score(  # noqa: PLR0913 - one reading, and everything that is true about it
    done: Score,
    readings: tuple[Reading, ...],
    form: Form,
    answers: Answered,
    slots: Mapping[str, Mark],
    *,
    name: str,
    pages: int,
    seconds: float,
) -> None:
    """Count one document into `done`."""
    done.documents += 1
    done.pages += pages
    done.seconds += seconds
    reading = next((each for each in readings if each.form == form.id), None)
    if reading is None or len(readings) > 1:
        done.unread += 1
        came = [(each.form, [p.code for p in each.problems]) for each in readings]
        done.faults.append(f"{name}: not read as {form.id}: {came}")
    found = {each.field: each for each in reading.answers.all} if reading is not None else {}
    truth = answers.as_read()
    for path, kind in answers.kinds.items():
        _place(done, path, kind, found.pop(path, None), truth.get(path), name)
    for path, answer in found.items():
        asked = form.field(path.partition(".")[0])
        column = asked.column(path.rpartition(".")[2]) if asked is not None else None
        if asked is None or asked.given or column is None or column.given:
            continue
        _place(done, path, Kind.TEXT, answer, None, name)
    if reading is None:
        return
    if reading.drift:
        done.drifted += 1
        done.faults.append(f"{name}: drift {[(d.kind.value, d.sent, d.returned) for d in reading.drift]}")
    done.uncompared += bool(reading.uncompared)
    for signature in reading.signatures:
        if signature.slot not in slots:
            continue
        mark = slots[signature.slot]
        said = signature.verdict.value
        if signature.verdict is Verdict.SIGNED and signature.how is SignatureKind.SEAL:
            said = "seal"
        done.slots[mark, said] += 1
        is_false = (mark.is_empty and said in {"signed", "seal"}) or (mark is Mark.SEAL and said == "signed")
        if is_false or (mark.is_signed and said == "unsigned"):
            done.faults.append(
                f"{name}: slot {signature.slot} {mark.value} called {said} {signature.reasons}"
            )


def _place(  # noqa: PLR0913 - one place, what was read and what is true
    done: Score, path: str, kind: Kind, answer: Answer | None, truth: Scalar | None, name: str
) -> None:
    count = Count()
    is_blank = truth is None or truth is False
    value = answer.value if answer is not None else None
    is_right = _plain(value) == _plain(truth) or (is_blank and not value)
    if not is_blank:
        count.fields = 1
        count.exact = int(is_right)
    trust = answer.trust if answer is not None else Trust.ABSENT
    if trust in _TAKEN:
        count.taken = 1
        count.unasked = int(not is_blank)
        count.wrong = int(not is_right)
    if trust is Trust.ABSENT and not is_blank:
        count.lost = 1
    if count.wrong or count.lost:
        words = answer.evidence[0].words if answer is not None and answer.evidence else ""
        done.faults.append(f"{name}: {path} is {truth!s}, read {value!s} {trust.value} ({words})")
    names = [kind.value] if kind is not Kind.DATETIME else [Kind.DATE.value]
    for each in (*names, *([ROWS] if "." in path else [])):
        done.kinds.setdefault(each, Count()).add(count)


def _plain(value: Scalar | None) -> object:
    """Return a value for comparing: of text neither the width of marks counts nor blanks beside Chinese."""
    if isinstance(value, str):
        return _BESIDE_CHINESE.sub("", " ".join(unicodedata.normalize("NFKC", value).split()))
    return value
