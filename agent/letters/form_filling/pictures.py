"""Pictures of signatures in the documents that we compile."""

from io import BytesIO

from lxml import etree
from PIL import Image, UnidentifiedImageError

from agent.letters.form_builder.pieces import NAMESPACES
from agent.letters.form_filling.xml import w

_WIDEST, _HIGHEST = 1_260_000, 430_000
"""EMU: 3.5 cm × 1.2 cm."""
_FORMATS = {"PNG": "png", "JPEG": "jpeg"}
_IMAGE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_RELS = "word/_rels/document.xml.rels"
_TYPES = "[Content_Types].xml"
_DEFAULT = "{http://schemas.openxmlformats.org/package/2006/content-types}Default"


def show(control: etree._Element, parts: dict[str, bytes], digest: str, picture: bytes) -> bool:
    """Replace the content of `control` by a picture; False when the bytes are no picture we can show."""
    try:
        with Image.open(BytesIO(picture)) as image:
            kind, (width, height) = _FORMATS.get(image.format or "", ""), image.size
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return False
    content, properties = control.find(w("sdtContent")), control.find(w("sdtPr"))
    if not kind or content is None or properties is None or not width or not height:
        return False
    scale = min(_WIDEST / width, _HIGHEST / height)
    name = f"sig-{digest[:16]}"
    parts[f"word/media/{name}.{kind}"] = picture
    _relate(parts, name, f"media/{name}.{kind}")
    _declare(parts, kind)
    for plain in ("showingPlcHdr", "text"):
        for each in properties.findall(w(plain)):
            properties.remove(each)
    for child in list(content):
        content.remove(child)
    content.append(_drawing(name, int(width * scale), int(height * scale)))
    return True


def _relate(parts: dict[str, bytes], name: str, target: str) -> None:
    relations = etree.fromstring(parts[_RELS])
    if any(each.get("Id") == name for each in relations):
        return
    etree.SubElement(relations, _RELATION, Id=name, Type=_IMAGE, Target=target)
    parts[_RELS] = etree.tostring(relations, xml_declaration=True, encoding="UTF-8", standalone=True)


def _declare(parts: dict[str, bytes], kind: str) -> None:
    """Say the media type of the picture: a template restyled elsewhere may not know it."""
    types = etree.fromstring(parts[_TYPES])
    if any(each.get("Extension", "").lower() == kind for each in types.iter(_DEFAULT)):
        return
    types.insert(0, etree.Element(_DEFAULT, Extension=kind, ContentType=f"image/{kind}"))
    parts[_TYPES] = etree.tostring(types, xml_declaration=True, encoding="UTF-8", standalone=True)


def _drawing(name: str, width: int, height: int) -> etree._Element:
    text = (
        f'<w:r {NAMESPACES}><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{width}" cy="{height}"/><wp:docPr id="1" name="{name}" descr="signature"/>'
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
        f'<pic:pic><pic:nvPicPr><pic:cNvPr id="1" name="{name}"/><pic:cNvPicPr/></pic:nvPicPr>'
        f'<pic:blipFill><a:blip r:embed="{name}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )
    return etree.fromstring(text)
