"""Why the pen's ink in a slot is no signature: what it measures, how it looks, what it crosses out."""

from dataclasses import replace

import numpy as np

from parsers.ink.look import axis_share, sharpness
from parsers.ink.marks import Strokes, bow, main_of, spread, way, without_blots
from parsers.ink.paper import Mask
from parsers.ink.print import without_boxes
from parsers.ink.seen import Seen
from parsers.ink.toner import may_be_print
from parsers.ink.trace import Told, without_lines
from parsers.ink.words import Said
from parsers.understood import plain

SLIGHT = frozenset({"faint", "blot", "too_little"})
"""Doubts of a mark that is hardly one."""
NOTHING = 5.0
"""Points of a pen's way; less is a dot, a hair, a crumb."""
WAY = 42.0
"""Points of a pen's way that a signature has at least (measured: the least scribbles have 60)."""
_HIGH = 5.5
_WIDE = 9.0
"""Points that it is high and wide at least."""
_TURNS = 1.3
"""Times that its way is longer than the room it takes; a plain line has 1."""
_SEVERAL = 3
_TURNS_OF_SEVERAL = 1.05
"""The same for so many separate strokes, as of large letters wide apart."""
_DARK = 0.27
"""Darkness of its strokes; what shines through from the back is lighter."""
_DARK_BY_SEALS, _BY_SEAL = 0.36, 8.0
"""The same where a seal is, whose ink may have stayed (a fold through a pale one has 0.29, of 200 signatures
the palest 0.43); and points around a seal within which ink may be its own."""
_PALE = 0.19
"""The same where edges are sharp: pencils and dry pens (measured: 0.2 and more)."""
_PALE_TURNS = 1.6
"""How much such marks turn at least: folds and the edges of pale seals are long and plain."""
_SHARP, _SOFT = 0.27, 0.15
"""How steep edges are (of pens 0.24 to 0.4, of what shines through 0.09 to 0.22); and below which no
pen made a mark, however dark: drops, smears, dirt."""
_BOW = 1.6
"""Points that ink is off one circle, or one line: rings of cups, folds, hairs (measured: of rings 0.8 to 1.1,
of signatures 2.2 and more)."""
_BOW_SHARE = 0.035
"""The same by what the mark reaches, where it is small: the rim of a punch hole has 0.02, initials 0.06."""
_STRAIGHT = 1.8
"""Points off a straight line: staples, hairs, dashes (measured: of a staple 1.6, of initials from 2.9)."""
_STRAIGHT_PLAIN = 2.2
"""The same for a mark that hardly turns: a staple on an awful photo has 1.9."""
_STRAIGHT_REACH = 25.0
_HOLE = 20.0
"""Points: a punch hole is 17 across, and as pale as this; initials as small are darker."""
_HOLE_DARK = 0.4
_RULED = 0.6
"""Of all edges that are level or upright: streaks of a scanner (measured 0.7 to 0.9; of print 0.5)."""
_BOW_LONG = 0.012
"""The same where a mark is longer than any signature."""
_BROAD = 6.5
"""Points: no pen and no marker writes so broad."""
_LINED = 0.75
"""Of the ink that lies in crossing lines: nothing else was written."""
_WORDS_COVER = 0.8
"""Of the ink that words cover which are no signature."""


def doubts_of(seen: Seen, said: Said, told: Told) -> tuple[list[str], str]:
    """Return why the pen's ink is no signature; or the code of nobody's marks that together look like one.

    Two cups, a staple beside a hole or upon a fold are together as long and as crooked as a signature.  What
    lies beside them, or touches them, is judged as if they were not there.

    Args:
        seen: the slot.
        said: the words in it.
        told: its ink, told apart.
    """
    doubts = _doubts_of_pen(seen, said)
    if seen.strokes(seen.pen).length < NOTHING or not set(doubts) <= SLIGHT:
        return doubts, ""
    if told.code:
        alone = seen.pen & told.left
        if way(alone) < NOTHING:
            return doubts, "" if doubts else told.code
        seen = _with(seen, alone if doubts else seen.pen & (told.left | told.bits))
        doubts = _doubts_of_pen(seen, said)
    if doubts:
        return doubts, ""
    code, bare = without_lines(seen, seen.pen)
    if code and way(bare) < NOTHING:
        return [], code
    return _doubts_of_pen(_with(seen, bare), said) if code else [], ""


def _with(seen: Seen, pen: Mask) -> Seen:
    """Return a slot with some of the pen's ink alone."""
    return replace(seen, pen=pen, lines=seen.lines & pen)


def _doubts_of_pen(seen: Seen, said: Said) -> list[str]:
    """Return why the pen's ink in the slot is no signature; nothing when it is one, or when there is none."""
    strokes = seen.strokes(seen.pen)
    if said.is_on_behalf:
        return ["on_behalf"]
    if said.refuses and (said.typed or _covered(seen.pen, said) > _WORDS_COVER):
        return ["refused"]
    if strokes.length < NOTHING:
        return []
    rest = seen.strokes(seen.pen & ~seen.lines)
    if seen.lines.any():
        if rest.length < WAY or rest.area < (1 - _LINED) * strokes.area:
            return ["crossed_out"]
        if _struck(seen, rest):
            return ["struck_out"]
    if said.read and _covered(seen.pen, said) > _WORDS_COVER:
        if said.is_day:
            return ["date_only"]
        if _agrees(said):
            return ["agreement_only"]
    doubts = _slight(seen, strokes)
    if not doubts and may_be_print(seen, strokes):
        doubts = ["typed_or_written"]
    return doubts


def _slight(seen: Seen, strokes: Strokes) -> list[str]:
    doubts = []
    by_seal = _is_by_seal(seen)
    if strokes.darkness < (_DARK_BY_SEALS if by_seal else _DARK) and (
        by_seal or not _is_pencil(seen, strokes)
    ):
        doubts.append("faint")
    fine = without_blots(seen.pen)
    thin = seen.strokes(fine) if fine is not seen.pen else strokes
    is_bow = bow(fine) < min(max(_BOW, _BOW_LONG * thin.reach), _BOW_SHARE * thin.reach)
    is_soft = sharpness(seen.view, seen.pen) < _SOFT
    if strokes.width > _BROAD or is_bow or is_soft or thin.length < min(WAY, strokes.length):
        doubts.append("blot")
    # Two traces that lie apart are no signature together when neither is one alone.
    main = seen.strokes(main_of(seen.pen, 1.0))
    small = main.high < _HIGH or main.wide < _WIDE
    if (
        main.length < WAY
        or small
        or strokes.turns < (_TURNS if strokes.parts < _SEVERAL else _TURNS_OF_SEVERAL)
        or axis_share(seen.view, seen.pen) > _RULED
        or _is_plain(seen, strokes)
        or (max(main.wide, main.high) < _HOLE and strokes.darkness < _HOLE_DARK)
    ):
        doubts.append("too_little")
    return doubts


def _is_plain(seen: Seen, strokes: Strokes) -> bool:
    """Say whether marks are one straight stroke."""
    most = _STRAIGHT if strokes.turns >= _PALE_TURNS else _STRAIGHT_PLAIN
    return strokes.reach > _STRAIGHT_REACH and spread(seen.pen) < most


def _is_by_seal(seen: Seen) -> bool:
    """Say whether some of the ink lies upon a seal or beside it, so that pale marks may be the seal's."""
    wider = (replace(ring, radius=ring.radius + _BY_SEAL) for ring in seen.rings)
    return any(bool((seen.pen & ring.covers(seen.pen.shape)).any()) for ring in wider)


def _is_pencil(seen: Seen, strokes: Strokes) -> bool:
    """Say whether pale marks are writing on this side of the paper: sharp, and with many turns."""
    return (
        strokes.darkness >= _PALE
        and strokes.turns >= _PALE_TURNS
        and sharpness(seen.view, seen.pen) >= _SHARP
    )


def _struck(seen: Seen, rest: Strokes) -> bool:
    """Say whether lines that cross the slot also run through what is written, and well beyond it."""
    lines = seen.strokes(seen.lines)
    through = min(lines.box.bottom, rest.box.bottom) > max(lines.box.top, rest.box.top)
    return through and lines.wide > 0.8 * seen.slot.width and lines.reach > 1.15 * rest.reach


def _covered(mask: Mask, said: Said) -> float:
    """Return how much of the ink lies where words were read."""
    total = int(mask.sum())
    if not total or not said.read_boxes:
        return 0.0
    return 1.0 - float(np.count_nonzero(without_boxes(mask, said.read_boxes))) / total


def _agrees(said: Said) -> bool:
    return plain(said.read) in {"同意", "已阅", "已同意", "确认", "批准", "agree", "agreed", "approved"}
