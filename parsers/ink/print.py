"""What was on the paper before anybody signed: print, ruled lines, prompts; all to be left out.

The region of the sheet as sent may lie some points beside the one that came back, since registration errs
by up to 2 mm at the edges of a photographed page.
"""

import cv2
import numpy as np

from parsers.ink.paper import WORK, Mask, View, disc, grown, points
from parsers.pages.page import Box

_SHIFT = 7.0
"""Points by which print may lie beside where it was sent: 2 mm and a little."""
_EDGE = 1.0
"""Points around print that still belong to it: spread of toner, blur, what is left of a shift."""
_OVER = 0.16
"""By how much darker than print ink over print is."""
_PRINT_SPREAD = 1.15
"""How much darker than usual print may be in places."""
_COVERED = 0.5
"""Of a mark that print covers: the mark is print."""
_LEVEL_RULE = 40.0
"""Points: a level stroke as long and as straight is a ruled line."""
_UPRIGHT_RULE = 30.0
"""Points likewise; hands make no upright strokes of one centimetre that a ruler would call straight."""
_LEAN = 0.035
"""Rise of a ruled line over its length that registration leaves: 2°."""
_RULE_WIDTH = 2.2
"""Points; what is wider was not ruled."""


def shift_of(ink: Mask, blank: Mask) -> tuple[int, int]:
    """Return by how many pixels (right, down) print lies beside where it was sent."""
    reach = points(_SHIFT)
    if not blank.any() or not ink.any() or min(blank.shape) < 2 * reach:
        return 0, 0
    inner = blank[reach:-reach, reach:-reach].astype(np.float32)
    if not inner.any():
        return 0, 0
    found = cv2.matchTemplate(ink.astype(np.float32), inner, cv2.TM_CCORR)
    # Among shifts that explain the print equally well the smallest is true.
    across = np.abs(np.arange(found.shape[1]) - reach)
    down = np.abs(np.arange(found.shape[0]) - reach)
    penalty = (down[:, None] + across[None, :]) / (2 * reach) * 0.08 * float(inner.sum())
    y, x = np.unravel_index(int(np.argmax(found - penalty)), found.shape)
    return int(x) - reach, int(y) - reach


def without_sent(view: View, blank: View) -> Mask:
    """Return the ink that was not on the sheet as sent, whichever way the print was shifted.

    What lies on print and is darker than print stays: people sign over the pale words that ask them to.
    """
    ink, sent = view.ink(), blank.ink()
    right, down = shift_of(ink, _sized(sent, ink).astype(np.bool_))
    move = np.array([[1, 0, right], [0, 1, down]], dtype=np.float32)
    moved = cv2.warpAffine(_sized(sent, ink), move, ink.shape[::-1], flags=cv2.INTER_NEAREST).astype(np.bool_)
    shade = cv2.warpAffine(_sized(blank.dark, ink), move, ink.shape[::-1], flags=cv2.INTER_LINEAR)
    around = grown(moved, _EDGE)
    darkest = cv2.dilate(np.where(moved, shade, 0).astype(np.float32), disc(_EDGE))
    at_print = ink & moved & (shade > 0.6 * darkest)
    gain = (
        float(np.median(view.dark[at_print] / np.maximum(shade[at_print], 0.05))) if at_print.any() else 1.0
    )
    over = view.dark > darkest * float(np.clip(gain, 0.6, 1.4)) * _PRINT_SPREAD + _OVER
    is_print_here = around & ~over
    left = ink & ~is_print_here
    count, labels = cv2.connectedComponents(ink.astype(np.uint8), connectivity=8)
    if count <= 1:
        return left
    whole = np.bincount(labels.ravel(), minlength=count)
    covered = np.bincount(labels[is_print_here].ravel(), minlength=count)
    # Slivers of print beside print are print, however the paper was curled.
    of_print = covered > _COVERED * whole
    of_print[0] = True
    return np.asarray(left & ~of_print[labels] | _over_print(left, of_print[labels]), dtype=np.bool_)


def _sized(of: np.ndarray, ink: Mask) -> np.ndarray:
    """Return a mask or a shade in the size of the ink."""
    if of.dtype == np.bool_:
        of = of.astype(np.uint8)
    return of if of.shape == ink.shape else cv2.resize(of, ink.shape[::-1], interpolation=cv2.INTER_NEAREST)


def _over_print(left: Mask, of_print: Mask) -> Mask:
    """Return large marks that hang together with print: a signature that runs over a ruled line."""
    candidates = left & of_print
    count, labels, stats, _ = cv2.connectedComponentsWithStats(candidates.astype(np.uint8), connectivity=8)
    kept = np.zeros(count, dtype=np.bool_)
    for each in range(1, count):
        high, wide = stats[each, cv2.CC_STAT_HEIGHT], stats[each, cv2.CC_STAT_WIDTH]
        kept[each] = min(high, wide) > points(1.5) and max(high, wide) > points(4)
    return np.asarray(kept[labels], dtype=np.bool_)


def without_rules(ink: Mask) -> Mask:
    """Return the ink without long straight lines, level or upright, and without what hugs them."""
    rules = _straight(ink, _LEVEL_RULE) | _straight(ink.T, _UPRIGHT_RULE).T
    return np.asarray(ink & ~rules, dtype=np.bool_)


def without_words(view: View, ink: Mask, boxes: tuple[Box, ...]) -> Mask:
    """Return the ink that is no print in `boxes`, which are points from the region's upper left corner.

    Strokes that run out of a box with most of their length are a hand's, and so is what is darker than
    the print: people sign over the words that ask them to.
    """
    if not boxes:
        return ink
    outside = without_boxes(ink, boxes)
    over = np.zeros_like(ink)
    for box in boxes:
        within = ink & ~without_boxes(ink, (box,))
        if within.any():
            usual = float(np.median(view.dark[within]))
            over |= within & (view.dark > usual * _PRINT_SPREAD + _OVER)
    count, labels = cv2.connectedComponents(ink.astype(np.uint8), connectivity=8)
    whole = np.maximum(np.bincount(labels.ravel(), minlength=count), 1)
    beyond = np.bincount(labels[outside].ravel(), minlength=count) >= (1 - _COVERED) * whole
    beyond[0] = False
    return np.asarray(outside | over | (ink & beyond[labels]), dtype=np.bool_)


def without_boxes(ink: Mask, boxes: tuple[Box, ...]) -> Mask:
    """Return the ink outside `boxes`, which are points from the region's upper left corner."""
    left = ink.copy()
    for box in boxes:
        top, bottom = int(max(0, (box.top - _EDGE) * WORK)), int(max(0, (box.bottom + _EDGE) * WORK + 1))
        start, end = int(max(0, (box.left - _EDGE) * WORK)), int(max(0, (box.right + _EDGE) * WORK + 1))
        left[top:bottom, start:end] = False
    return left


def _straight(ink: Mask, length: float) -> Mask:
    """Return level lines of at least `length` points, which may lean a little and be broken by a pixel."""
    wide = points(length)
    if ink.shape[1] < 3 * points(1):
        return np.zeros(ink.shape, dtype=np.bool_)
    wide = min(wide, max(3, round(ink.shape[1] * 0.8)))
    found = np.zeros(ink.shape, dtype=np.uint8)
    source = cv2.morphologyEx(
        ink.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((1, points(1.2)), dtype=np.uint8)
    )
    for rise in np.unique(np.round(np.linspace(-_LEAN, _LEAN, 7) * wide).astype(int)):
        kernel = np.zeros((abs(int(rise)) + 1, wide), dtype=np.uint8)
        start, end = (0, kernel.shape[0] - 1) if rise >= 0 else (kernel.shape[0] - 1, 0)
        cv2.line(kernel, (0, start), (wide - 1, end), color=1, thickness=1)
        found |= cv2.morphologyEx(source, cv2.MORPH_OPEN, kernel).astype(np.uint8)
    lines = found.astype(np.bool_)
    thick = np.asarray(
        cv2.morphologyEx(
            lines.astype(np.uint8), cv2.MORPH_OPEN, np.ones((points(_RULE_WIDTH), 1), dtype=np.uint8)
        ),
        dtype=np.bool_,
    )
    lines &= ~thick
    return np.asarray(
        cv2.dilate(lines.astype(np.uint8), np.ones((points(0.9) | 1, 3), dtype=np.uint8)), np.bool_
    )
