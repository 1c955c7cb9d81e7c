"""Text as OCR tells it, character by character, and where in it a text that was sent stands."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from parsers.pages.drift_text import KEPT

Place: TypeAlias = tuple[int, bool]
"""A compared character, or the gap before it."""

GONE = "\0"
"""Stands for what was found already."""
_TWINS = str.maketrans({"l": "1", "i": "1", "|": "1", "o": "0", "〇": "0", "ー": "一"})
"""Characters that are one in many fonts; nobody's duty turns on the difference."""
_STROKES = frozenset("il|")
"""Characters that are one upright stroke; a capital I may be the number of a phase."""
_STROKE_MARKS = frozenset("!|")
"""Marks that are one upright stroke, and no compared characters: a letter as thin is read as one of them."""
_LATIN = re.compile(r"[A-Za-z0-9|]+")
_LETTER = re.compile(r"[A-Za-z]")
_DEAR = 6
"""What it costs to match a character that was found already, beside 1 for any other."""
_MOST_STEPS = 20_000_000
"""Compared characters times characters of the paper; a page holds 3,000, a paragraph 400."""


def spelt(text: str, scores: Sequence[float] = ()) -> tuple[str, tuple[float, ...]]:
    """Return the compared characters of `text`, and the score of each.

    Args:
        text: as it was sent, or as it was read.
        scores: of each of its characters; 1 where there are none.
    """
    found = list(_kept(text))
    of_marks = tuple(scores[at] if at < len(scores) else 1.0 for _, at in found)
    return "".join(mark for mark, _ in found).translate(_TWINS), of_marks


def origins(text: str) -> tuple[int, ...]:
    """Return for each compared character of `text` the number of the character that it is of."""
    return tuple(at for _, at in _kept(text))


def strokes(text: str) -> frozenset[int]:
    """Return which compared characters of `text` are an upright stroke of a Latin word.

    The engine reads a line slice by slice and takes what is alike in the next one for the same character: it
    cannot count `ill`, and says so with full confidence.  The strokes of a figure or of a number in Roman
    capitals are none.
    """
    thin: set[int] = set()
    for word in _LATIN.finditer(text):
        letters = word[0]
        if any(_LETTER.match(each) and each not in _STROKES for each in letters):
            thin.update(word.start() + at for at, each in enumerate(letters) if _is_stroke(letters, at, each))
    return frozenset(number for number, (_, at) in enumerate(_kept(text)) if at in thin)


def stroke_marks(text: str) -> tuple[int, ...]:
    """Return how many marks that are upright strokes stand before each compared character and after all.

    Of 63 bars between words the engine read 19 as `1`, of 63 letters `l` after Chinese words two as a mark.
    """
    usual = "".join(mark for mark, _ in _marks(text))
    found, at = [], 0
    for match in KEPT.finditer(usual):
        found.append(sum(each in _STROKE_MARKS for each in usual[at : match.start()]))
        at = match.end()
    return (*found, sum(each in _STROKE_MARKS for each in usual[at:]))


def _is_stroke(word: str, at: int, each: str) -> bool:
    within = 0 < at < len(word) - 1 and not (word[at - 1].isdigit() or word[at + 1].isdigit())
    return each in _STROKES or (each == "1" and within)


def _kept(text: str) -> Iterator[tuple[str, int]]:
    """Yield the compared characters of `text`, each with the number of the character that it is of."""
    marks = list(_marks(text))
    yield from (marks[match.start()] for match in KEPT.finditer("".join(mark for mark, _ in marks)))


def _marks(text: str) -> Iterator[tuple[str, int]]:
    """Yield all characters of `text` but blanks, as they are compared, and the number of what each is of."""
    for at, each in enumerate(text):
        usual = unicodedata.normalize("NFKC", each).casefold()
        yield from ((part, at) for part in usual if not part.isspace())


@dataclass(frozen=True, slots=True)
class Edit:
    """One stretch that is not as it was sent."""

    start: int
    end: int
    """Of what was sent; nothing where something was put in."""
    was: str
    begin: int
    stop: int
    """Of what was read; nothing where something was taken out."""
    now: str

    @property
    def places(self) -> frozenset[Place]:
        """Return the characters as sent that it touches; of what was put in, the gap that it stands in."""
        if self.start == self.end:
            return frozenset({(self.start, True)})
        return frozenset((at, False) for at in range(self.start, self.end))


@dataclass(frozen=True, slots=True)
class Match:
    """Where a text that was sent stands in what was read."""

    begin: int
    stop: int
    edits: tuple[Edit, ...]

    @property
    def cost(self) -> int:
        """Return how many characters are not as they were sent."""
        return sum(max(each.end - each.start, each.stop - each.begin) for each in self.edits)


def find(key: str, text: str) -> Match | None:
    """Return the place in `text` that is most like `key`; None where there is nothing to compare.

    The usual distance of insertions, deletions and substitutions, with free ends in `text` (Sellers 1980).
    """
    if not key or not text or len(key) * len(text) > _MOST_STEPS:
        return None
    table = _distances(key, text)
    stop = int(np.argmin(table[-1]))
    steps = list(_steps(table, key, text, stop))[::-1]
    return Match(steps[0][0].begin, stop, tuple(_joined(steps)))


def widened(match: Match, key: str, text: str, low: int, high: int) -> Match:
    """Return a match that ends inside a number with all of the number: `3` is not found in `30`.

    Args:
        match: where `key` was found in `text`.
        key: what was sent.
        text: what was read.
        low: the first character of `text` that may belong to it: words before it are others.
        high: the one after the last.
    """
    begin, stop = match.begin, match.stop
    if key[:1].isdigit() and text[begin : begin + 1].isdigit():
        while begin > low and _of_number(text, begin - 1):
            begin -= 1
    if key[-1:].isdigit() and text[stop - 1 : stop].isdigit():
        while stop < high and _of_number(text, stop):
            stop += 1
    before = [Edit(0, 0, "", begin, match.begin, text[begin : match.begin])] if begin < match.begin else []
    end = len(key)
    after = [Edit(end, end, "", match.stop, stop, text[match.stop : stop])] if stop > match.stop else []
    return Match(begin, stop, (*before, *match.edits, *after)) if before or after else match


def _of_number(text: str, at: int) -> bool:
    return text[at].isdigit() or (text[at] in ".:/-" and text[at + 1 : at + 2].isdigit())


def _distances(key: str, text: str) -> NDArray[np.int32]:
    letters = np.frombuffer(text.encode("utf-32-le", "replace"), dtype=np.uint32)
    dear = np.where(letters == 0, _DEAR, 1).astype(np.int32)
    put_in = np.concatenate([[0], np.cumsum(dear)]).astype(np.int32)
    table = np.zeros((len(key) + 1, len(text) + 1), dtype=np.int32)
    for at, letter in enumerate(key, start=1):
        before = table[at - 1]
        row = before + 1
        row[1:] = np.minimum(row[1:], before[:-1] + np.where(letters == ord(letter), 0, dear))
        table[at] = np.minimum.accumulate(row - put_in) + put_in
    return table


def _steps(table: NDArray[Any], key: str, text: str, stop: int) -> Iterator[tuple[Edit, bool]]:
    """Yield, from the end, each step of the cheapest way, and whether its characters are alike."""
    at, there = len(key), stop
    while at:
        here = int(table[at, there])
        alike = there > 0 and key[at - 1] == text[there - 1]
        price = 0 if alike else _DEAR if text[there - 1 : there] == GONE else 1
        if there and here == int(table[at - 1, there - 1]) + price:
            step = (1, 1)
        elif here == int(table[at - 1, there]) + 1:
            step, alike = (1, 0), False
        else:
            step, alike = (0, 1), False
        low, begin = at - step[0], there - step[1]
        yield Edit(low, at, key[low:at], begin, there, text[begin:there]), alike
        at, there = low, begin


def _joined(steps: Iterable[tuple[Edit, bool]]) -> Iterator[Edit]:
    """Yield the stretches that are not alike, each as one."""
    for alike, run in groupby(steps, key=lambda each: each[1]):
        if alike:
            continue
        parts = [edit for edit, _ in run]
        yield Edit(
            parts[0].start,
            parts[-1].end,
            "".join(each.was for each in parts),
            parts[0].begin,
            parts[-1].stop,
            "".join(each.now for each in parts),
        )
