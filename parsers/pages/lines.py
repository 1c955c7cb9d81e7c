"""Words of a page as lines, and lines as the text that somebody wrote: which line ends were only wraps.

Paper has no paragraphs.  A line was wrapped when the next word would not have fitted on it; every other
line end is one that the writer made.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import pairwise

from parsers.pages.page import Box, Page, PageWord
from parsers.understood import tidy

Line = tuple[PageWord, ...]
"""Words that stand beside each other, from left to right."""

_OVERLAP = 0.5
"""How much of the lower one of two words' heights they share at least when they stand on one line."""
_DEEPER = 0.3
"""Of the lower one's height: by so much the middle of a word is below that of one on the line above it."""
_USUAL_PADDING = 5.4
"""Points between a cell's border and its words: what Word and LibreOffice put there unless told otherwise."""
_MOST_PADDING = 12.0
_APART = 0.2
"""Ems; a wider gap between two words of one line is a blank."""
_NEARLY = 0.8
"""Of a run's width; OCR draws its boxes a little too large."""
_DRAWN = 0.36
"""Of its height: by how much, on each side; of a short word that is more than a letter."""
_NO_START = "，。、；：！？）】》」』”’,.;:!?)]}%…—·～"
_NO_END = "（【《「『“‘([{"
_WORD_CHARACTERS = "/-"
_NARROW = frozenset(" iljftrI.,:;'|!()[]/\\")
_BROAD = frozenset("mwMW@%&")
_ENUMERATED = re.compile(
    r"\s*(?:[(（]?(?:\d{1,2}|[一二三四五六七八九十]{1,2}|[a-zA-Z])[.．、)）]"
    r"|第.{1,2}[、，：:点条步]|[•·●▪-] )"
)
"""How the points of a list begin: each stands on a line of its own."""


def lines_of(words: Iterable[PageWord]) -> tuple[Line, ...]:
    """Return the lines that `words` form, from top to bottom."""
    rows: list[list[PageWord]] = []
    for word in sorted(words, key=lambda each: (each.box.centre[1], each.box.left)):
        row = next((r for r in reversed(rows[-3:]) if _goes_on(r, word.box)), None)
        if row is None:
            rows.append([word])
        else:
            row.append(word)
    ordered = (tuple(sorted(row, key=lambda each: each.box.left)) for row in rows)
    return tuple(sorted(ordered, key=lambda line: min(each.box.top for each in line)))


def words_of(page: Page, box: Box) -> tuple[PageWord, ...]:
    """Return the words of `page` in `box`; of a run that crosses its border the characters inside."""
    return tuple(part for word in page.words if (part := cut(word, box)) is not None)


def cut(word: PageWord, box: Box) -> PageWord | None:
    """Return what of a run stands in `box`: all, when it only overhangs the border a little, or nothing."""
    if not box.top <= word.box.centre[1] <= box.bottom:
        return None
    inside = min(word.box.right, box.right) - max(word.box.left, box.left)
    width = max(word.box.width, 0.1)
    if inside >= _NEARLY * width:
        return word
    over = max(box.left - word.box.left, word.box.right - box.right)
    if word.score < 1.0 and over <= _DRAWN * word.box.height:
        return word
    if inside <= (1 - _NEARLY) * width and inside < word.box.height:
        return None
    edges = [x_at(word, at) for at in range(len(word.text) + 1)]
    kept = [at for at in range(len(word.text)) if box.left <= (edges[at] + edges[at + 1]) / 2 <= box.right]
    text = word.text[kept[0] : kept[-1] + 1] if kept else ""
    if not text.strip():
        return None
    place = Box(edges[kept[0]], word.box.top, edges[kept[-1] + 1], word.box.bottom)
    return PageWord(text=text.lstrip(), box=place, score=word.score)


def words_in(page: Page, box: Box) -> str:
    """Return what stands in `box` on `page`, wrapped lines joined, empty when nothing does."""
    return text_of(words_of(page, box), box, prints_blanks=prints_blanks(page))


def prints_blanks(page: Page) -> bool:
    """Say whether a page shows the blanks at which its lines are wrapped, as a printed text layer may."""
    return any(word.text[-1:].isspace() for word in page.words)


def text_of(words: Iterable[PageWord], box: Box | None = None, *, prints_blanks: bool = False) -> str:
    """Return what `words` say, wrapped lines joined; `box` is what they were written into.

    Without a box the widest line tells how wide the writing space was.
    """
    lines = lines_of(words)
    if not lines:
        return ""
    left = min(line[0].box.left for line in lines)
    if box is None:
        space = (left, max(line[-1].box.right for line in lines))
    else:
        padding = left - box.left
        inner = padding if 0.0 < padding <= _MOST_PADDING else _USUAL_PADDING
        space = (box.left + inner, box.right - inner)
    said = [_said(line) for line in lines]
    prints_blanks = prints_blanks or any(each[-1:].isspace() for each in said[:-1])
    text = said[0]
    for at in range(1, len(lines)):
        if _ENUMERATED.match(text) and _ENUMERATED.match("".join(said[at : at + 2])):
            join = "\n"
        else:
            join = _join(said[at - 1 : at + 1], lines[at - 1 : at + 1], space, prints_blanks=prints_blanks)
        text += join + said[at]
    return tidy(text)


def wide(character: str) -> bool:
    """Say whether a character fills a whole em, as Chinese ones do."""
    return unicodedata.east_asian_width(character) in "WF"


def em_of(word: PageWord) -> float:
    """Return about how many points an em of `word` measures."""
    units = _units(word.text.rstrip())
    return min(word.box.width / units, word.box.height) if units else word.box.height


def x_at(word: PageWord, index: int) -> float:
    """Return about where the character at `index` begins, in points."""
    whole = _units(word.text.rstrip()) or 1.0
    return word.box.left + word.box.width * min(_units(word.text[:index]) / whole, 1.0)


def _units(text: str) -> float:
    """Return how wide `text` is in ems, as the usual fonts have it (Helvetica's widths, roughly)."""
    return sum(_ems(each) for each in text)


def _ems(each: str) -> float:
    if wide(each):
        return 1.0
    if each in _NARROW:
        return 0.3
    if each in _BROAD:
        return 0.85
    return 0.68 if each.isupper() else 0.53


def _level(one: Box, other: Box) -> bool:
    common = min(one.bottom, other.bottom) - max(one.top, other.top)
    return common >= _OVERLAP * max(min(one.height, other.height), 0.1)


def _goes_on(row: Sequence[PageWord], box: Box) -> bool:
    """Say whether a word belongs to a row: on its height, and below none of its words."""
    return _level(row[0].box, box) and not any(_is_below(each.box, box) for each in row)


def _is_below(one: Box, other: Box) -> bool:
    """Say whether `other` stands beneath `one`: the boxes of OCR are higher than what stands in them."""
    common = min(one.right, other.right) - max(one.left, other.left)
    deeper = other.centre[1] - one.centre[1]
    return common >= _OVERLAP * min(one.width, other.width) and deeper >= _DEEPER * min(
        one.height, other.height
    )


def _said(line: Sequence[PageWord]) -> str:
    parts = [line[0].text]
    for before, word in pairwise(line):
        gap = word.box.left - before.box.right
        ends, begins = parts[-1][-1:], word.text[:1]
        em = max(em_of(before), em_of(word))
        beside = (not ends or wide(ends)) or (not begins or wide(begins))
        if not ends.isspace() and not begins.isspace() and gap > em * (1.0 if beside else _APART):
            parts.append(" ")
        parts.append(word.text)
    return "".join(parts)


def _join(
    said: Sequence[str], lines: Sequence[Line], space: tuple[float, float], *, prints_blanks: bool
) -> str:
    """Return what stood between two lines: a line end, a blank, or nothing where Chinese was wrapped.

    `prints_blanks` says that the file shows the blank at which it wraps a line of Latin words.
    """
    ends, begins = said
    right, em = lines[0][-1].box.right, em_of(lines[1][0])
    end, begin = ends[-1:], begins[:1]
    spare = space[1] - right - _units(_first_unit(begins.lstrip())) * em
    if spare >= (em if end.isspace() else 0.0):
        return "\n"
    if end.isspace() or begin.isspace() or wide(end) or wide(begin) or end in _NO_END or begin in _NO_START:
        return ""
    last = re.split(r"\s", ends)[-1]
    if end in _WORD_CHARACTERS and len(last) > 1:
        return ""
    whole = _units(last + re.split(r"\s", begins)[0]) * em
    is_full = right + _units(begin) * em > space[1]
    if is_full and last == ends and (prints_blanks or whole > space[1] - space[0]):
        return ""  # a word too long for any line was cut
    return "\n" if prints_blanks else " "


def _first_unit(text: str) -> str:
    """Return what has to stand together at the beginning of `text`: a Chinese character, or a word."""
    end = 0
    while end < len(text) and text[end] in _NO_END:
        end += 1
    if end < len(text) and wide(text[end]):
        end += 1
    else:
        while end < len(text) and not text[end].isspace() and not wide(text[end]):
            end += 1
            if text[end - 1] in _WORD_CHARACTERS:
                break
    while end < len(text) and text[end] in _NO_START:
        end += 1
    return text[: max(end, 1)]
