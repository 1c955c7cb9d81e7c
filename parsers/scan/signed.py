"""Who signed a sheet on paper: each slot judged where it is, or asked about where it is not found."""

from collections.abc import Iterator
from dataclasses import replace

from agent.domain.answers import Evidence
from agent.domain.forms import Form, SignatureKind, Slot
from agent.domain.marks import INK, WORD
from agent.domain.signatures import Signature, Verdict
from parsers.ink.slots import judge_place
from parsers.known import Known
from parsers.pages.labels import near_labels_of
from parsers.pages.page import Box, Places, Spot
from parsers.scan.album import Album
from parsers.scan.leaf import Leaf

_BEST = (Verdict.SIGNED, Verdict.UNCLEAR, Verdict.UNSIGNED)
_ABOVE = 24.0
"""Points above and below its label that show a slot: its row is 54 high."""
_FRAMED = 0.5
"""Of a slot that lies in one ruled cell at least."""


def signed(  # noqa: PLR0913 - the pages, the places on them, and what they are judged by
    leaves: tuple[Leaf, ...], places: Places, form: Form, known: Known, album: Album, *, is_whole: bool
) -> Iterator[Signature]:
    """Yield the verdict on each slot of the form.

    A slot of which the place is not found on a sheet whose pages all came may be signed: a seal lies on its
    frame, or the scan is too pale.  Only where a page lacks nobody need look.

    Args:
        leaves: the pages that came, those that came twice as well.
        places: where the slots are.
        form: the form.
        known: people, and whether pictures of every slot are wanted.
        album: keeps the pictures.
        is_whole: all pages of the sheet came, of the version of the form that is known here.
    """
    for slot in form.slots:
        spot = places.slots.get(slot.id)
        judged = [
            _judged(slot, leaf, spot, known, album)
            for leaf in leaves
            if spot is not None and leaf.page.number == spot.page
        ]
        if judged:
            yield min(judged, key=lambda each: _BEST.index(each.verdict))
        elif is_whole:
            yield _without_place(slot, form, leaves, album)
        else:
            why = f"slot_missing: {WORD['slot_missing'].en}"
            yield Signature(slot=slot.id, verdict=Verdict.UNSIGNED, reasons=(why,))


def _judged(slot: Slot, leaf: Leaf, spot: Spot, known: Known, album: Album) -> Signature:
    signature, pictures = judge_place(
        slot, leaf.pixels, leaf.scale, spot, blank=leaf.blank, words=leaf.page.words, known=known
    )
    album.add(dict(pictures))
    if (
        signature.verdict is Verdict.SIGNED
        and signature.how is SignatureKind.SEAL
        and not _is_certain(leaf, spot)
    ):
        # Where a seal hides the frame, its middle does not say for which row it is meant.
        why = f"seal_beside: {INK['seal_beside'].en}"
        signature = replace(signature, verdict=Verdict.UNCLEAR, reasons=(why,))
    if known.annotate and (digest := signature.picture or album.crop(leaf, spot.box)):
        album.sights[f"slot.{slot.id}"] = digest
    return signature


def _is_certain(leaf: Leaf, spot: Spot) -> bool:
    """Say whether it is certain where a slot is: by its frame, or by the page as sent below this one.

    Forms retyped without any lines have no frames to find.
    """
    if leaf.blank is not None or not leaf.page.cells:
        return True
    return any(cell.common(spot.box) >= _FRAMED * spot.box.area for cell in leaf.page.cells)


def _without_place(slot: Slot, form: Form, leaves: tuple[Leaf, ...], album: Album) -> Signature:
    """Return the question whether a slot is signed, with the row of the page in which its label stands."""
    near = near_labels_of(form)
    for leaf in leaves:
        for word in leaf.page.words:
            if near.slot(word.text, sharp=word.score >= 1.0) == slot.id:
                row = Box(word.box.left, word.box.top - _ABOVE, leaf.page.width, word.box.bottom + _ABOVE)
                place = Spot(page=leaf.page.number, box=row).place
                return _unseen(slot, place, album.crop(leaf, row))
    return _unseen(slot, "", "")


def _unseen(slot: Slot, place: str, picture: str) -> Signature:
    return Signature(
        slot=slot.id,
        verdict=Verdict.UNCLEAR,
        reasons=(f"unseen: {INK['unseen'].en}",),
        evidence=(Evidence(place=place, words=""),) if place else (),
        picture=picture,
    )
