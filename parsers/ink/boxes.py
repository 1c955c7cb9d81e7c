"""Boxes that a hand ticks: yes, no, or a question; by a tick, a cross, a filled box, a ring.

The print is known either from the sheet as sent or by its shape: a small square of thin lines.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from parsers.ink.marks import Strokes, measure, without_specks
from parsers.ink.paper import WORK, Mask, Pixels, View, area, disc, grown, points, view
from parsers.ink.print import shift_of, without_sent
from parsers.pages.page import Box

_SIDE = (4.5, 18.0)
"""Points: sides of a printed box; Word's ☐ in 五号 has 8."""
_FRAME = 1.1
"""Points of a box's own line."""
_DRAWN = 0.7
"""Of a box's side: a pen's way within it that is a tick for sure."""
_DOT = 0.35
"""Of a box's side: less is a slip, a dot, or dirt."""
_FULL = 0.45
"""Of a box that ink covers when somebody blackened it."""
_BLACK = 0.8
"""Of a box that ink covers when nothing can be seen through it."""
_ROUND = 0.75
_HALF_ROUND = 0.4
"""Of all directions in which a ring around a box meets the eye."""
_OVER = 1.9
"""Times the side: a straight level line as long through a tick strikes it out."""
_DARK = 0.24
_SIDES = 0.86
"""Of the worst side of a printed box that must be seen."""
_MOST = 3_000
"""Places at which boxes of one size are looked for."""
_LABELLED = 1.6
"""Times as wide as high: the region shows a label, too, and the box is left of it."""
_LEAST = 1.2
"""Square points of ink within a box."""
_RING = 1.15
"""Of a box's sides that a ring around it has at least."""
_HOLLOW = 0.4
"""Of what a ring encloses that may be inked."""
_RING_WAY = 24.0
"""Points of a pen's way around it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ink:
    """The hand's ink around one box."""

    mask: Mask
    """What was added, without the box's own lines."""
    strokes: Strokes
    inside: Strokes
    blob: Strokes
    """Of all ink that hangs together with the box."""


def tick(crop: Pixels, scale: float, blank: Pixels | None = None) -> bool | None:
    """Say whether a printed box was ticked by hand.

    Args:
        crop: the box with a margin of half its side or more, and its label when that shall count, too.
        scale: pixels of `crop` per point.
        blank: the same region as sent; may be shifted by some points.

    Returns:
        True for a tick, a cross, a filled box, a ring around box or label; False for a box that nobody
        touched; None when that cannot be told: a faint or tiny mark, a tick struck out, no box to be seen.
    """
    try:
        shown = view(crop, scale)
        sent = view(blank, scale) if blank is not None else None
        if shown is None:
            return None
        return _ticked(shown, sent)
    except (cv2.error, ValueError, IndexError, MemoryError):
        return None


def box_within(crop: Pixels, scale: float) -> Box | None:
    """Return where the printed box is that a region shows, ticked or not; None when it shows none.

    Args:
        crop: the region, for example a cell without its frame.
        scale: pixels of `crop` per point.

    Returns:
        The box in points from the upper left corner of the region.
    """
    try:
        shown = view(crop, scale)
        return None if shown is None else _box_in(shown, _cores(shown), None)
    except (cv2.error, ValueError, IndexError, MemoryError):
        return None


def _ticked(shown: View, sent: View | None) -> bool | None:
    ink = _cores(shown)
    box = _box_in(shown, ink, None)
    if sent is not None and (expected := _box_in(sent, _cores(sent), None)) is not None:
        right, down = shift_of(shown.ink(), sent.ink()) if sent.dark.shape == ink.shape else (0, 0)
        moved = Box(
            expected.left + right / WORK, expected.top + down / WORK,
            expected.right + right / WORK, expected.bottom + down / WORK,
        )  # fmt: skip
        box = _box_in(shown, ink, moved) or moved
    if box is None:
        return None if without_specks(ink, 1.0).any() else False
    inside = measure(without_specks(ink & area(ink.shape, box.grown(-_FRAME)), 0.8), shown.dark)
    if sent is not None:
        mask = without_specks(without_sent(shown, sent), 1.0)
    else:
        mask = ink & area(ink.shape, box.grown(0.5 * box.width)) & ~area(ink.shape, box.grown(_FRAME))
    found = _Ink(
        mask=mask,
        strokes=measure(mask, shown.dark),
        inside=inside,
        blob=measure(_hanging(ink, box), shown.dark),
    )
    return _judge(found, box, shown, has_label=sent is not None)


def _judge(ink: _Ink, box: Box, shown: View, *, has_label: bool) -> bool | None:
    room = box.grown(-_FRAME)
    side = min(room.width, room.height)
    if ink.inside.area > _BLACK * room.area:
        return True if max(ink.blob.wide, ink.blob.high) <= _SIDE[1] + side else None
    if _is_struck(ink, shown, box):
        return None
    if ink.inside.area > _FULL * room.area or ink.inside.length >= _DRAWN * side:
        if ink.inside.area < _LEAST:
            return None
        return True if ink.inside.darkness >= _DARK else None
    around = _share_around(ink.mask, box)
    if around >= _ROUND or (has_label and _is_ring(ink, box)):
        return True if ink.strokes.darkness >= _DARK else None
    if ink.inside.length < _DOT * side and around < _HALF_ROUND:
        return False
    return None


def _hanging(ink: Mask, box: Box) -> Mask:
    """Return the ink that hangs together with what lies in the box."""
    _, labels = cv2.connectedComponents(ink.astype(np.uint8), connectivity=8)
    within = np.unique(labels[area(ink.shape, box) & ink])
    return np.asarray(np.isin(labels, within) & ink, dtype=np.bool_)


def _share_around(mask: Mask, box: Box) -> float:
    """Return in how many of all directions something was drawn just outside the box, 0 to 1."""
    angles = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    far = np.linspace(0.5, 1.6, 24) * max(box.width, box.height)
    x = np.round((box.centre[0] + np.outer(far, np.cos(angles))) * WORK).astype(int)
    y = np.round((box.centre[1] + np.outer(far, np.sin(angles))) * WORK).astype(int)
    inside = (x >= 0) & (y >= 0) & (x < mask.shape[1]) & (y < mask.shape[0])
    hit = mask[np.clip(y, 0, mask.shape[0] - 1), np.clip(x, 0, mask.shape[1] - 1)] & inside
    return float(hit.any(axis=0).mean())


def _is_struck(ink: _Ink, shown: View, box: Box) -> bool:
    """Say whether a level stroke runs through the box and well beyond it on both sides, over other ink."""
    around = shown.ink() & area(ink.mask.shape, box.grown(1.2 * box.width))
    length = points(_OVER * box.width)
    level = np.zeros(around.shape, dtype=np.bool_)
    for rise in range(-round(length * 0.2), round(length * 0.2) + 1, 2):
        kernel = np.zeros((abs(rise) + 1, length), dtype=np.uint8)
        start, end = (0, abs(rise)) if rise >= 0 else (abs(rise), 0)
        cv2.line(kernel, (0, start), (length - 1, end), color=1, thickness=1)
        level |= cv2.morphologyEx(around.astype(np.uint8), cv2.MORPH_OPEN, kernel).astype(np.bool_)
    middle = Box(0.0, box.top + 0.12 * box.height, shown.dark.shape[1] / WORK, box.bottom - 0.12 * box.height)
    level &= area(level.shape, middle)
    if not level.any():
        return False
    xs = np.flatnonzero(level.any(axis=0)) / WORK
    beyond = 0.25 * box.width
    return bool(xs.min() < box.left - beyond and xs.max() > box.right + beyond)


def _is_ring(ink: _Ink, box: Box) -> bool:
    """Say whether one stroke goes around the box, or around the box and its label."""
    if ink.strokes.length < _RING_WAY or ink.strokes.darkness < _DARK:
        return False
    joined = cv2.morphologyEx(ink.mask.astype(np.uint8), cv2.MORPH_CLOSE, disc(2.0))
    contours, _ = cv2.findContours(joined, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    x, y = (each * WORK for each in box.centre)
    for contour in contours:
        hull = cv2.convexHull(contour)
        _, _, wide, high = (each / WORK for each in cv2.boundingRect(contour))
        if wide < _RING * box.width or high < _RING * box.height:
            continue
        around = np.zeros(ink.mask.shape, dtype=np.uint8)
        cv2.drawContours(around, [hull], -1, color=1, thickness=-1)
        hollow = float((ink.mask & around.astype(np.bool_)).sum()) < _HOLLOW * float(around.sum())
        if hollow and cv2.pointPolygonTest(hull, (x, y), measureDist=False) > 0:
            return True
    return False


def _box_in(shown: View, ink: Mask, near: Box | None) -> Box | None:
    """Return the printed square: close to where it was expected, else the leftmost that has four sides.

    Strokes of a hand go over a box's lines and through its corners, so that it has no contour of its own;
    but all four of its sides are there.
    """
    high, wide = ink.shape
    thick, dark = _sums(grown(ink, 0.3).astype(np.float64)), _sums(shown.dark.astype(np.float64))
    best: tuple[float, Box] | None = None
    for side in range(points(_SIDE[0]), min(points(_SIDE[1]), high - 1, wide - 1) + 1):
        there = _worst_side(thick, side) >= _SIDES
        if not there.any():
            continue
        shade = _worst_side(dark, side)
        for y, x in np.argwhere(there)[:_MOST].tolist():
            box = Box(x / WORK, y / WORK, (x + side) / WORK, (y + side) / WORK)
            merit = float(shade[y, x]) + side / WORK * 0.004 - _far(box, near, wide / WORK, high / WORK)
            if (near is None or _far(box, near, 1, 1) < 1.0) and (best is None or merit > best[0]):
                best = merit, box
    return best[1] if best is not None else None


def _sums(of: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return running sums along the rows and down the columns."""
    return np.pad(of, ((0, 0), (1, 0))).cumsum(axis=1), np.pad(of, ((1, 0), (0, 0))).cumsum(axis=0)


def _worst_side(sums: tuple[NDArray[np.float64], NDArray[np.float64]], side: int) -> NDArray[np.float64]:
    """Return for every square of `side` pixels, by its upper left corner, the mean along its palest side."""
    across, down = sums
    high, wide = across.shape[0], down.shape[1]
    rows = (across[:, side:] - across[:, :-side])[:, : wide - side]
    columns = (down[side:, :] - down[:-side, :])[: high - side, :]
    four = [rows[: high - side], rows[side:], columns[:, : wide - side], columns[:, side:]]
    return np.asarray(np.minimum.reduce(four) / side)


def _cores(shown: View) -> Mask:
    """Return ink without the soft edges that blur gives it, so that thin lines stay apart."""
    near = cv2.dilate(shown.dark, disc(1.0))
    return np.asarray(shown.ink() & (shown.dark > 0.55 * near), dtype=np.bool_)


def _far(box: Box, near: Box | None, wide: float, high: float) -> float:
    """Return how unlikely a box is there, from 0."""
    if near is not None:
        (x, y), (a, b) = box.centre, near.centre
        return float(
            np.hypot(x - a, y - b) / (0.4 * near.width) + 2 * abs(box.width - near.width) / near.width
        )
    x, y = box.centre
    if wide > _LABELLED * high:
        return 0.02 * x
    return 0.05 * float(np.hypot(x - wide / 2, y - high / 2))
