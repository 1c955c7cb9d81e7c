"""Marks that nobody made as one and that nobody needs to look at: crumbs, and the straight line of a fold."""

from parsers.ink.look import axis_share, is_tinted
from parsers.ink.marks import Strokes
from parsers.ink.seen import Seen

_CRUMB, _CRUMB_WIDE = 1.5, 12.0
"""Points: a mark so low and so short is dust, or what was left of a ruled line."""
_BROAD, _SHARE = 4.0, 0.55
"""Points that a fold is broad at most, and how much of the slot it crosses."""
_STRAIGHT = 0.85
"""Of its edges: how many are level or upright."""


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
