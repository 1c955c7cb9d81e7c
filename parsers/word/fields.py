"""Turn what stands in the places of a form into answers: agreement is trust, contradiction is a question."""

from collections.abc import Iterable
from dataclasses import replace

from agent.domain.forms import Field, Form, Kind
from parsers.judging import FieldsRead, Row, prompts_of, read_found
from parsers.known import Known
from parsers.word.found import Found, Prompts, are_repeated, unrepeated
from parsers.word.labels import Labels
from parsers.word.layout import Cell, Layout
from parsers.word.places import bookmark_name, in_bookmark, in_cell, in_control, single_places
from parsers.word.tables import RowsRegion, column_of, rows_regions
from parsers.word.upon import upon


def read_fields(layout: Layout, form: Form, labels: Labels, known: Known) -> FieldsRead:
    """Read every field of `form`; a missing one is an answer too (`ABSENT`)."""
    regions = rows_regions(layout, form, labels)
    single = single_places(layout, form, labels, regions)
    listed = {f.id: _rows(layout, f, regions) for f in form.fields if f.kind is Kind.ROWS}
    problems: list[tuple[str, str]] = []
    if are_repeated(_texts(form, prompts_of(form), single, listed)):
        problems.append(("repeated_text", ""))
        single = {name: _each_once(found) for name, found in single.items()}
        listed = {
            name: [{column: _each_once(found) for column, found in row.items()} for row in rows]
            for name, rows in listed.items()
        }
    return read_found(form, single, listed, known, problems)


def _rows(layout: Layout, field: Field, regions: tuple[RowsRegion, ...]) -> list[Row]:
    rows: list[Row] = []
    placed: set[int] = set()
    for region in regions:
        if region.field != field.id:
            continue
        above: dict[str, Cell] = {}
        for row in region.body:
            found: Row = {}
            for cell in row:
                placed.update(id(control) for control in cell.controls)
                _own_places(layout, field, cell, found)
            for column in field.columns:
                cell_under = region.under(column.id, row)
                if cell_under is not None and cell_under.continues:
                    cell_under = above.get(column.id)
                elif cell_under is not None:
                    above[column.id] = cell_under
                if cell_under is not None and _may_hold(cell_under, field, column.id):
                    here = (in_cell(layout, cell_under), *upon(layout, cell_under))
                    found.setdefault(column.id, []).extend(here)
            rows.append(found)
    return rows + _loose_rows(layout, field, placed)


def _own_places(layout: Layout, field: Field, cell: Cell, found: Row) -> None:
    """Add what stands in the controls and bookmarks of one cell."""
    for control in cell.controls:
        if (named := column_of(control, field)) is not None:
            found.setdefault(named[1], []).append(in_control(layout, control))
    for bookmark in cell.bookmarks:
        column = _bookmarked_column(bookmark.name, field)
        if column is not None and bookmark.end is not None:
            found.setdefault(column, []).append(in_bookmark(layout, bookmark))


def _loose_rows(layout: Layout, field: Field, placed: set[int]) -> list[Row]:
    """Gather controls of rows that stand in no table, by the number in their tags."""
    rows: dict[int, Row] = {}
    for control in layout.controls:
        named = column_of(control, field) if id(control) not in placed else None
        if named is not None:
            rows.setdefault(named[0], {}).setdefault(named[1], []).append(in_control(layout, control))
    return [rows[number] for number in sorted(rows)]


def _bookmarked_column(name: str, field: Field) -> str | None:
    start = bookmark_name(field.id) + "_"
    if not name.startswith(start):
        return None
    number, _, column = name.removeprefix(start).partition("_")
    return column if number.isdecimal() and field.column(column) is not None else None


def _may_hold(cell: Cell, field: Field, column: str) -> bool:
    named = [column_of(control, field) for control in cell.controls if control.tag]
    return all(each is not None and each[1] == column for each in named)


def _texts(
    form: Form, prompts: Prompts, single: dict[str, list[Found]], listed: dict[str, list[Row]]
) -> Iterable[str]:
    """Yield what people wrote, of several places of a field the first; placeholders may be repeated too."""
    for field in form.fields:
        rows = [{field.id: single[field.id]}] if field.kind is not Kind.ROWS else listed[field.id]
        for row in rows:
            for each in (field, *field.columns):
                found = row.get(each.id, [])
                words = found[0].words if found and each.kind is not Kind.CHECKBOX else ""
                if words and prompts.without(unrepeated(words) or words, each)[0]:
                    yield words


def _each_once(found: list[Found]) -> list[Found]:
    return [
        each if (once := unrepeated(each.words)) is None else replace(each, words=once, shaky=True)
        for each in found
    ]
