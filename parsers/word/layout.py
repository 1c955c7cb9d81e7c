"""What stands where in a Word document: one walk that sees it as a reader with a pen would.

Inserted text counts and deleted text does not; hidden text, instructions of fields and placeholders
say nothing; what a control, a cell or a bookmark contains is a span of the same stream of words.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from parsers.understood import tidy


@dataclass(slots=True, eq=False, kw_only=True)
class Cell:
    """One cell of a table."""

    table: int
    row: int
    """Both counted from 1, as people count."""
    number: int
    """Its place in the row, from 1."""
    column: int
    """The grid column it begins in, from 0."""
    span: int
    """How many grid columns it covers."""
    continues: bool
    """It is the lower part of a cell that was merged downwards."""
    start: int = 0
    end: int = 0
    nested: list[tuple[int, int]] = field(default_factory=list)
    """The spans of the tables within it."""
    controls: list["Control"] = field(default_factory=list)
    bookmarks: list["Bookmark"] = field(default_factory=list)

    @property
    def place(self) -> str:
        """Return where it is, as evidence names it."""
        return f"table {self.table}, row {self.row}, cell {self.number}"


@dataclass(slots=True, eq=False, kw_only=True)
class Control:
    """One content control (ECMA-376 part 1, 17.5.2)."""

    tag: str
    placeholder: bool
    """`w:showingPlcHdr`: what stands in it was put there by the form, not by a person."""
    ticked: bool | None = None
    """Of a check box: its state."""
    offers: Mapping[str, str] = field(default_factory=dict)
    """Of a drop-down: displayed text → value."""
    day: str = ""
    """Of a date picker: the day it stores, ISO."""
    start: int = 0
    end: int = 0


@dataclass(slots=True, eq=False, kw_only=True)
class Bookmark:
    """One bookmark, from its start to its end."""

    name: str
    start: int
    end: int | None = None


@dataclass(slots=True, eq=False, kw_only=True)
class Paragraph:
    """One paragraph that stands in no table."""

    number: int
    start: int
    end: int = 0


@dataclass(slots=True, eq=False, kw_only=True)
class Drawing:
    """A picture, ink or shape: `element` is its XML, `box` the words of a text box within it."""

    element: etree._Element
    fallback: etree._Element | None
    cell: Cell | None
    paragraph: int
    hidden: bool
    at: int
    """Where in the stream its anchor stands."""
    box: str = ""


@dataclass(slots=True, eq=False, kw_only=True)
class Layout:
    """Everything that one walk saw."""

    parts: list[str] = field(default_factory=list)
    tables: list[list[list[Cell]]] = field(default_factory=list)
    """Tables in the order they begin, nested ones after those around them."""
    controls: list[Control] = field(default_factory=list)
    bookmarks: list[Bookmark] = field(default_factory=list)
    paragraphs: list[Paragraph] = field(default_factory=list)
    drawings: list[Drawing] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    """Hidden text, run by run: the token is there."""
    struck: list[tuple[int, int]] = field(default_factory=list)
    """The spans that are struck out by their format (17.3.2.37 and 17.3.2.9), or white; none is empty."""
    _said: dict[int, str] = field(default_factory=dict)
    """The words of spans that were asked for, by identity: labels, values and slots all ask for the same."""
    _cells: dict[int, Cell] = field(default_factory=dict)
    """The cell of a control or bookmark, by its identity.

    They do not know it themselves: a layout without circles is gone as soon as its reading is made, and the
    next document finds its memory still warm.
    """

    def add_control(self, control: Control, cell: Cell | None) -> None:
        """Note a control that has a tag, and the cell it stands in."""
        self.controls.append(control)
        if cell is not None:
            cell.controls.append(control)
            self._cells[id(control)] = cell

    def add_bookmark(self, bookmark: Bookmark, cell: Cell | None) -> None:
        """Note a bookmark, and the cell it begins in."""
        self.bookmarks.append(bookmark)
        if cell is not None:
            cell.bookmarks.append(bookmark)
            self._cells[id(bookmark)] = cell

    def add_struck(self, start: int, end: int) -> None:
        """Note that a span is struck out; runs that follow one another are one."""
        if self.struck and self.struck[-1][1] == start < end:
            self.struck[-1] = (self.struck[-1][0], end)
        elif start < end:
            self.struck.append((start, end))

    def left_standing(self, span: "Cell | Control | Bookmark | Paragraph") -> tuple[str, bool]:
        """Return the words of `span` that are not struck out, and whether some are.

        Where all of them are, they are what there is to ask about.
        """
        end = span.end if span.end is not None else span.start
        struck = [each for each in self.struck if each[0] < end and each[1] > span.start]
        if not struck:
            return self.words(span), False
        standing = list(self.parts)
        for first, last in struck:
            standing[first:last] = [""] * (last - first)
        return self._words(span, standing) or self.words(span), True

    def cell_of(self, span: Control | Bookmark) -> Cell | None:
        """Return the cell that a control stands in or a bookmark begins in, None outside of tables."""
        return self._cells.get(id(span))

    def words(self, span: "Cell | Control | Bookmark | Paragraph") -> str:
        """Return the words of `span` as they are read, outer blanks removed; ask once the walk is over."""
        known = self._said.get(id(span))
        if known is None:
            known = self._said[id(span)] = self._words(span)
        return known

    def _words(self, span: "Cell | Control | Bookmark | Paragraph", standing: list[str] | None = None) -> str:
        parts = self.parts if standing is None else standing
        end = span.end if span.end is not None else span.start
        if not isinstance(span, Cell) or not span.nested:
            return tidy("".join(parts[span.start : end]))
        kept: list[str] = []
        at = span.start
        for start, stop in span.nested:
            kept.extend(parts[at:start])
            at = stop
        kept.extend(parts[at:end])
        return tidy("".join(kept))

    def text(self) -> str:
        """Return everything that a reader of the body sees."""
        return "".join(self.parts)
