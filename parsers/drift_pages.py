"""The fixed text of pages, of a PDF or after OCR, held against what was sent."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from agent.domain.forms import Form
from agent.domain.reading import Drift, DriftKind
from parsers.drift import Piece, compare, told_once
from parsers.page import Box, Page, PageWord, Places
from parsers.page_fields import is_given
from parsers.page_grid import Grid
from parsers.page_lines import lines_of
from parsers.pdf_parts import numbered
from parsers.word_identity import CODE

_OVER = 1.0
"""Points by which a word may stand over the edge of a field."""
_MARKS = re.compile(r"[▢☐☑☒□■]")


def pages_drift(
    sent: tuple[tuple[Page, ...], Places],
    returned: tuple[tuple[Page, ...], Places],
    pairs: Mapping[int, int],
    *,
    noisy: bool = False,
) -> tuple[Drift, ...]:
    """Return how the fixed text of pages differs from that of the PDF as it was sent.

    Args:
        sent: the pages of our PDF, and where its fields are (`parsers.sent_places`).
        returned: the pages that came back, and where the fields are on them.
        pairs: page as sent → page here; a page that is no pair is not compared.
        noisy: the words were read by OCR.
    """
    numbers = set(pairs.values())
    places, here = sent[1], returned[1]
    ours = [page for page in sent[0] if page.number in pairs]
    theirs = [page for page in returned[0] if page.number in numbers]
    return told_once(compare(tuple(pieces(ours, places)), tuple(pieces(theirs, here)), noisy=noisy))


def text_drift(
    sent: Iterable[str], returned: tuple[Page, ...], here: Places, *, noisy: bool = False
) -> tuple[Drift, ...]:
    """Return how pages differ from the fixed text of the Word file as it was sent (`parsers.drift_word`)."""
    return told_once(compare(tuple(sent), tuple(pieces(returned, here)), noisy=noisy, added=False))


def swapped(pages: Iterable[Page]) -> tuple[Drift, ...]:
    """Return a difference for each page that belongs to another sheet."""
    return tuple(
        Drift(
            kind=DriftKind.PAGE_SWAPPED,
            page=page.number,
            returned=" ".join(
                sorted(f"FC-{code}" for word in page.words for code in CODE.findall(word.text))
            ),
        )
        for page in pages
    )


def asked_places(places: Places, form: Form) -> Places:
    """Return the places that people fill: what was given is fixed text."""
    fields = {path: spot for path, spot in places.fields.items() if not is_given(form, path)}
    return replace(places, fields=fields, more={k: v for k, v in places.more.items() if k in fields})


def pieces(pages: Iterable[Page], places: Places) -> Iterator[Piece]:
    """Yield the fixed text of pages: cell by cell, then line by line, without answers and page footers."""
    for page in pages:
        taken = [
            spot.box.grown(_OVER)
            for spots in (places.fields, places.slots, places.dates)
            for spot in spots.values()
            if spot.page == page.number
        ]
        taken.extend(
            spot.box.grown(_OVER)
            for rest in places.more.values()
            for spot in rest
            if spot.page == page.number
        )
        grid = Grid.of(page)
        for tile in grid.tiles:
            if words := [word for word in tile.words if not _answers(word, taken)]:
                yield _piece(page.number, [word for line in lines_of(words) for word in line])
        for line in lines_of(grid.loose):
            if (words := [word for word in line if not _answers(word, taken)]) and not _is_footer(words):
                yield _piece(page.number, words)


def _answers(word: PageWord, taken: Iterable[Box]) -> bool:
    return any(box.holds(word.box) for box in taken)


def _is_footer(words: Iterable[PageWord]) -> bool:
    """Say whether a line is the one below each page: short code, number of the page."""
    text = " ".join(word.text for word in words)
    return numbered(text) != (0, 0) or CODE.search(text) is not None


def _piece(number: int, words: list[PageWord]) -> Piece:
    text = " ".join(_MARKS.sub("", word.text) for word in words)
    return Piece(text=text, page=number, score=min(word.score for word in words))
