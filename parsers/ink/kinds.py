"""What one mark is by its own evidence: a crumb, a fold, a staple, a hole, a stain, the back showing through.

It counts what the mark measures, its colour, how soft its edges are; never what lies beside it.
"""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from parsers.ink.faded import HOLE, goes_on, is_rim
from parsers.ink.look import is_brown, is_tinted, sharpness
from parsers.ink.marks import Strokes, bow, circle, main_circles, measure, spread
from parsers.ink.paper import WORK, Mask, View, around, cut, disc, points

CRUMB, CRUMB_WIDE = 1.5, 12.0
"""Points: a mark so low and so short is dust, or what was left of a ruled line."""
_ROOM, _EDGE = 9.0, 1.0
"""Points around a mark that show its paper; and from the edge of what was seen: a mark there goes on."""
_LINE = 0.6
"""Points by which ink is off one straight line: folds, edges of shadows, streaks (measured: 0.1 to 0.5)."""
_STAPLE, _STAPLE_OFF, _STAPLE_DARK = (26.0, 42.0), 1.8, 0.45
"""Points: a staple is 12 mm long with hooks at its ends (measured: 36 to 38, off by 1.2 to 1.5, dark 0.5)."""
_RIM_OFF = 0.7
"""Points by which the rim of a hole is off a circle, however little of it is dark (measured: 0.5 to 0.6; of
strokes as small from 0.95)."""
_ROUND = 0.82
"""Of the circle around a hole that its hull fills (measured: 0.95 and more; of initials 0.71 at most)."""
_SOLID = 0.73
"""Of a hole that is dark all over, how much is broader than a pen writes."""
_DARKEST, _RIM, _RIM_FAR, _RIM_BOW = 0.7, 0.6, 0.75, 2.0
"""Of another hole's darkness, what counts as its darkest ink; how much of that lies along its edge, so far
out by its radius; and by how many points its ink is off one circle."""
_BLOB = 0.55
"""Of a drop that is broader than any pen writes (measured: most have 0.9; of signatures 0.49 at most)."""
_PEN = 2.2
"""Points: half of how broad a pen may write."""
_SOFT, _SOFT_BROWN = 0.13, 0.23
"""How steep the edges of drops are (measured: 0.07 to 0.15; of pens from 0.145), and of brown ones (0.08 to
0.21; of brown pens from 0.25)."""
_PEN_UPON, _PEN_DARK, _PEN_AREA = 0.85, 0.3, 5.0
"""A pen's ink upon coffee, or upon what shows through: of its darkness how dark it is in red light (coffee
0.6), how dark at least, and square points of it (a tick has 20 and more)."""
_ON_CIRCLES = 0.88
"""Of the ink of a cup's rings that lies on three circles of a cup's size (measured: 0.99 and more)."""
_THROUGH_DARK, _THROUGH_SHARP = 0.25, 0.62
"""What shows through the paper is paler than a pencil, and its edges are softer than those of the print
beside it, by this share (measured: 0.3 to 0.6)."""
_RED = 0.68
"""Of its darkness at least it shows in red light, too: what is red may be a seal that was hardly inked."""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One mark, as far as it was seen."""

    view: View
    ink: Mask
    leaves: int
    """How many of the four edges of what was seen it reaches."""
    print_edges: float
    region: View
    whole: Mask
    """Likewise, with everything around it."""

    @cached_property
    def code(self) -> str:
        """Return what it is; empty for a pen's, and for whatever may be one's."""
        strokes = self.strokes
        if not strokes.area or (strokes.high <= CRUMB and strokes.reach <= CRUMB_WIDE):
            return "specks"
        if self._is_line():
            return "only_a_line"
        if self._is_staple() or self._is_hole():
            return "hole_or_staple"
        if self._is_drop() or self._is_cup():
            return "blot"
        return "shows_through" if self._is_through() else ""

    @property
    def is_bit(self) -> bool:
        """Say whether it is so small or so plain that a pen may have made it as well."""
        return self.code in {"specks", "only_a_line"} and self.strokes.reach < _STAPLE[0]

    def _is_brown(self) -> bool:
        """Say whether it is of coffee or tea, and no pen's ink lies upon it, which is dark in red light."""
        return self._area(is_upon(self.view)) < _PEN_AREA and is_brown(self.view, self.ink)

    @cached_property
    def strokes(self) -> Strokes:
        """Return what it measures."""
        return measure(self.ink, self.view.dark)

    @cached_property
    def edges(self) -> float:
        """Return how steep its edges are."""
        return sharpness(self.view, self.ink)

    def _is_line(self) -> bool:
        if spread(self.ink) > _LINE or is_tinted(self.view, self.ink):
            return False
        # What crosses the slot and ends there may be a pen's that strikes it out.
        short = self.strokes.reach < _STAPLE[0] or self.strokes.darkness < _THROUGH_DARK
        return short or self.leaves > 1 or goes_on(self.region, self.whole)

    def _is_staple(self) -> bool:
        strokes = self.strokes
        return (
            _STAPLE[0] <= strokes.reach <= _STAPLE[1]
            and spread(self.ink) <= _STAPLE_OFF
            and strokes.darkness >= _STAPLE_DARK
            and not is_tinted(self.view, self.ink)
        )

    def _is_hole(self) -> bool:
        if self.strokes.reach <= HOLE[1] and is_rim(self.region, self.whole):
            return True
        radius, off = circle(self.ink)
        if HOLE[0] <= 2 * radius <= HOLE[1] and off < _RIM_OFF:
            return True
        spots = np.argwhere(self.ink)[:, ::-1].astype(np.float32)
        (x, y), radius = cv2.minEnclosingCircle(spots)
        if not HOLE[0] <= 2 * radius / WORK <= HOLE[1]:
            return False
        if cv2.contourArea(cv2.convexHull(spots)) < _ROUND * np.pi * radius**2:
            return False
        if self._broad_share() >= _SOLID:
            return True
        dark = self.view.dark[self.ink]
        far = np.hypot(spots[:, 0] - x, spots[:, 1] - y)[dark > _DARKEST * np.percentile(dark, 90)]
        return float((far > _RIM_FAR * radius).mean()) >= _RIM and bow(self.ink) < _RIM_BOW

    def _is_drop(self) -> bool:
        if self._broad_share() < _BLOB:
            return False
        return self.edges < _SOFT or (self._is_brown() and self.edges < _SOFT_BROWN)

    def _is_cup(self) -> bool:
        return self._is_brown() and main_circles(self.ink) >= _ON_CIRCLES

    def _is_through(self) -> bool:
        return (
            self.print_edges > 0
            and self.strokes.darkness < _THROUGH_DARK
            and self._area(self.view.dark > _PEN_DARK) < _PEN_AREA
            and self.edges < _THROUGH_SHARP * self.print_edges
            and float(self.view.cold[self.ink].mean()) >= _RED * float(self.view.dark[self.ink].mean())
        )

    def _area(self, of: Mask) -> float:
        """Return how many square points of its ink are among these."""
        return float(np.count_nonzero(self.ink & of)) / WORK**2

    def _broad_share(self) -> float:
        broad = cv2.morphologyEx(self.ink.astype(np.uint8), cv2.MORPH_OPEN, disc(_PEN))
        return float(broad.sum()) / max(1, int(self.ink.sum()))


def mark_of(view: View, whole: Mask, print_edges: float) -> Mark:
    """Return one mark.

    Args:
        view: the region.
        whole: the mark, in the whole of it.
        print_edges: how steep the edges of print are there; 0 where there is none to be seen.
    """
    part = around(whole, _ROOM)
    ys, xs = np.nonzero(whole)
    rim, (high, wide) = points(_EDGE), whole.shape
    ends = (xs.min() < rim, ys.min() < rim, xs.max() >= wide - rim, ys.max() >= high - rim)
    return Mark(
        view=cut(view, part), ink=whole[part], leaves=sum(ends), print_edges=print_edges,
        region=view, whole=whole,
    )  # fmt: skip


def is_upon(view: View) -> Mask:
    """Return what is as dark in red light as in any, and no coffee: what lies upon it."""
    return np.asarray((view.cold > _PEN_UPON * view.dark) & (view.dark > _PEN_DARK), dtype=np.bool_)
