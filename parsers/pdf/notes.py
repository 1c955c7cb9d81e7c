"""What people put upon the pages of a PDF with the tools of a viewer: typed words, comments, strokes.

Annotations, ISO 32000-2, 12.5.6.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from agent.domain.reading import Drift, DriftKind
from parsers.pages.drift_text import visible
from parsers.pages.page import Box, Page, Places, Spot
from parsers.pdf.drawn import drawn_words
from parsers.pdf.fields import Note

_TYPED = "FreeText"
_MARKS = frozenset({"Highlight", "Underline", "Squiggly", "StrikeOut"})
_COMMENTS = _MARKS | {"Text", "Caret", "FileAttachment", "Square", "Circle", "Line", "Polygon", "PolyLine"}
"""Kinds whose words a viewer shows in a note beside the page (12.5.6.2, table 172), not upon it."""
_STRUCK = frozenset({"StrikeOut", "Redact"})
_MOST = 40
"""Comments and struck words that are told of one form."""
_SHOWN = 300
"""Characters of each."""
_THROUGH = 0.4
"""Of a run's width: struck that far, it is struck out."""


@dataclass(frozen=True, slots=True)
class Typed:
    """Words that somebody typed upon a page."""

    note: Note
    shown: str = ""
    """What a viewer draws there, where that is something else than the note holds."""


def typed_notes(content: bytes, notes: Iterable[Note]) -> tuple[Typed, ...]:
    """Return the notes that are words upon the page, each with what it shows where it shows other words.

    Args:
        content: the PDF.
        notes: its annotations.
    """
    typed = [note for note in notes if note.kind == _TYPED and note.words.strip()]
    drawn = drawn_words(content, (note.spot for note in typed if note.is_drawn)) if typed else {}
    return tuple(Typed(note, _unlike(note, drawn.get(note.spot, ""))) for note in typed)


def _unlike(note: Note, drawn: str) -> str:
    """Return what is drawn where a note is; empty where that is its words, or no words at all."""
    return "" if visible(drawn) in {"", visible(note.words)} else " ".join(drawn.split())


def notes_drift(notes: Iterable[Note], pages: tuple[Page, ...], places: Places) -> tuple[Drift, ...]:
    """Return what was done to the fixed text: comments, and words that were struck out, by notes or lines.

    Args:
        notes: the annotations.
        pages: the pages of one form, with their printed words.
        places: where people write.
    """
    by_number = {page.number: page for page in pages}
    found: dict[Drift, None] = {}
    for note in notes:
        page = by_number.get(note.spot.page)
        if page is None:
            continue
        if note.kind in _COMMENTS and _is_said(note, page):
            words = " ".join(note.words.split())[:_SHOWN]
            found[Drift(kind=DriftKind.ADDED, page=page.number, returned=words)] = None
        if note.kind in _STRUCK and (words := " ".join(_struck(note.strokes, page, places))):
            found[Drift(kind=DriftKind.MISSING, page=page.number, sent=words[:_SHOWN])] = None
    for page in pages:
        for words in _struck(page.struck, page, places):
            found[Drift(kind=DriftKind.MISSING, page=page.number, sent=words[:_SHOWN])] = None
    return tuple(found)[:_MOST]


def _is_said(note: Note, page: Page) -> bool:
    """Say whether a comment says something: viewers copy the words that are marked into it."""
    said = visible(note.words)
    if note.kind not in _MARKS:
        return bool(said)
    marked = (word.text for word in page.words if any(word.box.common(each) for each in note.strokes))
    return bool(said) and said not in visible("".join(marked))


def _struck(strokes: tuple[Box, ...], page: Page, places: Places) -> Iterator[str]:
    """Yield the printed words through which strokes run."""
    taken = [spot.box for spot in _spots(places) if spot.page == page.number] if strokes else []
    for word in page.words if strokes else ():
        across = sum(_common(word.box, each) for each in strokes)
        if across >= _THROUGH * max(word.box.width, 1.0) and not any(box.holds(word.box) for box in taken):
            yield word.text


def _common(one: Box, other: Box) -> float:
    """Return over how much of its width a run is struck."""
    if one.common(other) <= 0:
        return 0.0
    return min(one.right, other.right) - max(one.left, other.left)


def _spots(places: Places) -> Iterator[Spot]:
    yield from (*places.fields.values(), *places.slots.values(), *places.dates.values())
    for rest in places.more.values():
        yield from rest
