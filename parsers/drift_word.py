"""The fixed text of a Word file: everything outside the places that people fill."""

from collections.abc import Iterator
from hashlib import sha256

from agent.domain.forms import Form
from agent.domain.reading import Drift
from parsers.drift import compare, told_once
from parsers.known import Known
from parsers.limits import Limits
from parsers.page_fields import is_given
from parsers.word_labels import Labels, labels_of
from parsers.word_layout import Cell, Layout
from parsers.word_package import W, open_package
from parsers.word_places import NOTE, is_ours, single_places
from parsers.word_tables import rows_regions
from parsers.word_walk import walk

_PATH = frozenset({0, 2})
"""Dots in the tag of a field, or of a cell of rows; `sig.head` is a slot."""


def fixed_text(content: bytes, form: Form, known: Known) -> tuple[str, ...]:
    """Return the fixed text of a Word file as it was sent, cell by cell and paragraph by paragraph.

    What a form says that was given (`Field.given`) is fixed as well.  Nothing when it cannot be read.
    """
    try:
        package = open_package(content, known.limits)
        body = package.document.find(f"{W}body")
        layout = walk(body, package.styles) if body is not None else None
    except Exception:  # noqa: BLE001 - what we kept may be damaged; then nothing is compared
        return ()
    return tuple(_fixed(layout, form)) if layout is not None else ()


def fixed_digest(content: bytes, form: Form, limits: Limits) -> str:
    """Return what `digest_of` says of a Word file as it was sent; empty when it cannot be read."""
    try:
        package = open_package(content, limits)
        body = package.document.find(f"{W}body")
        layout = walk(body, package.styles) if body is not None else None
    except Exception:  # noqa: BLE001 - then nothing is known, and the texts are compared
        return ""
    return digest_of(layout, form) if layout is not None else ""


def digest_of(layout: Layout, form: Form) -> str:
    """Return the SHA-256 of the fixed text without its spacing.

    Where that of the returned file is that of the sent one, nothing fixed was changed and nothing was added,
    and the sent one need not be opened; where not, `word_drift` tells.
    """
    running = sha256()
    for text in _fixed(layout, form):
        running.update("".join(text.split()).encode("utf-8", "replace"))
        running.update(b"\n")
    return running.hexdigest()


def word_drift(sent: bytes, layout: Layout, form: Form, known: Known) -> tuple[Drift, ...]:
    """Return how the fixed text of a returned Word file differs from that of the one that was sent.

    Args:
        sent: the Word file as it was sent.
        layout: the returned one, walked.
        form: what both are.
        known: the limits.
    """
    ours = fixed_text(sent, form, known)
    if not ours:
        return ()
    theirs = tuple(_fixed(layout, form))
    places = {id(cell) for cell in _answer_cells(layout, form, labels_of(form))}
    told = told_once(compare(ours, theirs, added=False))
    unsent = tuple(_outside(layout, form, places))
    added = (each for each in compare(ours, unsent) if each.kind.value == "added")
    return told_once((*told, *added))


def _fixed(layout: Layout, form: Form) -> Iterator[str]:
    for table in layout.tables:
        for row in table:
            for cell in row:
                if (
                    not cell.continues
                    and (text := _without_answers(layout, cell.start, cell.end, form)).strip()
                ):
                    yield text
    for paragraph in layout.paragraphs:
        text = _without_answers(layout, paragraph.start, paragraph.end, form)
        if text.strip() and not text.startswith(NOTE):
            yield text


def _outside(layout: Layout, form: Form, places: set[int]) -> Iterator[str]:
    """Yield fixed text that surely is no answer: outside the cells of fields and tables of rows."""
    for table in layout.tables:
        for row in table:
            for cell in row:
                if id(cell) not in places and not is_ours(cell) and not cell.continues:
                    yield layout.words(cell)
    for paragraph in layout.paragraphs:
        text = _without_answers(layout, paragraph.start, paragraph.end, form)
        if not text.startswith(NOTE):
            yield text


def _without_answers(layout: Layout, start: int, end: int, form: Form) -> str:
    """Return the words of a span without those in controls that people fill, or that hold tables within."""
    cuts = sorted(
        (control.start, control.end)
        for control in layout.controls
        if start <= control.start
        and control.end <= end
        and not (control.tag.count(".") in _PATH and is_given(form, control.tag))
    )
    kept: list[str] = []
    at = start
    for first, last in cuts:
        kept.extend(layout.parts[at : max(first, at)])
        at = max(at, last)
    kept.extend(layout.parts[at:end])
    return "".join(kept)


def _answer_cells(layout: Layout, form: Form, labels: Labels) -> Iterator[Cell]:
    regions = rows_regions(layout, form, labels)
    for region in regions:
        yield from region.cells()
    places = {found.place for each in single_places(layout, form, labels, regions).values() for found in each}
    for table in layout.tables:
        for row in table:
            for cell in row:
                if cell.place in places:
                    yield cell
