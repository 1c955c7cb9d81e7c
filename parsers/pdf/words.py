"""The words of a PDF's text layer with their places, and the cells that its lines rule (pdfplumber)."""

import logging
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from parsers.limits import Limits
from parsers.pages.homes import Homes
from parsers.pages.lines import wide
from parsers.pages.page import Box, Page, PageWord

if TYPE_CHECKING:
    from parsers.pdf.plumbing import Drawn

_SAME_LINE = 0.5
"""Of the smaller height; how much two characters overlap that stand on one line."""
_TWICE = 0.15
"""Ems; the same character this near again is bold print made by printing twice."""
_BLANK = 0.22
"""Ems between two Latin letters from which a blank was meant, in files that print none."""
_TOUCHING = 0.1
"""Ems between two characters of one word, at most."""
_BREAK = 1.3
"""Ems; a wider gap parts two runs."""
_JOINED = 3.0
"""Points within which lines are one; pdfplumber's own default."""
_SMALLEST_CELL = 6.0
"""Points; nobody writes into less, and shading leaves slivers."""
_FRAME = 3.0
"""Points between a form field and the frame that a program draws around it."""
_NONE: Mapping[int, tuple[Box, ...]] = MappingProxyType({})
SQUARE = "▢"
"""The word that stands for an empty square which is drawn, not written: whether it is ticked is looked at."""
_SQUARE = (5.0, 16.0)
"""Points."""
_UNEVEN = 1.5
_MOST_RECTANGLES = 4_000
_MOST_SQUARES = 300
_COLONS = ":："
_THIN = 2.5
"""Points; a thicker stroke is a bar."""
_LONG = 5.0
"""Points of a stroke that runs through letters, at least."""
_MOST_BESIDE = 100
"""Strokes at the height of one run."""
_MIDDLE = (0.3, 0.72)
"""Of a run's height from above: an underline lies lower."""

Character = Mapping[str, Any]

logging.getLogger("pdfminer").setLevel(logging.ERROR)


def read_words(
    content: bytes,
    numbers: Iterable[int] | None,
    limits: Limits,
    fields: Mapping[int, tuple[Box, ...]] = _NONE,
) -> tuple[Page, ...]:
    """Return the pages `numbers` (from 1) with their words and ruled cells; what cannot be read is left out.

    Args:
        content: the PDF.
        numbers: the pages wanted, in the order in which they are returned; all when None.
        limits: how many characters and lines of a page are looked at.
        fields: page → places of its form fields; a frame drawn around one encloses no cell.
    """
    from parsers.pdf.plumbing import Opened  # noqa: PLC0415 - only a PDF needs it, and it takes a tenth of a second

    try:
        opened = Opened(content)
        return tuple(
            page
            for number in (range(1, len(opened) + 1) if numbers is None else numbers)
            if 0 < number <= len(opened)
            and (page := _page(opened.drawn(number), number, limits, fields.get(number, ())))
        )
    except Exception:  # noqa: BLE001 - pdfminer raises anything at all on a stranger's file
        return ()


def _page(plumbed: "Drawn", number: int, limits: Limits, fields: tuple[Box, ...]) -> Page | None:
    try:
        left, top, right, bottom = plumbed.seen
        # The crop box is what is seen and rendered; places are counted from its corner.
        characters: list[Character] = [
            each
            for each in plumbed.chars[: limits.page_characters]
            if left <= each["x0"] <= right and top <= each["bottom"] and each["top"] <= bottom
        ]
        squares = _squares(plumbed)
        cells = _cells(plumbed, limits, (*fields, *squares))
        written = tuple(_words(characters, cells))
        words = (*written, *(PageWord(text=SQUARE, box=each) for each in squares))
        struck = tuple(_struck(plumbed, written))
    except Exception:  # noqa: BLE001 - as above; the page is then read as a picture
        return None
    finally:
        plumbed.close()
    if left or top:
        words = tuple(
            PageWord(text=each.text, box=_moved(each.box, left, top), score=each.score) for each in words
        )
        cells = tuple(_moved(each, left, top) for each in cells)
        struck = tuple(_moved(each, left, top) for each in struck)
    return Page(
        number=number, width=right - left, height=bottom - top, words=words, cells=cells, struck=struck
    )


def _struck(plumbed: "Drawn", words: tuple[PageWord, ...]) -> Iterator[Box]:
    """Yield what is struck out: a thin level stroke runs through the middle of some letters."""
    drawn = (*plumbed.lines, *plumbed.rects, *plumbed.curves)[:_MOST_RECTANGLES]
    boxes = (Box(*(float(each[side]) for side in ("x0", "top", "x1", "bottom"))) for each in drawn)
    strokes = sorted((each for each in boxes if each.height <= _THIN and each.width >= _LONG), key=_height)
    for word in words if strokes else ():
        box = word.box
        low, high = (box.top + share * box.height for share in _MIDDLE)
        first = bisect_left(strokes, low, key=_height)
        for each in strokes[first : first + _MOST_BESIDE]:
            across = min(each.right, box.right) - max(each.left, box.left)
            if _height(each) <= high and across >= min(_LONG, box.width / 2):
                yield Box(max(each.left, box.left), box.top, min(each.right, box.right), box.bottom)
                break


def _height(box: Box) -> float:
    return box.centre[1]


def _moved(box: Box, left: float, top: float) -> Box:
    return Box(box.left - left, box.top - top, box.right - left, box.bottom - top)


def _cells(plumbed: "Drawn", limits: Limits, fields: tuple[Box, ...]) -> tuple[Box, ...]:
    drawn = plumbed.filter(lambda each: not _is_frame(each, fields)) if fields else plumbed
    if len(drawn.edges) > limits.page_edges:
        return ()
    from pdfplumber.table import TableFinder, merge_edges  # noqa: PLC0415 - see `read_words`

    straight = [each for each in drawn.edges if each.get("orientation") in {"v", "h"}]
    joined = merge_edges(straight, _JOINED, _JOINED, _JOINED, _JOINED)
    upright = sum(each["orientation"] == "v" for each in joined)
    if upright * (len(joined) - upright) > limits.page_crossings:
        return ()
    found = (Box(*map(float, cell)) for cell in TableFinder(drawn, {}).cells)
    cells = [each for each in found if min(each.width, each.height) >= _SMALLEST_CELL]
    return tuple(sorted(cells, key=lambda each: (round(each.top), each.left)))[: limits.page_cells]


def _squares(plumbed: "Drawn") -> tuple[Box, ...]:
    """Return the empty squares that are drawn to be ticked."""
    found: list[Box] = []
    for each in plumbed.rects[:_MOST_RECTANGLES]:
        box = Box(*(float(each[side]) for side in ("x0", "top", "x1", "bottom")))
        is_square = abs(box.width - box.height) <= _UNEVEN and _SQUARE[0] <= box.width <= _SQUARE[1]
        if is_square and each.get("stroke") and not any(_is_at(box, other) for other in found):
            found.append(box)
    return tuple(found[:_MOST_SQUARES])


def _is_at(one: Box, other: Box) -> bool:
    return abs(one.left - other.left) < _FRAME and abs(one.top - other.top) < _FRAME


def _is_frame(drawn: Character, fields: tuple[Box, ...]) -> bool:
    if drawn.get("object_type") != "rect":
        return False
    box = Box(*(float(drawn[each]) for each in ("x0", "top", "x1", "bottom")))
    return any(
        abs(box.left - each.left) < _FRAME
        and abs(box.top - each.top) < _FRAME
        and abs(box.right - each.right) < _FRAME
        and abs(box.bottom - each.bottom) < _FRAME
        for each in fields
    )


def _words(characters: list[Character], cells: tuple[Box, ...]) -> Iterator[PageWord]:
    """Yield runs in reading order; no run crosses the border of a cell."""
    homes: dict[int | None, list[Character]] = {}
    where = Homes(cells)
    last: tuple[Character, int | None] | None = None
    for each in characters:
        at = where.at((each["x0"] + each["x1"]) / 2, (each["top"] + each["bottom"]) / 2)
        if last is not None and at != last[1] and last[1] is not None and _goes_on(last[0], each):
            at = last[1]
        homes.setdefault(at, []).append(each)
        last = each, at
    runs = [
        run if home is None else _within(run, cells[home])
        for home, inside in homes.items()
        for line in _lines(inside)
        for run in _runs(line, split_colons=home is None)
    ]
    yield from sorted(runs, key=lambda each: (round(each.box.centre[1] / 3), each.box.left))


def _goes_on(one: Character, other: Character) -> bool:
    """Say whether `other` was written right after `one`, though it stands beyond the border of a cell.

    What is too long for a form field is cut off where the field ends; in a flattened file the text layer
    goes on into the neighbour's cell, where nobody sees it.
    """
    em = max(float(one["size"]), 0.1)
    level = float(other["matrix"][5]) - float(one["matrix"][5])  # of the baseline, whatever the fonts
    return (
        abs(one["size"] - other["size"]) < _TOUCHING * em
        and abs(level) < _TOUCHING * em
        and abs(other["x0"] - one["x1"]) < _TOUCHING * em
    )


def _within(run: PageWord, cell: Box) -> PageWord:
    """Return a run of a cell in a place that ends where the cell does."""
    box = run.box
    if box.right <= cell.right or box.left >= cell.right:
        return run
    return PageWord(text=run.text, box=Box(box.left, box.top, cell.right, box.bottom), score=run.score)


def _lines(characters: list[Character]) -> list[list[Character]]:
    lines: list[list[Character]] = []
    for each in sorted(characters, key=lambda c: (c["top"] + c["bottom"], c["x0"])):
        line = next((row for row in reversed(lines[-2:]) if _level(row[-1], each)), None)
        if line is None:
            lines.append([each])
        else:
            line.append(each)
    return lines


def _level(one: Character, other: Character) -> bool:
    common = min(one["bottom"], other["bottom"]) - max(one["top"], other["top"])
    smaller = min(one["bottom"] - one["top"], other["bottom"] - other["top"])
    return bool(common >= _SAME_LINE * max(smaller, 0.1))


def _runs(line: list[Character], *, split_colons: bool) -> Iterator[PageWord]:
    run: list[Character] = []
    text = ""
    for each in sorted(line, key=lambda c: (c["x0"], c["x1"])):
        said = str(each["text"])
        if not each.get("upright", True) or not said:
            continue
        if run:
            last = run[-1]
            em = max(float(last["size"]), float(each["size"]), 0.1)
            gap = each["x0"] - last["x1"]
            if last["text"] == said and abs(each["x0"] - last["x0"]) < _TWICE * em and said.strip():
                continue
            if gap > _BREAK * em or (split_colons and text[-1:] in _COLONS and not text[-2:-1].isdigit()):
                yield from _run(run, text)
                run, text = [], ""
            elif gap > _BLANK * em and not _needs_no_blank(text[-1:], said[0]):
                text += " "
        run.append(each)
        text += said
    yield from _run(run, text)


def _needs_no_blank(ends: str, begins: str) -> bool:
    return ends.isspace() or begins.isspace() or wide(ends) or wide(begins)


def _run(run: list[Character], text: str) -> Iterator[PageWord]:
    inked = [each for each in run if str(each["text"]).strip()]
    if inked:
        box = Box(
            min(float(each["x0"]) for each in inked),
            min(float(each["top"]) for each in inked),
            max(float(each["x1"]) for each in inked),
            max(float(each["bottom"]) for each in inked),
        )
        yield PageWord(text=text.lstrip(), box=box)
