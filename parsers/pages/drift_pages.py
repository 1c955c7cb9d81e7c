"""The fixed text of pages, of a PDF or after OCR, held against what was sent."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import reduce

from agent.domain.forms import Form
from agent.domain.reading import Drift, DriftKind
from parsers.pages.drift import Piece, compare, told_once
from parsers.pages.drift_text import visible
from parsers.pages.fields import is_given
from parsers.pages.fit import Fit, fit
from parsers.pages.grid import Grid
from parsers.pages.lines import lines_of
from parsers.pages.page import Box, Page, PageWord, Places
from parsers.pdf.parts import numbered
from parsers.word.found import PROMPTS, SLOT_PROMPTS
from parsers.word.identity import CODE

_OVER = 1.0
"""Points by which a word may stand over the edge of a field."""
_ASIDE = 8.0
"""Points by which a piece may stand off its place; a line is twice as high."""
_NOTHING = ("—",)
"""What stands for an empty place that we fill."""
_MARKS = re.compile(r"[▢☐☑☒□■]")


def pages_drift(
    sent: tuple[tuple[Page, ...], Places],
    returned: tuple[tuple[Page, ...], Places],
    pairs: Mapping[int, int],
) -> tuple[Drift, ...]:
    """Return how the fixed text of pages differs from that of the PDF as it was sent.

    Args:
        sent: the pages of our PDF, and where its fields are (`parsers.pages.sent`).
        returned: the pages that came back, and where the fields are on them.
        pairs: page as sent → page here; a page that is no pair is not compared.
    """
    numbers = set(pairs.values())
    places, here = sent[1], returned[1]
    ours = [page for page in sent[0] if page.number in pairs]
    theirs = [page for page in returned[0] if page.number in numbers]
    was = tuple(pieces(ours, places, footers=True))
    now = tuple(pieces(theirs, here, footers=True))
    drift = told_once(compare(was, now))
    return drift or told_once(_moved(was, now, _fits(ours, theirs, pairs)))


def text_drift(
    sent: Iterable[str], returned: tuple[Page, ...], here: Places, form: Form
) -> tuple[Drift, ...]:
    """Return how pages differ from the fixed text of the Word file as it was sent (`parsers.word.drift`).

    Words that were not sent are told only where every place that people fill was found.
    """
    ours, added = tuple(sent), is_whole(here, form)
    again = (*ours, *prompts(form)) if added else ()
    return told_once(compare(ours, tuple(pieces(returned, here)), added=added, again=again))


def prompts(form: Form) -> tuple[str, ...]:
    """Return what stands in places that people fill before they do: prompts, and what one may choose."""
    asked = (each.hint for _, each in form.walk() if each.hint)
    offered = (choice.label for _, each in form.walk() for choice in each.choices)
    return (
        *(text for said in (*asked, *offered) for text in (said.zh, said.en)),
        *PROMPTS,
        *SLOT_PROMPTS,
        *_NOTHING,
    )


def is_whole(here: Places, form: Form) -> bool:
    """Say whether every place that people fill was found."""
    found = {path.partition(".")[0] for path in here.fields}
    return all(each.given or each.id in found for each in form.fields) and all(
        slot.id in here.slots for slot in form.slots
    )


def _fits(
    ours: Iterable[Page], theirs: Iterable[Page], pairs: Mapping[int, int]
) -> dict[int, tuple[int, Fit]]:
    by_number = {page.number: page for page in theirs}
    return {
        page.number: (there.number, how)
        for page in ours
        if (there := by_number.get(pairs[page.number])) is not None and (how := fit(page, there)) is not None
    }


def _moved(
    sent: Iterable[Piece], returned: Iterable[Piece], fits: Mapping[int, tuple[int, Fit]]
) -> Iterator[Drift]:
    """Yield the pieces that stand elsewhere on their page: what was beside one label is beside another."""
    theirs: dict[tuple[int, str], list[Box]] = {}
    here = list(returned)
    for piece in here:
        if piece.box is not None:
            theirs.setdefault((piece.page, visible(piece.text)), []).append(piece.box)
    for piece in sent:
        if piece.box is None or piece.page not in fits:
            continue
        number, how = fits[piece.page]
        place = how.box(piece.box)
        there = theirs.get((number, visible(piece.text)), [])
        # A piece whose lines end elsewhere now is none of these; its words were found.
        if there and not any(_is_near(place, each) for each in there):
            now = " ".join(
                each.text for each in here if each.page == number and each.box and place.holds(each.box)
            )
            yield Drift(kind=DriftKind.CHANGED, page=number, sent=piece.text, returned=now)


def _is_near(one: Box, other: Box) -> bool:
    return abs(one.left - other.left) <= _ASIDE and abs(one.top - other.top) <= _ASIDE


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


def pieces(pages: Iterable[Page], places: Places, *, footers: bool = False) -> Iterator[Piece]:
    """Yield the fixed text of pages: cell by cell, then line by line, without answers.

    Args:
        pages: with their words.
        places: where people write.
        footers: with the lines below each page.
    """
    for page in pages:
        taken = answered(page, places)
        grid = Grid.of(page)
        for tile in grid.tiles:
            if words := [word for word in tile.words if not _answers(word, taken)]:
                yield _piece(page.number, [word for line in lines_of(words) for word in line])
        for line in lines_of(grid.loose):
            if (words := [word for word in line if not _answers(word, taken)]) and (
                footers or not is_footer(words)
            ):
                yield _piece(page.number, words)


def answered(page: Page, places: Places) -> list[Box]:
    """Return the regions of a page in which people write."""
    single = (*places.fields.values(), *places.slots.values(), *places.dates.values())
    every = (*single, *(spot for rest in places.more.values() for spot in rest))
    return [spot.box.grown(_OVER) for spot in every if spot.page == page.number]


def _answers(word: PageWord, taken: Iterable[Box]) -> bool:
    return any(box.holds(word.box) for box in taken)


def is_footer(words: Iterable[PageWord]) -> bool:
    """Say whether a line is the one below each page: short code, number of the page."""
    text = " ".join(word.text for word in words)
    return numbered(text) != (0, 0) or CODE.search(text) is not None


def _piece(number: int, words: list[PageWord]) -> Piece:
    text = " ".join(_MARKS.sub("", word.text) for word in words)
    box = reduce(Box.around, (word.box for word in words))
    return Piece(text=text, page=number, box=box)
