"""One signature slot on paper, taken apart: the pen's marks, seals, and what only reaches in from beside."""

from dataclasses import dataclass, replace

import numpy as np

from parsers.ink.look import Block, axis_share, is_brown, is_tinted, line_height, red_block, sharpness
from parsers.ink.marks import Strokes, bridged, lines_through, main_of, measure, share_out, without_specks
from parsers.ink.paper import WORK, Mask, View, area, around, cut, grown, hysteresis
from parsers.ink.print import Cleared, hidden_by_words, without_words
from parsers.ink.seal import Ring, find_ring
from parsers.pages.page import Box

_RED_LEAST = 40.0
"""Square points of red; less is no seal, whole or in part."""
_COLD_LEAST = 0.3
"""Darkness in red light from which on ink under a red seal is not the seal itself."""
_COLD_OVER = 1.3
"""Times what the seal itself shows there."""
_HARDLY_RED = 0.2
"""Of all ink; with more red the scan has colours, and a seal would be red."""
_GREEN = 0.87
"""Darkness in green by darkness in blue light: of coffee 0.78, of a seal's cinnabar 0.93 and more."""
_PALE_RED = 0.68
"""Of its darkness at most a pale red mark shows in red light (measured: 0.4 to 0.65; other ink from 0.82)."""
_BARE = 0.08
"""Darkness of bare paper."""
_COLOURLESS = 0.85
"""Of its darkness that ink without colour shows in red light at least, however noisy (coffee 0.6)."""
_MARK, _ROOM = 8.0, 9.0
"""Square points of a mark of which the colour is looked at, and points around it that show its paper."""
_PRINT_HIGH, _PRINT_AXIS = 12.7, 0.085
"""Points that a line of print is high at most, and how much of its edges is level or upright at least."""
_MOST_RINGS = 4
_STROKE = 6.0
"""Points: when no mark in a slot is as large, all of them are dust and dots."""
_HERE = 2.0
"""Points by which a seal's centre may lie outside and still be meant for the slot."""
_NEAR = 10.0
"""Points outside the slot at which it may still be meant for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was seen in and around a slot."""

    view: View
    slot: Box
    """Within the region seen, in points from its upper left corner."""
    pen: Mask
    """Ink of a pen that belongs to the slot."""
    lines: Mask
    """Those of its strokes that cross the slot out."""
    foreign: Strokes
    """What reaches in from marks beside."""
    doubtful: Strokes
    """What may belong to the slot or to a place beside it."""
    ring: Ring | None
    under: Strokes
    """On a grey scan: what lies within the ring, the seal's own words among it."""
    block: Block
    rest: Mask
    """All ink of the region that is neither print nor a seal's."""
    print_edges: float = 0.0
    """How steep the edges of print are here; 0 where there is none to be seen."""
    specks: bool = False
    """Whether there was nothing but dots and crumbs."""
    rings: tuple[Ring, ...] = ()
    """All seals of the region."""

    def strokes(self, mask: Mask) -> Strokes:
        """Measure some of the ink."""
        return measure(mask, self.view.dark)

    @property
    def seal_here(self) -> bool:
        """Say whether the seal next to it has its centre in the slot."""
        return self.ring is not None and self.is_here(self.ring)

    def is_here(self, ring: Ring) -> bool:
        """Say whether a ring has its centre in the slot."""
        return _within(ring, self.slot.grown(_HERE))

    @property
    def seal_near(self) -> bool:
        """Say whether a ring has its centre so close to the slot that it may be meant for it."""
        return self.ring is not None and not self.seal_here and _within(self.ring, self.slot.grown(_NEAR))


def look(view: View, slot: Box, clear: Cleared, printed: tuple[Box, ...]) -> Seen:
    """Take a slot apart.

    Args:
        view: what came back: the slot and, better, what lies around it.
        slot: where the slot is in it.
        clear: the same region without lines and without what was sent.
        printed: boxes of words that are print, in points from the region's upper left corner.
    """
    inside = area(view.dark.shape, slot)
    left = without_words(view, clear.added, printed)
    red = _red(view, left)
    rings = _inked(rings_of(view, red))
    under = Strokes()
    rest, block = left, Block(area=0.0)
    if rings:
        rest = _without_red(view, left, red, rings) & ~clear.hidden & ~hidden_by_words(view, printed)
        beyond = red & ~np.logical_or.reduce([each.covers(red.shape) for each in rings])
        block = red_block(beyond & inside)
    else:
        block = red_block(red & inside)
        if block.is_square or block.is_oval:
            rest = left & ~grown(red, 0.8)
        elif red.sum() < _HARDLY_RED * max(1, int(left.sum())):
            rings = _grey_rings(view, slot, left)
        if rings:
            covered = np.logical_or.reduce([each.covers(left.shape) for each in rings])
            under = measure(left & covered & inside, view.dark)
            rest = left & ~covered
    rest = without_specks(rest)
    # Coffee makes no signature of a few strokes, nor one mark of what it joins: a neighbour's last stroke may
    # end in a ring that lies in the slot.
    coffee = _brown(view, rest & ~_colourless(view))
    own, foreign, doubtful = share_out(rest & ~coffee, slot, lambda ink: _is_written(view, ink))
    own = main_of(own)
    specks = bool(own.any()) and not without_specks(own, _STROKE).any()
    if specks or not own.any():
        own = main_of(share_out(coffee, slot)[0])
    return Seen(
        view=view,
        slot=slot,
        pen=own,
        lines=lines_through(own, slot),
        foreign=measure(foreign, view.dark),
        doubtful=measure(doubtful, view.dark),
        ring=min(rings, key=lambda each: _off(each, slot), default=None),
        under=under,
        block=block,
        rest=rest,
        print_edges=sharpness(view, clear.ink & ~left & ~red),
        specks=specks,
        rings=rings,
    )


def _is_written(view: View, ink: Mask) -> bool:
    """Say whether ink is no low line of level and upright strokes, as unread print is."""
    return line_height(ink) > _PRINT_HIGH or is_tinted(view, ink) or axis_share(view, ink) < _PRINT_AXIS


def _red(view: View, ink: Mask) -> Mask:
    """Return the red ink, the pale ends of hardly inked seals as well, which are red as a whole alone."""
    red = view.red() & ink
    if not red.any():
        return red
    labels = bridged(ink & ~red)
    shown = np.bincount(labels.ravel(), weights=view.dark.ravel() * (ink & ~red).ravel())
    in_red_light = np.bincount(labels.ravel(), weights=view.cold.ravel() * (ink & ~red).ravel())
    pale = in_red_light < _PALE_RED * shown
    pale[0] = False
    every = np.asarray(red | (ink & pale[labels]), dtype=np.bool_)
    return every & ~_brown(view, every)


def _brown(view: View, red: Mask) -> Mask:
    """Return the larger marks among the red ones that are coffee's, or tea's."""
    found = np.zeros_like(red)
    labels = bridged(red)
    amounts = np.bincount(labels[red], minlength=1)
    for each in np.flatnonzero(amounts > _MARK * WORK**2).tolist():
        whole = red & (labels == each)
        part = around(whole, _ROOM)
        if is_brown(cut(view, part), whole[part]):
            found |= whole
    return found


def _grey_rings(view: View, slot: Box, ink: Mask) -> tuple[Ring, ...]:
    """Return the seals among ink without colour, as on grey scans and copies.

    Where other ink has a colour, a seal would be red: of arcs that are hardly a ring, as a pen draws them,
    only those are told that may be meant for the slot.
    """
    colourless = ink & _colourless(view)
    rings = grey_rings_of(colourless)
    if int((ink & ~colourless).sum()) < _RED_LEAST * WORK**2:
        return rings
    return tuple(each for each in rings if each.is_clear or _within(each, slot.grown(_NEAR)))


def _colourless(view: View) -> Mask:
    """Return what is as dark in red light as in any: a grey scan altogether, of others what may be a copy's.

    The rest of a cup's ring and a signature beside it are no seal with words in it.
    """
    return np.asarray(view.cold >= _COLOURLESS * view.dark, dtype=np.bool_)


def rings_of(view: View, red: Mask) -> tuple[Ring, ...]:
    """Return the red rings of a region, those of coffee as rings in which nothing is written."""
    return _without_brown(view, _rings(red), red)


def grey_rings_of(ink: Mask) -> tuple[Ring, ...]:
    """Return the rings of ink without colour in which something is written."""
    return _inked(_rings(without_specks(ink, 1.0), is_red=False))


def _rings(ink: Mask, *, is_red: bool = True) -> tuple[Ring, ...]:
    """Return the seals of a region; two may overlap, as when both parties stamp one row."""
    found: list[Ring] = []
    rest = ink
    while len(found) < _MOST_RINGS and rest.sum() > _RED_LEAST * WORK**2:
        ring = find_ring(rest, is_red=is_red)
        if ring is None:
            break
        found.append(ring)
        rest = rest & ~ring.line(rest.shape)
    return tuple(found)


def _without_brown(view: View, rings: tuple[Ring, ...], ink: Mask) -> tuple[Ring, ...]:
    """Return the rings, those of coffee as rings in which nothing is written."""
    return tuple(replace(ring, filled=0.0) if _is_brown(view, ring, ink) else ring for ring in rings)


def _inked(rings: tuple[Ring, ...]) -> tuple[Ring, ...]:
    """Return the rings that may be seals: whatever is coffee's is a stain like others."""
    return tuple(ring for ring in rings if ring.filled > 0)


def _is_brown(view: View, ring: Ring, ink: Mask) -> bool:
    """Say whether a ring is of coffee: it keeps more of green light than of blue, a seal's red neither."""
    line = ring.line(ink.shape) & ink
    paper = ring.covers(ink.shape) & (view.dark < _BARE)
    if not line.any() or not paper.any():
        return False
    shown = np.median(view.pixels[line], axis=0) / np.maximum(np.median(view.pixels[paper], axis=0), 1.0)
    blue, green = 1.0 - float(shown[0]), 1.0 - float(shown[1])
    return green < _GREEN * blue


def _off(ring: Ring, slot: Box) -> float:
    """Return how far from the slot the centre of a seal is; within it, how far from its middle, less."""
    if _within(ring, slot.grown(_HERE)):
        return -1.0 if ring.is_clear else -0.5
    x, y = slot.centre
    return float(np.hypot(ring.x - x, ring.y - y))


def _without_red(view: View, left: Mask, red: Mask, rings: tuple[Ring, ...]) -> Mask:
    """Return the ink that is no seal's: what red light shows, too, and is darker than the seals there."""
    within = np.logical_or.reduce([each.covers(left.shape) for each in rings])
    own = view.cold[red & within]
    shown = float(np.percentile(own, 90)) if own.size else 0.0
    threshold = min(0.7, max(_COLD_LEAST, _COLD_OVER * shown))
    dark = hysteresis(view.cold, threshold, threshold * 0.75)
    # Red beyond the rings is some seal's, too: where seals are red, no signature is.
    return np.asarray(left & np.where(within, dark, ~grown(red, 0.5)), dtype=np.bool_)


def _within(ring: Ring, box: Box) -> bool:
    return box.left <= ring.x <= box.right and box.top <= ring.y <= box.bottom
