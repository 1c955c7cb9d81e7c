"""Lay out what stands in a cell or paragraph: lines of words, or a place to write in that fills the cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from agent.letters.paper.faces import Faces
from agent.letters.paper.laid import Line, Said, Thing, Tick
from agent.letters.paper.lines import Breaker
from agent.letters.paper.model import Cell, Control, Inline, Look, Paragraph, Picture, Row, Tab, Table, Text
from agent.letters.paper.places import Nature, Place

BOX = 10.5
"""Points: a box of 3.7 mm, which a pen can tick and a camera can see."""
SIGN_HEIGHT = 57.5
"""Points: 20 mm for a hand and for the upper half of a seal."""
INSET = 2.0
"""Points between the edge of a place to write in and its words (viewers leave as much)."""
_GAP = "   "
_SMALLEST = 6.0
_LONGEST = 20_000
"""Characters; more do not fit on a page in the smallest letters."""
_STEP = 0.5
_COVERING = {Nature.TEXT, Nature.LINE, Nature.LIST, Nature.COMBO, Nature.SIGN}


class TooTall(Exception):
    """A place to write in does not fit on a page; says which."""


@dataclass(frozen=True, slots=True)
class LaidCell:
    """A cell with its lines broken."""

    cell: Cell
    x: float
    width: float
    lines: tuple[Line, ...]
    control: Control | None
    """What fills the whole cell to be written in."""
    height: float
    """At least, margins included."""


@dataclass(frozen=True, slots=True)
class LaidRow:
    """A row with its cells laid out."""

    row: Row
    cells: tuple[LaidCell, ...]
    height: float


class Layout:
    """Lays out cells and paragraphs of one sheet."""

    def __init__(self, faces: Faces, places: Mapping[str, Place], tallest: float) -> None:
        """Lay out for pages that hold `tallest` points."""
        self._faces = faces
        self._places = places
        self._tallest = tallest
        self._used: set[str] = set()
        self.breaker = Breaker(faces, self._opened)

    def paragraph(self, paragraph: Paragraph, width: float) -> tuple[Line, ...]:
        """Return the lines of a paragraph between the margins."""
        return self.breaker.lines(paragraph, width)

    def row(self, table: Table, row: Row) -> LaidRow:
        """Return a row with its least height.

        Raises:
            TooTall: the value of a place to write in is longer than any page.
        """
        cells = tuple(self._cell(table, cell) for cell in row.cells)
        return LaidRow(row, cells, max([row.height, *(each.height for each in cells)]))

    def _cell(self, table: Table, cell: Cell) -> LaidCell:
        x = table.left + sum(table.widths[: cell.column])
        width = sum(table.widths[cell.column : cell.column + cell.span])
        top, right, bottom, left = cell.padding
        control = self._alone(cell)
        if control is None:
            lines = tuple(
                line for each in cell.paragraphs for line in self.breaker.lines(each, width - left - right)
            )
            return LaidCell(cell, x, width, lines, None, sum(each.height for each in lines) + top + bottom)
        self._used.add(control.path)
        place = self._places[control.path]
        if place.nature is Nature.SIGN:
            shown = replace(cell.paragraphs[0], inlines=control.inside) if _is_signed(control) else None
            lines = self.breaker.lines(shown, width - left - right) if shown is not None else ()
            needed = sum(each.height for each in lines) + top + bottom
            return LaidCell(cell, x, width, lines, control, max(needed, SIGN_HEIGHT))
        control, needed = self._sized(control, place, width - 2 * INSET)
        return LaidCell(cell, x, width, (), control, needed + top + bottom)

    def _sized(self, control: Control, place: Place, width: float) -> tuple[Control, float]:
        """Return the control in letters so large that its value fits on a page, and its height."""
        look = control.look
        if len(place.shown) > _LONGEST:
            raise TooTall(place.label)
        while True:
            needed = self.needed(place, look, width)
            if needed <= self._tallest or look.size <= _SMALLEST:
                return replace(control, look=look), needed
            look = replace(look, size=max(look.size - _STEP, _SMALLEST))

    def needed(self, place: Place, look: Look, width: float) -> float:
        """Return how high the value of a place stands, with the space around it."""
        if place.nature is not Nature.TEXT:
            return look.size * 1.2 + 2 * INSET
        said = self.breaker.said(place.shown, look, width)
        return max(self.breaker.height(place.shown, look), look.size * 1.2) * len(said) + 2 * INSET

    def _alone(self, cell: Cell) -> Control | None:
        """Return the control that fills the cell: nothing else is said in it."""
        inlines = [each for paragraph in cell.paragraphs for each in paragraph.inlines]
        said = [each for each in inlines if not (isinstance(each, Text) and not each.words.strip())]
        only = said[0] if len(said) == 1 else None
        if not isinstance(only, Control) or only.path in self._used:
            return None
        place = self._places.get(only.path)
        return only if place is not None and place.nature in _COVERING else None

    def _opened(self, control: Control) -> Sequence[Inline | Thing] | None:
        place = self._places.get(control.path)
        if place is None or control.path in self._used:
            return control.inside
        self._used.add(control.path)
        look = replace(control.look, underline=False)
        if place.nature is Nature.TICK:
            return (Tick(place.path, "Yes", BOX, look),)
        if place.nature is not Nature.BOXES:
            return None
        found: list[Inline | Thing] = []
        for number, (value, label) in enumerate(place.options):
            if number:
                found.append(Text(_GAP, look))
            words = f"\u00a0{label}"
            width = self._faces.width(words, look.size, bold=look.bold)
            found += [Tick(place.path, value, BOX, look), Said(words, look, width)]
        if place.value and all(place.value != value for value, _ in place.options):
            found.append(Text(f"{_GAP}{place.shown}", look))
        return found


def _is_signed(control: Control) -> bool:
    return bool(control.text) or any(isinstance(each, Picture | Tab) for each in control.inside)
