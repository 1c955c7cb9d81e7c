"""Stamp the identity of a sheet into a filled form, in the places where readers look for it."""

from lxml import etree

from agent.domain.sheets import Sheet
from agent.letters.form_builder.build import custom
from agent.letters.form_filling.xml import text_run, up, w
from agent.letters.qr import qr_png

_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
_BLIP = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"
_EMBED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed"
_OURS = "formclerk-qr"
_CUSTOM = "docProps/custom.xml"
_TOKEN = "_fc_token"  # noqa: S105 - the name of a bookmark


def stamp(root: etree._Element, parts: dict[str, bytes], sheet: Sheet, secret: bytes) -> None:
    """Write the token into the custom property, the hidden bookmark and the QR code.

    docxtpl does not render custom properties, and a rendered QR code would be a picture of the template.
    """
    token = sheet.token(secret)
    _stamp(root, parts, token, sheet)
    for name in _qr_parts(root, parts):
        parts[name] = qr_png(token)


def unstamped(root: etree._Element, parts: dict[str, bytes], sheet: Sheet) -> None:
    """Leave a blank form without identity: no token, and no QR code that promises one."""
    _stamp(root, parts, "", sheet)
    for drawing in _drawings(root):
        run = up(drawing, "r")
        parent = run.getparent() if run is not None else None
        if run is not None and parent is not None:
            parent.remove(run)


def _stamp(root: etree._Element, parts: dict[str, bytes], token: str, sheet: Sheet) -> None:
    parts[_CUSTOM] = custom(token, f"{sheet.form}/{sheet.version}/{sheet.language.value}").encode()
    mark = next((m for m in root.iter(w("bookmarkStart")) if m.get(w("name")) == _TOKEN), None)
    if mark is None:
        return
    while (following := mark.getnext()) is not None and following.tag == w("r"):
        mark.getparent().remove(following)  # type: ignore[union-attr] # it has a sibling, so a parent
    hidden = etree.Element(w("rPr"))
    etree.SubElement(hidden, w("vanish"))
    mark.addnext(text_run(token, hidden))


def _drawings(root: etree._Element) -> list[etree._Element]:
    return [each for each in root.iter(_DRAWING) if each.get("descr") == _OURS]


def _qr_parts(root: etree._Element, parts: dict[str, bytes]) -> list[str]:
    """Return the picture parts behind our QR drawings; staff may have moved or replaced them."""
    relations = etree.fromstring(parts["word/_rels/document.xml.rels"])
    targets = {each.get("Id"): each.get("Target", "") for each in relations}
    found: list[str] = []
    for drawing in _drawings(root):
        inline = drawing.getparent()
        for blip in inline.iter(_BLIP) if inline is not None else ():
            target = targets.get(blip.get(_EMBED), "")
            found.append(target.lstrip("/") if target.startswith("/") else f"word/{target}")
    return [name for name in found if name in parts]
