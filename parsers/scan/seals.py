"""A page without the red of its seals, so that what they were stamped over can be read.

A seal reaches 20 mm beyond its slot, over answers and over the rules of a table.  Ink lets light through: in
red light a seal is nearly as light as paper, and the print beneath it as dark as ever.  Only what lies within
a whole ring is taken away, and no level stroke of it, since that may be somebody's red pen; a picture without
colours stays as it is.
"""

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from parsers.ink.paper import WORK, Mask, View, grown, view
from parsers.ink.seal import Ring
from parsers.ink.seen import rings_of
from parsers.scan.ocr import Pixels

_COARSE = 4
"""Whether there is red at all is looked for in a picture so many times smaller."""
_TINT = 24
"""Levels of 256 by which red is lighter than green there."""
_TOGETHER = 9.0
"""Points between two marks of one seal, at most."""
_LEAST = 60.0
"""Square points of red; less is no seal."""
_MOST = 12
"""Red marks of a page that are looked at; each takes 20 ms."""
_LEVEL = 20.0
"""Points: a level stroke as long is a pen's; no character on a seal has one."""
_THICK = 0.7
"""Points by which a pen's stroke is off the level."""
_STAR, _EDGE = 0.36, 5.0
"""What is a seal's own: the star, as a part of the radius, and points around the ring."""
_PAPER = 20.0
"""Points: the paper is the lightest within."""
_RED = 0.05
"""Share of green light that red ink takes where it lies at all; paper and print vary by less."""
_FRINGE = 0.6
"""Points to which JPEG carries the colour of a spot."""
_LUMA = (0.114, 0.587, 0.299)
"""Parts of blue, green and red in what JPEG keeps sharp (ITU-R BT.601)."""
_MOST_TAKEN, _MOST_COLD = 0.98, 0.6
"""Bounds: of the light that ink takes, and of its darkness in red light by that in green."""


def without_seals(pixels: Pixels, scale: float) -> Pixels:
    """Return a page with paper, and the print beneath, where red seals were; the same one without any.

    Args:
        pixels: an upright page; blue, green, red.
        scale: its pixels per point.
    """
    try:
        return _without(pixels, scale) if _has_red(pixels) else pixels
    except (cv2.error, ValueError, IndexError, MemoryError, FloatingPointError):
        return pixels


def hidden_by(pixels: Pixels, plain: Pixels) -> Mask | None:
    """Return where on a page seals were, whole; None when `plain` is the page itself, without any.

    Args:
        pixels: a page.
        plain: what `without_seals` made of it.
    """
    if plain is pixels or plain.shape != pixels.shape:
        return None
    changed = cv2.absdiff(pixels, plain).max(axis=2) > 0
    if not changed.any():
        return None
    contours, _ = cv2.findContours(
        cv2.dilate(changed.astype(np.uint8), np.ones((9, 9), np.uint8)),
        cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE,
    )  # fmt: skip
    whole = np.zeros(changed.shape, dtype=np.uint8)
    for contour in contours:
        cv2.fillConvexPoly(whole, cv2.convexHull(contour), color=1)
    return whole.astype(np.bool_)


def _without(pixels: Pixels, scale: float) -> Pixels:
    shown = view(pixels, scale)
    if shown is None:
        return pixels
    red = shown.red()
    rings = tuple(_seals(shown, red))
    if not rings:
        return pixels
    covered = np.logical_or.reduce([each.covers(red.shape) for each in rings])
    taken = covered & ~_strokes(red, rings)
    ink = red & covered
    share = float(np.clip(np.median(shown.cold[ink] / np.maximum(shown.dark[ink], 0.05)), 0.0, _MOST_COLD))
    size = (pixels.shape[1], pixels.shape[0])
    whole = cv2.resize(taken.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST).astype(np.bool_)
    rows, columns = np.flatnonzero(whole.any(axis=1)), np.flatnonzero(whole.any(axis=0))
    part = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    done = pixels.copy()
    done[part] = _without_ink(pixels[part], whole[part], share, scale)
    return done


def _has_red(pixels: Pixels) -> bool:
    if pixels.ndim != 3 or min(pixels.shape[:2]) < 4 * _COARSE:  # noqa: PLR2004 - rows, columns, colours
        return False
    small = cv2.resize(pixels, None, fx=1 / _COARSE, fy=1 / _COARSE, interpolation=cv2.INTER_AREA)
    _, green, red = cv2.split(small)
    return int((cv2.subtract(red, green) > _TINT).sum()) > _LEAST


def _seals(shown: View, red: Mask) -> Iterator[Ring]:
    """Yield the seals of a page: its red marks are looked at one by one, the largest first."""
    together = grown(red, _TOGETHER / 2).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(together, connectivity=8)
    amounts = np.bincount(labels[red], minlength=count)
    amounts[0] = 0
    for each in np.argsort(-amounts)[:_MOST].tolist():
        if amounts[each] < _LEAST * WORK * WORK:
            return
        x, y, wide, high = (int(side) for side in stats[each][:4])
        part = np.s_[y : y + high, x : x + wide]
        for ring in rings_of(_cut(shown, part), red[part] & (labels[part] == each)):
            if ring.is_clear:
                yield Ring(
                    x=ring.x + x / WORK,
                    y=ring.y + y / WORK,
                    radius=ring.radius,
                    share=ring.share,
                    seen=ring.seen,
                    is_red=True,
                    filled=ring.filled,
                )


def _cut(shown: View, part: tuple[slice, slice]) -> View:
    return View(dark=shown.dark[part], cold=shown.cold[part], noise=shown.noise, pixels=shown.pixels[part])


def _strokes(red: Mask, rings: tuple[Ring, ...]) -> Mask:
    """Return the level red strokes that no seal has of its own: neither the ring's nor the star's."""
    rest = red.copy()
    for ring in rings:
        for inner, outer in ((0.0, _STAR * ring.radius), (ring.radius - _EDGE, ring.radius + _EDGE)):
            rest &= ~_between(ring, inner, outer, red.shape)
    thick = np.ones((2 * round(_THICK * WORK) + 1, 1), dtype=np.uint8)
    long = np.ones((1, round(_LEVEL * WORK)), dtype=np.uint8)
    reached = cv2.dilate(rest.astype(np.uint8), thick)
    level = cv2.morphologyEx(reached, cv2.MORPH_OPEN, long).astype(np.bool_)
    return grown(level, _THICK) if level.any() else level


def _between(ring: Ring, inner: float, outer: float, shape: tuple[int, ...]) -> Mask:
    """Return what is so many points from a seal's centre."""
    ys, xs = np.ogrid[: shape[0], : shape[1]]
    far = np.hypot(xs - ring.x * WORK, ys - ring.y * WORK) / WORK
    return np.asarray((far >= inner) & (far <= outer), dtype=np.bool_)


def _without_ink(pixels: Pixels, taken: Mask, share: float, scale: float) -> NDArray[np.uint8]:
    """Return a region with what lies beneath the red ink: each spot is lit up by what the ink took away."""
    across = max(3, round(_PAPER * scale))
    kernel = np.ones((across, across), dtype=np.uint8)
    paper = cv2.blur(cv2.morphologyEx(pixels, cv2.MORPH_CLOSE, kernel), (across, across)).astype(np.float32)
    light = np.minimum(pixels.astype(np.float32) / np.maximum(paper, 24.0), 1.0)
    usual = np.median(light[~taken], axis=0) if not taken.all() else np.ones(3)
    light = light / np.maximum(usual, 0.5).astype(np.float32)
    cold, warm = np.minimum(light[:, :, 0], light[:, :, 1]), np.maximum(light[:, :, 2], 0.02)
    # Beneath the ink is grey print: what is darker in green light than in red is the ink's doing.  JPEG keeps
    # colours coarser than light: a spot has the colour of the reddest beside it, and its own lightness.
    reach = np.ones((2 * max(1, round(_FRINGE * scale)) + 1,) * 2, dtype=np.uint8)
    tinted = cv2.erode(np.clip(cold / warm, 0.0, 1.0), reach)
    luma = light @ np.array(_LUMA, dtype=np.float32)
    shown_red = np.minimum(luma / (_LUMA[2] + (1.0 - _LUMA[2]) * tinted), 1.0)
    taken_away = np.clip((1.0 - tinted) / (1.0 - share * tinted), 0.0, _MOST_TAKEN)
    beneath = np.minimum(shown_red / (1.0 - share * taken_away), 1.0)
    where = (taken_away > _RED) & taken
    shown = np.clip(paper * usual * beneath[:, :, None], 0, 255).astype(np.uint8)
    return np.where(where[:, :, None], shown, pixels)
