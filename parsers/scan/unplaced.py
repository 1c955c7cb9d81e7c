"""Places that were not found on a page of which the rest was: a seal lies on a frame, or a rule is too pale.

What stands there would otherwise be read as nothing, and nobody would be asked.  A cell is where its row and
its column cross; what it holds is asked about.  Of a single field, or of all rows of a table, nobody can say
where it is: a person is shown the part of the page between the fields before and after it.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce

from agent.domain.forms import Field, Form, Kind
from parsers.pages.page import Box, Page, Places, Spot
from parsers.per_form import PerForm
from parsers.scan.rows import cell_of
from parsers.scan.sent import is_given

_INSIDE = 1.0
"""Points between two cells: the line itself."""
_COVERED = 0.2
"""Of its area: what is so far within other cells is no cell that lacks."""
_AROUND = 40.0
"""Points of the page that are shown above a field of which only what follows is known, or below."""

_COLUMN = 120.0
"""Points beside the cells of a row that are shown where a whole column lacks, which may be the last one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unplaced:
    """What was not found."""

    cells: dict[str, Spot] = field(default_factory=dict)
    """By path, where their row and column cross."""
    fields: dict[str, Spot] = field(default_factory=dict)
    """By field or path of a cell, the part of a page to look at."""

    def beside(self, places: Places) -> Places:
        """Return the places that were found, and the cells that were found by them."""
        return replace(places, fields={**places.fields, **self.cells})


NOWHERE = Unplaced()


def unplaced(form: Form, places: Places, sent: Places | None, page: Page | None = None) -> Unplaced:
    """Return the places that lack on a sheet of which all pages came and none is laid upon the one sent.

    Args:
        form: what was asked.
        places: what was found.
        sent: the places of the sheet as sent; what had none there lacks nowhere.  None when not known.
        page: what is shown where nothing was found at all; None leaves that out.
    """
    found = Unplaced()
    for number, asked in enumerate(form.fields):
        if asked.given:
            continue
        if asked.kind is Kind.ROWS:
            found.cells.update(_cells(form, asked, places))
            found.fields.update(_of_lost_columns(form, asked, places, sent))
            wanted = _of_lost_rows(form, asked, places, sent)
        else:
            lacks = asked.id not in places.fields and (sent is None or asked.id in sent.fields)
            wanted = (asked.id,) if lacks else ()
        look = _between(form, number, places) or (_whole(page) if page is not None else None)
        if look is not None:
            found.fields.update(dict.fromkeys(wanted, look))
    return found


def is_printed(words: str, form: Form) -> bool:
    """Say whether words are labels of the form and nothing else: no answer, so that the place is wrong.

    Args:
        words: what was read in a place, line by line.
        form: the form.
    """
    lines = [_plain(line) for line in words.splitlines()]
    return any(lines) and all(not line or line in _labels_of(form) for line in lines)


def _labels(form: Form) -> frozenset[str]:
    labels = [each.label for _, each in form.walk()] + [slot.label for slot in form.slots]
    return frozenset(_plain(words) for label in labels for words in (label.zh, label.en))


_labels_of = PerForm(_labels)


def _plain(words: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", words))).casefold()


def _of_lost_rows(form: Form, asked: Field, places: Places, sent: Places | None) -> tuple[str, ...]:
    """Return the cells of a table of which no row was found: all that it had when it was sent.

    Where that is not known, by as many rows as an empty form shows.
    """
    if any(cell_of(asked, path) is not None for path in places.fields):
        return ()
    if sent is None:
        paths = [f"{asked.id}.0.{column.id}" for column in asked.columns]
    else:
        paths = [path for path in sent.fields if cell_of(asked, path) is not None]
    return tuple(path for path in paths if not is_given(form, path))


def _of_lost_columns(
    form: Form, asked: Field, places: Places, sent: Places | None
) -> Iterator[tuple[str, Spot]]:
    """Yield the cells of each column of which none was found, with the row in which they must be."""
    rows = _rows(asked, places)
    found, wanted = _shown(asked, places), _shown(asked, sent) if sent is not None else asked.columns
    for column in [each for each in wanted if each not in found]:
        for number, row in rows.items():
            path = f"{asked.id}.{number}.{column.id}"
            if not is_given(form, path):
                spots = tuple(row.values())
                whole = reduce(Box.around, (spot.box for spot in spots))
                yield path, Spot(page=spots[0].page, box=_wider(whole))


def _shown(asked: Field, places: Places) -> tuple[Field, ...]:
    names = {cell[1] for path in places.fields if (cell := cell_of(asked, path)) is not None}
    return tuple(column for column in asked.columns if column.id in names)


def _rows(asked: Field, places: Places) -> dict[int, dict[str, Spot]]:
    """Return the cells that were found, by row and column."""
    rows: dict[int, dict[str, Spot]] = {}
    for path, spot in places.fields.items():
        if (cell := cell_of(asked, path)) is not None:
            rows.setdefault(cell[0], {})[cell[1]] = spot
    return rows


def _cells(form: Form, asked: Field, places: Places) -> Iterator[tuple[str, Spot]]:
    """Yield the cells that lack in rows of which others were found."""
    rows = _rows(asked, places)
    known = _shown(asked, places)
    for number, row in rows.items():
        for column in known:
            path = f"{asked.id}.{number}.{column.id}"
            if column.id in row or is_given(form, path):
                continue
            crossing = _crossing(row, [other[column.id] for other in rows.values() if column.id in other])
            if crossing is not None:
                yield path, crossing


def _crossing(row: Mapping[str, Spot], column: list[Spot]) -> Spot | None:
    """Return where a row crosses a column; None when that is within cells that were found."""
    page = next(iter(row.values())).page
    beside = [spot.box for spot in column if spot.page == page]
    own = [spot.box for spot in row.values() if spot.page == page]
    if not beside:
        return None
    top, bottom = max(box.top for box in own), min(box.bottom for box in own)
    left, right = max(box.left for box in beside), min(box.right for box in beside)
    box = Box(left + _INSIDE, top + _INSIDE, right - _INSIDE, bottom - _INSIDE)
    if box.width <= 0 or box.height <= 0 or sum(map(box.common, own)) > _COVERED * box.area:
        return None
    return Spot(page=page, box=box)


def _between(form: Form, number: int, places: Places) -> Spot | None:
    """Return the part of a page between the places before and after a field in the order of the form."""
    before = _nearest(form.fields[:number][::-1], places, last=True)
    slots = (places.slots[slot.id] for slot in form.slots if slot.id in places.slots)
    after = _nearest(form.fields[number + 1 :], places, last=False) or next(slots, None)
    if before is not None and after is not None and before.page == after.page:
        return Spot(page=before.page, box=before.box.around(after.box))
    if before is not None:
        return Spot(page=before.page, box=_lower(before.box, below=_AROUND))
    return Spot(page=after.page, box=_lower(after.box, above=_AROUND)) if after is not None else None


def _whole(page: Page) -> Spot:
    return Spot(page=page.number, box=Box(0.0, 0.0, page.width, page.height))


def _nearest(fields: tuple[Field, ...], places: Places, *, last: bool) -> Spot | None:
    """Return the first place of these fields; of rows the last cell or the first."""
    for each in fields:
        if each.id in places.fields:
            return places.fields[each.id]
        cells = [spot for path, spot in places.fields.items() if cell_of(each, path) is not None]
        if cells:
            return cells[-1 if last else 0]
    return None


def _wider(box: Box) -> Box:
    return Box(max(0.0, box.left - _COLUMN), box.top, box.right + _COLUMN, box.bottom)


def _lower(box: Box, *, above: float = 0.0, below: float = 0.0) -> Box:
    return Box(box.left, box.top - above, box.right, box.bottom + below)
