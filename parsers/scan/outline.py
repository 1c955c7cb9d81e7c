"""The outline of a sheet of paper on a desk: four corners, by which a photo is straightened."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Quad = NDArray[Any]
"""Four corners, one row each: upper left, upper right, lower right, lower left as seen."""

_SEARCHED = 900
"""Pixels of the longer side on which outlines are searched for."""
_LEAST_AREA = 0.12
"""Of the picture; a smaller sheet is not what was photographed."""
_SAMPLES = 60
_STEP = 5.0
"""Pixels on either side of an edge at which paper and desk are compared."""
_CONTRAST = 0.05
_SUPPORT = 0.7
"""Share of a side along which paper is brighter than what lies beyond it; ink, fingers, shadows hide some."""
_MOST_SLANT = 0.55
"""Largest cosine at a corner; a page is not seen flatter than that by somebody who wants it read."""


def outlines(pixels: Array) -> tuple[Quad, ...]:
    """Return the outlines of the sheets of paper on a picture that do not overlap, the largest first.

    None when the page fills the picture, as it does on a scan, or cannot be told from what it lies on.
    """
    shrink = min(1.0, _SEARCHED / max(pixels.shape[:2]))
    small = cv2.resize(pixels, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    grey: Array = cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), (0, 0), 1.5).astype(np.float32)
    found: list[tuple[float, Quad]] = []
    for mask in _masks(small):
        contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        for contour in sorted(contours, key=cv2.contourArea, reverse=True)[:3]:
            quad = _four_corners(contour, grey.size)
            if quad is None or _support(grey, quad) < _SUPPORT:
                continue
            better = _refined(grey, quad)
            if _support(grey, better) >= _SUPPORT:
                found.append((float(cv2.contourArea(better.astype(np.float32))), better))
    kept: list[Quad] = []
    for _, quad in sorted(found, key=lambda each: -each[0]):
        if all(_apart(quad, other) for other in kept):
            kept.append(quad)
    return tuple(quad / shrink for quad in kept)


def _masks(small: Array) -> list[Array]:
    """Return what may be paper, by different opinions of what tells it from a desk."""
    lab = cv2.cvtColor(cv2.GaussianBlur(small, (0, 0), 2), cv2.COLOR_BGR2LAB)
    light = lab[:, :, 0]
    level, _ = cv2.threshold(light, 0, 255, cv2.THRESH_OTSU)
    masks = [(light > min(level * share, 250)).astype(np.uint8) for share in (1.0, 0.8, 1.15)]
    # Against the light of the neighbourhood, for a page that is half in the shadow.
    wide = max(small.shape[:2]) // 3 | 1
    masks.append((light.astype(np.float32) > cv2.blur(light, (wide, wide)) * 0.97).astype(np.uint8))
    kernel = np.ones((9, 9), np.uint8)
    closed = [cv2.morphologyEx(each, cv2.MORPH_CLOSE, kernel) for each in masks]
    opened: list[Array] = [cv2.morphologyEx(each, cv2.MORPH_OPEN, kernel) for each in closed]
    # Edges that enclose something, whatever is light or dark about it.
    grey = cv2.bilateralFilter(light, 7, 40, 7)
    for low in (20, 50):
        edges = cv2.dilate(cv2.Canny(grey, low, low * 3), np.ones((5, 5), np.uint8))
        filled = np.zeros_like(edges)
        contours, _ = cv2.findContours(edges, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        cv2.drawContours(filled, contours, -1, 1, cv2.FILLED)
        opened.append(cv2.erode(filled, np.ones((3, 3), np.uint8)))
    return opened


def _four_corners(contour: Array, area: int) -> Quad | None:
    hull = cv2.convexHull(contour)
    if cv2.contourArea(hull) < _LEAST_AREA * area:
        return None
    length = cv2.arcLength(hull, closed=True)
    for loose in (0.02, 0.035, 0.05):
        corners = cv2.approxPolyDP(hull, loose * length, closed=True).reshape(-1, 2).astype(float)
        if len(corners) == 4:  # noqa: PLR2004 - a sheet has four
            quad = _ordered(corners)
            return quad if _is_like_a_page(quad) else None
    return None


def _ordered(corners: Array) -> Quad:
    middle = corners.mean(axis=0)
    angles = np.arctan2(corners[:, 1] - middle[1], corners[:, 0] - middle[0])
    around = corners[np.argsort(angles)]
    first = int(np.argmin(around.sum(axis=1)))
    return np.roll(around, -first, axis=0)


def _is_like_a_page(quad: Quad) -> bool:
    sides = np.roll(quad, -1, axis=0) - quad
    lengths = np.linalg.norm(sides, axis=1)
    if lengths.min() < 0.25 * lengths.max():
        return False
    units = sides / lengths[:, None]
    return bool(np.abs((units * np.roll(units, 1, axis=0)).sum(axis=1)).max() < _MOST_SLANT)


def _support(grey: Array, quad: Quad) -> float:
    """Return the least share, among the four sides, along which the inside is brighter than the outside."""
    middle = quad.mean(axis=0)
    shares = []
    for start, end in zip(quad, np.roll(quad, -1, axis=0), strict=True):
        points, outwards = _along(start, end, middle)
        inside, outside = _at(grey, points - outwards * _STEP), _at(grey, points + outwards * _STEP)
        shares.append(float((inside - outside > _CONTRAST * (inside + 10)).mean()))
    return min(shares)


def _refined(grey: Array, quad: Quad) -> Quad:
    """Return the quad with each side moved to where the brightness falls most."""
    middle = quad.mean(axis=0)
    reach = np.arange(-9.0, 9.5, 0.5)
    lines = []
    for start, end in zip(quad, np.roll(quad, -1, axis=0), strict=True):
        points, outwards = _along(start, end, middle)
        places = points[:, None, :] + outwards * reach[None, :, None]
        seen = _at(grey, places.reshape(-1, 2)).reshape(len(points), -1)
        drop = seen[:, :-4] - seen[:, 4:]
        best = drop.argmax(axis=1)
        clear = drop.max(axis=1) > _CONTRAST * 0.7 * seen.mean(axis=1)
        edge = points + outwards * (reach[best] + 1.0)[:, None]
        if clear.sum() < _SAMPLES // 3:
            return quad
        vx, vy, x0, y0 = (
            float(v)
            for v in cv2.fitLine(edge[clear].astype(np.float32), cv2.DIST_HUBER, 0, 0.01, 0.01).ravel()
        )
        lines.append(np.cross((x0, y0, 1.0), (x0 + vx, y0 + vy, 1.0)))
    corners = []
    for line, before in zip(lines, [lines[-1], *lines[:-1]], strict=True):
        x, y, w = np.cross(line, before)
        if abs(w) < 1e-9:  # noqa: PLR2004 - parallel
            return quad
        corners.append((x / w, y / w))
    better = np.array(corners)
    return better if np.abs(better - quad).max() < 25 else quad  # noqa: PLR2004 - pixels; another edge was caught


def _along(start: Array, end: Array, middle: Array) -> tuple[Array, Array]:
    """Return points along a side, and the direction that leads out of the sheet."""
    share = np.linspace(0.04, 0.96, _SAMPLES)[:, None]
    points = start + (end - start) * share
    side = (end - start) / max(float(np.linalg.norm(end - start)), 1e-6)
    outwards = np.array([side[1], -side[0]])
    if np.dot(outwards, (start + end) / 2 - middle) < 0:
        outwards = -outwards
    return points, outwards


def _at(grey: Array, points: Array) -> Array:
    """Return the brightness at points; beyond the picture as at its border."""
    xs = np.clip(np.round(points[:, 0]).astype(int), 0, grey.shape[1] - 1)
    ys = np.clip(np.round(points[:, 1]).astype(int), 0, grey.shape[0] - 1)
    return np.asarray(grey[ys, xs])


def _apart(quad: Quad, other: Quad) -> bool:
    shared, _ = cv2.intersectConvexConvex(quad.astype(np.float32), other.astype(np.float32))
    return bool(
        shared
        < 0.1 * min(cv2.contourArea(quad.astype(np.float32)), cv2.contourArea(other.astype(np.float32)))
    )
