"""What was on the paper before anybody signed: print, ruled lines, prompts; all to be left out.

The region of the sheet as sent may lie some points beside the one that came back, since registration errs
by up to 2 mm at the edges of a photographed page.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from parsers.ink.marks import bridged
from parsers.ink.paper import WORK, Mask, Shade, View, disc, grown, points
from parsers.pages.page import Box

_SHIFT = 7.0
"""Points by which print may lie beside where it was sent: 2 mm and a little."""
_EDGE = 1.0
"""Points around print that still belong to it: spread of toner, blur, what is left of a shift."""
_OVER = 0.16
"""By how much darker than print ink over print is."""
_PRINT_SPREAD = 1.15
"""How much darker than usual print may be in places."""
_PIECES = 10
"""Pieces of a line of print that are looked at one by one: a pen hardly crosses all of them."""
_USUAL = 25.0
"""Percentile of how dark these pieces are that is the print's own darkness."""
_COVERED = 0.5
"""Of a mark that print covers: the mark is print."""
_LEVEL_RULE = 40.0
"""Points: a level stroke as long and as straight is a ruled line."""
_UPRIGHT_RULE = 30.0
"""Points likewise; hands make no upright strokes of one centimetre that a ruler would call straight, but for
those that lead from one part of a signature to another."""
_PART, _END = 6.0, 1.6
"""Points: how wide such a part is at least and how far a stroke may run into it; and how far off it is."""
_BAND = 7.0
"""Points: no pen writes so broad."""
_BAND_LONG = 75.0
_BAND_EDGE = 2.5
"""Points of a shadow's soft edge."""
_STREAK = 100.0
"""Points of an upright line that runs through more than a slot."""
_LEAN = 0.035
"""Rise of a ruled line over its length that registration leaves: 2°."""
_RULE_WIDTH = 2.2
"""Points; what is wider was not ruled."""
_CROSSED = 4.0
"""Points that are taken out of a stroke at most where it crosses a rule."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleared:
    """A region without the print of the sheet."""

    ink: Mask
    """All of its ink but ruled lines."""
    added: Mask
    """Without what was sent, either; the same when that is not known."""
    hidden: Mask
    """Where print that was sent is all that red light shows: beneath a red seal print looks like a pen."""


def cleared(view: View, blank: View | None) -> Cleared:
    """Take ruled lines and what was sent out of a region."""
    every = view.ink()
    ruled = without_rules(without_shadows(every))
    if blank is None:
        return Cleared(ink=ruled, added=ruled, hidden=np.zeros_like(every))
    left, moved = _without_sent(view, blank, every)
    # Where print is taken out of a scanner's streak it is left in pieces too short for a rule.
    streaks = _straight(every.T, _STREAK).T
    return Cleared(
        ink=ruled, added=without_rules(without_shadows(left & ~streaks)), hidden=_hidden(view, blank, moved)
    )


def without_sent(view: View, blank: View) -> Mask:
    """Return the ink that was not on the sheet as sent, whichever way the print was shifted.

    What lies on print and is darker than print stays: people sign over the pale words that ask them to.
    """
    return _without_sent(view, blank, view.ink())[0]


def _without_sent(view: View, blank: View, ink: Mask) -> tuple[Mask, np.ndarray]:
    """Return the ink that was not sent, and by how much print was moved, as a matrix."""
    sent = blank.ink()
    right, down = shift_of(ink, _sized(sent, ink).astype(np.bool_))
    move = np.array([[1, 0, right], [0, 1, down]], dtype=np.float32)
    moved = cv2.warpAffine(_sized(sent, ink), move, ink.shape[::-1], flags=cv2.INTER_NEAREST).astype(np.bool_)
    around = grown(moved, _EDGE)
    over = _over(view.dark, blank.dark, ink, moved, move)
    is_print_here = around & ~over
    left = ink & ~is_print_here
    count, labels = cv2.connectedComponents(ink.astype(np.uint8), connectivity=8)
    if count <= 1:
        return left, move
    whole = np.bincount(labels.ravel(), minlength=count)
    covered = np.bincount(labels[is_print_here].ravel(), minlength=count)
    # Slivers of print beside print are print, however the paper was curled.
    of_print = covered > _COVERED * whole
    of_print[0] = True
    kept = left & ~of_print[labels] | _over_print(left, of_print[labels])
    return np.asarray(kept, dtype=np.bool_), move


def _over(shown: Shade, sent: Shade, ink: Mask, moved: Mask, move: np.ndarray) -> Mask:
    """Return where it is darker than the print of the sheet as sent, which is at `moved`, can make it."""
    shade = cv2.warpAffine(_sized(sent, ink), move, ink.shape[::-1], flags=cv2.INTER_LINEAR)
    darkest = cv2.dilate(np.where(moved, shade, 0).astype(np.float32), disc(_EDGE))
    at_print = ink & moved & (shade > 0.6 * darkest)
    gain = float(np.median(shown[at_print] / np.maximum(shade[at_print], 0.05))) if at_print.any() else 1.0
    return np.asarray(shown > darkest * float(np.clip(gain, 0.6, 1.4)) * _PRINT_SPREAD + _OVER, np.bool_)


def _hidden(view: View, blank: View, move: np.ndarray) -> Mask:
    """Return where nothing but print that was sent is dark in red light."""
    sent = blank.ink()
    size = view.dark.shape
    empty = np.zeros(size, dtype=np.bool_)
    moved = cv2.warpAffine(_sized(sent, empty), move, size[::-1], flags=cv2.INTER_NEAREST).astype(np.bool_)
    plain = view.ink() & ~view.red()
    return grown(moved, _EDGE) & ~_over(view.cold, blank.cold, plain, moved, move)


def hidden_by_words(view: View, boxes: tuple[Box, ...]) -> Mask:
    """Return where nothing but the printed words in `boxes` is dark in red light."""
    found = np.zeros(view.dark.shape, dtype=np.bool_)
    ink = view.ink() if boxes else found
    for box in boxes:
        here = _spot(box)
        cold = view.cold[here]
        usual = _usual(cold, ink[here] & (cold > view.threshold))
        found[here] |= cold <= usual * _PRINT_SPREAD + _OVER
    return found


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
    level, upright = _straight(ink, _LEVEL_RULE), _straight(ink.T, _UPRIGHT_RULE).T
    left = ink & ~(level | upright)
    left |= ink & _leading(upright, left)
    return np.asarray(left | (ink & level & _crossed(left)), dtype=np.bool_)


def _crossed(ink: Mask) -> Mask:
    """Return where strokes that were cut by a level rule went on: straight down, or slanting."""
    straight, slant = np.ones((points(_CROSSED), 1), np.uint8), np.eye(points(_CROSSED), dtype=np.uint8)
    of_ink = ink.astype(np.uint8)
    ways = [cv2.morphologyEx(of_ink, cv2.MORPH_CLOSE, each) for each in (straight, slant, slant[::-1])]
    return np.asarray(np.bitwise_or.reduce(ways), dtype=np.bool_)


def _leading(upright: Mask, ink: Mask) -> Mask:
    """Return the upright lines that begin and end in marks: a rule, or a fold, goes on or ends in rules."""
    marks, end, deep = bridged(ink), points(_END), points(_PART)
    count, lines, stats, _ = cv2.connectedComponentsWithStats(upright.astype(np.uint8), connectivity=8)
    kept = np.zeros(count, dtype=np.bool_)
    for each in range(1, count):
        left, top, wide, high = stats[each, :4].tolist()
        if top < end or top + high > len(lines) - end:
            continue
        here = np.s_[max(0, top - end) : top + high + end, max(0, left - end) : left + wide + end]
        beside = np.where(grown(lines[here] == each, _END), marks[here], 0)
        kept[each] = _is_in_mark(beside[:deep], marks) and _is_in_mark(beside[-deep:], marks)
    return np.asarray(kept[lines], dtype=np.bool_)


def _is_in_mark(end: NDArray[np.int32], marks: NDArray[np.int32]) -> bool:
    """Say whether one of the marks at a line's end is more than a sliver of it."""
    return any(
        np.ptp(np.flatnonzero((marks == each).any(axis=0))) >= points(_PART)
        for each in np.unique(end[end > 0])
    )


def without_words(view: View, ink: Mask, boxes: tuple[Box, ...]) -> Mask:
    """Return the ink that is no print in `boxes`, which are points from the region's upper left corner.

    What is darker than the print is a hand's: people sign over the words that ask them to.
    """
    if not boxes:
        return ink
    outside = without_boxes(ink, boxes)
    over = np.zeros_like(ink)
    for box in boxes:
        here = _spot(box)
        usual = _usual(view.dark[here], ink[here])
        over[here] |= ink[here] & (view.dark[here] > usual * _PRINT_SPREAD + _OVER)
    return np.asarray(outside | over, dtype=np.bool_)


def without_shadows(ink: Mask) -> Mask:
    """Return the ink without broad bands that run through more than a slot: shadows of pens and rulers."""
    side = points(_BAND)
    broad = cv2.morphologyEx(ink.astype(np.uint8), cv2.MORPH_OPEN, np.ones((side, side), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(broad, connectivity=8)
    long = stats[:, cv2.CC_STAT_WIDTH : cv2.CC_STAT_HEIGHT + 1].max(axis=1) >= points(_BAND_LONG)
    long[0] = False
    if count <= 1 or not long.any():
        return ink
    return np.asarray(ink & ~grown(np.asarray(long[labels], np.bool_), _BAND_EDGE), dtype=np.bool_)


def _usual(shade: Shade, words: Mask) -> float:
    """Return how dark a line of print is by itself, whatever was written over parts of it."""
    columns = np.flatnonzero(words.any(axis=0))
    if not len(columns):
        return 0.0
    pieces = np.array_split(np.arange(columns[0], columns[-1] + 1), _PIECES)
    found = [float(np.median(shade[:, piece][words[:, piece]])) for piece in pieces if words[:, piece].any()]
    return float(np.percentile(found, _USUAL))


def without_boxes(ink: Mask, boxes: tuple[Box, ...]) -> Mask:
    """Return the ink outside `boxes`, which are points from the region's upper left corner."""
    left = ink.copy()
    for box in boxes:
        left[_spot(box)] = False
    return left


def _spot(box: Box) -> tuple[slice, slice]:
    """Return where a box is in a mask, with the edge of its print."""
    top, bottom = int(max(0, (box.top - _EDGE) * WORK)), int(max(0, (box.bottom + _EDGE) * WORK + 1))
    start, end = int(max(0, (box.left - _EDGE) * WORK)), int(max(0, (box.right + _EDGE) * WORK + 1))
    return slice(top, bottom), slice(start, end)


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
