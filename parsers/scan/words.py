"""Lines that OCR read, as words of a page: in points, in reading order, and none over the edge of a cell.

The engine reads across a thin rule when two cells stand close together; its line is cut where its
characters pass from one cell into another.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

from parsers.pages.lines import lines_of
from parsers.pages.page import Box, PageWord
from parsers.scan.ocr import Line, weakest

_WIDE = {",": "，", ":": "：", ";": "；", "?": "？", "!": "！"}
_NARROW = re.compile(r"(?<=[\u4e00-\u9fff”』）])[,:;?!](?=[\u4e00-\u9fff“『（]|$)")
_RULE = re.compile(r"[-_=—–―~·.,，、。:：;；'`|\s]+")
_NEAR = 2.0
"""Points by which the middle of a character may be misjudged."""


def page_words(lines: Iterable[Line], scale: float, cells: Sequence[Box] = ()) -> tuple[PageWord, ...]:
    """Return the words of a page in reading order.

    Args:
        lines: what the engine read, in pixels.
        scale: pixels per point.
        cells: regions whose words must not run together, in points.
    """
    words = [word for line in lines for word in _split(line, scale, cells)]
    return tuple(word for row in lines_of(words) for word in row)


def chinese_marks(text: str) -> str:
    """Return text with full-width marks between Chinese characters, where the engine writes narrow ones."""
    return _NARROW.sub(lambda found: _WIDE[found[0]], text)


def without_rules(words: tuple[PageWord, ...], seen: tuple[PageWord, ...]) -> tuple[PageWord, ...]:
    """Return the lines of a place without the rests of rules and dirt; all when there is nothing else.

    They are read as marks alone, or as one character where the reading of the page saw none.

    Args:
        words: what was read in the strips of ink of the place.
        seen: the words of the page there.
    """
    return tuple(word for word in words if not _is_rule(word, seen)) or words


def _is_rule(word: PageWord, seen: tuple[PageWord, ...]) -> bool:
    is_seen = not seen or any(word.box.common(each.box) for each in seen)
    return _RULE.fullmatch(word.text) is not None or (len(word.text) == 1 and not is_seen)


def _split(line: Line, scale: float, cells: Sequence[Box]) -> Iterable[PageWord]:
    whole = Box(line.left / scale, line.top / scale, line.right / scale, line.bottom / scale)
    middle = whole.centre[1]
    beside = [cell for cell in cells if cell.top <= middle <= cell.bottom]
    owners = [_owner(x / scale, beside) for x in line.middles]
    if len(set(owners)) <= 1:
        yield PageWord(text=line.text.strip(), box=whole, score=line.score)
        return
    at = 0
    for _, run in groupby(owners):
        length = len(list(run))
        part = slice(at, at + length)
        text = line.text[part]
        if text.strip():
            left = whole.left if at == 0 else _between(line, at) / scale
            right = whole.right if at + length >= len(owners) else _between(line, at + length) / scale
            yield PageWord(
                text=text.strip(),
                box=Box(left, whole.top, right, whole.bottom),
                score=weakest(text, line.scores[part]),
            )
        at += length


def _owner(x: float, cells: Sequence[Box]) -> int:
    """Return the number of the narrowest cell that `x` is in, or nearly in; -1 when it is in none."""
    for near in (0.0, _NEAR):
        found = [
            (cell.width, number)
            for number, cell in enumerate(cells)
            if cell.left - near <= x <= cell.right + near
        ]
        if found:
            return min(found)[1]
    return -1


def _between(line: Line, at: int) -> float:
    return (line.middles[at - 1] + line.middles[at]) / 2
