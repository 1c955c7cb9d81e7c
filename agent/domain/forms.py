"""What a form asks: fields, columns, choices and signature slots, whatever file carries them."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from agent.domain.words import Words


class Kind(Enum):
    """What kind of value a field holds (cli.md, `forms describe`)."""

    TEXT = "text"
    DATE = "date"
    DATETIME = "datetime"
    NUMBER = "number"
    PERSON = "person"
    DEPARTMENT = "department"
    CHOICE = "choice"
    CHECKBOX = "checkbox"
    ROWS = "rows"


class SignatureKind(Enum):
    """How somebody can sign."""

    INK = "ink"
    PICTURE = "picture"
    DIGITAL = "digital"
    SEAL = "seal"
    TYPED = "typed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of the answers that a drop-down offers; `value` is what the process speaks of."""

    value: str
    label: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A question on a form; `id` is the tag of its content control."""

    id: str
    label: Words
    kind: Kind
    required: bool = False
    required_if: tuple[str, str] | None = None
    """(field id, value): required only when that other field has that value."""
    hint: Words | None = None
    """The placeholder that stands in the empty control; never a value when it comes back."""
    choices: tuple[Choice, ...] = ()
    columns: tuple["Field", ...] = ()
    """Of a ROWS field: one field per column; a column is never ROWS itself."""
    rows: int = 0
    """Of a ROWS field: how many empty rows a blank form shows."""
    lines: int = 1
    """How many lines of writing space a blank form gives a text."""
    given: bool = False
    """Filled in by us and only read by people (a task's name on a progress form)."""
    several: bool = False
    """Of a PERSON or DEPARTMENT: more than one may be named; the value joins them with `; `."""

    def column(self, name: str) -> "Field | None":
        """Return the column called `name`."""
        return next((c for c in self.columns if c.id == name), None)

    def choice(self, value: str) -> Choice | None:
        """Return the choice whose value is `value`."""
        return next((c for c in self.choices if c.value == value), None)

    def printed(self, words: str) -> Words:
        """Return words that were found in it as the form prints them: a choice by its label."""
        choice = self.choice(words)
        return choice.label if choice is not None else Words.same(words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A place to sign; `signer` is the role, in the process, of who should."""

    id: str
    label: Words
    accepts: frozenset[SignatureKind]
    signer: str = ""
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One form of a process pack, as `forms/<id>.toml` describes it."""

    id: str
    version: int
    title: Words
    instruction: Words
    """The one clear line at the top that says what to do."""
    fields: tuple[Field, ...]
    slots: tuple[Slot, ...] = ()
    compiled: bool = False
    """Made by us from the case and sent to be read: nothing in it is asked back."""

    def field(self, name: str) -> Field | None:
        """Return the field called `name`."""
        return next((f for f in self.fields if f.id == name), None)

    def at(self, path: str) -> Field | None:
        """Return the field, or the column of rows, that a path such as `departments.0.asked` leads to."""
        name, *cell = path.split(".")
        found = self.field(name)
        return found.column(cell[-1]) if found is not None and cell else found

    def label_of(self, path: str) -> Words:
        """Return the label for a path such as `departments.0.asked`; rows are counted from 1 for people."""
        name, *rest = path.split(".")
        found = self.field(name)
        if found is None:
            slot = next((s for s in self.slots if s.id == name), None)
            return slot.label if slot is not None else Words.same(path)
        if len(rest) != 2:  # noqa: PLR2004 - a row number and a column, nothing else is a path
            return found.label
        row, column = rest
        within = found.column(column)
        tail = within.label if within is not None else Words.same(column)
        number = int(row) + 1 if row.isdigit() else row
        return Words(
            zh=f"{found.label.zh} 第{number}行 {tail.zh}", en=f"{found.label.en}, row {number}, {tail.en}"
        )

    def walk(self) -> Iterator[tuple[str, Field]]:
        """Yield every field and column with its path; a column's path is `rows.*.column`."""
        for each in self.fields:
            yield each.id, each
            for column in each.columns:
                yield f"{each.id}.*.{column.id}", column
