"""The text of a Word file that surely is no answer: what stands outside the places that people fill."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from agent.domain.forms import Form, Kind
from parsers.pages.drift_text import visible
from parsers.pages.fields import asked_at, is_given
from parsers.per_form import PerForm
from parsers.word.labels import labels_of
from parsers.word.layout import Cell, Layout
from parsers.word.places import bookmark_name, single_places, slot_cells
from parsers.word.tables import RowsRegion, rows_regions

_PATH = frozenset({0, 2})
"""Dots in the tag of a field, or of a cell of rows."""
_MOST_TAGS = 512
"""Tags that are remembered of a form; a stranger's file may bear any."""
_SLOT = re.compile(r"sig\.(.+?)(?:\.date)?")
_CELL = re.compile(r"_fld_(.+)_\d{1,6}_([^_].*)")


def answer_spans(layout: Layout, form: Form) -> tuple[tuple[int, int], ...]:
    """Return where the controls that people fill begin and end, in that order."""
    is_answer = _ANSWERS(form)
    answers = (control for control in layout.controls if is_answer(control.tag))
    return tuple(sorted((control.start, control.end) for control in answers))


def without(spans: tuple[tuple[int, int], ...], layout: Layout, start: int, end: int) -> str:
    """Return the words of a span without those of the `spans` that lie within it.

    Args:
        spans: what is left out, in order.
        layout: whose words they are.
        start: the first of its parts.
        end: the part after its last.
    """
    kept: list[str] = []
    at = start
    for first, last in spans[bisect_left(spans, (start, 0)) :]:
        if first > end:
            break
        if last > end:
            continue
        kept.extend(layout.parts[at : max(first, at)])
        at = max(at, last)
    kept.extend(layout.parts[at:end])
    return "".join(kept)


def answer_places(layout: Layout, form: Form) -> frozenset[str]:
    """Return the places, as evidence names them, in which people write: cells and paragraphs."""
    labels = labels_of(form)
    regions = rows_regions(layout, form, labels)
    singles = single_places(layout, form, labels, regions)
    places = {found.place for name, each in singles.items() if not is_given(form, name) for found in each}
    places.update(cell.place for _, cell in slot_cells(layout, labels))
    places.update(cell.place for cell in _cells(layout) if _is_asked(cell, form))
    for region in regions:
        if not is_given(form, region.field):
            places.update(cell.place for row in region.body for cell in row)
    return frozenset(places)


def outside(layout: Layout, form: Form, places: frozenset[str]) -> Iterator[str]:
    """Yield the text outside `places`, cell by cell, then paragraph by paragraph, then text boxes."""
    answers = answer_spans(layout, form)
    for cell in _cells(layout):
        if not cell.continues and cell.place not in places:
            yield without(answers, layout, cell.start, cell.end)
    for paragraph in layout.paragraphs:
        text = without(answers, layout, paragraph.start, paragraph.end)
        if f"paragraph {paragraph.number}" not in places:
            yield text
    for drawing in layout.drawings:
        if drawing.box and not drawing.hidden and (drawing.cell is None or drawing.cell.place not in places):
            yield drawing.box


def given_rows(layout: Layout, form: Form) -> Iterator[str]:
    """Yield, for each row in which people answer beside what we had written, what we had written."""
    for region in rows_regions(layout, form, labels_of(form)):
        field = form.field(region.field)
        if field is None or field.given:
            continue
        columns = [column.id for column in field.columns if column.given]
        for row in region.body if columns else ():
            said = " ".join(_given(layout, region, row, columns))
            if visible(said):
                yield said


def missing_rows(sent: Iterable[str], returned: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield what was sent and is in no row now, each with what stands in its row; rows may be added."""
    theirs = list(returned)
    at = 0
    for number, text in enumerate(sent):
        there = next((n for n in range(at, len(theirs)) if visible(theirs[n]) == visible(text)), None)
        if there is None:
            yield text, theirs[number] if number < len(theirs) else ""
        else:
            at = there + 1


def _given(
    layout: Layout, region: RowsRegion, row: tuple[Cell, ...], columns: Iterable[str]
) -> Iterator[str]:
    for column in columns:
        own = next((c for c in row for t in c.controls if t.tag.rpartition(".")[2] == column), None)
        cell = own or region.under(column, row)
        if cell is not None:
            yield layout.words(cell)


def _cells(layout: Layout) -> Iterator[Cell]:
    return (cell for table in layout.tables for row in table for cell in row)


def _is_asked(cell: Cell, form: Form) -> bool:
    """Say whether a cell holds a control or bookmark of something that people fill, or of a slot."""
    if any(map(_ANSWERS(form), (control.tag for control in cell.controls))):
        return True
    given = {bookmark_name(each.id) for each in form.fields if each.given and each.kind is not Kind.ROWS}
    return any(
        not (
            bookmark.name.startswith("_fc_") or bookmark.name in given or _is_given_cell(bookmark.name, form)
        )
        for bookmark in cell.bookmarks
    )


def _is_answer(tag: str, form: Form) -> bool:
    """Say whether people fill the control with this tag; one that is none of ours hides nothing."""
    if (slot := _SLOT.fullmatch(tag)) is not None and any(each.id == slot[1] for each in form.slots):
        return True
    return tag.count(".") in _PATH and asked_at(form, tag) is not None and not is_given(form, tag)


_ANSWERS = PerForm[Callable[[str], bool]](
    lambda form: lru_cache(maxsize=_MOST_TAGS)(lambda tag: _is_answer(tag, form))
)
"""Of a form: whether people fill the control with a tag."""


def _is_given_cell(name: str, form: Form) -> bool:
    match = _CELL.fullmatch(name)
    return match is not None and any(
        each.id.replace(".", "_") == match[1]
        and (each.given or any(c.given and c.id == match[2] for c in each.columns))
        for each in form.fields
    )
