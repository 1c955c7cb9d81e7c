"""Marks that nobody made as one and that nobody needs to look at: crumbs, folds, holes, staples, stains.

A mark is one of them only by evidence of its own: what it measures, its colour, how soft its edges are.  Only
where every mark of a slot is one, nobody signed; beside any other mark they explain nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from parsers.ink.faded import goes_on, is_rim
from parsers.ink.look import axis_share, is_brown, is_tinted, sharpness
from parsers.ink.marks import (
    Strokes,
    bow,
    bridged,
    circle,
    main_circles,
    measure,
    spread,
    way,
    without_specks,
)
from parsers.ink.paper import WORK, Mask, View, around, cut, disc, grown, points
from parsers.ink.seen import Seen
from parsers.pages.page import Box

_CRUMB, _CRUMB_WIDE = 1.5, 12.0
"""Points: a mark so low and so short is dust, or what was left of a ruled line."""
_BROAD, _SHARE = 4.0, 0.55
"""Points that a fold is broad at most, and how much of the slot it crosses."""
_STRAIGHT = 0.85
"""Of its edges: how many are level or upright."""
_LEFT = 5.0
"""Points of a pen's way that may be left unexplained: a dot, a hair."""
_ROOM, _EDGE = 9.0, 1.0
"""Points around a mark that show its paper; and from the edge of what was seen: a mark there goes on."""
_LINE = 0.6
"""Points by which ink is off one straight line: folds, edges of shadows, streaks (measured: 0.1 to 0.4)."""
_STAPLE, _STAPLE_OFF, _STAPLE_DARK = (26.0, 42.0), 1.8, 0.45
"""Points: a staple is 12 mm long with hooks at its ends."""
_HOLE = (13.0, 20.5)
"""Points across: a punch makes holes of 6 mm (ISO 838)."""
_RIM_OFF = 0.7
"""Points by which the rim of a hole is off a circle, however little of it is dark."""
_ROUND = 0.82
"""Of the circle around a hole that its hull fills."""
_RIM = 0.6
"""Of its darkest ink that lies along its edge, where a hole is not dark all over."""
_BLOB = 0.55
"""Of a drop that is broader than any pen writes."""
_PEN = 2.2
"""Points: half of how broad a pen may write."""
_SOFT, _SOFT_BROWN = 0.13, 0.23
"""How steep the edges of drops are (measured: 0.07 to 0.15; of pens from 0.145)."""
_PEN_UPON, _PEN_DARK, _PEN_AREA = 0.85, 0.3, 5.0
"""A pen's ink upon coffee: of its darkness how dark it is in red light (coffee 0.6), how dark at least, and
square points of it (a tick has 20 and more)."""
_FRINGE = 0.8
"""Points around such ink in which the two colours mix."""
_ON_CIRCLES = 0.88
"""Of the ink of a cup's rings that lies on three circles of a cup's size."""
_THROUGH_DARK, _THROUGH_SHARP = 0.25, 0.62
"""What shows through the paper is paler than a pencil, and its edges are softer than those of the print
beside it, by this share (measured: 0.3 to 0.6)."""
_RED = 0.68
"""Of its darkness at least it shows in red light, too: what is red may be a seal that was hardly inked."""


def trace(seen: Seen, strokes: Strokes) -> str:
    """Return the code (`agent.domain.marks.INK`) of a mark that nobody made; empty when it may be more.

    A line in another colour than grey may be a pen's that crosses the slot out.

    Args:
        seen: the slot.
        strokes: the pen's ink in it, measured.
    """
    if strokes.high <= _CRUMB and strokes.reach <= _CRUMB_WIDE:
        return "specks"
    is_level = strokes.wide >= strokes.high
    far, room = (strokes.wide, seen.slot.width) if is_level else (strokes.high, seen.slot.height)
    if min(strokes.wide, strokes.high) > _BROAD or far < _SHARE * room:
        return ""
    is_fold = not is_tinted(seen.view, seen.pen) and axis_share(seen.view, seen.pen) >= _STRAIGHT
    return "only_a_line" if is_fold else ""


def explained(seen: Seen) -> str:
    """Return the code of what all ink in a slot is, when each mark of it is nobody's; empty when one is not.

    Args:
        seen: the slot, with everything that lies around it and is no seal.
    """
    inside = _area(seen.rest.shape, seen.slot)
    found: dict[str, int] = {}
    left = np.zeros_like(seen.rest)
    for whole in _marks(seen.rest, inside):
        parts = [whole] if _seen(seen, whole).code else _apart(seen, whole) or [whole]
        for part in parts:
            amount = int((part & inside).sum())
            if amount and (code := _seen(seen, part).code):
                found[code] = found.get(code, 0) + amount
            else:
                left |= part & inside
    if not found or way(left) >= _LEFT:
        return ""
    return max(found, key=lambda code: found[code])


def _marks(ink: Mask, inside: Mask) -> Iterator[Mask]:
    """Yield the marks of which something lies inside."""
    labels = bridged(ink)
    yield from (ink & (labels == each) for each in np.unique(labels[ink & inside]).tolist())


def _seen(seen: Seen, whole: Mask) -> "_Mark":
    part = around(whole, _ROOM)
    ys, xs = np.nonzero(whole)
    rim, (high, wide) = points(_EDGE), whole.shape
    ends = (xs.min() < rim, ys.min() < rim, xs.max() >= wide - rim, ys.max() >= high - rim)
    return _Mark(
        view=cut(seen.view, part), ink=whole[part], leaves=sum(ends), print_edges=seen.print_edges,
        region=seen.view, whole=whole,
    )  # fmt: skip


def _apart(seen: Seen, whole: Mask) -> list[Mask]:
    """Return coffee, and one by one what lies upon it; nothing where it is not coffee that is beneath."""
    upon = without_specks(whole & _upon(seen.view))
    beneath = without_specks(whole & ~grown(upon, _FRINGE))
    if not upon.any() or not beneath.any() or _seen(seen, beneath).code != "blot":
        return []
    return [beneath, *_marks(upon, upon)]


def _upon(view: View) -> Mask:
    """Return what is as dark in red light as in any, and no coffee."""
    return np.asarray((view.cold > _PEN_UPON * view.dark) & (view.dark > _PEN_DARK), dtype=np.bool_)


@dataclass(frozen=True, kw_only=True)
class _Mark:
    """One mark, as far as it was seen."""

    view: View
    ink: Mask
    leaves: int
    """How many of the four edges of what was seen it reaches."""
    print_edges: float
    region: View
    whole: Mask
    """Likewise, with everything around it."""

    @property
    def code(self) -> str:
        """Return what it is; empty for a pen's, and for whatever may be one's."""
        strokes = self.strokes
        if not strokes.area or (strokes.high <= _CRUMB and strokes.reach <= _CRUMB_WIDE):
            return "specks"
        if self._is_line():
            return "only_a_line"
        if self._is_staple() or self._is_hole():
            return "hole_or_staple"
        if self._is_drop() or self._is_cup():
            return "blot"
        return "shows_through" if self._is_through() else ""

    def _is_brown(self) -> bool:
        """Say whether it is of coffee or tea, and no pen's ink lies upon it, which is dark in red light."""
        upon = int((self.ink & _upon(self.view)).sum())
        return upon < _PEN_AREA * WORK**2 and is_brown(self.view, self.ink)

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
        if self.strokes.reach <= _HOLE[1] and is_rim(self.region, self.whole):
            return True
        radius, off = circle(self.ink)
        if _HOLE[0] <= 2 * radius <= _HOLE[1] and off < _RIM_OFF:
            return True
        spots = np.argwhere(self.ink)[:, ::-1].astype(np.float32)
        (x, y), radius = cv2.minEnclosingCircle(spots)
        if not _HOLE[0] <= 2 * radius / WORK <= _HOLE[1]:
            return False
        if cv2.contourArea(cv2.convexHull(spots)) < _ROUND * np.pi * radius**2:
            return False
        if self._broad_share() >= 1.0 - _LINE / _PEN:
            return True
        dark = self.view.dark[self.ink]
        far = np.hypot(spots[:, 0] - x, spots[:, 1] - y)[dark > 0.7 * np.percentile(dark, 90)]
        return float((far > 0.75 * radius).mean()) >= _RIM and bow(self.ink) < _BROAD / 2

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
            and self.edges < _THROUGH_SHARP * self.print_edges
            and float(self.view.cold[self.ink].mean()) >= _RED * float(self.view.dark[self.ink].mean())
        )

    def _broad_share(self) -> float:
        broad = cv2.morphologyEx(self.ink.astype(np.uint8), cv2.MORPH_OPEN, disc(_PEN))
        return float(broad.sum()) / max(1, int(self.ink.sum()))


def _area(shape: tuple[int, ...], slot: Box) -> Mask:
    mask = np.zeros(shape, dtype=np.bool_)
    top, bottom = max(0, round(slot.top * WORK)), max(0, round(slot.bottom * WORK))
    left, right = max(0, round(slot.left * WORK)), max(0, round(slot.right * WORK))
    mask[top:bottom, left:right] = True
    return mask
