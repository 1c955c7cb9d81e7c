"""Find the tables in which people list things: the rows of a rows field, as they stand in the document.

A row that somebody added has no controls, or those of the row it was copied from: so a row is what
stands under the headers, and it is numbered by its position, never by its tags.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agent.domain.forms import Field, Form, Kind
from parsers.word.labels import Labels
from parsers.word.layout import Cell, Control, Layout

MOST_ROWS = 300
"""Rows of one field that are read; a table with more is reported."""
_SHARE = 0.6
"""How much of a header must be known words for it to be the header of a rows field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsRegion:
    """The part of a table that belongs to one rows field."""

    field: str
    header: tuple[Cell, ...]
    """Empty when the rows were recognised by their controls alone."""
    columns: tuple[tuple[str, Cell], ...]
    """Column id with its header cell."""
    body: tuple[tuple[Cell, ...], ...]

    def cells(self) -> Iterator[Cell]:
        """Yield every cell of the region."""
        yield from self.header
        for row in self.body:
            yield from row

    def under(self, column: str, row: tuple[Cell, ...]) -> Cell | None:
        """Return the cell of `row` that stands under the header of `column`."""
        header = next((cell for name, cell in self.columns if name == column), None)
        if header is None:
            return None
        if len(row) == len(self.header):
            return row[header.number - 1] if header.number <= len(row) else None
        return next((c for c in row if c.column <= header.column < c.column + c.span), None)


def rows_regions(layout: Layout, form: Form, labels: Labels) -> tuple[RowsRegion, ...]:
    """Return the regions of every rows field, in the order of the document."""
    fields = tuple(each for each in form.fields if each.kind is Kind.ROWS)
    return tuple(region for table in layout.tables for region in _regions(layout, table, fields, labels))


def column_of(control: Control, field: Field) -> tuple[int, str] | None:
    """Return row number and column of a control of `field`; the number is only what it was copied from."""
    match = _TAG.fullmatch(control.tag)
    if match is None or match[1] != field.id or field.column(match[3]) is None:
        return None
    return int(match[2]), match[3]


_TAG = re.compile(r"([A-Za-z0-9_-]+)\.(\d{1,6})\.([A-Za-z0-9_-]+)")


def _regions(
    layout: Layout, table: list[list[Cell]], fields: tuple[Field, ...], labels: Labels
) -> Iterator[RowsRegion]:
    current: Field | None = None
    header: tuple[Cell, ...] = ()
    columns: tuple[tuple[str, Cell], ...] = ()
    body: list[tuple[Cell, ...]] = []

    def closed() -> Iterator[RowsRegion]:
        if current is not None and body:
            yield RowsRegion(field=current.id, header=header, columns=columns, body=tuple(body))

    for row in table:
        opened = next(((f, c) for f in fields if (c := _header(layout, row, f, labels))), None)
        owner = _owner(row, fields)
        if opened is not None:
            if current is not opened[0] or columns == ():
                yield from closed()
                current, columns, header, body = opened[0], opened[1], tuple(row), []
        elif owner is not None and owner is not current:
            yield from closed()
            current, columns, header, body = owner, (), (), [tuple(row)]
        elif current is not None:
            if owner is None and _leaves(layout, row, labels):
                yield from closed()
                current, columns, header, body = None, (), (), []
            else:
                body.append(tuple(row))
    yield from closed()


def _header(layout: Layout, row: list[Cell], field: Field, labels: Labels) -> tuple[tuple[str, Cell], ...]:
    if any(cell.controls or cell.bookmarks for cell in row):
        return ()
    columns: dict[str, Cell] = {}
    filled = 0
    for cell in row:
        words = layout.words(cell)
        filled += bool(words)
        if words and (name := labels.column(field.id, words)) is not None:
            columns.setdefault(name, cell)
    needed = min(2, len(field.columns))
    enough = len(columns) >= needed and len(columns) >= _SHARE * max(filled, len(field.columns) * _SHARE)
    return tuple(columns.items()) if enough else ()


def _owner(row: list[Cell], fields: tuple[Field, ...]) -> Field | None:
    controls = [control for cell in row for control in cell.controls]
    return next((f for f in fields for control in controls if column_of(control, f) is not None), None)


def _leaves(layout: Layout, row: list[Cell], labels: Labels) -> bool:
    """Say whether a row below a rows field belongs to something else: it begins with a label, or holds it."""
    if any(c.tag and _TAG.fullmatch(c.tag) is None for cell in row for c in cell.controls):
        return True
    if any(bookmark.name.startswith("_sig_") for cell in row for bookmark in cell.bookmarks):
        return True
    first = row[0] if row else None
    return first is not None and not first.controls and labels.is_label(layout.words(first))
