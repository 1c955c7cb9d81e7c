"""What ink looks like: grey or tinted, printed in lines or drawn by a hand; and the shape of red blocks."""

from dataclasses import dataclass

import cv2
import numpy as np

from parsers.ink.paper import WORK, Mask, View, disc, grown, points

_PRINT_HIGH = 11.6
"""Points: a line of print in a form is lower (12 pt print measures 11.2); a signature is higher."""
_AXIS = 0.085
"""Of all edges: print has at least so many that are level or upright (measured: 95 % have 0.13)."""
_PLAIN_HIGH = 10.4
_PLAIN_AXIS = 0.15
"""Print of 9 to 11 points; a hand that writes so small and so upright is taken for print (ADR 0020)."""
_TINT = 0.14
"""How much lighter coloured ink is in one light than in another; black toner is alike in all."""
_BROWN_GREEN, _BROWN_RED = 0.89, (0.45, 0.85)
"""Darkness in green and in red light by that in blue: of coffee and tea 0.78 and 0.57; of pens and toner 0.95
and more in green, of cinnabar 0.93 and 0.4."""
_BARE = 0.08
"""Darkness of bare paper."""
_LONG = 3.0
"""Times its height that a line is long of which the slope can be told."""
_LEVEL, _STEEPEST = 0.01, 0.07
"""Slopes of a printed line on a page that was laid flat as far as that goes: half a degree to four."""
_LINE_GAP = 0.8
"""Points of white between lines of writing."""
_BLOCK = (18.0, 90.0)
"""Points: sides of a thumb print or of a personal seal, 6 to 32 mm."""
_BLOCK_DENSE = 0.30
"""Of the block that is ink; red handwriting has less."""
_SQUARE = 0.88
"""Of its upright rectangle that a square seal's outline fills; an oval fills 0.79."""
_OVAL = 0.62


def looks_printed(view: View, mask: Mask) -> bool | None:
    """Say whether ink was printed; None when it may be either; a clear hand is False."""
    high = line_height(mask)
    if high > _PRINT_HIGH or is_tinted(view, mask):
        return False
    return None if axis_share(view, mask) < _AXIS else True


def is_plain_print(view: View, mask: Mask) -> bool:
    """Say whether ink is as low and as upright as the print of a form, which hardly any hand is."""
    if line_height(mask) > _PLAIN_HIGH or is_tinted(view, mask):
        return False
    return axis_share(view, mask) >= _PLAIN_AXIS


def line_height(mask: Mask) -> float:
    """Return how high the highest line of writing is, in points."""
    rows = np.flatnonzero(mask.sum(axis=1) >= 2)  # noqa: PLR2004 - a single pixel is no line
    if not len(rows):
        return 0.0
    breaks = np.flatnonzero(np.diff(rows) > _LINE_GAP * WORK)
    starts = np.concatenate([[0], breaks + 1])
    ends = np.concatenate([breaks, [len(rows) - 1]])
    return float((rows[ends] - rows[starts] + 1).max() / WORK)


def levelled(mask: Mask) -> Mask:
    """Return a long line of writing without its slope, as paper that curls before a phone gives it one."""
    ys, xs = np.nonzero(mask)
    if not len(xs) or int(np.ptp(xs)) < _LONG * max(1, int(np.ptp(ys))):
        return mask
    slope = float(np.polyfit(xs, ys, 1)[0])
    if not _LEVEL < abs(slope) <= _STEEPEST:
        return mask
    high, wide = mask.shape
    shear = np.array([[1.0, 0.0, 0.0], [-slope, 1.0, slope * float(xs.mean())]], dtype=np.float32)
    flat = cv2.warpAffine(mask.astype(np.uint8), shear, (wide, high), flags=cv2.INTER_NEAREST)
    return np.asarray(flat, dtype=np.bool_)


def axis_share(view: View, mask: Mask) -> float:
    """Return how many of the edges are level or upright, as print's are, 0 to 1."""
    soft = cv2.GaussianBlur(view.dark, (0, 0), 1.0)
    across, down = cv2.Sobel(soft, cv2.CV_32F, 1, 0), cv2.Sobel(soft, cv2.CV_32F, 0, 1)
    strong = np.hypot(across, down) * grown(mask, 0.5)
    angle = np.degrees(np.arctan2(down, across)) % 90
    total = float(strong.sum())
    return float(strong[np.minimum(angle, 90 - angle) < 4].sum()) / total if total else 0.0  # noqa: PLR2004 - degrees


def sharpness(view: View, mask: Mask) -> float:
    """Return how steep the edges of ink are, by its darkness: what shines through paper has soft ones."""
    if not mask.any():
        return 0.0
    across = cv2.Sobel(view.dark, cv2.CV_32F, 1, 0, scale=0.125)
    down = cv2.Sobel(view.dark, cv2.CV_32F, 0, 1, scale=0.125)
    steep = np.percentile(np.hypot(across, down)[grown(mask, 0.4)], 80)
    return float(steep) / max(0.05, float(np.percentile(view.dark[mask], 70)))


def is_tinted(view: View, mask: Mask) -> bool:
    """Say whether the ink has a colour of its own, as a blue pen has and toner has not."""
    cores = mask & (view.dark > 0.6 * np.percentile(view.dark[mask], 80)) if mask.any() else mask
    if not cores.any():
        return False
    pixels = view.pixels[cores].astype(np.float32)
    return float(np.median(pixels.max(axis=1) - pixels.min(axis=1))) / 255 > _TINT


def is_brown(view: View, mask: Mask) -> bool:
    """Say whether ink has the colour of coffee or tea: darkest in blue light, lighter in green, not grey."""
    near = grown(mask, 6.0) & ~grown(mask, 2.0) & (view.dark < _BARE)
    if not near.any() or not mask.any():
        return False
    shade = view.dark[mask]
    cores = view.pixels[mask][shade > 0.6 * np.percentile(shade, 80)]
    paper = np.maximum(np.median(view.pixels[near], axis=0), 1.0)
    blue, green, red = (1.0 - np.median(cores, axis=0) / paper).tolist()
    is_between = _BROWN_RED[0] * blue < red < _BROWN_RED[1] * blue
    return bool(blue > _BARE and green < _BROWN_GREEN * blue and is_between)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A red mark that is no ring."""

    area: float
    """Square points of ink."""
    is_square: bool = False
    is_oval: bool = False


def red_block(red: Mask) -> Block:
    """Return what shape the largest red mark has."""
    area = float(red.sum()) / WORK**2
    joined = cv2.morphologyEx(red.astype(np.uint8), cv2.MORPH_CLOSE, disc(2.0))
    contours, _ = cv2.findContours(joined, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    if not contours:
        return Block(area=area)
    largest = max(contours, key=cv2.contourArea)
    hull = np.zeros(red.shape, dtype=np.uint8)
    cv2.drawContours(hull, [cv2.convexHull(largest)], -1, color=1, thickness=-1)
    filled = float(hull.sum())
    sides = sorted(max(each, 1.0) for each in cv2.minAreaRect(largest)[1])
    compact = _BLOCK[0] * WORK <= sides[0] and sides[1] <= _BLOCK[1] * WORK
    dense = float((red & hull.astype(np.bool_)).sum()) > _BLOCK_DENSE * filled
    whole = cv2.contourArea(largest) > 0.8 * filled
    if not (compact and dense and whole) or points(1) > sides[0]:
        return Block(area=area)
    fills = filled / (sides[0] * sides[1])
    is_square = fills >= _SQUARE and sides[1] < 1.5 * sides[0]
    return Block(area=area, is_square=is_square, is_oval=fills >= _OVAL and not is_square)
