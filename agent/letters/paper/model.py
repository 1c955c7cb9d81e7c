"""A Word file as paper sees it: words, tables and places to fill in, with all styles resolved.

Lengths are points.  Nothing here knows WordprocessingML or PDF; `word_file` makes it, `flow` lays it out.
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from agent.domain.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a run of text looks."""

    size: float = 10.0
    bold: bool = False
    italic: bool = False
    underline: bool = False
    strike: bool = False
    colour: str = "000000"


@dataclass(frozen=True, slots=True)
class Text:
    """Some words; never a line end."""

    words: str
    look: Look


@dataclass(frozen=True, slots=True)
class Break:
    """The end of a line within a paragraph; `page` also ends the page."""

    look: Look
    page: bool = False


@dataclass(frozen=True, slots=True)
class Tab:
    """Go on at the next tab stop."""

    look: Look


@dataclass(frozen=True, slots=True)
class Count:
    """The number of the page, or of all pages."""

    whole: bool
    look: Look


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture within a line."""

    content: bytes
    width: float
    height: float
    qr: bool = False
    """It is our QR code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """A place to fill in: the content control of a field, cell, slot or date."""

    path: str
    text: str
    """What stands in it, line ends as `\\n`; empty while the placeholder shows."""
    look: Look
    ticked: bool | None = None
    """Of a check box."""
    offered: tuple[str, ...] = ()
    """What a combo box lists."""
    inside: tuple["Inline", ...] = ()
    """What the Word file shows in it, the placeholder included."""


Inline: TypeAlias = Text | Break | Tab | Count | Picture | Control


class Align(Enum):
    """Where the lines of a paragraph stand."""

    LEFT = "left"
    CENTRE = "center"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Edge:
    """A ruled line."""

    width: float
    colour: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Lines of inline things."""

    inlines: tuple[Inline, ...]
    look: Look
    """Of the empty paragraph: how high it is."""
    align: Align = Align.LEFT
    before: float = 0.0
    after: float = 0.0
    spacing: float = 1.0
    """Times the height of the font; 0 when `height` alone counts."""
    height: float = 0.0
    """Least height of a line; the exact one when `spacing` is 0."""
    left: float = 0.0
    right: float = 0.0
    first: float = 0.0
    keep: bool = False
    """No page ends between this and the next."""
    new_page: bool = False
    above: Edge | None = None
    below: Edge | None = None
    stops: tuple[tuple[float, Align], ...] = ()
    """Tab stops, from the left edge of the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edges:
    """The ruled lines around a cell."""

    top: Edge | None = None
    left: Edge | None = None
    bottom: Edge | None = None
    right: Edge | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell of a table; `column` and `span` count grid columns."""

    paragraphs: tuple[Paragraph, ...]
    column: int
    span: int = 1
    shade: str = ""
    middle: bool = False
    edges: Edges = field(default_factory=Edges)
    padding: tuple[float, float, float, float] = (0.0, 5.4, 0.0, 5.4)
    """Top, right, bottom, left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of a table."""

    cells: tuple[Cell, ...]
    height: float = 0.0
    """At least."""
    header: bool = False
    """Repeated at the top of every page that the table goes on to."""
    whole: bool = False
    """No page ends within it."""

    @property
    def keep(self) -> bool:
        """Say whether no page ends between this row and the next."""
        return bool(self.cells) and any(p.keep for cell in self.cells for p in cell.paragraphs[:1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows on a grid."""

    rows: tuple[Row, ...]
    widths: tuple[float, ...]
    left: float = 0.0


Block: TypeAlias = Paragraph | Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """Something of the Word file that cannot be drawn."""

    what: Words
    near: str
    """The words beside it, or the part that it is in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheets:
    """The paper: size, margins, and how far header and footer stand from the edge."""

    width: float
    height: float
    top: float
    right: float
    bottom: float
    left: float
    header: float
    footer: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WordFile:
    """All that a Word file shows."""

    paper: Sheets
    blocks: tuple[Block, ...]
    header: tuple[Block, ...] = ()
    footer: tuple[Block, ...] = ()
    first_header: tuple[Block, ...] | None = None
    """Where the first page has its own; None when it is like the others."""
    first_footer: tuple[Block, ...] | None = None
    lacks: tuple[Lack, ...] = ()
