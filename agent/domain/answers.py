"""What a returned form says, where it says so, and how far to believe it.

A reading carries no percentage.  Nobody can say what 0.83 means, but everybody
can say what to do with each of these four degrees of trust.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import TypeAlias

Scalar: TypeAlias = str | bool | Decimal | date | datetime
"""A single value.  A person is the main address in the directory, a department its name there,
a choice its `value`.  A `datetime` is wall-clock time at the site, without a zone."""

Row: TypeAlias = Mapping[str, Scalar]
"""One row of a rows field; a column without a value has no key."""

Value: TypeAlias = Scalar | tuple[Row, ...]

Values: TypeAlias = Mapping[str, Value]
"""The values of a whole form by field id; a field without a value has no key."""


class Trust(Enum):
    """How a value came to us, from best to worst (cli.md, `trust`)."""

    SURE = "sure"
    """The place is unmistakable and the words are text."""

    LIKELY = "likely"
    """Read from the place where the printed label says it should be."""

    GUESS = "guess"
    """Several readings were possible, or the words are no value of this kind: a person confirms."""

    ABSENT = "absent"
    """The place was found and is empty, or was not found at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The spot in a document that a reader could point a finger at."""

    place: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One field of a form, or one cell of its rows, as read."""

    field: str
    """The field id, or for a cell its path: `departments.0.asked`."""
    value: Scalar | None
    trust: Trust
    evidence: tuple[Evidence, ...] = ()
    problem: str = ""
    """Why words are no value: `bad_date`, `unknown_person`, `ambiguous_person`, `several_persons`,
    `not_a_choice`, `unknown_department`, `several_departments`, `bad_number`, `too_long`,
    `contradiction`; on paper also `unread_ink`, `no_place`, `cut_off`; empty when there is nothing to say."""
    picture: str = ""
    """SHA-256 of a crop of the paper around the words; its bytes are in `Reading.pictures`, later among the
    blobs.  Empty for text that was never ink."""

    def __post_init__(self) -> None:
        if self.trust is Trust.ABSENT and self.value is not None:
            raise ValueError(f"{self.field}: a value and its absence exclude each other")
        if self.trust is not Trust.ABSENT and not self.evidence:
            raise ValueError(f"{self.field}: nothing is believed without evidence")
        if self.value is None and self.trust in {Trust.SURE, Trust.LIKELY}:
            raise ValueError(f"{self.field}: words that are no value are never trusted")

    @property
    def words(self) -> str:
        """Return the words that were found, for showing them to a person."""
        return self.evidence[0].words if self.evidence else ""


@dataclass(frozen=True, slots=True)
class Answers:
    """All fields of one returned form, in the order of the form; rows as one answer per cell."""

    all: tuple[Answer, ...] = ()

    def get(self, field: str) -> Answer | None:
        """Return the answer for a field or cell path."""
        return next((a for a in self.all if a.field == field), None)

    def doubtful(self) -> tuple[Answer, ...]:
        """Return the answers that a person has to confirm or put right."""
        return tuple(a for a in self.all if a.trust is Trust.GUESS)

    def values(self) -> Values:
        """Return what was understood as plain values; cells are gathered into rows, gaps closed."""
        plain: dict[str, Value] = {}
        rows: dict[str, dict[int, dict[str, Scalar]]] = {}
        for answer in self.all:
            if answer.value is None:
                continue
            name, *rest = answer.field.split(".")
            if rest:
                rows.setdefault(name, {}).setdefault(int(rest[0]), {})[rest[1]] = answer.value
            else:
                plain[name] = answer.value
        for name, found in rows.items():
            plain[name] = tuple(found[number] for number in sorted(found))
        return plain


def rows_of(values: Values, name: str) -> tuple[Row, ...]:
    """Return the rows called `name`, none when the field is missing or not rows."""
    found = values.get(name)
    return found if isinstance(found, tuple) else ()


def text_of(values: Mapping[str, Scalar] | Values, name: str) -> str:
    """Return the text of `name`, empty when it is missing or not text."""
    found = values.get(name)
    return found if isinstance(found, str) else ""


def day_of(values: Mapping[str, Scalar] | Values, name: str) -> date | None:
    """Return the day of `name`, None when it is missing or no day."""
    found = values.get(name)
    if isinstance(found, datetime):
        return found.date()
    return found if isinstance(found, date) else None


def walk(values: Values) -> Iterator[tuple[str, Scalar]]:
    """Yield every single value with its path (`departments.0.asked`)."""
    for name, value in values.items():
        if isinstance(value, tuple):
            for number, row in enumerate(value):
                for column, cell in row.items():
                    yield f"{name}.{number}.{column}", cell
        else:
            yield name, value
