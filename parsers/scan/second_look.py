"""A second look at print that seems to differ from what was sent, before anybody is told that it was altered.

The page is read line by line as the engine finds lines; here the very place is cut out and read twice more,
once by its own ink alone and once enlarged as it is.  A character that any of the readings sees as it was
sent is as sent.  Altered is what two of them see alike and clearly; what is left was not compared.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from statistics import median

import cv2
import numpy as np

from parsers.pages.lines import wide
from parsers.pages.page import Box
from parsers.scan.leaf import Leaf
from parsers.scan.marks import Mask, ink_of, is_inked, lines_of, region
from parsers.scan.ocr import Line, Pixels, read_lines
from parsers.scan.spelt import Edit, Match, Place, origins, spelt
from parsers.scan.thin import differences

_AROUND = 1.5
_ABOVE = 3.0
"""Points around a place, since print is never quite where it was, and above and below it."""
_PAPER = 12.0
"""Points around a place from which its paper is told, where dense ink fills the place itself."""
_PART = 0.6
"""Of the highest line's height: a lower strip is a part of the line above or below."""
_MOST_LINES = 12
"""Lines of one place."""
_CLEAR = 0.9
"""Score of each character from which on a difference that two readings see is told."""
_LEGIBLE = 0.6
"""Score of the middle one of its characters from which on a reading says anything; print has 0.97."""
_LATIN = re.compile(r"[a-z01]{1,2}")
_LETTERS = re.compile(r"[a-z01]*[a-z][a-z01]*")
_WORD = re.compile(r"(?=.*[a-z])[a-z01]+")
"""Letters of a word; `l`, `i` and `o` are compared as digits."""
_LARGER = 1.6
_MARGIN = 1.6
"""Points of white around a strip of ink (`parsers.scan.marks.lines_of`)."""
_UNREAD = 0.5
"""Of the width of characters that no reading sees: so much room where they stood is their ink, unread."""
_WIDE, _NARROW, _BLANK = 1.0, 0.5, 0.3
"""Ems of a Chinese character, of a Latin one or a digit, and of a blank or mark between them."""


class Verdict(Enum):
    """What several readings say of words that were sent."""

    SAME = "same"
    ALTERED = "altered"
    UNSURE = "unsure"
    """Read neither as sent nor clearly otherwise."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One reading of a place."""

    words: str
    key: str
    """Its compared characters."""
    scores: tuple[float, ...]
    """Of each of them."""
    room: tuple[float, ...] = ()
    """Before each of them, and after the last: ems that none of the characters read there needs."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A place, read again."""

    readings: tuple[Seen, ...]
    inked: bool


def look(places: Sequence[tuple[Leaf, Box]]) -> tuple[Looked, ...]:
    """Return what stands in each place, read by its own ink, and enlarged as it is."""
    crops: list[Pixels] = []
    ems: list[list[float]] = []
    inked: list[bool] = []
    for leaf, box in places:
        around = Box(box.left - _AROUND, box.top - _ABOVE, box.right + _AROUND, box.bottom + _ABOVE)
        crop = region(leaf.readable, around, leaf.scale)
        mask = ink_at(leaf, around)
        strips = list(lines_of(crop, mask, leaf.scale))
        highest = max((each.box.height for each in strips), default=0.0)
        strips = [each for each in strips if each.box.height >= _PART * highest][:_MOST_LINES]
        crops.extend(each.pixels for each in strips)
        crops.extend(_plain(crop, each.box, leaf.scale) for each in strips)
        ems.append([(each.box.height - 2 * _MARGIN) * leaf.scale for each in strips])
        inked.append(is_inked(mask, leaf.scale))
    read = iter(read_lines(crops) if crops else ())
    found = []
    for sizes, is_ink in zip(ems, inked, strict=True):
        own = joined(_seen(next(read), em) for em in sizes)
        plain = joined(_seen(next(read), em * _LARGER) for em in sizes)
        found.append(Looked((own, plain) if sizes else (), is_ink))
    return tuple(found)


def ink_at(leaf: Leaf, box: Box) -> Mask:
    """Return the ink of a place; where ink fills it, paper is told apart by what is around."""
    mask = ink_of(region(leaf.readable, box, leaf.scale), leaf.scale)
    if is_inked(mask, leaf.scale):
        return mask
    wide_box = Box(
        max(0.0, box.left - _PAPER), max(0.0, box.top - _PAPER), box.right + _PAPER, box.bottom + _PAPER
    )
    whole = ink_of(region(leaf.readable, wide_box, leaf.scale), leaf.scale)
    x, y = (
        round(one * leaf.scale) - round(other * leaf.scale)
        for one, other in ((box.left, wide_box.left), (box.top, wide_box.top))
    )
    own = whole[max(y, 0) : max(y, 0) + mask.shape[0], max(x, 0) : max(x, 0) + mask.shape[1]]
    return own if own.shape == mask.shape else mask


def joined(readings: Iterable[Seen]) -> Seen:
    """Return readings of places that follow each other as one."""
    every = [each for each in readings if each.key]
    room = [0.0]
    for each in every:
        before = each.room or (0.0,) * (len(each.key) + 1)
        room[-1] = max(room[-1], before[0])
        room.extend(before[1:])
    return Seen(
        " ".join(each.words for each in every),
        "".join(each.key for each in every),
        tuple(score for each in every for score in each.scores),
        tuple(room),
    )


def judged(text: str, readings: Sequence[Seen]) -> Verdict:
    """Return what readings of one place say together; the first is that of the whole page.

    Args:
        text: as sent.
        readings: of the whole page, and again.
    """
    key = spelt(text)[0]
    every = [differences(text, seen.words, seen.key) for seen in readings]
    if not every:
        return Verdict.UNSURE
    left = frozenset.intersection(*(each.doubted | each.as_marks | each.as_figures for each in every))
    # A letter that is a mark to all that do not read it is as sent; one that is nothing to some may be gone.
    if left.isdisjoint(frozenset[Place]().union(*(each.doubted | each.as_figures for each in every))):
        return Verdict.SAME
    left = left.difference(*(each.as_marks | each.as_figures for each in every))
    told = [list(_told(seen, each.match)) for seen, each in zip(readings, every, strict=True)]
    for number, edits in enumerate(told):
        for edit, score in edits:
            is_clear = score >= _CLEAR and _is_legible(readings[number]) and not left.isdisjoint(edit.places)
            if (
                number > 0
                and is_clear
                and _is_believed(readings[number], edit)
                and _is_seen_again(edit, told, number)
            ):
                return Verdict.ALTERED
    if any(_is_a_slip(key, each.match) for each in every) and not _is_seen_twice(told):
        return Verdict.SAME
    return Verdict.UNSURE


def _is_seen_again(edit: Edit, told: Sequence[Sequence[tuple[Edit, float]]], number: int) -> bool:
    """Say whether a reading other than `number` sees the same, of Latin letters as clearly."""
    least = _CLEAR if _LETTERS.fullmatch(edit.was + edit.now) else 0.0
    others = (
        other for at, each in enumerate(told) if at != number for other, score in each if score >= least
    )
    return any((each.start, each.end, each.now) == (edit.start, edit.end, edit.now) for each in others)


def _is_seen_twice(told: Sequence[Sequence[tuple[Edit, float]]]) -> bool:
    """Say whether a reading sees clearly what another one sees, too."""
    alike = Counter((each.start, each.end, each.now) for edits in told for each, _ in edits)
    return any(
        score >= _CLEAR and alike[each.start, each.end, each.now] > 1
        for edits in told
        for each, score in edits
    )


def _is_a_slip(key: str, match: Match | None) -> bool:
    """Say whether a reading differs by one letter within Latin words, which nothing sees alike twice."""
    if match is None or match.cost != 1:
        return False
    edit = match.edits[0]
    around = key[max(0, edit.start - 2) : edit.end + 2]
    return _LATIN.fullmatch(edit.was + edit.now) is not None and _WORD.fullmatch(around) is not None


def _told(seen: Seen, match: Match | None) -> Iterator[tuple[Edit, float]]:
    """Yield what a reading says otherwise, each with the lowest score of its characters."""
    for edit in match.edits if match is not None else ():
        scores = seen.scores[max(0, edit.begin - (not edit.now)) : edit.stop + (not edit.now)]
        yield edit, min(scores, default=0.0)


def _plain(crop: Pixels, box: Box, scale: float) -> Pixels:
    """Return a line of a crop as it is, enlarged."""
    line = region(crop, box, scale)
    if not line.size:
        return line
    large = cv2.resize(line, None, fx=_LARGER, fy=_LARGER, interpolation=cv2.INTER_CUBIC)
    return np.asarray(large, dtype=np.uint8)


def _seen(line: Line, em: float) -> Seen:
    """Return a line as a reading; `em` is the size of its print in pixels."""
    key, scores = spelt(line.text, line.scores)
    is_placed = bool(key) and len(line.middles) == len(line.text)
    return Seen(line.text.strip(), key, scores, tuple(_room(line, max(em, 1.0))) if is_placed else ())


def _room(line: Line, em: float) -> Iterator[float]:
    parts = Counter(origins(line.text))  # of the whole: alone, the point of `500.00` is none to compare
    at, marks = line.left + _MARGIN, 0.0
    for number, (letter, middle) in enumerate(zip(line.text, line.middles, strict=True)):
        if not parts[number]:
            marks += _BLANK if letter.isspace() or not wide(letter) else _WIDE
            continue
        half = (_WIDE if wide(letter) else _NARROW) / 2
        yield (middle - at) / em - half - marks
        yield from (0.0 for _ in range(1, parts[number]))
        at, marks = middle + half * em, 0.0
    yield (line.right - _MARGIN - at) / em - marks


def _is_legible(seen: Seen) -> bool:
    """Say whether most of a reading is no guess: one clear letter among strokes of a seal says nothing."""
    return median(seen.scores) >= _LEGIBLE


def _is_believed(seen: Seen, edit: Edit) -> bool:
    """Say whether characters that were not read are gone: what stood beside them stands close together."""
    if edit.now or not seen.room:
        return True
    lost = sum(_WIDE if wide(each) else _NARROW for each in edit.was)
    return max(seen.room[edit.begin], 0.0) < _UNREAD * lost
