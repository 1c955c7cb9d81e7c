"""The verdict on a slot that was taken apart: rules with names, no weights and no probabilities."""

from dataclasses import dataclass

from agent.domain.forms import SignatureKind
from agent.domain.signatures import Verdict
from parsers.ink.doubts import NOTHING, SLIGHT, WAY, doubts_of
from parsers.ink.pale import is_pale_seal_in
from parsers.ink.seen import Seen
from parsers.ink.trace import explained, trace
from parsers.ink.words import Said

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
    strokes = seen.strokes(seen.pen)
    has_pen = strokes.length >= NOTHING
    sealed = seen.seal_here and seen.ring is not None and seen.ring.is_clear
    told = explained(seen)
    doubts, several = doubts_of(seen, said, told)
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
    if doubts and set(named) <= SLIGHT and (mark := trace(seen, strokes)):
        return Found(verdict=Verdict.UNSIGNED, reasons=(mark,))
    if named and not several and not said.typed and set(named) <= _TRACED and told.is_all:
        return Found(verdict=Verdict.UNSIGNED, reasons=(told.code,))
    if named:
        how = SignatureKind.SEAL if {"faint_seal", "under_seal", "small_seal"} & set(named) else None
        if how is None and has_pen:
            how = SignatureKind.INK
        return Found(verdict=Verdict.UNCLEAR, how=how, reasons=tuple(named), who=who, typed=said.typed)
    return Found(verdict=Verdict.UNSIGNED, reasons=_why_unsigned(seen))


def _may_hide(seen: Seen) -> bool:
    """Say whether somebody may have signed beneath the seal: without colour the two look alike."""
    return seen.ring is not None and not seen.ring.is_red and seen.under.length > 3 * WAY


_TRACED = SLIGHT | {"crossed_out", "reaches_in"}
"""Doubts of marks that may be nobody's at all; what is red among seals is left out where they are told."""
_GRAVE = frozenset({"crossed_out", "struck_out", "refused", "on_behalf"})
"""Doubts that a seal beneath does not remove."""


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
    if seen.doubtful.length >= 2 * NOTHING:
        found.append("reaches_in")
    if said.doubtful and not said.typed:
        found.append("typed_or_written")
    return found


def _why_unsigned(seen: Seen) -> tuple[str, ...]:
    if seen.ring is not None:
        return ("neighbours_seal",)
    if seen.foreign.length >= NOTHING:
        return ("neighbours_mark",)
    return ("specks" if seen.specks else "empty_slot",)
