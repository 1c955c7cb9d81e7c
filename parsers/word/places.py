"""Where the single fields of a form stand in a document: control, bookmark, label."""

from collections.abc import Iterator

from agent.domain.forms import Form, Kind
from parsers.word.found import Found, Rank
from parsers.word.labels import Labels, split_label
from parsers.word.layout import Bookmark, Cell, Control, Layout
from parsers.word.tables import RowsRegion
from parsers.word.upon import upon

NOTE = "▲"
"""How the notes begin that we put beside doubtful places when a form goes back."""


def bookmark_name(path: str) -> str:
    """Return the bookmark that stands around a field: dots become underscores."""
    return f"_fld_{path.replace('.', '_')}"


def single_places(
    layout: Layout, form: Form, labels: Labels, regions: tuple[RowsRegion, ...]
) -> dict[str, list[Found]]:
    """Return, for every field that is not rows, what stands in each of its places."""
    found: dict[str, list[Found]] = {f.id: [] for f in form.fields if f.kind is not Kind.ROWS}
    cells: dict[str, list[Cell | None]] = {name: [] for name in found}
    by_bookmark = {bookmark_name(name): name for name in found}
    for control in layout.controls:
        if control.tag in found:
            found[control.tag].append(in_control(layout, control))
            cells[control.tag].append(layout.cell_of(control))
    for bookmark in layout.bookmarks:
        if (name := by_bookmark.get(bookmark.name)) is not None and bookmark.end is not None:
            found[name].append(in_bookmark(layout, bookmark))
            cells[name].append(layout.cell_of(bookmark))
    in_rows = {id(cell) for region in regions for cell in region.cells()}
    for name, cell in _beside_labels(layout, labels, in_rows):
        if name in found and _may_hold(cell, name):
            found[name].append(in_cell(layout, cell))
            cells[name].append(cell)
    for name, each in cells.items():
        for own in {id(cell): cell for cell in each if cell is not None}.values():
            found[name].extend(upon(layout, own))
    # Running text is asked only where the form's own places are gone: `项目名称：…` may stand anywhere.
    gone = {name for name, places in found.items() if not places}
    for name, place, words in _after_labels(layout, labels, in_rows):
        if name in gone:
            found[name].append(Found(rank=Rank.LABEL, place=place, words=words))
    return found


def in_control(layout: Layout, control: Control) -> Found:
    """Return what stands in a content control."""
    words, struck = layout.left_standing(control)
    return Found(
        rank=Rank.CONTROL,
        place=f"control {control.tag}",
        words=words,
        offers=control.offers,
        day=control.day,
        shaky=control.placeholder or struck,
    )


def in_bookmark(layout: Layout, bookmark: Bookmark) -> Found:
    """Return what stands within a bookmark."""
    words, struck = layout.left_standing(bookmark)
    return Found(rank=Rank.BOOKMARK, place=f"bookmark {bookmark.name}", words=words, shaky=struck)


def in_cell(layout: Layout, cell: Cell) -> Found:
    """Return what stands in the cell beside a label."""
    words, struck = layout.left_standing(cell)
    return Found(rank=Rank.LABEL, place=cell.place, words=words, shaky=struck)


def slot_cells(layout: Layout, labels: Labels) -> Iterator[tuple[str, Cell]]:
    """Yield the cells beside or below the labels of signature slots."""
    for cells in layout.tables:
        for number, row in enumerate(cells):
            for at, cell in enumerate(row):
                if (slot := _slot_label(layout, labels, cell)) is None:
                    continue
                if (value := _value_cell(layout, labels, cells, number, at)) is not None:
                    yield slot, value


def is_ours(cell: Cell) -> bool:
    """Say whether the cell holds one of our controls or bookmarks: then its words are no label."""
    return bool(cell.controls or cell.bookmarks)


def _slot_label(layout: Layout, labels: Labels, cell: Cell) -> str | None:
    return None if is_ours(cell) else labels.slot(layout.words(cell))


def _may_hold(cell: Cell, name: str) -> bool:
    """Say whether a cell beside a label is this field's alone."""
    return all(control.tag == name for control in cell.controls) and all(
        bookmark.name == bookmark_name(name) for bookmark in cell.bookmarks
    )


def _beside_labels(layout: Layout, labels: Labels, in_rows: set[int]) -> Iterator[tuple[str, Cell]]:
    for rows in layout.tables:
        for number, row in enumerate(rows):
            for at, cell in enumerate(row):
                if id(cell) in in_rows or cell.continues or is_ours(cell):
                    continue
                name = labels.field(layout.words(cell))
                if name is not None and (value := _value_cell(layout, labels, rows, number, at)) is not None:
                    yield name, value


def _value_cell(layout: Layout, labels: Labels, rows: list[list[Cell]], number: int, at: int) -> Cell | None:
    """Return the cell right of a label, else the one below it, unless that is a label again."""
    row = rows[number]
    if at + 1 < len(row) and _is_free(layout, labels, row[at + 1]):
        return row[at + 1]
    if number + 1 < len(rows):
        below = next((c for c in rows[number + 1] if c.column == row[at].column), None)
        if below is not None and not below.continues and _is_free(layout, labels, below):
            return below
    return None


def _is_free(layout: Layout, labels: Labels, cell: Cell) -> bool:
    return is_ours(cell) or not labels.is_label(layout.words(cell))


def _after_labels(layout: Layout, labels: Labels, in_rows: set[int]) -> Iterator[tuple[str, str, str]]:
    """Yield what follows `label:` in the same paragraph or cell, or in the paragraph below it."""
    waiting: str | None = None
    for paragraph in layout.paragraphs:
        words = layout.words(paragraph)
        place = f"paragraph {paragraph.number}"
        parted = split_label(words) if not words.startswith(NOTE) else None
        name = labels.field(parted[0]) if parted is not None else None
        if parted is not None and name is not None:
            if parted[1]:
                yield name, place, parted[1]
            waiting = name if not parted[1] else None
        else:
            if waiting is not None and words and not labels.is_label(words):
                yield waiting, place, words
            waiting = waiting if not words else None
    for rows in layout.tables:
        for row in rows:
            for cell in row:
                if (
                    id(cell) in in_rows
                    or is_ours(cell)
                    or (parted := split_label(layout.words(cell))) is None
                ):
                    continue
                name = labels.field(parted[0])
                if name is not None and parted[1]:
                    yield name, cell.place, parted[1]
