"""The cells that ruled lines enclose on a scanned page, where lines are faint, broken or bent, too."""

from itertools import pairwise
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from parsers.pages.page import Box
from parsers.scan.holes import with_holes_filled

Array = NDArray[Any]

_WORKED = 150 / 72
"""Pixels per point at which lines are searched for: a hair line of half a point is one pixel there."""
_LEVEL, _PLUMB = 20.0, 15.0
"""Points that a line goes on for, level or plumb: longer than strokes of letters, shorter than a cell."""
_STEADY = 0.6
"""Share of them that must be there."""
_BREAK = 4.0
_END = 6.0
"""Points that may be missing between the end of a line and the one that it meets."""
_TALL = 60.0
"""Points; no stroke of a letter is as long."""
_RIDGE = 0.3
_WHOLE, _JOINING = 0.88, 0.78
"""Share of a short line that must be seen; and of one that goes from level line to level line."""
_UNBROKEN = 0.95
"""The same of one that is as long as a row is high, from the first level line that it meets to the last."""
_CELL = 12.0
"""Points that these are apart at least: lines of words are closer, and their strokes join them."""
_GAPS = {_LEVEL: 18.0, _PLUMB: 8.0}
"""Points of a line that may be missing: a seal hides some; between two tables a plumb line ends."""
_SEAL = 130.0
"""Points that a seal may hide of a line which is seen on either side of it: 45 mm at most, and its edges."""
_LEANING = 3
"""Pixels by which the two may be off each other, where the page lies a little askew."""
_LONG = 100.0
"""Points that the longer part of a line is seen beside a seal; lines of words are shorter."""
_ROW, _THROUGH, _ALONE = 24.0, 0.62, 0.25
"""Points that a row is high in which strokes of words do not pass for a line, how much of a line is seen
through the rest of a seal, and how much less beside it (measured: of lines 0.66 and more, else 0.45)."""
_WITHIN = 0.5
"""Of such a line's height that lies well within the seal."""
_FAINTEST, _FAINT = 0.02, 0.05
"""Share of the light of the paper that a line takes."""
_ASIDE = 4
"""Pixels above and below a line at which there is paper."""
_LOW, _NARROW = 8.0, 8.0
"""Points; a box to tick is about 9 points."""
_FULL = 0.72
"""Share of its rectangle that a cell fills; words that touch a line bite a corner off."""
_BACKED = 0.75
"""Share of each side of a cell along which there is a line."""
_MOST = 3_000
_INCH_EDGE = 4.0
"""Points from the border of the page; what touches it is no cell."""


def cells(pixels: Array, scale: float, hidden: Array | None = None) -> tuple[Box, ...]:
    """Return the rectangles that ruled lines enclose, in points, none within another, in reading order.

    Args:
        pixels: an upright page.
        scale: pixels per point.
        hidden: where seals were taken out of it; a line goes on there.
    """
    shrink = _WORKED / scale
    grey = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)  # noqa: PLR2004 - grey
    size = (max(8, round(grey.shape[1] * shrink)), max(8, round(grey.shape[0] * shrink)))
    grey = cv2.resize(grey, size, interpolation=cv2.INTER_AREA if shrink < 1 else cv2.INTER_CUBIC)
    there = None
    if hidden is not None:
        there = cv2.resize(hidden.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
    return with_holes_filled(_enclosed(*both(grey, there)))


def both(grey: Array, hidden: Array | None = None) -> tuple[Array, Array]:
    """Return the level and the plumb ruled lines, healed, as 0 and 1.

    Args:
        grey: a page; `_WORKED` pixels a point.
        hidden: 1 where seals were taken out of it.
    """
    paper = cv2.medianBlur(cv2.dilate(grey, np.ones((5, 5), np.uint8)), 25).astype(np.float32)
    even = (np.maximum(paper - grey, 0) / (paper + 20)).astype(np.float32)
    level, _ = _ruled(even, _LEVEL)
    sideways, solid = _ruled(np.ascontiguousarray(even.T), _PLUMB)
    if hidden is not None:
        level |= _through(level, hidden)
    upright = np.ascontiguousarray(solid.T)
    plumb = _dividing(np.ascontiguousarray(sideways.T), upright, level)
    if hidden is not None:
        plumb |= np.ascontiguousarray(_through(np.ascontiguousarray(plumb.T), hidden.T).T)
        plumb |= _beneath(upright, level, hidden)
    return level, plumb


def _through(lines: Array, hidden: Array) -> Array:
    """Return how level lines go on where a seal hides them, as 0 and 1; lines of words do not."""
    broad: Array = np.asarray(cv2.dilate(lines, np.ones((_LEANING, 1), np.uint8)))
    healed: Array = np.asarray(cv2.morphologyEx(broad, cv2.MORPH_CLOSE, _bar(_SEAL)))
    _, gaps = cv2.connectedComponents(((healed > broad) & (hidden > 0)).astype(np.uint8))
    ends = cv2.dilate(_long(lines), np.ones((5, 5), np.uint8)) > 0
    kept = np.zeros(int(gaps.max()) + 1, np.uint8)
    kept[np.unique(gaps[ends])] = 1
    kept[0] = 0
    return np.asarray(kept[gaps])


def _long(lines: Array) -> Array:
    """Return the level lines that are longer than strokes of words are, as 0 and 1."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(lines)
    long = np.asarray(stats[:, cv2.CC_STAT_WIDTH] >= _LONG * _WORKED)
    long[0] = False
    return np.asarray(long[labels].astype(np.uint8))


def _beneath(solid: Array, level: Array, hidden: Array) -> Array:
    """Return the plumb lines between level lines that show through what is left of a seal, as 0 and 1."""
    found = np.zeros_like(level)
    level = _long(level)
    for x in np.flatnonzero(hidden.any(axis=0)).tolist():
        crossed = np.flatnonzero(level[:, x])
        for above, below in pairwise(crossed.tolist()):
            if below - above < _ROW * _WORKED or not hidden[above:below, x].any():
                continue
            # Where it lies along the edge of the seal, it is what is left of the ring.
            around = hidden[above:below, max(0, x - 2 * _ASIDE) : x + 2 * _ASIDE + 1]
            if around.min(axis=1).mean() < _WITHIN:
                continue
            inner = solid[above + _ASIDE : below - _ASIDE, max(0, x - 2 * _ASIDE) : x + 2 * _ASIDE + 1]
            shares = inner.mean(axis=0)
            at = min(x, 2 * _ASIDE)
            beside = [*shares[: max(0, at - _ASIDE)], *shares[at + _ASIDE + 1 :]]
            if shares[at] >= _THROUGH and shares[at] - max(beside, default=1.0) >= _ALONE:
                found[above : below + 1, x] = 1
    return found


def _ruled(even: Array, long: float) -> tuple[Array, Array]:
    """Return the level lines, ridges of darkness longer than any stroke of a letter; and all ridges."""
    smooth = cv2.GaussianBlur(even, (5, 5), 0.8)
    # A ridge is darker than what lies above and below it; the edge of a shaded cell is not.
    high = smooth.shape[0]
    padded = cv2.copyMakeBorder(smooth, _ASIDE, _ASIDE, 0, 0, cv2.BORDER_REPLICATE)
    ridge: Array = smooth - np.maximum(padded[:high], padded[2 * _ASIDE :])
    noise = float(np.median(np.abs(ridge)))
    usual = min(max(_FAINTEST, 3.0 * noise), _FAINT)
    # No spot counts for more than a line does, however dark: what counts is how far it goes on.
    bounded = np.clip(ridge / usual, -0.3, 1.0)
    climbing = cv2.dilate(bounded, np.ones((3, 1), np.uint8))
    steady = cv2.blur(climbing, (round(long * _WORKED) | 1, 1))
    lines: Array = ((steady > _STEADY) & (climbing > 0)).astype(np.uint8)
    lines = cv2.morphologyEx(lines, cv2.MORPH_CLOSE, _bar(_BREAK))
    lines = cv2.morphologyEx(lines, cv2.MORPH_OPEN, _bar(long * 0.6))
    lines = cv2.morphologyEx(lines, cv2.MORPH_CLOSE, _bar(_GAPS[long], 3))
    # At its ends a line is not steady any more: that much was lost there.
    return np.asarray(cv2.dilate(lines, _bar(long * 0.3))), (climbing > _RIDGE).astype(np.uint8)


def _bar(points: float, thick: int = 1) -> Array:
    return np.ones((thick, max(3, round(points * _WORKED) | 1)), np.uint8)


def _dividing(plumb: Array, solid: Array, level: Array) -> Array:
    """Return the plumb lines without short ones that do not go all the way from level line to level line.

    Those are strokes of letters, seals and signatures that come close to both.
    """
    count, labels, stats, _ = cv2.connectedComponentsWithStats(plumb)
    reach = round(_END * _WORKED)
    kept = np.ones(count, np.uint8)
    kept[0] = 0
    for number, (x, y, wide, high, _) in enumerate(np.asarray(stats, int).tolist()):
        if high > _TALL * _WORKED:
            continue
        beside: Array = level[:, x : x + wide].max(axis=1)
        above = np.flatnonzero(beside[max(0, y - reach) : y + reach]) + max(0, y - reach)
        below = np.flatnonzero(beside[max(0, y + high - reach) : y + high + reach]) + max(0, y + high - reach)
        if not len(above) or not len(below) or below[-1] - above[0] < _LOW * _WORKED:
            kept[number] = 0
            continue
        inner = solid[above[0] : below[-1] + 1, x : x + wide].any(axis=1)
        joins = y <= above[-1] and y + high >= below[0] and below[0] - above[-1] >= _CELL * _WORKED
        kept[number] = inner.mean() >= (_JOINING if joins else _WHOLE)
        if not kept[number]:
            # Words above a table touch its lines, and their own strokes pass for level lines.
            met = y + np.flatnonzero(beside[y : y + high])
            if len(met) and met[-1] - met[0] >= _ROW * _WORKED:
                kept[number] = solid[met[0] : met[-1] + 1, x : x + wide].any(axis=1).mean() >= _UNBROKEN
    return np.asarray(kept[np.asarray(labels)])


def _enclosed(level: Array, plumb: Array) -> tuple[Box, ...]:
    grid = cv2.dilate(cv2.bitwise_or(level, plumb), np.ones((3, 3), np.uint8))
    high, wide = grid.shape
    count, _, stats, _ = cv2.connectedComponentsWithStats(
        (1 - np.asarray(grid)).astype(np.uint8), connectivity=4
    )
    edge = _INCH_EDGE * _WORKED
    found: list[Box] = []
    for x, y, across, down, area in np.asarray(stats[1:count], int).tolist():
        if across < _NARROW * _WORKED or down < _LOW * _WORKED or area < _FULL * across * down:
            continue
        if x < edge or y < edge or x + across > wide - edge or y + down > high - edge:
            continue
        if min(_backing(level, plumb, (x, y, x + across, y + down))) < _BACKED:
            continue
        # The line itself is between two cells: each gets its half.
        half = 2.5
        found.append(
            Box.of(
                (
                    (x - half) / _WORKED,
                    (y - half) / _WORKED,
                    (x + across + half) / _WORKED,
                    (y + down + half) / _WORKED,
                )
            )
        )
    return _in_order(_outer_gone(found[:_MOST]))


def _backing(level: Array, plumb: Array, box: tuple[int, int, int, int]) -> tuple[float, ...]:
    """Return along what share of each side there is a line, within a reach that bent paper needs."""
    left, top, right, bottom = box
    reach = 5
    above = level[max(0, top - reach) : top + 2, left:right]
    below = level[bottom - 2 : bottom + reach, left:right]
    before = plumb[top:bottom, max(0, left - reach) : left + 2]
    after = plumb[top:bottom, right - 2 : right + reach]
    return tuple(
        float(part.max(axis=way).mean()) if part.size else 0.0
        for part, way in ((above, 0), (below, 0), (before, 1), (after, 1))
    )


def _outer_gone(found: list[Box]) -> list[Box]:
    """Return the boxes that hold no other: of a box within a cell, the box to tick, both are kept apart."""
    return [
        each
        for each in found
        if not any(
            other is not each
            and each.holds(other)
            and other.area < each.area * 0.5
            and each.grown(1).common(other) > 0.9 * other.area
            for other in found
        )
    ]


def _in_order(found: list[Box]) -> tuple[Box, ...]:
    """Return the boxes line by line: those that overlap in height are read from left to right."""
    rows: list[list[Box]] = []
    for each in sorted(found, key=lambda box: box.top):
        row = next(
            (r for r in rows[-8:] if abs(r[0].top - each.top) < min(r[0].height, each.height) * 0.5), None
        )
        if row is None:
            rows.append([each])
        else:
            row.append(each)
    return tuple(each for row in rows for each in sorted(row, key=lambda box: box.left))
