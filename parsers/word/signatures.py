"""Whether the signature slots of a Word form were signed, and how: three verdicts, each with reasons.

What counts stands in the slot: a picture or ink of somebody else than us, or the name of somebody we
know.  A picture that merely lies near is a question to a person, and so is everything unknown.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from agent.domain.answers import Evidence
from agent.domain.forms import Form, SignatureKind, Slot
from agent.domain.marks import DIGITAL, WORD
from agent.domain.signatures import Signature, Verdict
from parsers.digital import marks as digital
from parsers.known import Known
from parsers.pictures import look_at
from parsers.signing_days import with_days
from parsers.understood import plain
from parsers.word.drawings import Mark, Nature, examine, line_of
from parsers.word.found import SLOT_PROMPTS
from parsers.word.labels import Labels
from parsers.word.layout import Cell, Drawing, Layout
from parsers.word.names import TypedName
from parsers.word.package import Package
from parsers.word.places import slot_cells

SAID = {**DIGITAL, **WORD}
"""What the named reasons mean."""

_DAY = re.compile(r"sig\.(\w+)\.date")


@dataclass(slots=True)
class SignaturesRead:
    """The verdict on every slot, and the pictures behind them by digest."""

    signatures: tuple[Signature, ...] = ()
    pictures: dict[str, bytes] = field(default_factory=dict)


def read_signatures(
    package: Package, layout: Layout, form: Form, labels: Labels, known: Known
) -> SignaturesRead:
    """Judge every signature slot of `form`."""
    read = SignaturesRead()
    if not form.slots:
        return read
    cells = _slot_places(layout, form, labels)
    marks = examine(layout.drawings, package)
    taken = {id(cell) for found in cells.values() for cell in found}
    elsewhere = [m for m in marks if _lies_about(m.drawing, taken)]
    certified = _certified(package, cells, marks, form, known)
    scene = _Scene(package, layout, marks, elsewhere, known)
    judged = (
        _with_certificate(
            certified.get(slot.id),
            _judge(slot, cells.get(slot.id, []), scene, read.pictures),
        )
        for slot in form.slots
    )
    read.signatures = with_days(judged, dict(_days(layout)))
    return read


def _days(layout: Layout) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield slot, place and words of the day beside each slot."""
    for control in layout.controls:
        if control.placeholder or not (found := _DAY.fullmatch(control.tag)):
            continue
        cell = layout.cell_of(control)
        place = cell.place if cell is not None else f"control {control.tag}"
        yield found[1], (place, "".join(layout.parts[control.start : control.end]))


def _certified(
    package: Package, cells: Mapping[str, list[Cell]], marks: list[Mark], form: Form, known: Known
) -> Mapping[str, Signature]:
    """Return the digital signature of each slot, by the signature line that stands in it."""
    if not package.signed:
        return {}
    from parsers.digital import word as digital_word  # noqa: PLC0415 - a tenth of a second that few documents need

    slot_of = {id(cell): slot for slot, found in cells.items() for cell in found}
    lines = {
        line_of(mark.drawing): slot_of.get(id(mark.drawing.cell), "")
        for mark in marks
        if mark.nature is Nature.SIGNATURE_LINE
    }
    found = digital_word.judge(package, known)
    return digital.allot((replace(each.signature, slot=lines.get(each.line, "")) for each in found), form)


def _with_certificate(certified: Signature | None, marked: Signature) -> Signature:
    """Return what a slot says that was signed digitally, and perhaps by a mark as well.

    A certificate that does not count takes nothing from a mark in ink; a signature that says that the
    document was changed does.
    """
    if certified is None:
        return marked
    if (
        marked.verdict is not Verdict.SIGNED
        or certified.verdict is Verdict.SIGNED
        or digital.doubts_content(certified)
    ):
        return certified
    return replace(marked, reasons=(*marked.reasons, *certified.reasons))


@dataclass(frozen=True, slots=True)
class _Scene:
    package: Package
    layout: Layout
    marks: list[Mark]
    elsewhere: list[Mark]
    known: Known


def _slot_places(layout: Layout, form: Form, labels: Labels) -> dict[str, list[Cell]]:
    by_tag = {f"sig.{slot.id}": slot.id for slot in form.slots}
    by_name = {f"{start}{slot.id}": slot.id for slot in form.slots for start in ("_sig_", "_fld_sig_")}
    found: dict[str, list[Cell]] = {}

    def add(slot: str | None, cell: Cell | None) -> None:
        if slot is not None and cell is not None and cell not in found.setdefault(slot, []):
            found[slot].append(cell)

    for control in layout.controls:
        add(by_tag.get(control.tag), layout.cell_of(control))
    for bookmark in layout.bookmarks:
        add(by_name.get(bookmark.name), layout.cell_of(bookmark))
    beside = [(slot, cell) for slot, cell in slot_cells(layout, labels) if slot not in found]
    for slot, cell in beside:
        add(slot, cell)
    return found


def _lies_about(drawing: Drawing, taken: set[int]) -> bool:
    """Say whether a mark stands neither in a slot nor in the place of a field."""
    if drawing.cell is None:
        return True
    return id(drawing.cell) not in taken and not drawing.cell.controls and is_floating(drawing)


def is_floating(drawing: Drawing) -> bool:
    """Say whether the mark floats over the page, wherever its anchor stands."""
    return any(
        (each.tag.endswith("}anchor") or "position:absolute" in str(each.get("style", "")))
        for each in drawing.element.iter()
    )


def _judge(slot: Slot, cells: list[Cell], scene: _Scene, pictures: dict[str, bytes]) -> Signature:
    places = {id(cell) for cell in cells}
    inside = [
        mark for mark in scene.marks if mark.drawing.cell is not None and id(mark.drawing.cell) in places
    ]
    rows = {(cell.table, cell.row) for cell in cells}
    beside = [
        mark
        for mark in scene.elsewhere
        if mark.drawing.cell is not None and (mark.drawing.cell.table, mark.drawing.cell.row) in rows
    ]
    typed = " ".join(
        text
        for text in (
            *(_typed_words(scene.layout, cell) for cell in cells),
            *(mark.drawing.box for mark in inside if mark.nature is Nature.TEXT_BOX),
        )
        if text
    )
    name = TypedName.of(typed, scene.known)
    reasons: list[str] = []
    for mark in (*inside, *beside):
        signed = _by_mark(slot, mark, name, scene.package, pictures, reasons, beside=mark in beside)
        if signed is not None:
            return signed
    place = cells[0].place if cells else ""
    if name.who and name.is_known:
        return Signature(
            slot=slot.id,
            verdict=Verdict.SIGNED,
            how=SignatureKind.TYPED,
            who=name.who,
            evidence=(Evidence(place=place, words=typed),),
        )
    if typed:
        reasons.append("agreement_only" if name.only_agrees else "unknown_name")
    return _unsigned(slot, scene, reasons, name, Evidence(place=place, words=typed) if typed else None, cells)


def _unsigned(  # noqa: PLR0913 - everything that is known of a slot without a mark
    slot: Slot, scene: _Scene, reasons: list[str], name: TypedName, typed: Evidence | None, cells: list[Cell]
) -> Signature:
    if not reasons and any(mark.nature in {Nature.PICTURE, Nature.INK} for mark in scene.elsewhere):
        reasons.append("picture_elsewhere")
    evidence = (typed,) if typed is not None else ()
    if reasons:
        return Signature(
            slot=slot.id,
            verdict=Verdict.UNCLEAR,
            how=SignatureKind.TYPED if typed is not None else None,
            who=name.who,
            reasons=tuple(_named(each) for each in dict.fromkeys(reasons)),
            evidence=evidence,
        )
    why = "empty_slot" if cells else "slot_missing"
    return Signature(slot=slot.id, verdict=Verdict.UNSIGNED, reasons=(_named(why),))


def _by_mark(  # noqa: PLR0913 - one mark and all that it is judged by
    slot: Slot,
    mark: Mark,
    name: TypedName,
    package: Package,
    pictures: dict[str, bytes],
    reasons: list[str],
    *,
    beside: bool,
) -> Signature | None:
    """Return the signature that a mark makes, or note why it makes none."""
    if mark.nature is Nature.TEXT_BOX:
        return None
    if mark.nature not in {Nature.PICTURE, Nature.INK}:
        reasons.append(_REASON_OF[mark.nature])
        return None
    content = package.picture(mark.relation) if mark.relation else None
    seen = look_at(content) if content is not None else None
    if mark.nature is Nature.PICTURE:
        if seen is None:
            reasons.append("missing_picture")
            return None
        if seen.fault:
            reasons.append(seen.fault)
            return None
    if seen is not None and seen.digest:
        pictures[seen.digest] = seen.content
    size = f" {seen.size[0]}×{seen.size[1]}" if seen is not None else ""
    cell = mark.drawing.cell
    return Signature(
        slot=slot.id,
        verdict=Verdict.SIGNED,
        how=SignatureKind.INK if mark.nature is Nature.INK else SignatureKind.PICTURE,
        who=name.who if name.is_known else "",
        reasons=(_named("floating_beside"),) if beside else (),
        evidence=(
            Evidence(
                place=cell.place if cell is not None else f"paragraph {mark.drawing.paragraph}",
                words=f"{mark.nature.value}{size}",
            ),
        ),
        picture=seen.digest if seen is not None else "",
    )


_REASON_OF: Mapping[Nature, str] = {
    Nature.SIGNATURE_LINE: "signature_line",
    Nature.LINKED: "linked_picture",
    Nature.SHAPE: "shape",
    Nature.OBJECT: "object",
}


def _named(code: str) -> str:
    return f"{code}: {SAID[code].en}"


def _typed_words(layout: Layout, cell: Cell) -> str:
    """Return what was typed into a slot, without its placeholder and its date."""
    words, struck = layout.left_standing(cell)
    if struck and words == layout.words(cell):
        return ""  # a name that was struck out signs nothing
    for prompt in SLOT_PROMPTS:
        words = words.replace(prompt, " ")
    words = words.strip(" _—-…\n：:")
    return words if plain(words) not in {"", plain("签字"), plain("日期")} else ""
