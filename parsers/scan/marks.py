"""Ink on paper: where it is, what of it was not printed by us, and the lines of writing that it forms."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from parsers.pages.page import Box
from parsers.scan.ocr import Pixels

Mask = NDArray[np.bool_]
"""Of a region: true where there is ink."""

_DARK = 0.88
"""Of the paper's own brightness; ink is darker, also a faint grey print."""
_PALE = 0.965
"""The same on a page that no scanner saw: a pale rule there is dark in the shadow of a photo."""
_NOISE = 4.5
"""Standard deviations of the paper's grain by which ink is darker than paper."""
_PAPER = 9.0
"""Points over which the brightest spot is taken for the paper."""
_RULE = 0.7
"""Of a region's width or height: a straight stroke as long is a ruled line."""
_LONG_RULE = 48.0
"""Points; a level stroke as long is a ruled line, whatever the region."""
_BUTTON = 18.0
"""Points from the right end of a list to choose from within which programs print the button that opens it."""
_BORDER = 0.85
"""Of its height: how much of an upright stroke is there."""
_EDGE = 3.0
"""Points from the edge of a region within which an upright rule is expected."""
_SHIFT = 1.3
"""Points by which registration may be off."""
_SPECK = 0.35
"""Square points; less is dust."""
_INKED = 1.6
"""Square points of ink that make a place inked; a comma has two."""
_CUT_RIGHT, _CUT_LOW = 1.6, 0.7
"""Points from the edges of a place, nearer to which nobody types who has room.  `2026年12月24日` lost its end
in a narrow field of a PDF, and was read as another day."""
_GAP = 1.2
"""Points of white between two lines of writing."""
_LOW = 2.5
"""Points; a lower strip is a part of the line beside it, or a stain."""
_MARGIN = 1.6
"""Points of white around a line, which the engine reads better with."""


def region(pixels: Pixels, box: Box, scale: float) -> Pixels:
    """Return the part of a page within `box`; empty when the box lies outside."""
    height, width = pixels.shape[:2]
    left, top = max(0, round(box.left * scale)), max(0, round(box.top * scale))
    right, bottom = min(width, round(box.right * scale)), min(height, round(box.bottom * scale))
    return pixels[top : max(top, bottom), left : max(left, right)]


def halved(pixels: Pixels) -> Pixels:
    """Return a page at half its scale, for a look over the whole of it."""
    return np.asarray(cv2.resize(pixels, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def ink_of(crop: Pixels, scale: float) -> Mask:
    """Return where a region is darker than its paper, without ruled lines and dust; of any colour."""
    dark = print_of(crop, scale)
    return _without_dust(dark & ~_rules(dark, scale), scale)


def sent_print(crop: Pixels, scale: float) -> Mask:
    """Return everything in a region of the page as sent that a copy may show, however palely it was drawn."""
    return print_of(crop, scale, _PALE)


def print_of(crop: Pixels, scale: float, dark: float = _DARK) -> Mask:
    """Return everything in a region that is darker than its paper, ruled lines too.

    Args:
        crop: the region.
        scale: pixels per point.
        dark: of the paper's brightness; what is darker counts.
    """
    if min(crop.shape[:2]) < 3:  # noqa: PLR2004 - nothing to see
        return np.zeros(crop.shape[:2], dtype=np.bool_)
    ratio = against_paper(crop, scale)
    usual = float(np.median(ratio))
    grain = 1.5 * float(np.median(np.abs(ratio - usual)))
    return np.asarray(ratio < min(usual - _NOISE * grain, usual * dark), dtype=np.bool_)


def against_paper(crop: Pixels, scale: float) -> NDArray[np.float32]:
    """Return how bright each spot is beside the paper around it, whatever the colour of its ink."""
    darkest = cv2.min(cv2.min(crop[:, :, 0], crop[:, :, 1]), crop[:, :, 2])
    grey = cv2.GaussianBlur(darkest, (3, 3), 0).astype(np.float32)
    across = max(3, round(_PAPER * scale))
    paper = cv2.morphologyEx(grey, cv2.MORPH_CLOSE, np.ones((across, across), dtype=np.uint8))
    paper = np.maximum(cv2.blur(paper, (across, across)), 40.0)
    return np.asarray(grey / paper, dtype=np.float32)


def added(mask: Mask, blank: Mask, scale: float, shift: float = _SHIFT) -> Mask:
    """Return the ink of `mask` that was not on `blank`, the print as sent; `shift` in points."""
    reach = 2 * max(1, round(shift * scale)) + 1
    near = cv2.dilate(blank.astype(np.uint8), np.ones((reach, reach), dtype=np.uint8))
    return _without_dust(mask & ~near.astype(np.bool_), scale)


def button(crop: Pixels, scale: float) -> float | None:
    """Return where the button of a list to choose from begins, in points from the left; None without one."""
    dark = print_of(crop, scale)
    height, width = dark.shape
    first = max(0, width - round(_BUTTON * scale))
    # A border is never quite plumb: what it loses in one column it has in the next.
    thick = cv2.dilate(dark[:, first:].astype(np.uint8), np.ones((1, 3), dtype=np.uint8))
    borders = np.flatnonzero(thick.mean(axis=0) >= _BORDER) if height and width else np.array([])
    if len(borders) < 2 or borders[-1] - borders[0] < 0.4 * _BUTTON * scale:  # noqa: PLR2004 - two sides
        return None
    return float((first + borders[0]) / scale)


def is_inked(mask: Mask, scale: float) -> bool:
    """Say whether there is enough ink to mean something."""
    return amount(mask, scale) >= _INKED


def is_cut_off(mask: Mask, scale: float) -> bool:
    """Say whether writing goes on to the right or lower edge of its place: the rest was not printed."""
    right, low = max(1, round(_CUT_RIGHT * scale)), max(1, round(_CUT_LOW * scale))
    return bool(amount(mask[:, -right:], scale) >= _SPECK or amount(mask[-low:], scale) >= _SPECK)


def amount(mask: Mask, scale: float) -> float:
    """Return how much ink there is, in square points."""
    return float(mask.sum()) / (scale * scale)


def outside(mask: Mask, boxes: tuple[Box, ...], corner: Box, scale: float) -> Mask:
    """Return the ink of the region `corner` that lies in none of `boxes`; both in points on the page."""
    left = mask.copy()
    for box in boxes:
        x, y = (box.left - corner.left) * scale, (box.top - corner.top) * scale
        right, bottom = (box.right - corner.left) * scale, (box.bottom - corner.top) * scale
        left[max(0, int(y)) : max(0, int(bottom) + 1), max(0, int(x)) : max(0, int(right) + 1)] = False
    return _without_dust(left, scale)


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """One line of writing in a region."""

    pixels: Pixels
    """With everything but its own ink made paper."""
    mask: Mask
    box: Box
    """In points from the corner of the region."""


def lines_of(crop: Pixels, mask: Mask, scale: float) -> Iterator[Strip]:
    """Yield each line of writing in a region, from the top down."""
    for top, bottom in _strips(mask, scale):
        columns = np.flatnonzero(mask[top:bottom].any(axis=0))
        if not len(columns):
            continue
        pad = round(_MARGIN * scale)
        left, right = max(0, int(columns[0]) - pad), min(mask.shape[1], int(columns[-1]) + 1 + pad)
        upper, lower = max(0, top - pad), min(mask.shape[0], bottom + pad)
        box = Box(left / scale, upper / scale, right / scale, lower / scale)
        own = np.zeros_like(mask)
        own[top:bottom] = mask[top:bottom]
        frame = (slice(upper, lower), slice(left, right))
        yield Strip(pixels=_clean(crop[frame], own[frame], scale), mask=own[frame], box=box)


def _clean(crop: Pixels, own: Mask, scale: float) -> Pixels:
    """Return one line with everything but its own ink made paper: rules and the lines above and below."""
    around = 2 * max(1, round(0.5 * scale)) + 1
    kept = cv2.dilate(own.astype(np.uint8), np.ones((around, around), dtype=np.uint8)).astype(np.bool_)
    line = crop.copy()
    if not kept.all():
        line[~kept] = np.median(line[~kept], axis=0).astype(np.uint8)
    return line


def _strips(mask: Mask, scale: float) -> Iterator[tuple[int, int]]:
    """Yield first and last row of each line: rows with ink, joined across hair-thin gaps."""
    rows = np.flatnonzero(mask.any(axis=1))
    if not len(rows):
        return
    found: list[list[int]] = []
    for row in rows.tolist():
        if found and row - found[-1][1] <= _GAP * scale:
            found[-1][1] = row + 1
        else:
            found.append([row, row + 1])
    tallest = max(bottom - top for top, bottom in found)
    joined: list[list[int]] = []
    for top, bottom in found:
        low = bottom - top < max(_LOW * scale, 0.35 * tallest)
        if joined and low and top - joined[-1][1] <= 2 * _GAP * scale:
            joined[-1][1] = bottom
        else:
            joined.append([top, bottom])
    yield from ((top, bottom) for top, bottom in joined)


def _rules(dark: Mask, scale: float) -> Mask:
    height, width = dark.shape
    binary = dark.astype(np.uint8)
    edge = max(1, round(_EDGE * scale))
    across = max(3, round(min(_RULE * width, _LONG_RULE * scale)))
    level = cv2.morphologyEx(binary, cv2.MORPH_OPEN, np.ones((1, across), dtype=np.uint8))
    if across < _LONG_RULE * scale:
        # In a narrow place words that run together in a blurred picture are as long as its frame.
        level[edge : max(edge, height - edge)] = 0
    down = max(3, round(_RULE * height))
    upright = cv2.morphologyEx(binary, cv2.MORPH_OPEN, np.ones((down, 1), dtype=np.uint8))
    upright[:, edge : width - edge] = 0
    thick = np.ones((3, 3), dtype=np.uint8)
    return np.asarray(cv2.dilate(cv2.bitwise_or(level, upright), thick), dtype=np.bool_)


def _without_dust(mask: Mask, scale: float) -> Mask:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    if count <= 1:
        return mask
    large = stats[:, cv2.CC_STAT_AREA] >= _SPECK * scale * scale
    large[0] = False
    return np.asarray(large[labels], dtype=np.bool_)
