"""A page as any reader of paper sees it: words with their places, and the cells that ruled lines enclose.

A PDF with text and a scan that went through OCR become the same pages, so that fields are found in
one way (`parsers.pages.places`).
"""

from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, in points (1/72 inch) from its upper left corner."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Return how wide it is, in points."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Return how high it is, in points."""
        return self.bottom - self.top

    @property
    def area(self) -> float:
        """Return its area in square points; nothing when it is turned inside out."""
        return max(self.width, 0.0) * max(self.height, 0.0)

    @property
    def centre(self) -> tuple[float, float]:
        """Return its middle."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def holds(self, other: "Box") -> bool:
        """Say whether the centre of `other` lies inside."""
        x, y = other.centre
        return self.left <= x <= self.right and self.top <= y <= self.bottom

    def common(self, other: "Box") -> float:
        """Return the area that both cover, in square points."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(width, 0.0) * max(height, 0.0)

    def grown(self, by: float) -> "Box":
        """Return the box with `by` points more on each side; fewer when negative."""
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def around(self, other: "Box") -> "Box":
        """Return the smallest box that holds both."""
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    @classmethod
    def of(cls, four: tuple[float, float, float, float]) -> Self:
        """Return the box with these left, top, right and bottom."""
        return cls(*four)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageWord:
    """Words in one run: of a text layer, or one line that OCR read."""

    text: str
    box: Box
    score: float = 1.0
    """What OCR says of it, 0 to 1, not calibrated; 1 for a text layer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One upright page."""

    number: int
    """Counted from 1 within the document."""
    width: float
    height: float
    words: tuple[PageWord, ...] = ()
    """In reading order."""
    cells: tuple[Box, ...] = ()
    """Rectangles enclosed by ruled lines, none within another, in reading order."""
    struck: tuple[Box, ...] = ()
    """Words of a text layer, or parts of them, through which a level line is drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A region of a page."""

    page: int
    """`Page.number`."""
    box: Box

    @property
    def place(self) -> str:
        """Return the spot as evidence names it."""
        left, top = round(self.box.left), round(self.box.top)
        return f"page {self.page}, {left},{top} to {round(self.box.right)},{round(self.box.bottom)} pt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where the fields and slots of one form are on its pages."""

    fields: dict[str, Spot]
    """Field id, or path of a cell (`departments.0.asked`), to the region that its value is in."""
    slots: dict[str, Spot]
    """Slot id to the region in which to sign."""
    dates: dict[str, Spot]
    """Slot id to the region of the date beside it, where there is one."""
    options: dict[str, dict[str, Spot]]
    """Path of a choice that is printed as boxes to tick: its values to their boxes; of a check box: `""`."""
    more: dict[str, tuple[Spot, ...]] = field(default_factory=dict)
    """What a page break cut off a field's region and put on the next page, by its id or path."""
