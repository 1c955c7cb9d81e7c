"""A scanned page laid upon the page that was sent, so that each spot of one is the same spot of the other.

Features of the print (ORB) are matched, a perspective is fitted to them (RANSAC), and then refined where
paper was bent.  The pages of one form look alike, and forms of one house share their frame: so what
was found is believed only when the print of the sent page is really there, patch by patch.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Matrix = NDArray[Any]

_WORKED = 1500
"""Pixels of the longer side at which features are looked for."""
_FEATURES = 3_000
_RATIO = 0.82
"""Lowe's test: how much better the best match must be than the second."""
_NEAR = 4.0
"""Pixels at `_WORKED` that a match may be off."""
_FEWEST = 20
_TURN = 0.35
"""Radians that an upright page may still be turned; beyond, it stands on its head."""
_STRETCH = 1.6
_TILE = 56
"""Pixels at `_WORKED` of the side of a patch: about 32 points."""
_REACH = 14
"""Pixels at `_WORKED` that a patch is looked for around its place."""
_SAME = 0.5
"""Correlation from which a patch counts as the same print."""
_SEEN = 0.85
"""Share of the patches with print that must be the same.  Of its own page 0.97 and more was found again at
every level, under ink and seals; of other forms of the house 0.80 at most."""
_PRINT = 0.012
"""Share of a patch that is dark when there is print in it."""
_WIDER = 0.3
"""Points by which words are off to the side where they were set anew: 0.4 to 0.9; of the own page 0.16 at
most, on curled paper."""
_HIGHER = 0.2
"""Points by which rows are off: 0.25 to 1.2; of the own page 0.07, on curled paper 1."""
_ALONG = 0.75
"""How much of that is left when each row is moved as a whole: 0.2 to 0.45, of awful photos up to 0.8; of the
own page on curled paper 0.87 and more."""
_FEW_IN_ROW = 3
_POINTS = 841.89


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Registered:
    """A page in the frame of the page that was sent."""

    pixels: Array
    """Height, width and scale of the blank; blue, green, red."""
    matrix: Matrix
    """3 × 3: pixels of the page to pixels of the blank, before the refinement of bent paper."""
    inliers: int
    """Matches that agree."""
    seen: float
    """Share of the blank's print that is there, 0 to 1."""
    error: float
    """How far the print is from its place after all, median in points of a page that is as high as A4."""
    bent: float
    """How far the paper had to be bent, in the same points, where it was worst.  Beyond 3 it lay badly, or
    the page was printed from the Word file, whose rows other programs set a little higher or lower."""


def register(pixels: Array, blank: Array) -> Registered | None:
    """Return the page laid upon the blank one; None when it is not that page.

    Args:
        pixels: an upright page, at any scale (about 0.3 s).
        blank: the page that was sent, as it was rendered.
    """
    page, page_scale = _small(pixels)
    sent, sent_scale = _small(blank)
    found = _matched(page, sent)
    if found is None:
        return None
    matrix, inliers = found
    warped = cv2.warpPerspective(
        page, matrix, sent.shape[::-1], flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    tiles, shifts, seen = _compared(warped, sent)
    if seen < _SEEN or len(tiles) < 4:  # noqa: PLR2004 - fewer patches prove nothing
        return None
    bend = _bent(tiles, shifts, sent.shape)
    points = _POINTS / max(sent.shape)
    left = shifts - _sampled(bend, tiles)
    if _is_set_anew(tiles, left * points):
        return None
    grown = np.diag([1 / sent_scale, 1 / sent_scale, 1.0]) @ matrix @ np.diag([page_scale, page_scale, 1.0])
    return Registered(
        pixels=_laid(pixels, grown, bend, blank.shape),
        matrix=grown,
        inliers=inliers,
        seen=seen,
        error=float(np.median(np.linalg.norm(left, axis=1)) * points),
        bent=float(np.percentile(np.linalg.norm(_sampled(bend, tiles), axis=1), 95) * points),
    )


def _small(pixels: Array) -> tuple[Array, float]:
    """Return the page in grey with even light, and by how much it was made smaller."""
    scale = _WORKED / max(pixels.shape[:2])
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    size = (round(pixels.shape[1] * scale), round(pixels.shape[0] * scale))
    grey = cv2.cvtColor(cv2.resize(pixels, size, interpolation=way), cv2.COLOR_BGR2GRAY)
    paper = cv2.medianBlur(cv2.dilate(grey, np.ones((7, 7), np.uint8)), 31)
    return np.asarray(cv2.divide(grey, paper, scale=255)), scale


def _matched(page: Array, sent: Array) -> tuple[Matrix, int] | None:
    finder = cv2.ORB.create(  # 5 sizes of features: photos are rarely more than twice as coarse as the blank
        nfeatures=_FEATURES, scaleFactor=1.25, nlevels=5, edgeThreshold=20, fastThreshold=9
    )
    points, looks = finder.detectAndCompute(page, None)
    wanted, wanted_looks = finder.detectAndCompute(sent, None)
    if min(len(points), len(wanted)) < _FEWEST:
        return None
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING).knnMatch(looks, wanted_looks, k=2)
    good = [two[0] for two in pairs if len(two) > 1 and two[0].distance < _RATIO * two[1].distance]
    if len(good) < _FEWEST:
        return None
    here = np.array([points[m.queryIdx].pt for m in good], np.float32)
    there = np.array([wanted[m.trainIdx].pt for m in good], np.float32)
    cv2.setRNGSeed(1)
    matrix, mask = cv2.findHomography(here, there, cv2.USAC_MAGSAC, _NEAR, maxIters=4000, confidence=0.999)
    if np.shape(matrix) != (3, 3):  # None, which OpenCV's types deny
        return None
    inliers = int(np.asarray(mask).sum())
    return (
        (np.asarray(matrix, float), inliers)
        if inliers >= _FEWEST and _is_sane(np.asarray(matrix), page.shape)
        else None
    )


def _is_sane(matrix: Matrix, shape: tuple[int, ...]) -> bool:
    """Say whether a page is moved as a page can be: hardly turned, hardly stretched, never folded."""
    high, wide = shape[:2]
    corners = np.array([[0, 0, 1], [wide, 0, 1], [wide, high, 1], [0, high, 1]], float) @ matrix.T
    if (corners[:, 2] <= 0).any():
        return False
    corners = corners[:, :2] / corners[:, 2:]
    sides = np.roll(corners, -1, axis=0) - corners
    lengths = np.linalg.norm(sides, axis=1) / (wide, high, wide, high)
    turned = np.arctan2(sides[0, 1], sides[0, 0])
    crossed = np.cross(np.c_[sides, np.zeros(4)], np.c_[np.roll(sides, -1, axis=0), np.zeros(4)])[:, 2]
    return bool(
        abs(turned) < _TURN
        and (crossed > 0).all()
        and lengths.min() > 1 / _STRETCH
        and lengths.max() < _STRETCH
    )


def _compared(warped: Array, sent: Array) -> tuple[Array, Array, float]:
    """Return where patches of print were found again, how far off, and the share that was."""
    ink = (sent < 170).astype(np.uint8)  # noqa: PLR2004 - of 255, after evening
    middles, shifts = [], []
    asked = 0.0
    met = 0.0
    edge = _REACH + 1
    for top in range(edge, sent.shape[0] - _TILE - edge, _TILE):
        for left in range(edge, sent.shape[1] - _TILE - edge, _TILE):
            weight = float(ink[top : top + _TILE, left : left + _TILE].mean())
            if weight < _PRINT:
                continue
            patch = sent[top : top + _TILE, left : left + _TILE]
            around = warped[top - _REACH : top + _TILE + _REACH, left - _REACH : left + _TILE + _REACH]
            match = cv2.matchTemplate(around, patch, cv2.TM_CCOEFF_NORMED)
            _, best, _, at = cv2.minMaxLoc(match)
            asked += 1
            if best < _SAME:
                continue
            met += 1
            shift = _finest(np.asarray(match), (at[0], at[1]))
            shifts.append((shift[0] - _REACH, shift[1] - _REACH))
            middles.append((left + _TILE / 2, top + _TILE / 2))
    share = met / asked if asked else 0.0
    return np.array(middles).reshape(-1, 2), np.array(shifts).reshape(-1, 2), share


def _finest(match: Array, at: tuple[int, int]) -> tuple[float, float]:
    """Return the peak between pixels, by the parabola through its neighbours."""
    x, y = at

    def peak(before: float, on: float, after: float) -> float:
        curve = before - 2 * on + after
        return 0.0 if curve >= 0 else float(np.clip(0.5 * (before - after) / curve, -0.5, 0.5))

    high, wide = match.shape
    dx = peak(match[y, x - 1], match[y, x], match[y, x + 1]) if 0 < x < wide - 1 else 0.0
    dy = peak(match[y - 1, x], match[y, x], match[y + 1, x]) if 0 < y < high - 1 else 0.0
    return x + dx, y + dy


def _bent(middles: Array, shifts: Array, shape: tuple[int, ...]) -> Array:
    """Return coefficients of a smooth field, cubic both ways, through the shifts; outliers are left out."""
    terms = _terms(middles / max(shape))
    weights = np.ones(len(middles))
    stiff = np.diag([1e-3, 1e-2, 1e-2] + [3e-1] * (terms.shape[1] - 3))
    field: Array = np.zeros((terms.shape[1], 2))
    for _ in range(6):
        field = np.linalg.solve(
            terms.T @ (terms * weights[:, None]) + stiff, terms.T @ (shifts * weights[:, None])
        )
        off = np.linalg.norm(shifts - terms @ field, axis=1)
        weights = 1 / (1 + (off / max(float(np.median(off)) * 2, 0.4)) ** 2)
    return np.vstack([field, np.full((1, 2), max(shape))])


def _is_set_anew(tiles: Array, left: Array) -> bool:
    """Say whether another program set the page: its rows are a little higher, or its words run wider.

    Bent paper is off by as much at a bend, but not by the same all along a row.  A page that was printed
    from the Word file must not count as this one: what it prints elsewhere would be taken for ink.

    Args:
        tiles: middles of the patches.
        left: how far each is off after the bend was taken out, in points.
    """
    if float(np.median(np.abs(left[:, 0]))) >= _WIDER:
        return True
    rows = [left[tiles[:, 1] == y, 1] for y in np.unique(tiles[:, 1])]
    rows = [row for row in rows if len(row) >= _FEW_IN_ROW]
    if not rows:
        return False
    whole = float(np.median(np.abs(np.concatenate(rows))))
    within = float(np.median(np.abs(np.concatenate([row - np.median(row) for row in rows]))))
    return whole >= _HIGHER and within < _ALONG * whole


def _terms(points: Array) -> Array:
    x, y = points[..., 0] * 2 - 1, points[..., 1] * 2 - 1
    return np.stack([np.ones_like(x), x, y, x * y, x**2, y**2, x**3, y**3, x**2 * y, x * y**2], axis=-1)


def _sampled(bend: Array, points: Array) -> Array:
    return np.asarray(_terms(points / bend[-1, 0]) @ bend[:-1])


def _laid(pixels: Array, matrix: Matrix, bend: Array, shape: tuple[int, ...]) -> Array:
    """Return the page in the frame of the blank, perspective and bend taken out in one step."""
    high, wide = shape[:2]
    ratio = max(high, wide) / bend[-1, 0]
    step = 16
    xs, ys = np.meshgrid(np.arange(0, wide + step, step), np.arange(0, high + step, step))
    coarse = np.stack([xs, ys], axis=-1).astype(float)
    moved = coarse + _sampled(bend, coarse / ratio) * ratio
    back = np.linalg.inv(matrix)
    source = np.concatenate([moved, np.ones((*moved.shape[:2], 1))], axis=-1) @ back.T
    knots: Array = (source[..., :2] / source[..., 2:]).astype(np.float32)
    # Between the knots the map is as good as straight; warpAffine enlarges it without a shift of half a knot.
    grow = np.array([[step, 0, 0], [0, step, 0]], np.float32)
    dense: Array = cv2.warpAffine(
        knots, grow, (wide, high), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    shrink = float(np.sqrt(abs(np.linalg.det(matrix[:2, :2]))))
    if shrink < 0.8:  # noqa: PLR2004 - much smaller: average first
        pixels = cv2.GaussianBlur(pixels, (0, 0), 0.4 / shrink)
    return np.asarray(
        cv2.remap(pixels, dense[..., 0], dense[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    )
