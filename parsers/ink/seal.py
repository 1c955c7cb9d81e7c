"""Seals 公章: a ring of a known size, found by its centre, in red or, on a grey scan, by its shape alone.

Red pixels alone would find the neighbour's seal that reaches over; a seal belongs to the slot that its
centre lies in.  A company's seal measures 38 to 45 mm (国发〔1999〕25号; GB/T 33481), some 30 mm.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from parsers.ink.marks import through
from parsers.ink.paper import WORK, Mask, grown

_RADII = (38.0, 70.0)
"""Points: 27 to 49 mm across, as printing and photographing stretch it."""
_TRIES = 6_000
_POINTS = 4_000
"""Spots of ink among which circles are looked for."""
_AROUND = 128
"""Directions in which a ring is looked at."""
_CLEAR = 0.62
"""Of the visible ring that must be there."""
_GREY_CLEAR = 0.70
"""Likewise without colour, where other things are dark, too."""
_HINT = 0.45
"""Of a visible ring; from here on it may be a seal."""
_ABOVE = 0.3
"""By how much more there is of the ring than of what lies just around it."""
_SEEN = 0.22
"""Of the ring that must lie within the region to be judged at all."""
_FILLED = 0.015
"""Of the disc within a ring that words and star cover at least; of most seals 0.06 and more."""
_WITHIN = 0.88
"""Of the radius, where the ring itself begins."""
_EDGES = 1.04
_EDGE = 2.0
"""How far a seal's ink reaches beyond its ring: times the radius, and points more."""
_LEAST = 60.0
"""Square points of ink; less is no seal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """A ring found; points from the region's upper left corner."""

    x: float
    y: float
    radius: float
    share: float
    """Of the part that lies in the region, how much is there."""
    seen: float
    """Of the whole ring, how much lies in the region."""
    is_red: bool
    filled: float = 1.0
    """Of what lies within the ring in the region, how much is inked."""

    @property
    def is_clear(self) -> bool:
        """Say whether this is a seal beyond doubt: a ring with words or a star in it, not of a cup."""
        return self.filled >= _FILLED and self.share >= (_CLEAR if self.is_red else _GREY_CLEAR)

    def covers(self, shape: tuple[int, ...]) -> Mask:
        """Return everything within the ring, a little more for its edge."""
        ys, xs = np.ogrid[: shape[0], : shape[1]]
        far = (xs - self.x * WORK) ** 2 + (ys - self.y * WORK) ** 2
        return np.asarray(far <= ((self.radius * _EDGES + _EDGE) * WORK) ** 2, dtype=np.bool_)

    def line(self, shape: tuple[int, ...]) -> Mask:
        """Return the ring itself and the words along it, without the middle, where another seal may show."""
        ys, xs = np.ogrid[: shape[0], : shape[1]]
        far = np.sqrt((xs - self.x * WORK) ** 2 + (ys - self.y * WORK) ** 2)
        return np.asarray(np.abs(far - self.radius * WORK) <= 3.0 * WORK, dtype=np.bool_)


def find_ring(ink: Mask, *, is_red: bool) -> Ring | None:
    """Return the ring that the ink forms best, None when nothing in it looks like one.

    Args:
        ink: red ink, or on a grey scan all ink that was not printed.
        is_red: which of the two.
    """
    if ink.sum() < _LEAST * WORK * WORK:
        return None
    step = 2
    small = np.asarray(
        cv2.resize(ink.astype(np.uint8), None, fx=1 / step, fy=1 / step, interpolation=cv2.INTER_AREA),
        np.bool_,
    )
    near = grown(small, 0.3)
    scale = WORK / step
    ys, xs = np.nonzero(small)
    if len(xs) < 3:  # noqa: PLR2004 - three spots make a circle
        return None
    random = np.random.default_rng(len(xs))
    spots = np.stack([xs, ys], axis=1).astype(np.float64)
    if len(spots) > _POINTS:
        spots = spots[random.choice(len(spots), _POINTS, replace=False)]
    circles = through(spots[random.integers(0, len(spots), (_TRIES, 3))])
    fit = (circles[:, 2] > _RADII[0] * scale) & (circles[:, 2] < _RADII[1] * scale)
    circles = circles[fit]
    if not len(circles):
        return None
    best = circles[_merit(near, circles)[0].argsort()[-12:]]
    moves = random.normal(0, 1, (12, 60, 3)) * (2.0, 2.0, 1.5)
    circles = np.concatenate([best, (best[:, None, :] + moves).reshape(-1, 3)])
    merit, share, seen = _merit(near, circles)
    at = int(merit.argmax())
    if share[at] < _HINT or merit[at] < _ABOVE:
        return None
    x, y, radius = (float(each) / scale for each in circles[at])
    found = Ring(x=x, y=y, radius=radius, share=float(share[at]), seen=float(seen[at]), is_red=is_red)
    return replace(found, filled=_filled(ink, found))


def _filled(ink: Mask, ring: Ring) -> float:
    within = replace(ring, radius=(_WITHIN * ring.radius - _EDGE) / _EDGES).covers(ink.shape)
    return float(ink[within].mean()) if within.any() else 0.0


def _merit(ink: Mask, circles: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    """Return for each circle how much it stands out, how much of it is inked, and how much is visible."""
    share, seen = _along(ink, circles, 1.0)
    beyond, _ = _along(ink, circles, 1.09)
    merit = np.where(seen >= _SEEN, share - beyond, -1.0)
    return merit * np.sqrt(np.clip(seen / 0.5, 0.3, 1)), share, seen


def _along(
    ink: Mask, circles: NDArray[np.float64], by: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    angles = np.linspace(0, 2 * np.pi, _AROUND, endpoint=False)
    x = np.round(circles[:, :1] + by * circles[:, 2:] * np.cos(angles)).astype(int)
    y = np.round(circles[:, 1:2] + by * circles[:, 2:] * np.sin(angles)).astype(int)
    inside = (x >= 0) & (y >= 0) & (x < ink.shape[1]) & (y < ink.shape[0])
    hit = ink[np.clip(y, 0, ink.shape[0] - 1), np.clip(x, 0, ink.shape[1] - 1)] & inside
    visible = inside.sum(axis=1)
    return hit.sum(axis=1) / np.maximum(visible, 1), visible / _AROUND
