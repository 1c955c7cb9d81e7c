"""What lies where: the lines of a paragraph after breaking, and what is drawn on a page.

Lengths are points.  Within lines `x` counts from the left edge of the text; on pages `x` and `y` count
from the upper left corner, as in `parsers.pages.page`.
"""

from dataclasses import dataclass
from typing import TypeAlias

from agent.letters.paper.model import Edge, Look, Picture


@dataclass(frozen=True, slots=True)
class Said:
    """Some words in one look."""

    words: str
    look: Look
    width: float


@dataclass(frozen=True, slots=True)
class Counted:
    """A page number, told when all pages are known."""

    whole: bool
    look: Look
    width: float


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture."""

    picture: Picture
    width: float


@dataclass(frozen=True, slots=True)
class Tick:
    """A box to tick: a check box, or one choice (`value`) of several."""

    path: str
    value: str
    width: float
    look: Look


@dataclass(frozen=True, slots=True)
class Widget:
    """A place to write in within a line."""

    path: str
    width: float
    height: float
    look: Look


Thing: TypeAlias = Said | Counted | Shown | Tick | Widget


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its things, each with its `x`, and where its letters stand."""

    things: tuple[tuple[float, Thing], ...]
    height: float
    """With the space above the first and below the last line of its paragraph."""
    baseline: float
    """From the upper edge."""
    new_page: bool = False
    """What follows begins a new page."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A coloured rectangle."""

    x: float
    y: float
    width: float
    height: float
    colour: str


@dataclass(frozen=True, slots=True)
class Ruled:
    """A ruled line."""

    x: float
    y: float
    to_x: float
    to_y: float
    edge: Edge


@dataclass(frozen=True, slots=True)
class At:
    """A thing of a line at its place; `y` is the baseline, of a picture, box or widget the upper edge."""

    x: float
    y: float
    thing: Thing


@dataclass(frozen=True, slots=True)
class Covered:
    """A cell that is a place to write in as a whole."""

    path: str
    x: float
    y: float
    width: float
    height: float
    look: Look


@dataclass(frozen=True, slots=True)
class Coded:
    """The QR code that every page has, if nothing else shows it."""

    x: float
    y: float
    side: float


Mark: TypeAlias = Filled | Ruled | At | Covered | Coded


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page, ready to be drawn."""

    marks: tuple[Mark, ...]
