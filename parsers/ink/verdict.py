"""The verdict on a slot that was taken apart: rules with names, no weights and no probabilities."""

from dataclasses import dataclass

import numpy as np

from agent.domain.forms import SignatureKind
from agent.domain.signatures import Verdict
from parsers.ink.look import axis_share, sharpness
from parsers.ink.marks import Strokes, bow, main_of, spread, without_blots
from parsers.ink.pale import is_pale_seal_in
from parsers.ink.paper import Mask
from parsers.ink.print import without_boxes
from parsers.ink.seen import Seen
from parsers.ink.toner import may_be_print
from parsers.ink.trace import explained, trace
from parsers.ink.words import Said

_NOTHING = 5.0
"""Points of a pen's way; less is a dot, a hair, a crumb."""
_WAY = 42.0
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
_DARK_BY_SEALS = 0.36
"""The same where seals are, whose ink may have stayed: a fold through a pale one has 0.29, of 200 signatures
the palest 0.43."""
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
_RED_MARK = 60.0
"""Square points of red beyond all seals found, which may be one more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A verdict under way."""

    verdict: Verdict
    how: SignatureKind | None = None
    reasons: tuple[str, ...] = ()
    """Codes of `agent.domain.marks.INK`."""
    who: str = ""
    typed: str = ""


def decide(seen: Seen, said: Said) -> Found:
    """Return the verdict: a seal or a pen's mark first, then typed words, then what is left of doubt."""
    who = said.name.who if said.name.is_known else ""
    doubts = _doubts_of_pen(seen, said)
    strokes = seen.strokes(seen.pen)
    has_pen = strokes.length >= _NOTHING
    sealed = seen.seal_here and seen.ring is not None and seen.ring.is_clear
    # Two cups, a staple beside a hole: together they are as long and as crooked as a signature.
    several = explained(seen) if has_pen and not doubts else ""
    if has_pen and not doubts and not several:
        reasons = ("seal",) if sealed else ()
        return Found(
            verdict=Verdict.SIGNED, how=SignatureKind.INK, who=who, reasons=reasons, typed=said.typed
        )
    grave = [each for each in doubts if each in _GRAVE]
    if sealed and not grave:
        hides = ("under_seal",) if _may_hide(seen) else ()
        return Found(
            verdict=Verdict.SIGNED,
            how=SignatureKind.SEAL,
            who=who,
            reasons=("seal", *hides),
            typed=said.typed,
        )
    if said.typed and not doubts:
        return _typed(said)
    named = [*([several] if several else doubts), *_other_doubts(seen, said)]
    if said.typed and not grave and set(named) <= {"too_little", "faint"}:
        return _typed(said)
    if doubts and set(named) <= _SLIGHT and (mark := trace(seen, strokes)):
        return Found(verdict=Verdict.UNSIGNED, reasons=(mark,))
    if named and not several and not said.typed and set(named) <= _TRACED and (mark := explained(seen)):
        return Found(verdict=Verdict.UNSIGNED, reasons=(mark,))
    if named:
        how = SignatureKind.SEAL if {"faint_seal", "under_seal", "small_seal"} & set(named) else None
        if how is None and has_pen:
            how = SignatureKind.INK
        return Found(verdict=Verdict.UNCLEAR, how=how, reasons=tuple(named), who=who, typed=said.typed)
    return Found(verdict=Verdict.UNSIGNED, reasons=_why_unsigned(seen))


def _may_hide(seen: Seen) -> bool:
    """Say whether somebody may have signed beneath the seal: without colour the two look alike."""
    return seen.ring is not None and not seen.ring.is_red and seen.under.length > 3 * _WAY


_SLIGHT = frozenset({"faint", "blot", "too_little"})
"""Doubts of a mark that is hardly one."""
_TRACED = _SLIGHT | {"crossed_out", "reaches_in"}
"""Doubts of marks that may be nobody's at all; what is red among seals is left out where they are told."""
_GRAVE = frozenset({"crossed_out", "struck_out", "refused", "on_behalf"})
"""Doubts that a seal beneath does not remove."""


def _doubts_of_pen(seen: Seen, said: Said) -> list[str]:
    """Return why the pen's ink in the slot is no signature; nothing when it is one, or when there is none."""
    strokes = seen.strokes(seen.pen)
    if said.is_on_behalf:
        return ["on_behalf"]
    if said.refuses and (said.typed or _covered(seen.pen, said) > _WORDS_COVER):
        return ["refused"]
    if strokes.length < _NOTHING:
        return []
    rest = seen.strokes(seen.pen & ~seen.lines)
    if seen.lines.any():
        if rest.length < _WAY or rest.area < (1 - _LINED) * strokes.area:
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
    if strokes.darkness < (_DARK_BY_SEALS if seen.rings else _DARK) and not _is_pencil(seen, strokes):
        doubts.append("faint")
    fine = without_blots(seen.pen)
    thin = seen.strokes(fine) if fine is not seen.pen else strokes
    is_bow = bow(fine) < min(max(_BOW, _BOW_LONG * thin.reach), _BOW_SHARE * thin.reach)
    is_soft = sharpness(seen.view, seen.pen) < _SOFT
    if strokes.width > _BROAD or is_bow or is_soft or thin.length < min(_WAY, strokes.length):
        doubts.append("blot")
    # Two traces that lie apart are no signature together when neither is one alone.
    main = seen.strokes(main_of(seen.pen, 1.0))
    small = main.high < _HIGH or main.wide < _WIDE
    if (
        main.length < _WAY
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


def _is_pencil(seen: Seen, strokes: Strokes) -> bool:
    """Say whether pale marks are writing on this side of the paper: sharp, and with many turns."""
    # Where seals are, pale marks may be theirs.
    return (
        seen.ring is None
        and strokes.darkness >= _PALE
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
    from parsers.understood import plain  # noqa: PLC0415

    return plain(said.read) in {"同意", "已阅", "已同意", "确认", "批准", "agree", "agreed", "approved"}


def _typed(said: Said) -> Found:
    if said.name.who and said.name.is_known and not said.doubtful:
        return Found(verdict=Verdict.SIGNED, how=SignatureKind.TYPED, who=said.name.who, typed=said.typed)
    why = "agreement_only" if said.name.only_agrees else "unknown_name"
    if said.name.is_known:
        why = "typed_or_written"
    return Found(
        verdict=Verdict.UNCLEAR, how=SignatureKind.TYPED, who=said.name.who, reasons=(why,), typed=said.typed
    )


def _other_doubts(seen: Seen, said: Said) -> list[str]:
    """Return what else may be a signature, though it is no pen's mark of this slot."""
    found = []
    ring = seen.ring
    if (ring is not None and not ring.is_clear) if seen.seal_here else is_pale_seal_in(seen):
        found.append("faint_seal")
    if seen.seal_near:
        found.append("seal_beside")
    if _may_hide(seen) and not seen.seal_here:
        found.append("under_seal")
    red = seen.block.area > _RED_MARK and ring is not None and ring.is_red
    if red and not seen.seal_here and "faint_seal" not in found:
        found.append("red_mark")
    if seen.block.is_square:
        found.append("small_seal")
    if seen.block.is_oval:
        found.append("thumb_print")
    if seen.doubtful.length >= 2 * _NOTHING:
        found.append("reaches_in")
    if said.doubtful and not said.typed:
        found.append("typed_or_written")
    return found


def _why_unsigned(seen: Seen) -> tuple[str, ...]:
    if seen.ring is not None:
        return ("neighbours_seal",)
    if seen.foreign.length >= _NOTHING:
        return ("neighbours_mark",)
    return ("specks" if seen.specks else "empty_slot",)
