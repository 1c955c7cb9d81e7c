"""Words struck out: a level stroke that goes on through them without a gap.

Words struck out are read as if they were not.  What looks like a stroke in a blurred picture is feet or heads
of characters that run together: lighter between them, where a pen is as dark as everywhere.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from parsers.scan.marks import Mask, added, against_paper, ink_of, print_of
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
    if not found.any():
        return False
    darkness = np.asarray(1.0 - against_paper(crop, scale), dtype=np.float64)
    ink = ink_of(crop, scale)
    usual = float(np.percentile(darkness[ink if ink.any() else found], _USUAL))
    count, labels = cv2.connectedComponents(found.astype(np.uint8))
    return usual >= _FAINT and any(
        _is_stroke(np.asarray(labels == each), darkness / usual, ink, scale) for each in range(1, count)
    )


def _level(dark: Mask, scale: float) -> Mask:
    """Return the level strokes that are longer than a character's."""
    # A stroke is never quite level: what it loses in one row it has in the next.
    thick = cv2.dilate(dark.astype(np.uint8), np.ones((3, 1), dtype=np.uint8))
    long = np.ones((1, max(3, round(_LONG * scale))), dtype=np.uint8)
    return np.asarray(cv2.morphologyEx(thick, cv2.MORPH_OPEN, long), dtype=np.bool_)


def _is_stroke(part: Mask, darkness: NDArray[np.float64], ink: Mask, scale: float) -> bool:
    ys, xs = np.nonzero(part)
    left, right = int(xs.min()), int(xs.max()) + 1
    if right - left < 0.8 * _LONG * scale:
        return False  # what is left of a stroke that we printed
    off = max(1, round(_OFF * scale))
    top, bottom = max(0, int(ys.min()) - off), int(ys.max()) + 1 + off
    rows, along = _way(np.clip(darkness[top:bottom, left:right], 0.0, 1.0))
    if float(np.percentile(along, _LIGHTEST)) < _DARK:
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
