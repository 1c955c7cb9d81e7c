"""Whether words on paper were printed or written by hand, by how evenly they stand.

A printer sets every character in one colour, one size, on one line and, in Chinese, at one distance; no hand
does.  When in doubt the words do not count as print, which only means that a person is asked.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from parsers.pages.lines import wide
from parsers.scan.marks import Mask
from parsers.scan.ocr import Pixels
from parsers.scan.stance import Stance, stance
from parsers.scan.trust import Script

ENOUGH = 4
"""Characters that say something about how evenly they stand."""
MANY = 6
"""Latin letters that do: their feet and heads are at three heights each."""
_LEVEL = 0.013
"""Of their height: how far the feet of half the characters of print are off their line, at most."""
_LEVEL_LATIN = 0.012
_LEVEL_DIGITS = 0.018
STRAIGHT_DIGITS = 0.016
"""Digits are all of one height and width: nineteen in twenty typed dates and amounts are so even, and one in
twelve by hand."""
_LEVEL_MIXED = 0.02
"""Of `2026年3月5日`, where digits and Chinese stand at two heights."""
_STRAIGHT = 0.02
"""Of their height: how far three quarters of printed Chinese are off their line on average, at most."""
_STRAIGHT_MIXED = 0.035
_CROOKED = 0.045
"""Beyond it there is no doubt that it was a hand."""
_CHINESE = 0.4
"""Which part of a text is Chinese when its feet are."""
_FINER = 3
"""Times its size: how large a line is measured, since a pixel of a scan is four hundredths of a character."""
_HALF = 0.45
_FULL, _TALL = 0.6, 0.84
"""Of the tallest character of a line: from here on one has full height; and that of Chinese beside digits."""
_SHORT, _STEPPED = 9, 0.085
"""Characters of a line, and how far apart their edges are at most: nine in ten typed ones are within, by hand
one in ten."""
STEP = 0.065
"""Of their height: how far the edges of two or three characters are apart; names have no more to show.  Of
typed ones 97 in 100 are within, by hand 15 in 100."""
_BETWEEN = "、，；"
"""Marks between names, which are lower than any character."""
_COLOURED = 0.11
"""A pen's blue or red; print is grey or black also under a yellow lamp."""
_SMALLER, _LARGER = 0.8, 1.13
"""Times the height of the page's own print, between which an answer was typed in the same size."""
_LONG = 8
"""Characters that stand evenly in a line: no hand wrote them, whatever their size."""
_LARGEST = 1.3
"""Times that height up to which such a line counts: 12 points beside 10."""
_NARROWLY = 0.06
"""A name of two or three characters shows nothing but its size: it must be this near to the page's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evenness:
    """How even one line of writing is; every figure but `height` grows with the hand that wrote it."""

    characters: int
    """How many characters of full height were measured."""
    feet: float
    """How far the lower edges of half of them are off their line, in parts of their height."""
    heads: float
    """The same of their upper edges."""
    bent: float
    """How far three quarters of their feet are off a straight line on average."""
    colour: float
    """How far the ink is from grey, 0 to 1."""
    height: float
    """Of the characters, in points."""
    steps: tuple[float, float]
    """How far all their upper edges are apart, and all their lower ones, in parts of their height."""
    stroke: float
    """How wide their strokes are, in points."""
    dark: float
    """How much darker they are than the paper, 0 to 1."""
    stance: Stance | None = None
    """How its letters stand; None when they are not Latin ones."""


def script_of(lines: Iterable[tuple[Evenness | None, str]], print_height: float | None) -> Script:
    """Return how the lines of one place came onto the paper.

    Args:
        lines: how even each line is, and what it says.
        print_height: height of the characters that the form itself is printed in, in points.
    """
    told = [(even, text) for even, text in lines if even is not None]
    count = sum(even.characters for even, _ in told)
    if not count:
        return Script.UNCLEAR
    if any(even.colour > _COLOURED or is_crooked(even, text) for even, text in told):
        return Script.HAND
    letters = [by_letters(even) for even, _ in told]
    if Script.UNCLEAR in letters:
        return Script.UNCLEAR
    if all(each is Script.PRINT for each in letters):
        return Script.PRINT
    size = max(even.height for even, _ in told) / print_height if print_height else 1.0
    measured = [(even, text) for even, text in told if even.characters >= ENOUGH]
    is_long = all(even.characters >= _LONG for even, _ in told)
    if not _SMALLER <= size <= (_LARGEST if is_long else _LARGER):
        return Script.UNCLEAR
    if not measured:
        is_sized = print_height is not None and abs(size - 1.0) <= _NARROWLY
        is_level = all(is_chinese(text) and max(even.steps) <= STEP for even, text in told)
        return Script.PRINT if is_sized and is_level else Script.UNCLEAR
    is_print = all(is_even(even, text) and not is_stepped(even, text) for even, text in measured)
    return Script.PRINT if is_print else Script.UNCLEAR


def by_letters(even: Evenness) -> Script | None:
    """Return how a line of Latin letters or digits was set, as these show it alone; None when they do not.

    A word that no printer set so may be print on curled paper: what it is, is unclear.
    """
    stood = even.stance
    if stood is None or stood.letters < ENOUGH:
        return None
    if stood.is_set:
        return Script.PRINT
    return Script.UNCLEAR if stood.is_written or not stood.is_number else None


def is_stepped(even: Evenness, text: str) -> bool:
    """Say whether the characters of a short line of nothing but Chinese stand up and down as a hand's do."""
    is_short = ENOUGH <= even.characters <= _SHORT
    is_all_chinese = all(wide(each) and (each.isalpha() or each in _BETWEEN) for each in text)
    return is_short and is_all_chinese and max(even.steps) > _STEPPED


def is_even(even: Evenness, text: str) -> bool:
    """Say whether a line stands as print does: Chinese, Latin and digits have edges of their own."""
    if is_chinese(text):
        return even.feet <= _LEVEL and even.bent <= _STRAIGHT
    if any(each.isascii() and each.isalpha() for each in text):
        return even.characters >= MANY and min(even.feet, even.heads) <= _LEVEL_LATIN
    if any(each.isalpha() for each in text):
        return min(even.feet, even.heads) <= _LEVEL_MIXED and even.bent <= _STRAIGHT_MIXED
    return max(even.heads, even.feet) <= _LEVEL_DIGITS and even.bent <= STRAIGHT_DIGITS


def is_crooked(even: Evenness, text: str) -> bool:
    """Say whether no printer set a line of Chinese."""
    return even.characters >= ENOUGH and even.bent > _CROOKED and is_chinese(text)


def is_chinese(text: str) -> bool:
    """Say whether a text stands on the feet of Chinese characters."""
    return sum(map(wide, text)) >= _CHINESE * max(1, len(text))


def evenness(crop: Pixels, mask: Mask, scale: float, text: str = "") -> Evenness | None:
    """Measure one line of writing; None when nothing of it stands apart.

    Args:
        crop: the line.
        mask: where its ink is.
        scale: pixels per point.
        text: what it says, as far as is known.
    """
    fine = _finer(crop, mask)
    characters = _characters(fine)
    tallest = max((bottom - top for _, _, top, bottom in characters), default=0)
    full = [each for each in characters if each[3] - each[2] >= _FULL * tallest]
    if not full:
        return None
    if is_chinese(text) and any(each.isascii() and each.isalnum() for each in text):
        # Digits and Latin letters are lower than Chinese, and stand on a line of their own.
        tall = [each for each in full if each[3] - each[2] >= _TALL * tallest]
        full = tall if len(tall) >= ENOUGH else full
    xs = np.array([(left + right) / 2 for left, right, _, _ in full], dtype=np.float64)
    heads = np.array([top for _, _, top, _ in full], dtype=np.float64)
    feet = np.array([bottom for _, _, _, bottom in full], dtype=np.float64)
    height = float(np.median([bottom - top for _, _, top, bottom in full]))
    return Evenness(
        characters=len(full),
        feet=_off_level(xs, feet) / height,
        heads=_off_level(xs, heads) / height,
        bent=_off_line(xs, feet) / height,
        colour=_colour(crop, mask),
        height=height / (_FINER * scale),
        steps=(float(np.ptp(heads)) / height, float(np.ptp(feet)) / height),
        stroke=_stroke(mask) / scale,
        dark=_dark(crop, mask),
        stance=stance(fine, text),
    )


def _finer(crop: Pixels, mask: Mask) -> Mask:
    """Return the ink enlarged, its edges where it is half as dark as within: finer than one pixel."""
    grey = crop.min(axis=2).astype(np.float32)
    paper = float(np.median(grey[~mask])) if not mask.all() else 255.0
    ink = float(np.percentile(grey[mask], 20)) if mask.any() else 0.0
    near = cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), dtype=np.uint8))
    dark = np.clip((paper - grey) / max(paper - ink, 1.0), 0.0, 1.0) * near
    large = cv2.resize(dark, None, fx=_FINER, fy=_FINER, interpolation=cv2.INTER_CUBIC)
    fine = np.asarray(large > _HALF, dtype=np.bool_)
    return fine if fine.any() else np.repeat(np.repeat(mask, _FINER, axis=0), _FINER, axis=1)


def _characters(mask: Mask) -> list[tuple[int, int, int, int]]:
    """Return left, right, top and bottom of each run of columns with ink, parts of a character joined."""
    columns = mask.any(axis=0).astype(np.int8)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], columns, [0]])))
    height = int(mask.any(axis=1).sum())
    joined: list[tuple[int, int]] = []
    for left, right in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if joined and right - joined[-1][0] <= 1.0 * height and left - joined[-1][1] <= 0.22 * height:
            joined[-1] = (joined[-1][0], right)
        else:
            joined.append((left, right))
    found = []
    for left, right in joined:
        rows = np.flatnonzero(mask[:, left:right].any(axis=1))
        found.append((left, right, int(rows[0]), int(rows[-1]) + 1))
    return found


def _off_line(xs: NDArray[np.float64], ys: NDArray[np.float64]) -> float:
    """Return how far the middle half of points is off the straight line through all of them."""
    if len(xs) < ENOUGH:
        return 0.0
    away = np.abs(ys - np.polyval(np.polyfit(xs, ys, 1), xs))
    return float(np.mean(np.sort(away)[: max(2, round(0.75 * len(away)))]))


def _off_level(xs: NDArray[np.float64], ys: NDArray[np.float64]) -> float:
    """Return how far half of the points are off the line that most of them form (Theil and Sen's slope)."""
    if len(xs) < ENOUGH:
        return 0.0
    one, other = np.triu_indices(len(xs), 1)
    slope = float(np.median((ys[other] - ys[one]) / np.maximum(xs[other] - xs[one], 1.0)))
    level = ys - slope * xs
    return float(np.median(np.abs(level - np.median(level))))


def _stroke(mask: Mask) -> float:
    """Return how wide strokes are in pixels: twice their area by the length of their outline."""
    inner = cv2.erode(mask.astype(np.uint8), np.ones((3, 3), dtype=np.uint8))
    return 2.0 * float(mask.sum()) / max(1.0, float(mask.sum()) - float(inner.sum()))


def _dark(crop: Pixels, mask: Mask) -> float:
    """Return how dark the darkest fifth of the ink is against its paper."""
    grey = crop.min(axis=2).astype(np.float64)
    paper = max(float(np.percentile(grey, 90)), 1.0)
    return max(0.01, 1.0 - float(np.percentile(grey[mask], 20)) / paper)


def _colour(crop: Pixels, mask: Mask) -> float:
    if not mask.any():
        return 0.0
    core = cv2.erode(mask.astype(np.uint8), np.ones((2, 2), dtype=np.uint8)).astype(np.bool_)
    ink = crop[core if core.any() else mask].astype(np.float64)
    ratio = ink / np.maximum(np.percentile(crop.reshape(-1, 3), 90, axis=0), 1.0)
    return float(np.median(ratio.max(axis=1) - ratio.min(axis=1)))
