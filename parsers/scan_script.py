"""Whether words on paper were printed or written by hand, by how evenly they stand.

A printer sets every character in one colour, one size, on one line and, in Chinese, at one distance; no hand
does.  When in doubt the words do not count as print, which only means that a person is asked.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from parsers.page_lines import wide
from parsers.scan_marks import Mask
from parsers.scan_ocr import Pixels
from parsers.scan_trust import Script

_ENOUGH = 4
"""Characters that say something about how evenly they stand."""
_UNEVEN = 0.045
"""Of their height: how far the feet of print are off a line, at most."""
_UNSTEADY = 0.07
"""Of their height: how much the distances of printed Chinese vary, at most."""
_COLOURED = 0.11
"""A pen's blue or red; print is grey or black also under a yellow lamp."""
_LARGER = 1.13
_SMALLER = 0.8
"""Times the height of the page's own print, between which an answer was typed in the same size."""
_NARROWLY = 0.1
"""A name of two or three characters shows nothing but its size: it must be this near to the page's own."""
_BROAD = 0.6
"""Of its height: a character as wide is a Chinese one, and no digit."""
_HANDLIKE = 1.6
"""Times a limit from which there is no doubt that it was a hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evenness:
    """How even one line of writing is; every figure but `height` grows with the hand that wrote it."""

    characters: int
    """How many characters of full height were measured."""
    feet: float
    """How much their lower edges are off a straight line, in parts of their height."""
    pitch: float
    """How much their distances vary, in parts of their height."""
    colour: float
    """How far the ink is from grey, 0 to 1."""
    height: float
    """Of the characters, in points."""


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
    feet = sum(even.feet * even.characters for even, _ in told) / count
    chinese = [even for even, text in told if text and sum(map(wide, text)) >= 0.7 * len(text)]
    pitch = max((even.pitch for even in chinese if even.characters >= _ENOUGH), default=0.0)
    colour = max(even.colour for even, _ in told)
    size = max(even.height for even, _ in told) / print_height if print_height else 1.0
    if colour > _COLOURED or feet > _HANDLIKE * _UNEVEN or pitch > _HANDLIKE * _UNSTEADY:
        return Script.HAND
    if feet > _UNEVEN or pitch > _UNSTEADY or not _SMALLER <= size <= _LARGER:
        return Script.UNCLEAR
    if count < _ENOUGH and (print_height is None or abs(size - 1.0) > _NARROWLY):
        return Script.UNCLEAR
    return Script.PRINT


def evenness(crop: Pixels, mask: Mask, scale: float) -> Evenness | None:
    """Measure one line of writing; None when nothing of it stands apart."""
    characters = _characters(mask)
    tallest = max((bottom - top for _, _, top, bottom in characters), default=0)
    full = [each for each in characters if each[3] - each[2] >= 0.6 * tallest]
    if not full:
        return None
    xs = np.array([(left + right) / 2 for left, right, _, _ in full], dtype=np.float64)
    widths = np.array([right - left for left, right, _, _ in full], dtype=np.float64)
    feet = np.array([bottom for _, _, _, bottom in full], dtype=np.float64)
    height = float(np.median([bottom - top for _, _, top, bottom in full]))
    return Evenness(
        characters=len(full),
        feet=_off_line(xs, feet) / height,
        pitch=_unsteadiness(xs, widths >= _BROAD * height) / height,
        colour=_colour(crop, mask),
        height=height / scale,
    )


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
    if len(xs) < _ENOUGH:
        return 0.0
    away = np.abs(ys - np.polyval(np.polyfit(xs, ys, 1), xs))
    return float(np.mean(np.sort(away)[: max(2, round(0.75 * len(away)))]))


def _unsteadiness(xs: NDArray[np.float64], broad: NDArray[np.bool_]) -> float:
    """Return by how much the usual step between broad neighbours differs from their middle step."""
    steps = np.diff(xs)[broad[:-1] & broad[1:]]
    if len(steps) < _ENOUGH - 1:
        return 0.0
    return float(np.median(np.abs(steps - np.median(steps))))


def _colour(crop: Pixels, mask: Mask) -> float:
    if not mask.any():
        return 0.0
    core = cv2.erode(mask.astype(np.uint8), np.ones((2, 2), dtype=np.uint8)).astype(np.bool_)
    ink = crop[core if core.any() else mask].astype(np.float64)
    ratio = ink / np.maximum(np.percentile(crop.reshape(-1, 3), 90, axis=0), 1.0)
    return float(np.median(ratio.max(axis=1) - ratio.min(axis=1)))
