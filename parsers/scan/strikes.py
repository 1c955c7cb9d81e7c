"""Words struck out: a level stroke that goes on through them without a gap.

Words struck out are read as if they were not.  What looks like a stroke in a blurred picture is feet or heads
of characters that run together: lighter between them, where a pen is as dark as everywhere.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from parsers.pages.page import Box
from parsers.scan.marks import Mask, added, against_paper, ink_of, print_of, region
from parsers.scan.ocr import Pixels

_LONG = 20.0
"""Points; a level stroke as long is none of a character's own."""
_DASH = 26.0
"""Points; a Chinese dash is as wide as two characters and crosses nothing."""
_CROSSED = 0.3
"""Of a shorter stroke: along how much of it there is other ink above or beneath."""
_BESIDE = (1.4, 4.0)
"""Points above and below a stroke within which that is."""
_DARK = 0.68
"""Of the usual darkness of the ink: how dark the lightest tenth of a stroke is.  Of 243 lines of print at the
levels L1 to L3 none had more than 0.63, of 153 struck out none less than 0.77."""
_DARK_PRINT = 0.81
"""The same of a stroke through what we printed, bold or small: none of 1,800 lines of honest scans had more
than 0.79, but four of pale small print; of 54 words struck out one had less than 0.82."""
_PEN = 0.35
"""How much darker than paper such a stroke is at its lightest tenth: of strokes 0.47 and more, of pale small
print that melts together, also beneath the arc of a seal, 0.22 and less."""
_PAPER = 10.0
"""Points around words from which the paper is told: ink may fill their own box."""
_WITHIN = 0.2
"""Of the height of words, above and below: no stroke there goes through them."""
_LIGHTEST = 10
"""Percentile."""
_USUAL = 70
_FAINT = 0.08
"""How much darker than paper such ink is at least."""
_OFF = 0.7
"""Points by which a stroke leaves the row of pixels that it began in, up or down."""
_EDGE = 3.0
"""Points from the edge of a region, where its frame is."""


def is_struck(crop: Pixels, scale: float, blank: Pixels | None = None) -> bool:
    """Say whether a level stroke runs through a region that is longer than any of a character's own.

    Args:
        crop: the region; a frame at its edges is no stroke.
        scale: pixels per point.
        blank: the region as sent, in the same frame.
    """
    found = _level(print_of(crop, scale), scale)
    if blank is not None:
        found = added(found, _level(print_of(blank, scale), scale), scale)
    edge = round(_EDGE * scale)
    found[:edge] = found[max(edge, found.shape[0] - edge) :] = False
    return _has_stroke(found, crop, ink_of(crop, scale), scale, (_DARK, 0.0))


def is_crossed_out(pixels: Pixels, box: Box, scale: float, blank: Pixels | None = None) -> bool:
    """Say whether somebody drew a line through print.

    Args:
        pixels: the page.
        box: the words.
        scale: pixels per point.
        blank: the page as sent, in the same frame.
    """
    wide = box.grown(_PAPER)
    around = Box(max(0.0, wide.left), max(0.0, wide.top), wide.right, wide.bottom)
    crop = region(pixels, around, scale)
    if not crop.size:
        return False
    found = _level(print_of(crop, scale), scale)
    if blank is not None and blank.shape == pixels.shape:
        found = added(found, _level(print_of(region(blank, around, scale), scale), scale), scale)
    spare = _WITHIN * box.height
    inner = Box(box.left, box.top + spare, box.right, box.bottom - spare)
    rows = slice(round((inner.top - around.top) * scale), round((inner.bottom - around.top) * scale))
    columns = slice(round((inner.left - around.left) * scale), round((inner.right - around.left) * scale))
    within = np.zeros_like(found)
    within[rows, columns] = True
    return _has_stroke(found & within, crop, ink_of(crop, scale) & within, scale, (_DARK_PRINT, _PEN))


def _has_stroke(found: Mask, crop: Pixels, ink: Mask, scale: float, least: tuple[float, float]) -> bool:
    """Say whether one of the level strokes that were `found` goes on without a gap.

    Args:
        found: the strokes.
        crop: the region.
        ink: where its ink is, which tells how dark it usually is.
        scale: pixels per point.
        least: how dark a stroke is at its lightest, of that, and of paper's brightness.
    """
    if not found.any():
        return False
    darkness = np.asarray(1.0 - against_paper(crop, scale), dtype=np.float64)
    usual = float(np.percentile(darkness[ink if ink.any() else found], _USUAL))
    count, labels = cv2.connectedComponents(found.astype(np.uint8))
    return usual >= _FAINT and any(
        _is_stroke(np.asarray(labels == each), (darkness, usual), ink, scale, least)
        for each in range(1, count)
    )


def _level(dark: Mask, scale: float) -> Mask:
    """Return the level strokes that are longer than a character's."""
    # A stroke is never quite level: what it loses in one row it has in the next.
    thick = cv2.dilate(dark.astype(np.uint8), np.ones((3, 1), dtype=np.uint8))
    long = np.ones((1, max(3, round(_LONG * scale))), dtype=np.uint8)
    return np.asarray(cv2.morphologyEx(thick, cv2.MORPH_OPEN, long), dtype=np.bool_)


def _is_stroke(
    part: Mask, dark: tuple[NDArray[np.float64], float], ink: Mask, scale: float, least: tuple[float, float]
) -> bool:
    darkness, usual = dark
    ys, xs = np.nonzero(part)
    left, right = int(xs.min()), int(xs.max()) + 1
    if right - left < 0.8 * _LONG * scale:
        return False  # what is left of a stroke that we printed
    off = max(1, round(_OFF * scale))
    top, bottom = max(0, int(ys.min()) - off), int(ys.max()) + 1 + off
    own = darkness[top:bottom, left:right]
    rows, along = _way(np.clip(own / usual, 0.0, 1.0))
    plain = own[rows, np.arange(right - left)]
    if any(
        float(np.percentile(each, _LIGHTEST)) < low for each, low in zip((along, plain), least, strict=True)
    ):
        return False
    return right - left >= _DASH * scale or _crosses(rows + top, ink[:, left:right], scale) >= _CROSSED


def _way(darkness: NDArray[np.float64]) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return the darkest way from left to right, a row up or down at a time: its rows, and how dark it is."""
    high, wide = darkness.shape
    best = darkness[:, 0].copy()
    steps = np.zeros((high, wide), dtype=np.intp)
    for x in range(1, wide):
        above = np.concatenate([[-1.0], best[:-1]])
        below = np.concatenate([best[1:], [-1.0]])
        choices = np.stack([above, best, below])
        chosen = choices.argmax(axis=0)
        steps[:, x] = chosen - 1
        best = choices[chosen, np.arange(high)] + darkness[:, x]
    rows = np.zeros(wide, dtype=np.intp)
    rows[-1] = int(best.argmax())
    for x in range(wide - 1, 0, -1):
        rows[x - 1] = rows[x] + steps[rows[x], x]
    return rows, darkness[rows, np.arange(wide)]


def _crosses(rows: NDArray[np.intp], ink: Mask, scale: float) -> float:
    """Return along which part of a stroke there is other ink close above or below."""
    near, far = (round(each * scale) for each in _BESIDE)
    ys = np.arange(ink.shape[0])[:, None]
    away = np.abs(ys - rows[None, :])
    return float((ink & (away > near) & (away <= far)).any(axis=0).mean())
