"""From a page of a scan to a page of the form: laid upon the page as sent, or else as it is.

Registration cannot tell which form it looks at; the token does.  And it may be fooled by a page whose table
has grown: only where the printed words stand where they stood is a page taken for registered.
"""

from collections.abc import Sequence
from dataclasses import replace

from parsers.pages.page import Box, Page, PageWord
from parsers.scan.heard import same
from parsers.scan.identity import page_of
from parsers.scan.leaf import Leaf
from parsers.scan.lines import cells
from parsers.scan.ocr import read_page
from parsers.scan.register import register
from parsers.scan.seals import hidden_by, without_seals
from parsers.scan.sent import Blank, SentSheet
from parsers.scan.side import Side
from parsers.scan.words import page_words

_NEAR = 9.0
"""Points by which a printed word may be off on a page that is registered rightly."""
_LEGIBLE = 2
"""Letters of a printed word that helps to prove a page."""
_FEW = 4
"""Pages of a sheet that are all tried, which takes a third of a second each."""
_PROVEN = 0.6
"""Which part of the printed words must stand where they stood."""


def laid(side: Side, sent: SentSheet) -> Leaf | None:
    """Return a page laid upon the one page of the sheet that it is; None when it is none of them."""
    best: tuple[int, int, Leaf] | None = None
    for number in _candidates(side, sent):
        blank = sent.blanks[number]
        found = register(side.pixels, blank.pixels)
        if found is not None and (best is None or found.inliers > best[0]):
            leaf = Leaf(
                page=replace(blank.page, words=()),
                pixels=found.pixels,
                scale=blank.scale,
                came=side.came,
                blank=blank.pixels,
                off=found.error,
                sent=blank.page,
                values=sent.values,
                lists=sent.lists,
            )
            best = (found.inliers, number, leaf)
    if best is None:
        return None
    _, number, leaf = best
    places = [spot.box for spot in sent.places.fields.values() if spot.page == number]
    plain = without_seals(leaf.pixels, leaf.scale)
    words = page_words(read_page(plain), leaf.scale, [*places, *sent.blanks[number].page.cells])
    if not is_proven(words, sent.blanks[number]):
        return None
    return replace(leaf, page=replace(leaf.page, words=words), plain=plain)


def _candidates(side: Side, sent: SentSheet) -> Sequence[int]:
    """Return the pages that `side` may be: of a long sheet only the one whose number is printed on it."""
    if sent.count > _FEW and (printed := number_of(side)) is not None and printed[0] in sent.blanks:
        return (printed[0],)
    return tuple(sent.blanks)


def as_it_is(side: Side, number: int) -> Leaf:
    """Return a page with its own cells, as `number` of the form."""
    side = side.read()
    high, wide = side.pixels.shape[:2]
    plain = side.pixels if side.plain is None else side.plain
    ruled = cells(plain, side.scale, hidden_by(side.pixels, plain))
    page = Page(
        number=number,
        width=wide / side.scale,
        height=high / side.scale,
        words=page_words(side.lines or (), side.scale, ruled),
        cells=ruled,
    )
    return Leaf(page=page, pixels=side.pixels, scale=side.scale, came=side.came, plain=side.plain)


def number_of(side: Side) -> tuple[int, int] | None:
    """Return the number of a page and how many there are, as printed on it."""
    return page_of(side.read().texts)


def is_proven(words: Sequence[PageWord], blank: Blank) -> bool:
    """Say whether enough printed words of the page as sent stand on the page that came."""
    printed = [word for word in blank.page.words if sum(map(str.isalnum, word.text)) >= _LEGIBLE]
    if not printed:
        return True
    found = sum(any(_is_there(word, each) for each in words) for word in printed)
    return found >= _PROVEN * len(printed)


def _is_there(printed: PageWord, word: PageWord) -> bool:
    if not _overlap(printed.box.grown(_NEAR), word.box):
        return False
    return same(printed.text, word.text) or word.text in printed.text or printed.text in word.text


def _overlap(one: Box, other: Box) -> bool:
    return one.common(other) > 0.0
