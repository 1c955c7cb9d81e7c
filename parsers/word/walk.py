"""Walk the body of a Word document and note what stands where (`Layout`)."""

from collections.abc import Callable, Mapping
from typing import ClassVar

from lxml import etree

from parsers.understood import tidy
from parsers.word.layout import Bookmark, Cell, Drawing, Layout, Paragraph
from parsers.word.package import Styles, W, child, is_on
from parsers.word.pieces import (
    NO_TICK,
    SYMBOLS,
    TICK,
    W14,
    grid_before,
    is_white,
    members,
    read_cell,
    read_control,
    read_symbol,
    with_wrappers,
)

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"


_KNOWN = (W, _MC, _M)
"""What Word shows the contents of; elements of others it passes over (ECMA-376 part 3, 7.2 and 7.3)."""
_UNDERSTOOD = ("http://schemas.microsoft.com/office/", "urn:schemas-microsoft-com:", W[1:-1])
"""How the namespaces of extensions begin that a present-day Word has."""
_PARAGRAPH_PROPERTIES = f"{W}pPr"
_RUN_PROPERTIES = f"{W}rPr"
_DELETED = f"{W}del"
_VANISH = f"{W}vanish"
_FONTS = f"{W}rFonts"
_STRUCK = (f"{W}strike", f"{W}dstrike")
_ASCII = f"{W}ascii"
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


def walk(body: etree._Element, styles: Styles) -> Layout:
    """Return what stands where in `body`, which may also be a header or a footer."""
    walker = _Walker(styles)
    walker.children(body)
    return walker.layout


def _is_understood(choice: etree._Element) -> bool:
    """Say whether Word takes this choice: it has every extension that is required."""
    names = str(choice.get("Requires", "")).split()
    return bool(names) and all(str(choice.nsmap.get(name, "")).startswith(_UNDERSTOOD) for name in names)


class _Walker:
    """The state of one walk."""

    def __init__(self, styles: Styles) -> None:
        self.layout = Layout()
        self._styles = styles
        self._cell: Cell | None = None
        self._open: dict[str, Bookmark] = {}
        self._paragraph = 0
        self._hidden = False
        self._muted = 0

    def children(self, element: etree._Element) -> None:
        for each in element:
            tag = each.tag
            if tag in _SILENT:
                continue
            if (literal := _LITERAL.get(tag)) is not None:
                self._say(literal)
            elif (handler := self._ON.get(tag)) is not None:
                handler(self, each)
            elif str(tag).startswith(_KNOWN):
                self.children(each)

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
        properties = child(element, _PARAGRAPH_PROPERTIES)
        outer, self._hidden = self._hidden, self._hidden or self._hides(properties, "pStyle")
        paragraph = Paragraph(number=self._paragraph, start=self._here)
        self.children(element)
        paragraph.end = self._here
        self._hidden = outer
        if self._cell is None:
            self.layout.paragraphs.append(paragraph)
        # A paragraph mark that was deleted with tracking joins two paragraphs.
        if child(child(properties, _RUN_PROPERTIES), _DELETED) is None:
            self.layout.parts.append("\n")

    def _hides(self, properties: etree._Element | None, style: str) -> bool:
        if properties is None or not self._styles.hidden:
            return False
        named = child(properties, f"{W}{style}")
        return named is not None and named.get(f"{W}val") in self._styles.hidden

    def _on_run(self, element: etree._Element) -> None:
        properties = child(element, _RUN_PROPERTIES)
        if properties is None:
            self.children(element)
            return
        outer = self._hidden
        vanish = child(properties, _VANISH)
        self._hidden = outer or is_on(vanish) or (vanish is None and self._hides(properties, "rStyle"))
        fonts = child(properties, _FONTS)
        symbols = SYMBOLS.get(str(fonts.get(_ASCII, "")).casefold()) if fonts is not None else None
        start = self._here
        self.children(element)
        if any(is_on(child(properties, each)) for each in _STRUCK) or is_white(properties):
            self.layout.add_struck(start, self._here)
        if symbols is not None:
            for at in range(start, self._here):
                self.layout.parts[at] = "".join(read_symbol(each, symbols) for each in self.layout.parts[at])
        self._hidden = outer

    def _on_text(self, element: etree._Element) -> None:
        if element.text:
            self._say(element.text)

    def _on_symbol(self, element: etree._Element) -> None:
        symbols = SYMBOLS.get(str(element.get(f"{W}font", "")).casefold(), {})
        try:
            self._say(read_symbol(chr(int(element.get(f"{W}char", ""), 16)), symbols))
        except (ValueError, OverflowError):
            return

    def _on_bookmark_start(self, element: etree._Element) -> None:
        name = element.get(f"{W}name", "")
        if name.startswith(("_fld_", "_sig_", "_fc_")):
            bookmark = Bookmark(name=name, start=self._here)
            self._open[element.get(f"{W}id", "")] = bookmark
            self.layout.add_bookmark(bookmark, self._cell)

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
        properties = child(element, f"{W}sdtPr")
        control = read_control(properties)
        control.start = self._here
        content = child(element, f"{W}sdtContent")
        if control.ticked is not None:
            self._say(TICK if control.ticked else NO_TICK)
        elif content is not None and control.placeholder and self._waits(content):
            picture = child(properties, f"{W}picture") is not None
            drawings = len(self.layout.drawings)
            self._muted += 1
            self.children(content)
            self._muted -= 1
            # What is drawn into the control of a slot is no placeholder, except that of a picture control.
            if picture:
                del self.layout.drawings[drawings:]
        elif content is not None:
            self.children(content)
        control.end = self._here
        if control.tag:
            self.layout.add_control(control, self._cell)

    def _waits(self, content: etree._Element) -> bool:
        """Say whether every word of a flagged control is a placeholder by its style as well.

        Programs that fill controls may forget the flag (17.5.2.39); then the words have another style.
        """
        if not self._styles.placeholder:
            return True
        styles = [
            child(child(run, _RUN_PROPERTIES), f"{W}rStyle")
            for run in content.iter(f"{W}r")
            if child(run, f"{W}t") is not None
        ]
        return all(s is not None and s.get(f"{W}val") in self._styles.placeholder for s in styles)

    def _on_table(self, element: etree._Element) -> None:
        outer, start = self._cell, self._here
        rows: list[list[Cell]] = []
        self.layout.tables.append(rows)
        number = len(self.layout.tables)
        for at, row in enumerate(members(element, f"{W}tr"), start=1):
            properties = child(row, f"{W}trPr")
            if child(properties, _DELETED) is not None or is_on(child(properties, f"{W}hidden")):
                continue
            self._on_row(row, number, at, rows)
        self._cell = outer
        if outer is not None:
            outer.nested.append((start, self._here))

    def _on_row(self, element: etree._Element, table: int, number: int, rows: list[list[Cell]]) -> None:
        cells: list[Cell] = []
        rows.append(cells)
        column = grid_before(element)
        outer = self._cell
        # Controls around a row or a cell are walked through; their own tags are noted on the cell.
        for wrappers, each in with_wrappers(element, f"{W}tc"):
            cell = read_cell(each, table=table, row=number, number=len(cells) + 1, column=column)
            column += cell.span
            cells.append(cell)
            self._cell = cell
            cell.start = self._here
            self.children(each)
            cell.end = self._here
            for properties in wrappers:
                control = read_control(properties)
                if control.tag:
                    control.start, control.end = cell.start, cell.end
                    self.layout.add_control(control, cell)
        self._cell = outer

    def _on_alternatives(self, element: etree._Element) -> None:
        """Walk what a present-day Word shows; the fallback repeats it (ECMA-376 part 3, 7.5)."""
        choices = (each for each in element.iterchildren(f"{_MC}Choice") if _is_understood(each))
        choice, fallback = next(choices, None), child(element, f"{_MC}Fallback")
        before = len(self.layout.drawings)
        shown = choice if choice is not None else fallback
        if shown is not None:
            self.children(shown)
        for drawing in self.layout.drawings[before:]:
            if drawing.fallback is None:
                drawing.fallback = fallback

    def _on_drawing(self, element: etree._Element) -> None:
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

    _ON: ClassVar[Mapping[str, Callable[["_Walker", etree._Element], None]]] = {
        f"{W}p": _on_paragraph,
        f"{W}r": _on_run,
        f"{W}t": _on_text,
        f"{_M}t": _on_text,
        f"{W}sym": _on_symbol,
        f"{W}tbl": _on_table,
        f"{W}sdt": _on_control,
        f"{W}bookmarkStart": _on_bookmark_start,
        f"{W}bookmarkEnd": _on_bookmark_end,
        f"{W}fldChar": _on_old_field,
        f"{W}drawing": _on_drawing,
        f"{W}pict": _on_drawing,
        f"{W}object": _on_drawing,
        f"{W14}contentPart": _on_drawing,
        f"{W}contentPart": _on_drawing,
        f"{_MC}AlternateContent": _on_alternatives,
    }
    """What is done about an element; functions, since a walker that held its own methods were a circle."""
