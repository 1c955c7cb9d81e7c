"""Whether a signature slot on paper was signed: by ink, a seal or a typed name, or not, or perhaps.

Three verdicts, each with reasons.  *Signed* is said only of marks that nothing else explains: not the
print of the sheet, not a ruled line, not a neighbour's seal or the tail of a neighbour's signature, not a
line that crosses the slot out.  What is between is *unclear*, and its reasons say why (agent.domain.marks).
"""

from collections.abc import Mapping
from hashlib import sha256

import cv2
import numpy as np

from agent.domain.answers import Evidence
from agent.domain.forms import SignatureKind, Slot
from agent.domain.marks import INK
from agent.domain.signatures import Signature, Verdict
from parsers.ink.paper import WORK, Pixels, view
from parsers.ink.print import cleared
from parsers.ink.seen import Seen, look
from parsers.ink.verdict import Found, decide
from parsers.ink.words import sort_words
from parsers.known import Known
from parsers.pages.page import Box, PageWord, Spot

AROUND = 62.0
"""Points around a slot that should be seen with it: half a seal, so that a neighbour's is known as one."""
_POINT_MM = 25.4 / 72
_PICTURE = (560, 280)
"""Pixels: a mark's picture is no larger."""
_MARGIN = 4.0
"""Points of surroundings in a mark's picture."""


def judge_place(  # noqa: PLR0913 - one slot and all that is known of its page
    slot: Slot,
    page: Pixels,
    scale: float,
    spot: Spot,
    *,
    blank: Pixels | None = None,
    words: tuple[PageWord, ...] = (),
    known: Known,
) -> tuple[Signature, Mapping[str, bytes]]:
    """Judge a slot on a whole upright page: the best way, since it sees what reaches in from beside.

    Args:
        slot: what the form asks.
        page: the whole page; blue, green, red.
        scale: its pixels per point.
        spot: where the slot is.
        blank: the page as sent, in the same frame and at the same scale.
        words: the words of the page, in points of the page.
        known: the people.
    """
    around = spot.box.grown(AROUND)
    seen = Box(
        max(0.0, around.left), max(0.0, around.top),
        min(page.shape[1] / scale, around.right), min(page.shape[0] / scale, around.bottom),
    )  # fmt: skip
    return judge_slot(
        slot,
        _cut(page, seen, scale),
        scale,
        blank=_cut(blank, seen, scale) if blank is not None else None,
        words=words,
        known=known,
        place=spot.place,
        box=spot.box,
        seen=seen,
    )


def judge_slot(  # noqa: PLR0913 - the same, with the region already cut out
    slot: Slot,
    crop: Pixels,
    scale: float,
    *,
    blank: Pixels | None = None,
    words: tuple[PageWord, ...] = (),
    known: Known,
    place: str,
    box: Box | None = None,
    seen: Box | None = None,
) -> tuple[Signature, Mapping[str, bytes]]:
    """Judge a slot by a picture of it.

    Args:
        slot: what the form asks.
        crop: the slot, and `AROUND` it where `box` and `seen` say so; blue, green, red or grey.
        scale: its pixels per point.
        blank: the same region as sent, perhaps some points beside.
        words: words in and around the slot, in points of the page (of the crop without `seen`).
        known: the people.
        place: where the slot is, as evidence names it.
        box: the slot on its page; the whole crop when nobody says so.
        seen: the region of the page that the crop shows.

    Returns:
        The verdict, and the picture of the mark by its SHA-256.
    """
    try:
        shown = view(crop, scale)
        sent = view(blank, scale) if blank is not None else None
        if shown is None:
            return _unseen(slot, place), {}
        high, wide = shown.dark.shape
        region = seen or Box(0.0, 0.0, wide / WORK, high / WORK)
        inner = _moved(box or region, region)
        if inner.common(Box(0.0, 0.0, wide / WORK, high / WORK)) < 0.5 * max(inner.area, 1.0):
            return _unseen(slot, place), {}
        clear = cleared(shown, sent)
        said = sort_words(words, region, inner, slot, shown, sent, clear, known)
        looked = look(shown, inner, clear, said.print_boxes)
        found = decide(looked, said)
    except (cv2.error, ValueError, IndexError, MemoryError, FloatingPointError):
        return _unseen(slot, place), {}
    picture, pictures = "", dict[str, bytes]()
    if found.verdict is not Verdict.UNSIGNED:
        content = _picture(looked)
        if content:
            picture = sha256(content).hexdigest()
            pictures[picture] = content
    return (
        Signature(
            slot=slot.id,
            verdict=found.verdict,
            how=found.how,
            who=found.who,
            reasons=tuple(f"{code}: {INK[code].en}" for code in dict.fromkeys(found.reasons)),
            evidence=(Evidence(place=place, words=_words(looked, found)),),
            picture=picture,
        ),
        pictures,
    )


def _cut(page: Pixels, box: Box, scale: float) -> Pixels:
    top, bottom = max(0, round(box.top * scale)), max(0, round(box.bottom * scale))
    left, right = max(0, round(box.left * scale)), max(0, round(box.right * scale))
    return page[top:bottom, left:right]


def _moved(box: Box, region: Box) -> Box:
    return Box(box.left - region.left, box.top - region.top, box.right - region.left, box.bottom - region.top)


def _unseen(slot: Slot, place: str) -> Signature:
    return Signature(
        slot=slot.id,
        verdict=Verdict.UNCLEAR,
        reasons=(f"unseen: {INK['unseen'].en}",),
        evidence=(Evidence(place=place, words=""),),
    )


def _words(looked: Seen, found: Found) -> str:
    """Return what was seen, as a person would measure it."""
    if found.how is SignatureKind.TYPED:
        return found.typed
    said = []
    strokes = looked.strokes(looked.pen)
    if strokes.length:
        share = 100 * strokes.area / max(looked.slot.area, 1.0)
        said.append(
            f"ink {strokes.wide * _POINT_MM:.0f} × {strokes.high * _POINT_MM:.0f} mm, "
            f"{share:.1f} % of the slot, a pen's way of {strokes.length * _POINT_MM:.0f} mm"
        )
    if looked.ring is not None and (looked.seal_here or looked.seal_near):
        said.append(f"a round seal, {2 * looked.ring.radius * _POINT_MM:.0f} mm across")
    if found.typed:
        said.append(f"the words {found.typed}")
    return "; ".join(said) or "nothing"


def _picture(looked: Seen) -> bytes:
    """Return the slot as PNG, small enough for a mail."""
    box = looked.slot.grown(_MARGIN)
    pixels = _cut(looked.view.pixels, box, WORK)
    if not pixels.size:
        return b""
    shrink = min(1.0, _PICTURE[0] / pixels.shape[1], _PICTURE[1] / pixels.shape[0])
    if shrink < 1.0:
        size = (max(1, round(pixels.shape[1] * shrink)), max(1, round(pixels.shape[0] * shrink)))
        pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    done, content = cv2.imencode(".png", pixels)
    return bytes(content) if done else b""
