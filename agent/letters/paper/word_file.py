"""Read a filled Word file into what paper needs (`model`): the body, header and footer."""

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import replace
from zipfile import BadZipFile

from lxml import etree

from agent.domain.errors import WillNotWork
from agent.domain.words import Words
from agent.letters.form_builder.package import unpack
from agent.letters.form_filling.xml import tag_of, w
from agent.letters.paper import word_inline
from agent.letters.paper.model import Block, Cell, Edges, Lack, Paragraph, Row, Sheets, Table, WordFile
from agent.letters.paper.word_inline import Part
from agent.letters.paper.word_styles import (
    Styles,
    TableLook,
    colour,
    edge,
    number,
    on,
    styles_from,
    twips,
)

_DOCUMENT = "word/document.xml"
_REFER = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def read(content: bytes) -> WordFile:
    """Return what the Word file shows, and what of it cannot be drawn.

    Raises:
        WillNotWork: it is no Word file.
    """
    try:
        parts = unpack(content)
        root = etree.fromstring(parts[_DOCUMENT])
    except (BadZipFile, KeyError, etree.XMLSyntaxError) as fault:
        raise WillNotWork(f"not a Word file: {fault}") from fault
    body = root.find(w("body"))
    if body is None:
        raise WillNotWork("not a Word file: it has no body")
    styles = styles_from(parts.get("word/styles.xml", b""))
    section = body.find(w("sectPr"))
    part = Part(styles, _pictures(parts, _DOCUMENT))
    blocks = tuple(_Body(part).blocks(body))
    margins = _Margins(parts, styles, section)
    own = section is not None and on(section, "titlePg", otherwise=False)
    whole = WordFile(
        paper=_paper(section),
        blocks=blocks,
        header=margins.blocks("header", "default"),
        footer=margins.blocks("footer", "default"),
        first_header=margins.blocks("header", "first") if own else None,
        first_footer=margins.blocks("footer", "first") if own else None,
    )
    lacks = (*part.lacks, *margins.lacks, *_odd_pages(root, parts))
    return replace(whole, lacks=tuple({(each.what, each.near): each for each in lacks}.values()))


class _Body:
    """Reads the blocks of one part."""

    def __init__(self, part: Part) -> None:
        self._part = part
        self._styles = part.styles

    def blocks(self, element: etree._Element) -> Iterator[Block]:
        for child in _through(element, self._part):
            if child.tag == w("p"):
                yield self._part.paragraph(child)
            elif child.tag == w("tbl"):
                yield self._table(child)
            elif child.tag == w("altChunk"):
                self._part.lack(word_inline.CHUNK, child)

    def _table(self, element: etree._Element) -> Table:
        properties = element.find(w("tblPr"))
        look = self._styles.table(properties)
        grid = tuple(twips(each, "w") for each in element.iterfind(f"{w('tblGrid')}/{w('gridCol')}"))
        rows = [each for each in _through(element, self._part) if each.tag == w("tr")]
        if properties is not None and properties.find(w("tblpPr")) is not None:
            self._part.lack(word_inline.FLOATING, element)
        columns = max((sum(_span(c) for c in row.iterfind(w("tc"))) for row in rows), default=0)
        if len(grid) < columns:
            grid = (*grid, *((40.0,) * (columns - len(grid))))
        indent = properties.find(w("tblInd")) if properties is not None else None
        read = [
            self._row(row, look, first=number == 0, last=number == len(rows) - 1, columns=len(grid))
            for number, row in enumerate(rows)
        ]
        return Table(rows=tuple(read), widths=grid, left=twips(indent, "w"))

    def _row(self, row: etree._Element, look: TableLook, *, first: bool, last: bool, columns: int) -> Row:
        properties = row.find(w("trPr"))
        tall = properties.find(w("trHeight")) if properties is not None else None
        before = properties.find(w("gridBefore")) if properties is not None else None
        column = int(number(before, "val"))
        cells: list[Cell] = []
        for each in _through(row, self._part):
            if each.tag != w("tc"):
                continue
            span = _span(each)
            sides = (first, column == 0, last, column + span >= columns)
            cells.append(self._cell(each, look, column, span, sides))
            column += span
        return Row(
            cells=tuple(cells),
            height=twips(tall, "val"),
            header=properties is not None and on(properties, "tblHeader", otherwise=False),
            whole=properties is not None and on(properties, "cantSplit", otherwise=False),
        )

    def _cell(
        self,
        element: etree._Element,
        look: TableLook,
        column: int,
        span: int,
        sides: tuple[bool, bool, bool, bool],
    ) -> Cell:
        properties = element.find(w("tcPr"))
        if properties is None:
            properties = etree.Element(w("tcPr"))
        shading, upright = properties.find(w("shd")), properties.find(w("vAlign"))
        merged = properties.find(w("vMerge"))
        goes_on = merged is not None and merged.get(w("val"), "continue") == "continue"
        if properties.find(w("textDirection")) is not None:
            self._part.lack(word_inline.TURNED, element)
        padding = dict(look.padding)
        for margin in properties.iterfind(f"{w('tcMar')}/*"):
            padding[etree.QName(margin).localname] = twips(margin, "w")
        paragraphs: list[Paragraph] = []
        for block in self.blocks(element):
            if isinstance(block, Paragraph):
                paragraphs.append(block)
            else:
                self._part.lack(word_inline.NESTED, element)
        fill = shading.get(w("fill"), "auto") if shading is not None else "auto"
        return Cell(
            paragraphs=tuple(paragraphs),
            column=column,
            span=span,
            shade="" if fill == "auto" else colour(fill),
            middle=upright is not None and upright.get(w("val")) == "center",
            edges=_edges(properties, look, sides, goes_on=goes_on),
            padding=(padding["top"], padding["right"], padding["bottom"], padding["left"]),
        )


class _Margins:
    """Reads headers and footers."""

    def __init__(self, parts: dict[str, bytes], styles: Styles, section: etree._Element | None) -> None:
        self._parts = parts
        self._styles = styles
        self._section = section
        self.lacks: list[Lack] = []

    def blocks(self, kind: str, which: str) -> tuple[Block, ...]:
        targets = _targets(self._parts, _DOCUMENT)
        references = self._section.iterfind(w(f"{kind}Reference")) if self._section is not None else ()
        for each in references:
            name = targets.get(each.get(_REFER, ""), "")
            if each.get(w("type"), "default") != which or name not in self._parts:
                continue
            part = Part(self._styles, _pictures(self._parts, name))
            found = tuple(_Body(part).blocks(etree.fromstring(self._parts[name])))
            self.lacks += part.lacks
            return found
        return ()


def _through(element: etree._Element, part: Part) -> Iterator[etree._Element]:
    """Yield the children, also those within controls and marks of changes that surround them."""
    for child in element:
        if child.tag == w("sdt"):
            if tag_of(child):
                part.lack(word_inline.BLOCK, child)
            inside = child.find(w("sdtContent"))
            yield from _through(inside, part) if inside is not None else ()
        elif child.tag in {w("ins"), w("customXml")}:
            yield from _through(child, part)
        else:
            yield child


def _edges(
    properties: etree._Element, look: TableLook, sides: tuple[bool, bool, bool, bool], *, goes_on: bool
) -> Edges:
    names = ("top", "left", "bottom", "right")
    inner = ("insideH", "insideV", "insideH", "insideV")
    found = {
        name: look.edges.get(name if outer else within)
        for name, within, outer in zip(names, inner, sides, strict=True)
    }
    own = properties.find(w("tcBorders"))
    for name in names if own is not None else ():
        border = own.find(w(name))  # type: ignore[union-attr] # asked for in the line above
        if border is not None:
            found[name] = edge(border)
    return Edges(
        top=None if goes_on else found["top"],
        left=found["left"],
        bottom=found["bottom"],
        right=found["right"],
    )


def _span(cell: etree._Element) -> int:
    return max(int(number(cell.find(f"{w('tcPr')}/{w('gridSpan')}"), "val", 1)), 1)


def _paper(section: etree._Element | None) -> Sheets:
    size = section.find(w("pgSz")) if section is not None else None
    margin = section.find(w("pgMar")) if section is not None else None
    return Sheets(
        width=twips(size, "w", 595.3),
        height=twips(size, "h", 841.9),
        top=abs(twips(margin, "top", 72)),
        right=twips(margin, "right", 72),
        bottom=abs(twips(margin, "bottom", 72)),
        left=twips(margin, "left", 72),
        header=twips(margin, "header", 36),
        footer=twips(margin, "footer", 36),
    )


def _odd_pages(root: etree._Element, parts: dict[str, bytes]) -> Iterator[Lack]:
    """Name what a section does that a sheet cannot."""
    sections = list(root.iter(w("sectPr")))
    sizes = {(p.width, p.height) for p in map(_paper, sections)}
    columns = (number(s.find(w("cols")), "num", 1) for s in sections)
    if len(sizes) > 1 or any(each > 1 for each in columns):
        yield _whole(word_inline.COLUMNS)
    settings = parts.get("word/settings.xml", b"")
    if b"evenAndOddHeaders" in settings:
        yield _whole(word_inline.EVEN)


def _whole(what: Words) -> Lack:
    return Lack(what=what, near="")


def _targets(parts: dict[str, bytes], name: str) -> dict[str, str]:
    """Return the part behind each relation of the part `name`."""
    folder, base = posixpath.split(name)
    listed = parts.get(f"{folder}/_rels/{base}.rels")
    relations: Iterable[etree._Element] = etree.fromstring(listed) if listed else ()
    return {
        each.get("Id", ""): posixpath.normpath(posixpath.join("/", folder, each.get("Target", ""))).lstrip(
            "/"
        )
        for each in relations
        if each.get("TargetMode") != "External"
    }


def _pictures(parts: dict[str, bytes], name: str) -> dict[str, bytes]:
    return {key: parts[part] for key, part in _targets(parts, name).items() if part in parts}
