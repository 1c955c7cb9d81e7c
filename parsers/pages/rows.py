"""The tables of a form on its pages: which cell is which column of which row, also over page breaks."""

from collections.abc import Iterator
from dataclasses import dataclass

from agent.domain.forms import Field, Form, Kind
from parsers.pages.grid import TOLERANCE, Grid, Tile
from parsers.pages.labels import Near
from parsers.word.tables import MOST_ROWS

_SHARE = 0.6
"""How much of a header must be known words for it to be the header of a rows field."""
_LOWEST = 0.25
"""Of a page's height from below: a row that was broken over a page break ends there."""

Row = dict[str, tuple[Tile, ...]]
"""Column id to its cell, and to what the page break cut off it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The rows of one field."""

    field: Field
    headers: tuple[Tile, ...]
    rows: tuple[Row, ...]

    def tiles(self) -> Iterator[Tile]:
        """Yield every cell of the table, headers and columns that are none of ours included."""
        yield from self.headers
        for row in self.rows:
            for cells in row.values():
                yield from cells


def tables_of(grids: tuple[Grid, ...], form: Form, near: Near) -> tuple[Table, ...]:
    """Return the table of each rows field that is found; one that goes on overleaf is one table."""
    walk = _Walk(tuple(each for each in form.fields if each.kind is Kind.ROWS), near)
    for grid in grids:
        walk.page(grid)
    return tuple(
        Table(field=field, headers=tuple(walk.headers[field.id]), rows=tuple(walk.rows[field.id]))
        for field in walk.fields
        if field.id in walk.headers
    )


class _Walk:
    """Goes through the rows of cells of each page, and knows in which table it is."""

    def __init__(self, fields: tuple[Field, ...], near: Near) -> None:
        self.fields = fields
        self.headers: dict[str, list[Tile]] = {}
        self.rows: dict[str, list[Row]] = {}
        self._near = near
        self._open: Field | None = None
        self._columns: dict[str, Tile] = {}
        self._foot = 0.0

    def page(self, grid: Grid) -> None:
        """Take in the rows of one page."""
        overleaf = self._open
        done: set[int] = set()
        for band in grid.bands:
            if id(band) in done:
                continue
            headed = next(((f, c) for f in self.fields if (c := self._header(band, f))), None)
            if headed is not None:
                self._open, self._columns = headed
                self.headers.setdefault(self._open.id, []).extend(band)
                body = _following(grid, band)
            elif overleaf is not None and self._same_columns(band):
                self._open = overleaf
                body = [band, *_following(grid, band)]
            else:
                self._open = overleaf = None
                continue
            done.update(map(id, self._take(self._open, body, goes_on=self._open is overleaf)))
            overleaf = None
        self._foot = grid.page.height * (1 - _LOWEST)

    def _take(
        self, field: Field, body: list[tuple[Tile, ...]], *, goes_on: bool
    ) -> Iterator[tuple[Tile, ...]]:
        """Add rows until the table ends, and yield those that were its own."""
        rows = self.rows.setdefault(field.id, [])
        for number, band in enumerate(body):
            if len(rows) > MOST_ROWS or self._is_another(band):
                self._open = None
                return
            yield band
            cells = _under(self._columns, band)
            if number == 0 and goes_on and rows and _continues(rows[-1], cells, self._foot):
                for name, cell in cells.items():
                    rows[-1][name] = (*rows[-1].get(name, ()), cell)
            elif cells:
                rows.append({name: (cell,) for name, cell in cells.items()})

    def _header(self, band: tuple[Tile, ...], field: Field) -> dict[str, Tile]:
        columns: dict[str, Tile] = {}
        filled = 0
        for tile in band:
            filled += bool(tile.text)
            name = self._near.column(field.id, tile.text, sharp=tile.is_print) if tile.text else None
            if name is not None:
                columns.setdefault(name, tile)
        needed = min(2, len(field.columns))
        enough = len(columns) >= needed and len(columns) >= _SHARE * max(filled, len(field.columns) * _SHARE)
        return self._with_misread(columns, band, field) if enough else {}

    def _with_misread(
        self, columns: dict[str, Tile], band: tuple[Tile, ...], field: Field
    ) -> dict[str, Tile]:
        """Return the columns and those whose headers were misread, or not at all, where others tell them.

        A header stands between its neighbours; before the first and after the last one stands nothing.
        """
        order = [column.id for column in field.columns]
        at = {id(tile): order.index(name) for name, tile in columns.items()}
        found = dict(columns)
        if all(tile.is_print for tile in band):
            return found
        beside = (-1, *(at.get(id(tile)) for tile in band), len(order))
        for left, tile, right in zip(beside, band, beside[2:], strict=False):
            if id(tile) in at or left is None or right != left + 2 or (tile.text and tile.is_print):
                continue
            name = order[left + 1]
            if not tile.text or self._near.may_head(field.id, tile.text, name):
                found.setdefault(name, tile)
        return found

    def _is_another(self, band: tuple[Tile, ...]) -> bool:
        """Say whether a row below a table is none of its own: another header, or a labelled line."""
        if any(self._header(band, field) for field in self.fields):
            return True
        return bool(band[0].text) and self._near.is_label(band[0].text, sharp=band[0].is_print)

    def _same_columns(self, band: tuple[Tile, ...]) -> bool:
        """Say whether a row without header, at the top of a page, has the columns of the table before it."""
        lefts = [tile.box.left for tile in band]
        return all(
            any(abs(left - head.box.left) <= TOLERANCE for left in lefts) for head in self._columns.values()
        )


def spots(table: Table) -> Iterator[tuple[str, Field, tuple[Tile, ...]]]:
    """Yield each cell's path (`departments.0.asked`), its column, and where it is."""
    for number, row in enumerate(table.rows):
        for column in table.field.columns:
            if column.id in row:
                yield f"{table.field.id}.{number}.{column.id}", column, row[column.id]


def _following(grid: Grid, band: tuple[Tile, ...]) -> list[tuple[Tile, ...]]:
    rows: list[tuple[Tile, ...]] = []
    while (band := grid.following(band)) and band not in rows:
        rows.append(band)
    return rows


def _under(columns: dict[str, Tile], row: tuple[Tile, ...]) -> dict[str, Tile]:
    """Return the cell of `row` beneath each header, but a cell across two columns is neither's."""
    found: dict[str, Tile] = {}
    for name, head in columns.items():
        middle = head.box.centre[0]
        tile = next((each for each in row if each.box.left <= middle <= each.box.right), None)
        if tile is not None and tile.box.width <= head.box.width + 3 * TOLERANCE:
            found[name] = tile
    return found


def _continues(last: Row, cells: dict[str, Tile], foot: float) -> bool:
    """Say whether the first row of a page is the rest of the last one on the page before.

    Then it has words only where that one has, lacks some that that one has, and that one reaches to the
    foot of its page.
    """
    before = {name: tiles[-1] for name, tiles in last.items()}
    said = {name for name, tile in cells.items() if tile.text}
    had = {name for name, tile in before.items() if tile.text}
    return bool(said) and said < had and max(tile.box.bottom for tile in before.values()) >= foot
