"""Marks of a pen: which of them belong to a slot, how long and how large they are, and what they are not."""

from collections.abc import Callable
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from parsers.ink.paper import WORK, Mask, Shade, area, disc, grown, points
from parsers.pages.page import Box

_BRIDGE = 1.6
"""Points between two pieces of one stroke, where print was taken out of it."""
_SPECK = 2.2
"""Points; a mark that is smaller in both directions is dust or a dot."""
_SOLID = 7.0
"""Points both ways: no pen writes so broad."""
_TOGETHER = 5.0
"""Points between strokes of one signature, half of what may lie between its letters."""
_APART = 0.2
"""Of the largest group of strokes that another has, to be a part of the signature."""
_OWN = 0.72
"""Of a mark's ink that lies in the slot: the mark belongs to it."""
_MOSTLY = 0.55
"""Likewise when what lies in the slot is as long as a whole signature: its tail alone runs out of it."""
REACHING = 0.2
"""Of a mark's ink in the slot, from which on it cannot be told whose mark it is."""
_CROSSING = 2.0
"""Square points of a mark outside the slot, from which on it runs over the slot's edge."""
_AT_HOME = 24.0
"""Points of a pen's way that lies wholly in the slot: then what runs over its edge belongs to it, too."""
_ALONE = 150.0
"""Points of a pen's way that is a signature's though all of it runs over the edge (5 cm)."""
_EDGE = 1.0
"""Points from the edge of what was seen: a mark there may go on beyond."""
_LINE = 0.8
"""Of a slot's width, height or diagonal: a straight stroke as long crosses it out."""
_LINE_AT_LEAST = 24.0
"""Points."""
_LINE_WIDTH = 1.8
"""Points around a straight line that still belong to it."""


_CUP, _CUP_LINE = (45.0, 135.0), 3.0
"""Points: radii of cups' rings, and how far their ink reaches to either side."""
_SPOTS, _TRIES = 800, 300
"""Spots of ink that are looked at, and circles through three of them that are tried."""
_TINY = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Strokes:
    """What strokes measure, in points and square points; nothing at all when there are none."""

    area: float = 0.0
    length: float = 0.0
    """Of the pen's way, about."""
    wide: float = 0.0
    high: float = 0.0
    """Of the room they take, without the outermost of the ink."""
    darkness: float = 0.0
    """Of their cores, 0 to 1."""
    parts: int = 0
    box: Box = field(default_factory=lambda: Box(0, 0, 0, 0))

    @property
    def width(self) -> float:
        """Return how broad the strokes are."""
        return self.area / self.length if self.length else 0.0

    @property
    def reach(self) -> float:
        """Return the diagonal of the room they take."""
        return float(np.hypot(self.wide, self.high))

    @property
    def turns(self) -> float:
        """Return how many times longer the pen's way is than the room: a plain stroke has 1."""
        return self.length / self.reach if self.reach else 0.0


def measure(mask: Mask, dark: Shade) -> Strokes:
    """Measure the strokes of a mask; `dark` says how dark each spot is."""
    if not mask.any():
        return Strokes()
    ys, xs = np.nonzero(mask)
    (left, right), (top, bottom) = (np.percentile(each, (2, 98)) / WORK for each in (xs, ys))
    shades = dark[mask]
    return Strokes(
        area=float(mask.sum()) / WORK**2,
        length=way(mask),
        wide=float(right - left),
        high=float(bottom - top),
        darkness=float(np.percentile(shades, 70)),
        parts=_count(mask),
        box=Box(
            float(xs.min()) / WORK, float(ys.min()) / WORK, float(xs.max()) / WORK, float(ys.max()) / WORK
        ),
    )


def without_specks(mask: Mask, at_least: float = _SPECK) -> Mask:
    """Return the mask without marks that are smaller than `at_least` points both ways."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    sides = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
    kept = sides >= at_least * WORK
    if count:
        kept[0] = False
    return np.asarray(kept[labels], dtype=np.bool_)


def main_of(mask: Mask, apart: float = _APART) -> Mask:
    """Return the mask without small marks that lie apart from the largest ones: they are dust beside them.

    Args:
        mask: strokes.
        apart: which part of the largest group of strokes another has at least to be kept.
    """
    if not mask.any():
        return mask
    side = 2 * points(_TOGETHER) + 1
    joined = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))
    count, labels = cv2.connectedComponents(joined, connectivity=8)
    amounts = np.bincount(labels[mask], minlength=count)
    return np.asarray(mask & (amounts >= apart * amounts.max())[labels], dtype=np.bool_)


def share_out(
    mask: Mask, slot: Box, is_written: Callable[[Mask], bool] = lambda _: True
) -> tuple[Mask, Mask, Mask]:
    """Divide ink: what belongs to the slot, what of the neighbours' only reaches in, and what may be either.

    Args:
        mask: the ink of the region, which may show more than the slot.
        slot: the slot within the region, in points from its upper left corner.
        is_written: whether ink may be a pen's; beside print a stroke that runs in stays a neighbour's.
    """
    inside = area(mask.shape, slot)
    joined = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, disc(_BRIDGE))
    count, labels = cv2.connectedComponents(joined, connectivity=8)
    whole = np.maximum(np.bincount(labels[mask], minlength=count), 1)
    here = np.bincount(labels[mask & inside], minlength=count)
    share = here / whole
    # What leaves the region itself is larger than what was seen of it.
    edge = np.ones(mask.shape, dtype=np.bool_)
    rim = points(_EDGE)
    edge[rim:-rim, rim:-rim] = False
    leaves = whole - here > _CROSSING * WORK**2
    leaves[np.unique(labels[mask & edge])] = True
    home = (share >= _OWN) & ~leaves
    over = (share >= _OWN) & leaves
    for each in np.flatnonzero((share >= _MOSTLY) & (share < _OWN)):
        over[each] = each > 0 and way(mask & inside & (labels == each)) >= _ALONE
    home[0] = over[0] = False
    doubtful = (share >= REACHING) & ~home & ~over
    doubtful[0] = False
    crossing = np.asarray(mask & over[labels], dtype=np.bool_)
    own = np.asarray(mask & home[labels], dtype=np.bool_)
    # A neighbour's last stroke can lie in the slot with most of its length; a whole signature cannot.
    if (way(own) >= _AT_HOME and is_written(own)) or way(crossing) >= _ALONE:
        own = own | crossing
    else:
        doubtful |= over
    foreign = ~home & ~over & ~doubtful
    return (
        own,
        np.asarray(mask & foreign[labels] & inside, dtype=np.bool_),
        np.asarray(mask & doubtful[labels] & inside, dtype=np.bool_),
    )


def way(mask: Mask) -> float:
    """Return how long the pen's way was, in points: half the outline of its strokes."""
    contours, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    around = sum(cv2.arcLength(cv2.approxPolyDP(each, 1.0, closed=True), closed=True) for each in contours)
    return float(around) / 2 / WORK


def bow(mask: Mask) -> float:
    """Return by how many points ink is off the one circle that it fits best, or the one straight line."""
    return circle(mask)[1]


def circle(mask: Mask) -> tuple[float, float]:
    """Return the radius of the circle that ink fits best, in points, and by how many points it is off."""
    ys, xs = (each / WORK for each in np.nonzero(mask))
    if len(xs) < 3:  # noqa: PLR2004 - three spots make a circle
        return 0.0, 0.0
    x, y = xs - xs.mean(), ys - ys.mean()
    # Kåsa's fit: x² + y² = ax + by + c has one answer, and a line is a circle that is far away.
    known = np.stack([x, y, np.ones_like(x)], axis=1)
    a, b, c = np.linalg.lstsq(known, x * x + y * y, rcond=None)[0]
    radius = float(np.sqrt(max(c + (a * a + b * b) / 4, 0.0)))
    off = np.hypot(x - a / 2, y - b / 2) - radius
    return radius, float(np.sqrt((off * off).mean()))


def spread(mask: Mask) -> float:
    """Return by how many points ink is off the straight line that it lies along."""
    ys, xs = (each / WORK for each in np.nonzero(mask))
    if len(xs) < 3:  # noqa: PLR2004 - two spots are a line
        return 0.0
    return float(np.sqrt(max(0.0, np.linalg.eigvalsh(np.cov(xs, ys))[0])))


def without_blots(mask: Mask) -> Mask:
    """Return the mask without what is broader than any pen: holes, blots, drops."""
    side = points(_SOLID)
    broad = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, np.ones((side, side), np.uint8))
    return np.asarray(mask & ~grown(broad.astype(np.bool_), _SOLID / 2), np.bool_) if broad.any() else mask


def bridged(mask: Mask) -> NDArray[np.int32]:
    """Return the number of the mark that each spot belongs to, pieces of one stroke taken together."""
    joined = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, disc(_BRIDGE))
    return np.asarray(cv2.connectedComponents(joined, connectivity=8)[1], dtype=np.int32)


def main_circles(mask: Mask) -> float:
    """Return how much of the ink lies on the three circles of a cup's size that hold most of it."""
    spots = np.argwhere(mask)[:, ::-1] / WORK
    if len(spots) < 3:  # noqa: PLR2004 - three spots make a circle
        return 0.0
    random = np.random.default_rng(len(spots))
    if len(spots) > _SPOTS:
        spots = spots[random.choice(len(spots), _SPOTS, replace=False)]
    left = spots
    for _ in range(3):
        circles = through(left[random.integers(0, len(left), (_TRIES, 3))])
        circles = circles[(circles[:, 2] > _CUP[0]) & (circles[:, 2] < _CUP[1])]
        if not len(circles):
            break
        far = np.hypot(left[None, :, 0] - circles[:, :1], left[None, :, 1] - circles[:, 1:2])
        on = np.abs(far - circles[:, 2:]) < _CUP_LINE
        left = left[~on[int(on.sum(axis=1).argmax())]]
        if len(left) < 3:  # noqa: PLR2004 - likewise
            break
    return 1.0 - len(left) / len(spots)


def through(three: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return centre and radius of the circles through three spots each."""
    (ax, ay), (bx, by), (cx, cy) = (three[:, n].T for n in range(3))
    twice = 2 * (ax * (by - cy) + bx * (cy - ay) + cx * (ay - by))
    twice = np.where(np.abs(twice) < _TINY, _TINY, twice)
    a, b, c = ax**2 + ay**2, bx**2 + by**2, cx**2 + cy**2
    x = (a * (by - cy) + b * (cy - ay) + c * (ay - by)) / twice
    y = (a * (cx - bx) + b * (ax - cx) + c * (bx - ax)) / twice
    return np.stack([x, y, np.hypot(ax - x, ay - y)], axis=1)


def lines_through(mask: Mask, slot: Box) -> Mask:
    """Return the ink of straight strokes that cross the slot out: along it, down it, or corner to corner."""
    wide, high = slot.width, slot.height
    found = np.zeros(mask.shape, dtype=np.uint8)
    if not mask.any():
        return found.astype(np.bool_)
    least = max(_LINE_AT_LEAST, _LINE * high)
    segments = cv2.HoughLinesP(
        mask.astype(np.uint8) * 255, 1, np.pi / 360, threshold=points(least * 0.6),
        minLineLength=points(least), maxLineGap=points(3),
    )  # fmt: skip
    for x1, y1, x2, y2 in np.reshape(segments, (-1, 4)) if segments is not None else ():
        across, down = abs(int(x2) - int(x1)) / WORK, abs(int(y2) - int(y1)) / WORK
        if across >= _LINE * wide or down >= _LINE * high:
            cv2.line(found, (int(x1), int(y1)), (int(x2), int(y2)), color=1, thickness=1)
    return np.asarray(mask & grown(found.astype(np.bool_), _LINE_WIDTH), dtype=np.bool_)


def _count(mask: Mask) -> int:
    joined = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, disc(0.8))
    return int(cv2.connectedComponents(joined, connectivity=8)[0]) - 1
