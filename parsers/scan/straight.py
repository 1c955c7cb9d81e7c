"""Skew and perspective that remain on a page, by the lines that must be level or plumb on it."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Matrix = NDArray[Any]
"""3 × 3, pixels to pixels."""

_SEARCHED = 1100
_SHORTEST = 0.03
"""Of the longer side; shorter strokes are letters."""
_STEEPEST = np.tan(np.radians(18))
_FEWEST = 6
_ROUNDS = 8
_NOTHING = 1e-6
_EXACT = 0.002
"""Tangent of the angle by which a line is off that was measured as well as can be."""
_STIFF = (0.02, 0.02, 0.35, 0.35)
"""How hard skew, shear and the two perspectives resist; a few short lines bend nothing."""


def straightening(pixels: Array, *, bend: bool = True) -> Matrix:
    """Return the matrix that makes the lines of a page level and plumb; the identity when there are too few.

    Args:
        pixels: a page that is upright within 18°, or turned by a multiple of 90°.
        bend: correct perspective, too, and not skew alone.
    """
    segments = _segments(pixels)
    level = segments[
        np.abs(segments[:, 3] - segments[:, 1]) < _STEEPEST * np.abs(segments[:, 2] - segments[:, 0])
    ]
    plumb = segments[
        np.abs(segments[:, 2] - segments[:, 0]) < _STEEPEST * np.abs(segments[:, 3] - segments[:, 1])
    ]
    if len(level) + len(plumb) < _FEWEST:
        return np.eye(3)
    half = max(pixels.shape[:2]) / 2
    middle = np.array([pixels.shape[1], pixels.shape[0]]) / 2
    bend = bend and min(len(level), len(plumb)) >= _FEWEST
    found = _solved(_centred(level, middle, half), _centred(plumb, middle, half), bend=bend)
    inwards = np.array([[1 / half, 0, -middle[0] / half], [0, 1 / half, -middle[1] / half], [0, 0, 1]])
    straight: Matrix = np.linalg.inv(inwards) @ _matrix(found) @ inwards
    return straight


def _segments(pixels: Array) -> Array:
    """Return the long straight strokes of a page as rows of x, y, x, y."""
    shrink = min(1.0, _SEARCHED / max(pixels.shape[:2]))
    small = cv2.resize(pixels, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
    paper = cv2.medianBlur(cv2.dilate(grey, np.ones((7, 7), np.uint8)), 21)
    even = cv2.divide(grey, paper, scale=255)
    lines: Array | None = cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD).detect(even)[0]
    if lines is None:  # OpenCV's types deny it
        return np.zeros((0, 4))
    segments: Array = np.asarray(lines, float).reshape(-1, 4)
    long = np.hypot(segments[:, 2] - segments[:, 0], segments[:, 3] - segments[:, 1])
    kept = segments[long > _SHORTEST * max(small.shape[:2])]
    # The border of the picture is no line of the page.
    edge = 3.0
    high, wide = grey.shape
    inner = (kept[:, [0, 2]].min(1) > edge) & (kept[:, [0, 2]].max(1) < wide - edge)
    inner &= (kept[:, [1, 3]].min(1) > edge) & (kept[:, [1, 3]].max(1) < high - edge)
    return np.asarray(kept[inner] / shrink)


def _centred(segments: Array, middle: Array, half: float) -> Array:
    return (segments.reshape(-1, 2, 2) - middle) / half


def _matrix(found: Array) -> Matrix:
    skew, shear, p, q = found
    return np.array([[1.0, shear, 0.0], [skew, 1.0, 0.0], [p, q, 1.0]])


def _solved(level: Array, plumb: Array, *, bend: bool) -> Array:
    """Return skew, shear and perspective by least squares, with ever less weight for what disagrees.

    What the long lines say comes first: smears at the edge of a scan are many short ones, and level already.
    """
    found = np.array([-_usual_slope(level, 0), -_usual_slope(plumb, 1), 0.0, 0.0])
    free = np.arange(4) if bend else np.arange(2)
    weights = np.concatenate([np.linalg.norm(each[:, 1] - each[:, 0], axis=1) for each in (level, plumb)])
    stiff = np.asarray(_STIFF)[free]
    for _ in range(_ROUNDS):
        now = _off(level, plumb, found)
        usual = max(_middle(np.abs(now), weights**2) * 2, _EXACT)
        slopes = np.empty((len(now), len(free)))
        for column, each in enumerate(free):
            step = np.zeros(4)
            step[each] = 1e-4
            slopes[:, column] = (_off(level, plumb, found + step) - now) / 1e-4
        pull = weights / (1 + (now / usual) ** 2)
        square = slopes.T @ (slopes * pull[:, None]) + np.diag(stiff)
        found[free] += np.linalg.solve(square, -(slopes.T @ (now * pull)) - stiff * found[free])
    return found if np.abs(found).max() < 0.6 else np.zeros(4)  # noqa: PLR2004 - far from upright: nonsense


def _usual_slope(segments: Array, across: int) -> float:
    """Return by how much the long lines are off level, or off plumb, as the tangent of their angle."""
    if not len(segments):
        return 0.0
    run = segments[:, 1] - segments[:, 0]
    long = np.where(np.abs(run[:, across]) < _NOTHING, _NOTHING, run[:, across])
    return _middle(run[:, 1 - across] / long, np.linalg.norm(run, axis=1) ** 2)


def _middle(values: Array, weights: Array) -> float:
    """Return the median of values of different weight."""
    order = np.argsort(values)
    sums = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(sums, sums[-1] / 2)])


def _off(level: Array, plumb: Array, found: Array) -> Array:
    """Return by how much each line is off, as the tangent of its angle."""
    matrix = _matrix(found)
    out = []
    for segments, across in ((level, 0), (plumb, 1)):
        ends = segments @ matrix[:2, :2].T / (segments @ matrix[2, :2] + 1.0)[..., None]
        run = ends[:, 1] - ends[:, 0]
        long = np.where(np.abs(run[:, across]) < _NOTHING, _NOTHING, run[:, across])
        out.append(run[:, 1 - across] / long)
    return np.concatenate(out)
