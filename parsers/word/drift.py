"""The fixed text of a Word file: everything outside the places that people fill, and beside the body."""

from collections.abc import Iterator
from hashlib import sha256

from agent.domain.forms import Form
from agent.domain.reading import Drift, DriftKind
from parsers.known import Known
from parsers.limits import Limits
from parsers.pages.drift import compare, shown, told_once
from parsers.pages.drift_outside import (
    answer_places,
    answer_spans,
    given_rows,
    missing_rows,
    outside,
    without,
)
from parsers.pages.drift_text import visible
from parsers.word.beside import words_beside
from parsers.word.layout import Cell, Layout, Paragraph
from parsers.word.package import Package, W, open_package
from parsers.word.places import NOTE
from parsers.word.walk import walk

_GONE = "\0"
"""What stands before words that are struck out, in the digest."""


def fixed_text(content: bytes, form: Form, known: Known) -> tuple[str, ...]:
    """Return the fixed text of a Word file as it was sent, cell by cell and paragraph by paragraph.

    What a form says that was given (`Field.given`) is fixed as well.  Nothing when it cannot be read.
    """
    walked = _walked(content, known.limits)
    return tuple(map(_without_notes, _fixed(walked[1], form))) if walked is not None else ()


def fixed_digest(content: bytes, form: Form, limits: Limits) -> str:
    """Return what `digest_of` says of a Word file as it was sent; empty when it cannot be read."""
    walked = _walked(content, limits)
    return digest_of(*walked, form) if walked is not None else ""


def digest_of(package: Package, layout: Layout, form: Form) -> str:
    """Return the SHA-256 of the fixed text, and of what stands beside the body, without its spacing.

    Where that of the returned file is that of the sent one, nothing fixed was changed and nothing was added,
    and the sent one need not be opened; where not, `word_drift` tells.
    """
    running = sha256()
    struck = tuple(f"{_GONE}{each}" for each in _struck(layout, form, frozenset()))
    for text in (*_fixed(layout, form), *words_beside(package), *struck):
        running.update("".join(text.split()).encode("utf-8", "replace"))
        running.update(b"\n")
    return running.hexdigest()


def word_drift(sent: bytes, package: Package, layout: Layout, form: Form, known: Known) -> tuple[Drift, ...]:
    """Return how the fixed text of a returned Word file differs from that of the one that was sent.

    Args:
        sent: the Word file as it was sent.
        package: the returned one.
        layout: its body, walked.
        form: what both are.
        known: the limits.
    """
    walked = _walked(sent, known.limits)
    if walked is None:
        return ()
    was, ours = walked
    # A cell that people filled is found by its control or label; where those are gone, by where it was.
    at, here = answer_places(ours, form), answer_places(layout, form)
    if _shape(ours) == _shape(layout):
        at = here = at | here
    kept = frozenset(visible(line) for line in layout.text().splitlines() if line.startswith(NOTE))
    outer = compare(
        [_without_notes(each, kept) for each in outside(ours, form, at)],
        tuple(outside(layout, form, here)),
        ordered=True,
    )
    inner = compare(
        [_without_notes(each, kept) for each in _fixed(ours, form)],
        tuple(_fixed(layout, form)),
        added=False,
    )
    rows = (
        Drift(kind=DriftKind.CHANGED if now else DriftKind.MISSING, sent=before, returned=now)
        for before, now in missing_rows(given_rows(ours, form), given_rows(layout, form))
    )
    beside = compare(words_beside(was), words_beside(package))
    known_struck = frozenset(_struck(ours, form, at))
    struck = (
        Drift(kind=DriftKind.MISSING, sent=shown(each))
        for each in _struck(layout, form, here)
        if each not in known_struck
    )
    return told_once(
        (*outer, *(each for each in inner if not _is_told(each, outer)), *rows, *beside, *struck)
    )


def _struck(layout: Layout, form: Form, places: frozenset[str]) -> Iterator[str]:
    """Yield the fixed words that are struck out by their format: they stand there, and nobody agreed to them.

    Args:
        layout: a Word file, walked.
        form: what it is.
        places: where people write, beside the controls.
    """
    cells = (cell for table in layout.tables for row in table for cell in row if cell.place in places)
    lines = (each for each in layout.paragraphs if f"paragraph {each.number}" in places)
    written: tuple[Cell | Paragraph, ...] = (*cells, *lines)
    answers = (*answer_spans(layout, form), *((each.start, each.end) for each in written))
    for start, end in layout.struck:
        words = "".join(layout.parts[start:end])
        if visible(words) and not any(first <= start and end <= last for first, last in answers):
            yield words


def _is_told(drift: Drift, told: tuple[Drift, ...]) -> bool:
    return any(
        each.sent == drift.sent or (each.returned and each.returned == drift.returned) for each in told
    )


def _without_notes(text: str, kept: frozenset[str] = frozenset()) -> str:
    """Return a text without the notes that we put there when the form went back: people may delete them."""
    lines = text.split("\n")
    return "\n".join(each for each in lines if not each.startswith(NOTE) or visible(each) in kept)


def _shape(layout: Layout) -> list[list[int]]:
    return [[len(row) for row in table] for table in layout.tables]


def _walked(content: bytes, limits: Limits) -> tuple[Package, Layout] | None:
    """Return a Word file that we kept and what stands where in it, None when it is damaged."""
    try:
        package = open_package(content, limits)
        body = package.document.find(f"{W}body")
        return (package, walk(body, package.styles)) if body is not None else None
    except Exception:  # noqa: BLE001 - what we kept may be damaged; then nothing is compared
        return None


def _fixed(layout: Layout, form: Form) -> Iterator[str]:
    answers = answer_spans(layout, form)
    cells = (cell for table in layout.tables for row in table for cell in row if not cell.continues)
    spans: tuple[Cell | Paragraph, ...] = (*cells, *layout.paragraphs)
    for each in spans:
        text = without(answers, layout, each.start, each.end)
        if text.strip():
            yield text
    yield from (drawing.box for drawing in layout.drawings if drawing.box and not drawing.hidden)
