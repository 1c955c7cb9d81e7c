"""Whether the signature slots of a PDF were signed: digitally, by a mark upon the page, or by name."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from agent.domain.answers import Evidence
from agent.domain.forms import Form, SignatureKind, Slot
from agent.domain.marks import INK, PDF, WORD
from agent.domain.signatures import Signature, Verdict
from parsers.digital.marks import allot
from parsers.digital.pdf import PdfSignatures
from parsers.known import Known
from parsers.pages.fields import asked_at
from parsers.pages.lines import cut, text_of, words_in
from parsers.pages.page import Box, PageWord, Spot
from parsers.pdf.answers import Laid
from parsers.pdf.drawn import untrue
from parsers.pdf.fields import PdfFields
from parsers.pdf.seen import Seen, Shown
from parsers.pdf.widgets import WidgetKind
from parsers.signing_days import with_days
from parsers.understood import plain
from parsers.word.names import TypedName

if TYPE_CHECKING:
    from parsers.scan.of_pdf import Views

SAID = {**WORD, **PDF, "unseen": INK["unseen"]}
"""What the named reasons mean."""

_PROMPTS = frozenset(
    map(
        plain,
        ("在此签字或键入姓名", "在此签字", "签字", "日期", "选择日期", "Sign here", "Signature", "Date"),
    )
) | {plain("Sign here or type your name"), plain("Pick a date"), ""}

_BORDER = 2.5
"""Points within a slot's border that its ruled lines may fill."""
_ABOUT = 0.25
"""Of a word's height: so far its letters may reach beyond the box that its font claims."""
_WHITE = 225
"""Of 255; lighter is paper."""


@dataclass(slots=True)
class SlotsRead:
    """The verdict on every slot, and the pictures behind them by digest."""

    signatures: tuple[Signature, ...] = ()
    pictures: dict[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One form in a PDF, and all that its slots are judged by."""

    seen: Seen
    """The file as it came, not the signed revision: what lies on the slot is looked at."""
    laid: Laid
    fields: PdfFields
    digital: PdfSignatures
    sent: bytes
    """The PDF as we sent it, empty when it is not known."""
    known: Known


def read_slots(form: Form, scene: Scene) -> SlotsRead:
    """Judge every signature slot of `form`; a digital signature goes before whatever is drawn there."""
    read = SlotsRead()
    digital = allot(scene.digital.by_field.values(), form)
    places = scene.laid.places.slots
    shown = scene.seen.pages(
        {places[slot.id].page for slot in form.slots if slot.id in places and slot.id not in digital}
    )
    views: Views | None = None
    found = []
    for slot in form.slots:
        spot = places.get(slot.id)
        if slot.id in digital:
            found.append(_as_shown(digital[slot.id], scene, form))
        elif spot is None:
            found.append(_said(slot, Verdict.UNSIGNED, "slot_missing"))
        elif spot.page not in shown:
            found.append(_said(slot, Verdict.UNCLEAR, "unseen", spot))
        elif not _is_marked(shown[spot.page], spot, words := _words(scene, spot.page)):
            found.append(_by_words(slot, spot, words, scene.known))
        elif (views := views or _views(scene)) is None:
            found.append(_said(slot, Verdict.UNCLEAR, "mark_not_judged", spot))
        else:
            signature, crops = views.judge(slot, spot, words) or (
                _said(slot, Verdict.UNCLEAR, "unseen", spot),
                {},
            )
            found.append(signature)
            read.pictures.update(crops)
    read.signatures = with_days(found, dict(_days(scene)))
    return read


def _days(scene: Scene) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield slot, place and words of each day beside a slot: in a form field, or on the page."""
    for slot, spot in scene.laid.places.dates.items():
        held = [
            " ".join(widget.shown or widget.values)
            for widget in scene.fields.widgets
            if widget.spot is not None
            and widget.spot.page == spot.page
            and spot.box.holds(widget.spot.box)
            and widget.kind in {WidgetKind.TEXT, WidgetKind.CHOICE}
        ]
        page = next(page for page in scene.laid.pages if page.number == spot.page)
        yield slot, (spot.place, " ".join(held).strip() or words_in(page, spot.box))


def _as_shown(signature: Signature, scene: Scene, form: Form) -> Signature:
    """Return a digital signature; unclear where the signer saw other words than the fields hold."""
    if signature.verdict is not Verdict.SIGNED:
        return signature
    asked = (each for each in scene.fields.widgets if asked_at(form, each.name) is not None)
    if next(iter(untrue(scene.digital.signed or scene.seen.content, asked)), None) is None:
        return signature
    code = "other_words_shown"
    reasons = (f"{code}: {SAID[code].en}", *signature.reasons)
    return replace(signature, verdict=Verdict.UNCLEAR, reasons=reasons)


def _views(scene: Scene) -> "Views | None":
    try:
        from parsers.scan.of_pdf import Views  # noqa: PLC0415 - the extra `ocr` may not be installed
    except ImportError:
        return None
    return Views(scene.seen.content, scene.sent, scene.laid.fits, scene.known)


def _words(scene: Scene, number: int) -> tuple[PageWord, ...]:
    """Return the words of a page, those in its form fields too."""
    held = (
        PageWord(text=" ".join(widget.shown or widget.values).replace("\n", " "), box=widget.spot.box)
        for widget in scene.fields.widgets
        if widget.spot is not None
        and widget.spot.page == number
        and widget.values
        and widget.kind in {WidgetKind.TEXT, WidgetKind.CHOICE}
    )
    page = next(page for page in scene.laid.pages if page.number == number)
    return (*page.words, *held)


def _is_marked(shown: Shown, spot: Spot, words: tuple[PageWord, ...]) -> bool:
    """Say whether anything but words is drawn in a slot."""
    inner = spot.box.grown(-_BORDER)
    part = shown.part(inner).copy()
    for word in words:
        if word.box.common(inner) > 0:
            box = word.box.grown(_ABOUT * word.box.height)
            over = Box(
                box.left - inner.left, box.top - inner.top, box.right - inner.left, box.bottom - inner.top
            )
            part.paste(255, shown.pixels(over))
    darkest = part.getextrema()[0]
    return isinstance(darkest, int | float) and darkest < _WHITE


def _by_words(slot: Slot, spot: Spot, words: tuple[PageWord, ...], known: Known) -> Signature:
    """Judge a slot in which nothing stands but words."""
    inside = [
        part
        for word in words
        if plain(word.text) not in _PROMPTS and (part := cut(word, spot.box)) is not None
    ]
    typed = text_of(inside, spot.box)
    name = TypedName.of(typed, known)
    if name.who and name.is_known:
        return Signature(
            slot=slot.id,
            verdict=Verdict.SIGNED,
            how=SignatureKind.TYPED,
            who=name.who,
            evidence=(Evidence(place=spot.place, words=typed),),
        )
    if typed:
        code = "agreement_only" if name.only_agrees else "unknown_name"
        return _said(slot, Verdict.UNCLEAR, code, spot, typed)
    return _said(slot, Verdict.UNSIGNED, "empty_slot", spot)


def _said(slot: Slot, verdict: Verdict, code: str, spot: Spot | None = None, words: str = "") -> Signature:
    evidence = (Evidence(place=spot.place, words=words),) if spot is not None and words else ()
    return Signature(
        slot=slot.id,
        verdict=verdict,
        how=SignatureKind.TYPED if words else None,
        reasons=(f"{code}: {SAID[code].en}",),
        evidence=evidence,
    )
