"""Walk the body of a Word document and note what stands where (`Layout`)."""

from collections.abc import Callable
from dataclasses import replace

from lxml import etree

from parsers.understood import tidy
from parsers.word_layout import Bookmark, Cell, Control, Drawing, Layout, Paragraph
from parsers.word_package import W, is_on

_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"

TICK, NO_TICK = "☑", "☐"

_SILENT = frozenset(
    f"{W}{name}"
    for name in (
        *("del", "moveFrom", "pPr", "rPr", "tblPr", "tblGrid", "tcPr", "trPr", "sectPr", "sdtPr", "sdtEndPr"),
        *("instrText", "delText", "delInstrText", "rt", "footnoteReference", "endnoteReference"),
        *("annotationRef", "commentReference", "proofErr", "lastRenderedPageBreak"),
    )
)
_LITERAL = {
    f"{W}br": "\n",
    f"{W}cr": "\n",
    f"{W}tab": " ",
    f"{W}ptab": " ",
    f"{W}noBreakHyphen": "-",
}
_SYMBOLS = {
    "wingdings": {"þ": TICK, "ý": TICK, "ü": "✓", "x": TICK, "¨": NO_TICK, "o": NO_TICK, "q": NO_TICK},
    "wingdings 2": {"R": TICK, "S": TICK, "T": TICK, "P": "✓", "£": NO_TICK, "*": NO_TICK},
}
"""What people insert from the symbol fonts to tick a box; the private-use codes are these plus F000."""
_PRIVATE_USE = 0xF000
_WIDEST = 64
"""Grid columns; Word allows 63."""


def walk(body: etree._Element, hidden_styles: frozenset[str]) -> Layout:
    """Return what stands where in `body`, which may also be a header or a footer."""
    walker = _Walker(hidden_styles)
    walker.children(body)
    return walker.layout


class _Walker:
    """The state of one walk."""

    def __init__(self, hidden_styles: frozenset[str]) -> None:
        self.layout = Layout()
        self._hidden_styles = hidden_styles
        self._cell: Cell | None = None
        self._open: dict[str, Bookmark] = {}
        self._paragraph = 0
        self._hidden = False
        self._muted = 0
        self._on: dict[str, Callable[[etree._Element], None]] = {
            f"{W}p": self._on_paragraph,
            f"{W}r": self._on_run,
            f"{W}t": self._on_text,
            f"{_M}t": self._on_text,
            f"{W}sym": self._on_symbol,
            f"{W}tbl": self._on_table,
            f"{W}sdt": self._on_control,
            f"{W}bookmarkStart": self._on_bookmark_start,
            f"{W}bookmarkEnd": self._on_bookmark_end,
            f"{W}fldChar": self._on_old_field,
            f"{W}drawing": self._on_drawing,
            f"{W}pict": self._on_drawing,
            f"{W}object": self._on_drawing,
            f"{_W14}contentPart": self._on_drawing,
            f"{W}contentPart": self._on_drawing,
            f"{_MC}AlternateContent": self._on_alternatives,
        }

    def children(self, element: etree._Element) -> None:
        for child in element:
            tag = child.tag
            if tag in _SILENT:
                continue
            if (literal := _LITERAL.get(tag)) is not None:
                self._say(literal)
            elif (handler := self._on.get(tag)) is not None:
                handler(child)
            elif isinstance(tag, str):
                self.children(child)

    def _say(self, text: str) -> None:
        if self._muted:
            return
        if self._hidden:
            self.layout.hidden.append(text)
        else:
            self.layout.parts.append(text)

    @property
    def _here(self) -> int:
        return len(self.layout.parts)

    def _on_paragraph(self, element: etree._Element) -> None:
        self._paragraph += 1
        outer, self._hidden = self._hidden, self._hidden or self._hides(element.find(f"{W}pPr"), "pStyle")
        paragraph = Paragraph(number=self._paragraph, start=self._here)
        self.children(element)
        paragraph.end = self._here
        self._hidden = outer
        if self._cell is None:
            self.layout.paragraphs.append(paragraph)
        # A paragraph mark that was deleted with tracking joins two paragraphs.
        if element.find(f"{W}pPr/{W}rPr/{W}del") is None:
            self.layout.parts.append("\n")

    def _hides(self, properties: etree._Element | None, style: str) -> bool:
        if properties is None or not self._hidden_styles:
            return False
        named = properties.find(f"{W}{style}")
        return named is not None and named.get(f"{W}val") in self._hidden_styles

    def _on_run(self, element: etree._Element) -> None:
        properties = element.find(f"{W}rPr")
        if properties is None:
            self.children(element)
            return
        outer = self._hidden
        vanish = properties.find(f"{W}vanish")
        self._hidden = outer or is_on(vanish) or (vanish is None and self._hides(properties, "rStyle"))
        fonts = properties.find(f"{W}rFonts")
        symbols = _SYMBOLS.get(str(fonts.get(f"{W}ascii", "")).casefold()) if fonts is not None else None
        if symbols is None:
            self.children(element)
        else:
            start = self._here
            self.children(element)
            for at in range(start, self._here):
                self.layout.parts[at] = "".join(_symbol(each, symbols) for each in self.layout.parts[at])
        self._hidden = outer

    def _on_text(self, element: etree._Element) -> None:
        if element.text:
            self._say(element.text)

    def _on_symbol(self, element: etree._Element) -> None:
        symbols = _SYMBOLS.get(str(element.get(f"{W}font", "")).casefold(), {})
        try:
            self._say(_symbol(chr(int(element.get(f"{W}char", ""), 16)), symbols))
        except (ValueError, OverflowError):
            return

    def _on_bookmark_start(self, element: etree._Element) -> None:
        name = element.get(f"{W}name", "")
        if name.startswith(("_fld_", "_sig_", "_fc_")):
            bookmark = Bookmark(name=name, start=self._here, cell=self._cell)
            self._open[element.get(f"{W}id", "")] = bookmark
            self.layout.bookmarks.append(bookmark)
            if self._cell is not None:
                self._cell.bookmarks.append(bookmark)

    def _on_bookmark_end(self, element: etree._Element) -> None:
        if (bookmark := self._open.pop(element.get(f"{W}id", ""), None)) is not None:
            bookmark.end = self._here

    def _on_old_field(self, element: etree._Element) -> None:
        """Read a legacy check box, which has its state in the properties of the field (17.16.7)."""
        box = element.find(f"{W}ffData/{W}checkBox")
        if box is not None:
            state = box.find(f"{W}checked")
            self._say(TICK if is_on(state if state is not None else box.find(f"{W}default")) else NO_TICK)

    def _on_control(self, element: etree._Element) -> None:
        properties = element.find(f"{W}sdtPr")
        control = _control(properties)
        control.start, control.cell = self._here, self._cell
        content = element.find(f"{W}sdtContent")
        if control.ticked is not None:
            self._say(TICK if control.ticked else NO_TICK)
        elif control.placeholder and content is not None:
            control.prompt = tidy("".join(str(t.text or "") for t in content.iter(f"{W}t")))
            self._muted += 1
            self.children(content)
            self._muted -= 1
        elif content is not None:
            self.children(content)
        control.end = self._here
        if control.tag:
            self.layout.controls.append(control)
            if control.cell is not None:
                control.cell.controls.append(control)

    def _on_table(self, element: etree._Element) -> None:
        outer, start = self._cell, self._here
        rows: list[list[Cell]] = []
        self.layout.tables.append(rows)
        number = len(self.layout.tables)
        for at, row in enumerate(_members(element, f"{W}tr"), start=1):
            if row.find(f"{W}trPr/{W}del") is not None:
                continue
            self._on_row(row, number, at, rows)
        self._cell = outer
        if outer is not None:
            outer.nested.append((start, self._here))

    def _on_row(self, element: etree._Element, table: int, number: int, rows: list[list[Cell]]) -> None:
        cells: list[Cell] = []
        rows.append(cells)
        column = _grid_before(element)
        outer = self._cell
        # Controls around a row or a cell are walked through; their own tags are noted on the cell.
        for wrappers, each in _with_wrappers(element, f"{W}tc"):
            cell = _cell(each, table=table, row=number, number=len(cells) + 1, column=column)
            column += cell.span
            cells.append(cell)
            self._cell = cell
            cell.start = self._here
            self.children(each)
            cell.end = self._here
            for properties in wrappers:
                control = _control(properties)
                if control.tag:
                    control = replace(control, start=cell.start, end=cell.end, cell=cell)
                    self.layout.controls.append(control)
                    cell.controls.append(control)
        self._cell = outer

    def _on_alternatives(self, element: etree._Element) -> None:
        """Walk what a present-day Word shows; the fallback repeats it (ECMA-376 part 3, 10.2)."""
        choice, fallback = element.find(f"{_MC}Choice"), element.find(f"{_MC}Fallback")
        before = len(self.layout.drawings)
        shown = choice if choice is not None else fallback
        if shown is not None:
            self.children(shown)
        for drawing in self.layout.drawings[before:]:
            if drawing.fallback is None:
                drawing.fallback = fallback

    def _on_drawing(self, element: etree._Element) -> None:
        if self._muted:
            return
        box = "\n".join(
            "".join(str(t.text or "") for t in each.iter(f"{W}t"))
            for content in element.iter(f"{W}txbxContent")
            for each in content.iter(f"{W}p")
        )
        self.layout.drawings.append(
            Drawing(
                element=element,
                fallback=None,
                cell=self._cell,
                paragraph=self._paragraph,
                hidden=self._hidden,
                at=self._here,
                box=tidy(box),
            )
        )


def _symbol(char: str, symbols: dict[str, str]) -> str:
    code = ord(char)
    known = chr(code - _PRIVATE_USE) if _PRIVATE_USE <= code <= _PRIVATE_USE + 0xFF else char
    return symbols.get(known, known if known == char else "")


def _cell(element: etree._Element, *, table: int, row: int, number: int, column: int) -> Cell:
    span = element.find(f"{W}tcPr/{W}gridSpan")
    merge = element.find(f"{W}tcPr/{W}vMerge")
    width = span.get(f"{W}val", "1") if span is not None else "1"
    return Cell(
        table=table,
        row=row,
        number=number,
        column=column,
        span=min(int(width), _WIDEST) if width.isdecimal() and width != "0" else 1,
        continues=merge is not None and merge.get(f"{W}val", "continue") == "continue",
    )


def _grid_before(row: etree._Element) -> int:
    skipped = row.find(f"{W}trPr/{W}gridBefore")
    width = skipped.get(f"{W}val", "0") if skipped is not None else "0"
    return min(int(width), _WIDEST) if width.isdecimal() else 0


def _members(element: etree._Element, tag: str) -> list[etree._Element]:
    """Return the rows of a table or the cells of a row, through controls and other wrappers."""
    return [each for _, each in _with_wrappers(element, tag)]


def _with_wrappers(
    element: etree._Element, tag: str
) -> list[tuple[tuple[etree._Element, ...], etree._Element]]:
    found: list[tuple[tuple[etree._Element, ...], etree._Element]] = []
    for child in element:
        if child.tag == tag:
            found.append(((), child))
        elif child.tag == f"{W}sdt":
            properties = child.find(f"{W}sdtPr")
            content = child.find(f"{W}sdtContent")
            inner = _with_wrappers(content, tag) if content is not None else []
            own = (properties,) if properties is not None and len(inner) == 1 and tag == f"{W}tc" else ()
            found.extend(((*own, *wrappers), each) for wrappers, each in inner)
        elif child.tag in {f"{W}customXml", f"{W}ins", f"{W}moveTo"}:
            found.extend(_with_wrappers(child, tag))
    return found


def _control(properties: etree._Element | None) -> Control:
    if properties is None:
        return Control(tag="", placeholder=False)
    tag = properties.find(f"{W}tag")
    box = properties.find(f"{_W14}checkbox")
    date = properties.find(f"{W}date")
    items = [
        *properties.iterfind(f"{W}dropDownList/{W}listItem"),
        *properties.iterfind(f"{W}comboBox/{W}listItem"),
    ]
    checked = box.find(f"{_W14}checked") if box is not None else None
    return Control(
        tag=str(tag.get(f"{W}val", "")).strip() if tag is not None else "",
        placeholder=is_on(properties.find(f"{W}showingPlcHdr")),
        ticked=None
        if box is None
        else checked is not None and checked.get(f"{_W14}val", "1") in {"1", "true", "on"},
        offers={
            str(i.get(f"{W}displayText") or i.get(f"{W}value", "")).strip(): str(i.get(f"{W}value", ""))
            for i in items
        },
        day=str(date.get(f"{W}fullDate", ""))[:10] if date is not None else "",
    )
