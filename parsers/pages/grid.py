"""The cells of pages with what stands in them, and which of them stand beside or below each other."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from parsers.pages.homes import Homes
from parsers.pages.lines import cut, prints_blanks, text_of
from parsers.pages.page import Box, Page, PageWord, Spot

TOLERANCE = 5.0
"""Points by which borders that are one line may differ; a scan's lines are found within three."""
_SHARED = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One ruled cell with the words in it."""

    page: int
    box: Box
    words: tuple[PageWord, ...]
    text: str

    @property
    def spot(self) -> Spot:
        """Return where it is."""
        return Spot(page=self.page, box=self.box)

    @property
    def is_print(self) -> bool:
        """Say whether its words come from a text layer, where no letter can be misread."""
        return all(word.score >= 1.0 for word in self.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """The cells of one page, in reading order, and the words that stand in none."""

    page: Page
    tiles: tuple[Tile, ...]
    loose: tuple[PageWord, ...]
    _bands: list[tuple[Tile, ...]] = field(default_factory=list)

    @classmethod
    def of(cls, page: Page) -> "Grid":
        """Put each word into the cell that holds its middle."""
        inside: dict[int, list[PageWord]] = {}
        loose: list[PageWord] = []
        homes, blanks = Homes(page.cells), prints_blanks(page)
        for word in page.words:
            x, y = word.box.centre
            # OCR may read over a ruled line what stands in two cells.
            at = {homes.at(each, y) for each in (word.box.left + 2, x, word.box.right - 2)} - {None}
            parts = [
                (home, part) for home in at if home is not None and (part := cut(word, page.cells[home]))
            ]
            for home, part in parts:
                inside.setdefault(home, []).append(part)
            if not parts:
                loose.append(word)
        tiles = tuple(
            Tile(
                page=page.number,
                box=cell,
                words=tuple(inside.get(number, ())),
                text=text_of(inside.get(number, ()), cell, prints_blanks=blanks),
            )
            for number, cell in enumerate(page.cells)
        )
        grid = cls(page=page, tiles=tiles, loose=tuple(loose))
        grid._bands.extend(_bands(tiles))
        return grid

    @property
    def bands(self) -> tuple[tuple[Tile, ...], ...]:
        """Return the rows of cells: those that begin at one height, from left to right; top to bottom."""
        return tuple(self._bands)

    def right_of(self, tile: Tile) -> Tile | None:
        """Return the cell that touches `tile` on its right."""
        found = [
            each
            for each in self.tiles
            if abs(each.box.left - tile.box.right) <= TOLERANCE
            and _common(each.box.top, each.box.bottom, tile.box.top, tile.box.bottom)
        ]
        return min(found, key=lambda each: abs(each.box.top - tile.box.top), default=None)

    def below(self, tile: Tile) -> Tile | None:
        """Return the cell that touches `tile` from below and begins where it does."""
        return next(
            (
                each
                for each in self.tiles
                if abs(each.box.top - tile.box.bottom) <= TOLERANCE
                and abs(each.box.left - tile.box.left) <= TOLERANCE
            ),
            None,
        )

    def following(self, band: tuple[Tile, ...]) -> tuple[Tile, ...]:
        """Return the row of cells that touches `band` from below, empty when the table ends there."""
        bottom = max(each.box.bottom for each in band)
        return next((row for row in self._bands if abs(row[0].box.top - bottom) <= TOLERANCE), ())


def _common(top: float, bottom: float, other_top: float, other_bottom: float) -> bool:
    height = min(bottom, other_bottom) - max(top, other_top)
    return height >= _SHARED * min(bottom - top, other_bottom - other_top)


def _bands(tiles: Iterable[Tile]) -> Iterator[tuple[Tile, ...]]:
    band: list[Tile] = []
    for tile in sorted(tiles, key=lambda each: each.box.top):
        if band and abs(tile.box.top - band[0].box.top) > TOLERANCE:
            yield tuple(sorted(band, key=lambda each: each.box.left))
            band = []
        band.append(tile)
    if band:
        yield tuple(sorted(band, key=lambda each: each.box.left))
