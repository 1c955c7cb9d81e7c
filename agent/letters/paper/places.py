"""What each place of a sheet becomes in its PDF: a field to fill in, boxes to tick, or plain words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from agent.domain.forms import Field, Form, Kind
from agent.domain.words import Language
from agent.letters.form_builder import phrases
from agent.letters.paper.model import Block, Control, Paragraph, WordFile

_CELL = re.compile(r"(\w+)\.\d+\.(\w+)")
_DATE = re.compile(r"sig\.(\w+)\.date")


class Nature(Enum):
    """What a place is on paper."""

    TEXT = "text"
    """Several lines to write."""
    LINE = "line"
    """One line: a date, a number."""
    LIST = "list"
    """One of a list, in the narrow cells of rows; printed it is written by hand."""
    COMBO = "combo"
    """One of a list, or something else."""
    BOXES = "boxes"
    """One of several boxes to tick."""
    TICK = "tick"
    SIGN = "sign"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A field of the PDF."""

    path: str
    nature: Nature
    label: str
    """What a viewer says of it, and a screen reader."""
    value: str
    """What is filled in already; of choices their value, of a ticked box `Yes`."""
    shown: str
    """The same as people read it."""
    options: tuple[tuple[str, str], ...] = ()
    """Value and label of each choice."""
    required: bool = False


def places(file: WordFile, form: Form, language: Language) -> dict[str, Place]:
    """Return the place of every control that somebody fills in, by its path, in the order of the file.

    What we fill in ourselves (`given`, and everything in a compiled document) stays plain words.
    """
    found: dict[str, Place] = {}
    for control in _controls(file.blocks):
        place = None if form.compiled else _place(control, form, language)
        if place is not None:
            found.setdefault(place.path, place)
    return found


def _controls(blocks: tuple[Block, ...]) -> Iterator[Control]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield from (each for each in block.inlines if isinstance(each, Control))
        else:
            for row in block.rows:
                for cell in row.cells:
                    yield from _controls(cell.paragraphs)


def _place(control: Control, form: Form, language: Language) -> Place | None:
    path = control.path
    slot = next((s for s in form.slots if path in {f"sig.{s.id}", f"sig.{s.id}.date"}), None)
    if slot is not None:
        dated = _DATE.fullmatch(path) is not None
        word = f" {phrases.DATE.in_(language)}" if dated else ""
        return Place(
            path=path,
            nature=Nature.LINE if dated else Nature.SIGN,
            label=slot.label.in_(language) + word,
            value=control.text if dated else "",
            shown=control.text if dated else "",
        )
    cell = _CELL.fullmatch(path)
    rows = form.field(cell[1]) if cell else None
    asked = rows.column(cell[2]) if cell and rows is not None else form.field(path)
    if asked is None or asked.columns or asked.given or (rows is not None and rows.given):
        return None
    return _asked(control, asked, form.label_of(path).in_(language), language, in_row=rows is not None)


def _asked(control: Control, asked: Field, label: str, language: Language, *, in_row: bool) -> Place:
    hint = asked.hint.in_(language) if asked.hint else ""
    options = tuple((c.value, c.label.in_(language)) for c in asked.choices)
    value = control.text
    nature = Nature.TEXT
    match asked.kind:
        case Kind.CHECKBOX:
            nature, value = Nature.TICK, "Yes" if control.ticked else ""
        case Kind.CHOICE:
            nature = Nature.LIST if in_row else Nature.BOXES
            value = next((v for v, said in options if said == control.text), control.text)
        case Kind.DATE | Kind.DATETIME | Kind.NUMBER:
            nature = Nature.LINE
        case Kind.DEPARTMENT if not asked.several:
            nature = Nature.COMBO
            options = tuple((each, each) for each in control.offered)
        case _:
            pass
    return Place(
        path=control.path,
        nature=nature,
        label=f"{label} · {hint}" if hint else label,
        value=value,
        shown=control.text,
        options=options,
        required=asked.required,
    )
