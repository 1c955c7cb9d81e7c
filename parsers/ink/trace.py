"""Marks that nobody made as one and that nobody needs to look at: crumbs, folds, holes, staples, stains.

A mark is one of them only by evidence of its own (`parsers.ink.kinds`).  Only where every mark of a slot is
one, nobody signed; any other mark is judged as if they were not there.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from parsers.ink.kinds import CRUMB, CRUMB_WIDE, Mark, is_upon, mark_of
from parsers.ink.look import axis_share, is_tinted
from parsers.ink.marks import REACHING, Strokes, bow, bridged, way, without_specks
from parsers.ink.paper import Mask, area, grown, points
from parsers.ink.seen import Seen

_BROAD, _SHARE = 4.0, 0.55
"""Points that a fold is broad at most, and how much of the slot it crosses."""
_STRAIGHT = 0.85
"""Of its edges: how many are level or upright."""
_LEFT = 5.0
"""Points of a pen's way that may be left unexplained: a dot, a hair."""
_STAPLE_WAY, _STAPLE_WIDE, _GAP = 20.0, 3.0, 1.6
"""Points of a staple that are straight at least where another mark touches it; its breadth to either side;
and how much of it may be missing, as between two pieces of one mark."""
_ARC_OFF = 1.0
"""Points by which an arc that touches it is off its circle."""
_PALER = 0.6
"""Of a staple's darkness: what has less was not written by a pen that may have made the staple's line."""
_FRINGE = 0.8
"""Points around ink upon coffee in which the two colours mix."""


def trace(seen: Seen, strokes: Strokes) -> str:
    """Return the code (`agent.domain.marks.INK`) of a mark that nobody made; empty when it may be more.

    A line in another colour than grey may be a pen's that crosses the slot out.

    Args:
        seen: the slot.
        strokes: the pen's ink in it, measured.
    """
    if strokes.high <= CRUMB and strokes.reach <= CRUMB_WIDE:
        return "specks"
    is_level = strokes.wide >= strokes.high
    far, room = (strokes.wide, seen.slot.width) if is_level else (strokes.high, seen.slot.height)
    if min(strokes.wide, strokes.high) > _BROAD or far < _SHARE * room:
        return ""
    is_fold = not is_tinted(seen.view, seen.pen) and axis_share(seen.view, seen.pen) >= _STRAIGHT
    return "only_a_line" if is_fold else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The ink of a slot, told apart."""

    code: str
    """What most of nobody's marks are; empty when there are none."""
    left: Mask
    """The ink that is none of theirs."""
    bits: Mask
    """Specks and short straight strokes of theirs: beside writing they may as well be a part of it."""

    @property
    def is_all(self) -> bool:
        """Say whether there is nothing but nobody's marks."""
        return bool(self.code) and way(self.left) < _LEFT


def explained(seen: Seen) -> Told:
    """Tell nobody's marks in a slot from all other ink in it.

    Args:
        seen: the slot, with everything that lies around it and is no seal.
    """
    inside = area(seen.rest.shape, seen.slot)
    found: dict[str, int] = {}
    left, bits = np.zeros_like(seen.rest), np.zeros_like(seen.rest)
    for whole in _marks(seen.rest, inside):
        for mark in _told_apart(seen, whole):
            here = mark.whole & inside
            if not mark.code:
                # What hardly reaches in is a neighbour's, and asked about by nobody.
                left |= here if here.sum() >= REACHING * mark.whole.sum() else False
                continue
            found[mark.code] = found.get(mark.code, 0) + int(here.sum())
            if mark.is_bit:
                bits |= here
    return Told(code=max(found, key=lambda code: found[code], default=""), left=left, bits=bits)


def without_lines(seen: Seen, ink: Mask) -> tuple[str, Mask]:
    """Return ink without the folds and staples that its marks hang together with, and the code of these.

    A hand, too, makes straight strokes as long as a staple: one is told only where all that touches it is
    nobody's, or an arc, as the edge of a hole is, or far paler, as no stroke of the same pen is.

    Args:
        seen: the slot.
        ink: what looks like a pen's in it.
    """
    found, left = "", ink.copy()
    for whole in _marks(ink, ink):
        line = _longest_line(whole)
        if not line.any() or (mark := _seen(seen, line)).is_bit:
            continue
        beside = without_specks(whole & ~line)
        if mark.code == "only_a_line" or (
            mark.code == "hole_or_staple"
            and all(_is_plain(_seen(seen, each), mark.strokes.darkness) for each in _marks(beside, beside))
        ):
            found = found or mark.code
            left &= ~line
    return found, without_specks(left)


def _is_plain(beside: Mark, dark: float) -> bool:
    """Say whether what touches a staple, which is so dark, is nobody's mark, or an arc, or far paler."""
    strokes = beside.strokes
    if strokes.length < _LEFT or strokes.darkness < _PALER * dark:
        return True
    return bool(beside.code) or bow(beside.ink) < _ARC_OFF


def _longest_line(whole: Mask) -> Mask:
    """Return the longest straight part of a mark, when it is as long as a staple."""
    least, found = points(_STAPLE_WAY), np.zeros(whole.shape, dtype=np.uint8)
    lines = cv2.HoughLinesP(
        whole.astype(np.uint8) * 255,
        1,
        np.pi / 360,
        threshold=least * 2 // 3,
        minLineLength=least,
        maxLineGap=points(_GAP),
    )
    if lines is not None:
        ends = lines.reshape(-1, 2, 2)
        one, other = ends[np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1).argmax()]
        cv2.line(found, one.tolist(), other.tolist(), color=1, thickness=1)
    return np.asarray(whole & grown(found.astype(np.bool_), _STAPLE_WIDE), dtype=np.bool_)


def _marks(ink: Mask, inside: Mask) -> Iterator[Mask]:
    """Yield the marks of which something lies inside."""
    labels = bridged(ink)
    yield from (ink & (labels == each) for each in np.unique(labels[ink & inside]).tolist())


def _told_apart(seen: Seen, whole: Mask) -> list[Mark]:
    """Return a mark; where it is coffee with something upon it, one by one what they are."""
    mark = _seen(seen, whole)
    if mark.code:
        return [mark]
    upon = without_specks(whole & is_upon(seen.view))
    beneath = without_specks(whole & ~grown(upon, _FRINGE))
    if not upon.any() or not beneath.any() or (coffee := _seen(seen, beneath)).code != "blot":
        return [mark]
    return [coffee, *(_seen(seen, each) for each in _marks(upon, upon))]


def _seen(seen: Seen, whole: Mask) -> Mark:
    return mark_of(seen.view, whole, seen.print_edges)
