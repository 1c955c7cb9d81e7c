"""Whether the printed text of a sheet came back as it was sent, as far as OCR can tell.

Pages that lie upon the PDF as sent are compared with it, and each text has its place there.  A print of the
Word file breaks its lines elsewhere: it is compared with that file, wherever its words stand.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from agent.domain.forms import Form
from agent.domain.reading import Drift, Uncompared
from parsers.known import Known, Sent
from parsers.pages.drift import Piece
from parsers.pages.drift_pages import answered, asked_places, is_footer, is_whole, pieces, prompts
from parsers.pages.homes import Homes
from parsers.pages.lines import cut, lines_of
from parsers.pages.page import Box, Page, PageWord, Places
from parsers.scan.album import Album
from parsers.scan.compared import Comparison, Place
from parsers.scan.leaf import Leaf
from parsers.scan.printed import Run
from parsers.scan.sent import SentSheet
from parsers.word.drift import fixed_text

_LEGIBLE, _NO_DOUBT = 0.4, 0.75
"""Part of a page's letters that must stand in lines read without doubt for its print to be compared: of scans
and usual photos 0.5 and more, of awful photos 0.3 to 0.8; at 0.3 unaltered ones are called altered."""
_LOWEST_CELL = 13.0
"""Points; the strokes of bold characters enclose lower ones."""
_MANY = 6
"""Places of a page that could not be compared; where there are more, the page could not."""
_TOLD_APART = 4
"""Characters of a text that is looked for as often as it was sent."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the comparison of one sheet showed."""

    drift: tuple[Drift, ...] = ()
    uncompared: tuple[Place, ...] = ()


def is_legible(leaf: Leaf) -> bool:
    """Say whether a page was read well enough to be held to the letter."""
    letters = sum(len(word.text) for word in leaf.page.words)
    clear = sum(len(word.text) for word in leaf.page.words if word.score >= _NO_DOUBT)
    return clear >= _LEGIBLE * letters


def sheet_drift(  # noqa: PLR0913 - what came, where it is, what was sent and what is known
    leaves: tuple[Leaf, ...],
    places: Places,
    sent: tuple[SentSheet | None, Sent | None],
    form: Form,
    known: Known,
    *,
    lacks: bool,
) -> Outcome:
    """Return how the printed text of a sheet differs from what was sent.

    Args:
        leaves: the pages that came, each once.
        places: where the answers are on them, which are no printed text.
        sent: the sheet as sent, as its pages and as its files; None where it is not kept.
        form: what was asked; what we had filled in for people to read is printed text, too.
        known: the limits.
        lacks: pages have not come: text that is nowhere may stand on them.
    """
    sheet, files = sent
    laid = laid_drift(leaves, places, sheet, form) if sheet is not None else Outcome()
    if files is None or all(leaf.blank is not None for leaf in leaves):
        return laid
    loose = loose_drift(leaves, places, files, form, known, lacks=lacks)
    if not lacks:  # all pages were held against the Word file
        return loose
    told = tuple(dict.fromkeys((*laid.drift, *loose.drift)))
    return Outcome(told, tuple(dict.fromkeys((*laid.uncompared, *loose.uncompared))))


def shown_places(found: Iterable[Place], leaves: Iterable[Leaf], album: Album) -> tuple[Uncompared, ...]:
    """Return what could not be compared, each place with its crop; of a page with many all of it."""
    pages = {leaf.page.number: leaf for leaf in leaves}
    every = tuple(found)
    counts = Counter(each.page for each in every)
    whole = {each.page for each in every if not each.words or counts[each.page] > _MANY}
    kept = [Uncompared(page=number) for number in sorted(whole)]
    for each in every:
        if each.page not in whole:
            leaf = pages.get(each.page)
            picture = album.crop(leaf, each.box) if leaf is not None and each.box is not None else ""
            kept.append(Uncompared(page=each.page, words=each.words, picture=picture, struck=each.struck))
    return tuple(kept)


def laid_drift(leaves: tuple[Leaf, ...], places: Places, sheet: SentSheet, form: Form) -> Outcome:
    """Return how the printed text of pages that lie upon `sheet` differs from it.

    Args:
        leaves: the pages that came, each once.
        places: where the answers are on them, which are no printed text.
        sheet: the PDF as sent.
        form: what was asked; what we had filled in for people to read is printed text, too.
    """
    laid = [leaf for leaf in leaves if leaf.blank is not None]
    here = [leaf for leaf in laid if is_legible(leaf)]
    numbers = {leaf.page.number for leaf in here}
    ours = [blank.page for blank in sheet.blanks.values() if blank.page.number in numbers]
    sent = pieces(ours, asked_places(sheet.places, form))
    return _outcome(list(sent), here, laid, asked_places(places, form), whole=True, again=prompts(form))


def loose_drift(  # noqa: PLR0913 - what came, where it is, what was sent and what is known
    leaves: tuple[Leaf, ...], places: Places, sent: Sent, form: Form, known: Known, *, lacks: bool
) -> Outcome:
    """Return how the printed text of pages differs from the Word file, where some lie upon no PDF.

    Args:
        leaves: the pages that came, each once.
        places: where the answers are on them.
        sent: the sheet as sent.
        form: what was asked.
        known: the limits.
        lacks: pages have not come: text that is nowhere may stand on them.
    """
    loose = [leaf for leaf in leaves if leaf.blank is None]
    if not sent.word:
        return Outcome(uncompared=tuple(Place(page=leaf.page.number) for leaf in loose))
    here = [leaf for leaf in leaves if is_legible(leaf)]
    # A cell without ruled lines is no cell on paper: its paragraphs are looked for one by one.
    lines = [line for text in fixed_text(sent.word, form, known) for line in text.splitlines()]
    own = [Piece(text=line) for line in _each_label_once(lines)]
    lacks = lacks or len(here) < len(leaves)
    asked = asked_places(places, form)
    whole = not lacks and is_whole(places, form)
    return _outcome(own, here, leaves, asked, whole=whole, gone=not lacks, again=prompts(form))


def _outcome(  # noqa: PLR0913 - what was sent, what came, and how much of it may be held against whom
    sent: Sequence[Piece],
    here: Sequence[Leaf],
    every: Sequence[Leaf],
    asked: Places,
    *,
    whole: bool,
    gone: bool = True,
    again: Iterable[str] = (),
) -> Outcome:
    unread = tuple(Place(page=leaf.page.number) for leaf in every if not is_legible(leaf))
    if not here:
        return Outcome(uncompared=unread)
    pages = [leaf.page for leaf in here]
    found = Comparison(here, _runs(pages, asked), _hidden(pages, asked))
    found.compare(sent, gone=gone)
    if whole:
        found.look_for_more(again)
    found.look_for_strokes()
    return Outcome(tuple(dict.fromkeys(found.drift)), (*unread, *found.uncompared))


def _each_label_once(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines; of short labels that stand in many places, as `日期`, the first."""
    seen: set[str] = set()
    for line in lines:
        if line not in seen or len(line) >= _TOLD_APART:
            yield line
        seen.add(line)


def _runs(pages: Iterable[Page], places: Places) -> Iterator[Run]:
    """Yield what was read outside the answers' places, cell by cell, then line by line; no letter is lost."""
    for page in pages:
        homes = Homes(cell for cell in page.cells if cell.height >= _LOWEST_CELL)
        taken = answered(page, places)
        by_cell: dict[int | None, list[PageWord]] = {}
        for word in page.words:
            for part in _outside(word, taken):
                by_cell.setdefault(homes.at(*part.box.centre), []).append(part)
        loose = lines_of(by_cell.pop(None, ()))
        for cell, words in sorted((cell, words) for cell, words in by_cell.items() if cell is not None):
            for word in (word for line in lines_of(words) for word in line):
                yield Run(word=word, page=page.number, cell=cell)
        for line in loose:
            if not is_footer(line):
                yield from (Run(word=word, page=page.number) for word in line)


def _hidden(pages: Iterable[Page], places: Places) -> Iterator[Run]:
    """Yield what was read in the answers' places, place by place."""
    for page in pages:
        for number, box in enumerate(answered(page, places)):
            words = [part for word in page.words if (part := cut(word, box)) is not None]
            for word in (word for line in lines_of(words) for word in line):
                yield Run(word=word, page=page.number, cell=number)


def _outside(word: PageWord, taken: Iterable[Box]) -> Iterator[PageWord]:
    """Yield the parts of a run that stand in no answer's place: one run may go over several."""
    every = list(taken)
    over = next((at for at, box in enumerate(every) if _meet(box, word.box)), None)
    if over is None:
        yield word
        return
    for left, right in ((word.box.left, every[over].left), (every[over].right, word.box.right)):
        beside = replace(word.box, left=left, right=right)
        if beside.width >= word.box.height and (part := cut(word, beside)):
            yield from _outside(part, every[over + 1 :])


def _meet(one: Box, other: Box) -> bool:
    """Say whether a place and a run on its height share half of either's width."""
    if not one.top <= other.centre[1] <= one.bottom:
        return False
    return min(one.right, other.right) - max(one.left, other.left) >= min(other.width, other.height) / 2
