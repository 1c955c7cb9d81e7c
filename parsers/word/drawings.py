"""What the drawings of a Word document are: picture, ink, text box, signature line or something else.

DrawingML and VML both occur (ECMA-376 part 1, 20.4; part 4, 19); ink is a content part ([MS-DOCX] 2.5.2).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from lxml import etree

from parsers.word.layout import Drawing
from parsers.word.package import Package, R

OURS = "formclerk"
"""How the names of pictures begin that we put into forms ourselves (the QR code, a logo)."""

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_VML = "{urn:schemas-microsoft-com:vml}"
_OFFICE = "{urn:schemas-microsoft-com:office:office}"
_INK_URI = "wordprocessingInk"


class Nature(Enum):
    """What a drawing is; the value is how evidence calls it."""

    PICTURE = "picture"
    INK = "ink"
    TEXT_BOX = "text box"
    SIGNATURE_LINE = "signature line"
    LINKED = "linked picture"
    SHAPE = "shape"
    OBJECT = "object"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One drawing that somebody else than us put into the document."""

    drawing: Drawing
    nature: Nature
    relation: str = ""
    """The id of the embedded picture, or of the picture that stands in for ink."""


def examine(drawings: list[Drawing], package: Package) -> list[Mark]:
    """Return every visible drawing that is not ours."""
    shown = [each for each in drawings if not each.hidden]
    ours = {
        package.relations[relation].target
        for each in shown
        if is_ours(each.element)
        for relation in _embedded(each.element)
        if relation in package.relations
    }
    marks = [_mark(each) for each in shown if not is_ours(each.element)]
    return [
        mark
        for mark in marks
        if not (mark.relation in package.relations and package.relations[mark.relation].target in ours)
    ]


def line_of(drawing: Drawing) -> str:
    """Return the id of a signature line, in capitals without braces ([MS-OFFCRYPTO] 2.5.2.5: `SetupID`)."""
    lines = drawing.element.iter(f"{_OFFICE}signatureline")
    return next((str(each.get("id", "")) for each in lines), "").strip("{}").upper()


def is_ours(element: etree._Element) -> bool:
    """Say whether we put a drawing into the form ourselves, by its name."""
    for each in element.iter():
        if each.tag.endswith(("}docPr", "}cNvPr")) or each.tag.startswith(_VML):
            names = (each.get("name"), each.get("descr"), each.get("alt"), each.get("title"), each.get("id"))
            if any(name is not None and name.casefold().startswith(OURS) for name in names):
                return True
    return False


def _mark(drawing: Drawing) -> Mark:
    element = drawing.element
    tags = {str(each.tag) for each in element.iter()}
    if f"{_OFFICE}signatureline" in tags:
        return Mark(drawing=drawing, nature=Nature.SIGNATURE_LINE)
    if is_ink(element):
        standing_in = next(_embedded(element), "") or next(_in_fallback(drawing), "")
        return Mark(drawing=drawing, nature=Nature.INK, relation=standing_in)
    if f"{_OFFICE}OLEObject" in tags:
        return Mark(drawing=drawing, nature=Nature.OBJECT)
    if relation := next(_embedded(element), ""):
        return Mark(drawing=drawing, nature=Nature.PICTURE, relation=relation)
    if any(each.get(f"{R}link") for each in element.iter(f"{_A}blip")) or f"{_VML}imagedata" in tags:
        return Mark(drawing=drawing, nature=Nature.LINKED)
    if drawing.box:
        return Mark(drawing=drawing, nature=Nature.TEXT_BOX)
    return Mark(drawing=drawing, nature=Nature.SHAPE)


def is_ink(element: etree._Element) -> bool:
    """Say whether a drawing was made with a pen or freehand."""
    tags = {str(each.tag) for each in element.iter()}
    if any(tag.endswith("}contentPart") for tag in tags) or f"{_OFFICE}ink" in tags:
        return True
    if any(_INK_URI in str(each.get("uri", "")) for each in element.iter(f"{_A}graphicData")):
        return True
    # A freehand line is a custom geometry without words; arrows, boxes and lines are presets.
    freehand = f"{_A}custGeom" in tags or f"{_VML}polyline" in tags or f"{_VML}curve" in tags
    return freehand and not any(tag.endswith("}txbxContent") or tag == f"{_A}blip" for tag in tags)


def _embedded(element: etree._Element) -> Iterator[str]:
    for blip in element.iter(f"{_A}blip"):
        if relation := blip.get(f"{R}embed"):
            yield relation
    for image in element.iter(f"{_VML}imagedata"):
        if relation := image.get(f"{R}id"):
            yield relation


def _in_fallback(drawing: Drawing) -> Iterator[str]:
    if drawing.fallback is not None:
        yield from _embedded(drawing.fallback)
