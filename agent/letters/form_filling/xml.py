"""The few things that filling does to a parsed Word document."""

from collections.abc import Iterator
from typing import Final

from lxml import etree

W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W14: Final = "http://schemas.microsoft.com/office/word/2010/wordml"
_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"


def w(name: str) -> str:
    """Return the qualified name of a WordprocessingML element or attribute."""
    return f"{{{W}}}{name}"


def tag_of(control: etree._Element) -> str:
    """Return the tag of a content control, empty when it has none."""
    found = control.find(f"{w('sdtPr')}/{w('tag')}")
    return (found.get(w("val")) or "") if found is not None else ""


def controls_in(root: etree._Element) -> Iterator[etree._Element]:
    """Yield every content control, in the order of the document."""
    return root.iter(w("sdt"))


def up(element: etree._Element, name: str) -> etree._Element | None:
    """Return the nearest ancestor of that name (`tr`, `tc`, `tbl`, `p`)."""
    return next(element.iterancestors(w(name)), None)


def text_run(text: str, properties: etree._Element | None = None) -> etree._Element:
    """Return a run that says `text`, its line ends as breaks."""
    run = etree.Element(w("r"))
    if properties is not None:
        run.append(properties)
    for number, line in enumerate(text.split("\n")):
        if number:
            etree.SubElement(run, w("br"))
        for place, piece in enumerate(line.split("\t")):
            if place:
                etree.SubElement(run, w("tab"))
            if piece or not place:
                said = etree.SubElement(run, w("t"))
                said.set(_SPACE, "preserve")
                said.text = piece
    return run


def note(text: str, *, style: str = "FormNote", keep: bool = False) -> etree._Element:
    """Return a paragraph of small print; `keep` holds it to what follows."""
    paragraph = etree.Element(w("p"))
    properties = etree.SubElement(paragraph, w("pPr"))
    etree.SubElement(properties, w("pStyle")).set(w("val"), style)
    if keep:
        etree.SubElement(properties, w("keepNext"))
    paragraph.append(text_run(text))
    return paragraph


def keep_with_next(row: etree._Element) -> None:
    """Hold a table row to the next one, so that no page ends between them."""
    for paragraph in row.iter(w("p")):
        properties = paragraph.find(w("pPr"))
        if properties is None:
            properties = etree.Element(w("pPr"))
            paragraph.insert(0, properties)
        if properties.find(w("keepNext")) is None:
            styled = properties.find(w("pStyle")) is not None
            properties.insert(1 if styled else 0, etree.Element(w("keepNext")))


def shade(cell: etree._Element, colour: str) -> None:
    """Give a table cell a background (order of children: ECMA-376, part 1, 17.4.70)."""
    properties = cell.find(w("tcPr"))
    if properties is None:
        properties = etree.Element(w("tcPr"))
        cell.insert(0, properties)
    for old in properties.findall(w("shd")):
        properties.remove(old)
    shading = etree.Element(w("shd"))
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", colour)):
        shading.set(w(name), value)
    before = {w(n) for n in ("cnfStyle", "tcW", "gridSpan", "hMerge", "vMerge", "tcBorders")}
    place = sum(1 for child in properties if child.tag in before)
    properties.insert(place, shading)
