"""Where the fields and slots of a form are on its pages: beside their printed labels, under their headers.

A PDF with text and a scan after OCR are located in one way.  A label that two fields could mean, or that
is printed twice with two places beside it, leads nowhere: a value is never read from another field's place.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from agent.domain.forms import Form, Kind, Slot
from agent.domain.words import Language
from parsers.pages.grid import TOLERANCE, Grid, Tile
from parsers.pages.labels import Near, is_nearly, near_labels_of, shared
from parsers.pages.lines import words_of
from parsers.pages.loose import loose_spots
from parsers.pages.options import options_in
from parsers.pages.page import Page, Places
from parsers.pages.rows import Table, spots, tables_of
from parsers.pages.titles import titled
from parsers.word.labels import language_of

_DATES = ("日期", "Date", "签字日期", "Date signed")
"""How the cell beside a slot is labelled that holds its date."""
_ENOUGH = 0.5
"""Which part of a form's labels a document without its title must show to be recognised."""
_LOWEST = 0.25


def locate(pages: tuple[Page, ...], form: Form, language: Language | None = None) -> Places:
    """Return where the fields, slots and boxes to tick of `form` are on `pages`.

    Rows are numbered as they stand, empty ones too; `parsers.pages.fields` leaves those out and closes the
    gaps.  What is not found is left out.

    Args:
        pages: upright pages in order, of one form.
        form: what to look for.
        language: that of the document where it is known: misread labels are then sought in it alone.
    """
    near = near_labels_of(form).spoken(language)
    grids = tuple(Grid.of(page) for page in pages)
    tables = tables_of(grids, form, near)
    taken = {id(tile) for table in tables for tile in table.tiles()}
    seen = _Seen()
    for grid in grids:
        _look_for_slots(grid, near, taken, seen)
    for number, grid in enumerate(grids):
        overleaf = grids[number + 1] if number + 1 < len(grids) else None
        _look(grid, overleaf, near, taken, seen)
    places = Places(
        fields={name: found.spot for name, found in _single(seen.fields)},
        slots={name: found.spot for name, found in _single(seen.slots)},
        dates={name: found.spot for name, found in _single(seen.dates)},
        options={},
        more={name: tuple(each.spot for each in rest) for name, rest in seen.more.items()},
    )
    _add_rows(places, tables)
    _add_loose(places, grids, form, near)
    _add_options(places, form, {page.number: page for page in pages})
    return places


def which_form(pages: tuple[Page, ...], forms: Mapping[str, Form]) -> tuple[Form, Language | None] | None:
    """Return the form that `pages` show, by its title or else by its labels; None when that is not clear."""
    form = titled(pages, forms) or _by_labels(pages, forms)
    if form is None:
        return None
    return form, language_of(form, "\n".join(word.text for page in pages for word in page.words))


@dataclass(frozen=True, slots=True)
class _Seen:
    """Every place that a label leads to."""

    fields: dict[str, list[Tile]] = field(default_factory=dict)
    slots: dict[str, list[Tile]] = field(default_factory=dict)
    dates: dict[str, list[Tile]] = field(default_factory=dict)
    more: dict[str, list[Tile]] = field(default_factory=dict)


def _look_for_slots(grid: Grid, near: Near, taken: set[int], seen: _Seen) -> None:
    """Note the slots of a page; their cells, and those of the dates beside them, are nothing else's."""
    for tile in grid.tiles:
        slot = near.slot(tile.text, sharp=tile.is_print) if tile.text and id(tile) not in taken else None
        value = _value_of(grid, tile, near, taken) if slot is not None else None
        if slot is None or value is None:
            continue
        seen.slots.setdefault(slot, []).append(value)
        taken.update((id(tile), id(value)))
        label = grid.right_of(value)
        day = grid.right_of(label) if label is not None and is_nearly(label.text, *_DATES) else None
        if label is not None and day is not None:
            seen.dates.setdefault(slot, []).append(day)
            taken.update((id(label), id(day)))


def _look(grid: Grid, overleaf: Grid | None, near: Near, taken: set[int], seen: _Seen) -> None:
    for tile in grid.tiles:
        name = near.field(tile.text, sharp=tile.is_print) if tile.text and id(tile) not in taken else None
        value = _value_of(grid, tile, near, taken) if name is not None else None
        if name is None or value is None:
            continue
        seen.fields.setdefault(name, []).append(value)
        if overleaf is not None and (rest := _rest(grid, tile, value, overleaf)) is not None:
            seen.more.setdefault(name, []).append(rest)


def _value_of(grid: Grid, label: Tile, near: Near, taken: set[int]) -> Tile | None:
    """Return the cell right of a label, else the one below it, unless that is a label again."""
    for tile in (grid.right_of(label), grid.below(label)):
        if tile is not None and id(tile) not in taken and not near.is_label(tile.text, sharp=tile.is_print):
            return tile
    return None


def _rest(grid: Grid, label: Tile, value: Tile, overleaf: Grid) -> Tile | None:
    """Return the rest of a line that a page break cut: at the top of the next page, with no label."""
    lowest = max((tile.box.bottom for tile in grid.tiles), default=0.0)
    if value.box.bottom < max(lowest - TOLERANCE, grid.page.height * (1 - _LOWEST)) or not overleaf.bands:
        return None
    first = overleaf.bands[0]
    if len(first) < 2 or first[0].text or abs(first[0].box.left - label.box.left) > TOLERANCE:  # noqa: PLR2004 - label and value
        return None
    return next(
        (each for each in first[1:] if abs(each.box.left - value.box.left) <= TOLERANCE and each.text), None
    )


def _single(found: dict[str, list[Tile]]) -> Iterator[tuple[str, Tile]]:
    for name, tiles in found.items():
        if len({(tile.page, tile.box) for tile in tiles}) == 1:
            yield name, tiles[0]


def _add_rows(places: Places, tables: tuple[Table, ...]) -> None:
    for table in tables:
        for path, _, tiles in spots(table):
            places.fields[path] = tiles[0].spot
            if len(tiles) > 1:
                places.more[path] = tuple(tile.spot for tile in tiles[1:])


def _add_loose(places: Places, grids: tuple[Grid, ...], form: Form, near: Near) -> None:
    """Add fields and slots whose labels stand in no cell."""
    singles = {each.id for each in form.fields if each.kind is not Kind.ROWS}
    for kind, name, spot in loose_spots(grids, near):
        if kind is Slot:
            places.slots.setdefault(name, spot)
        elif name in singles:
            places.fields.setdefault(name, spot)


def _add_options(places: Places, form: Form, pages: Mapping[int, Page]) -> None:
    for path, spot in places.fields.items():
        name, *rest = path.split(".")
        asked = form.field(name)
        if asked is not None and rest:
            asked = asked.column(rest[-1])
        if asked is None or asked.kind not in {Kind.CHOICE, Kind.CHECKBOX}:
            continue
        found = options_in(asked, spot.page, words_of(pages[spot.page], spot.box), spot.box)
        if found:
            places.options[path] = found


def _by_labels(pages: tuple[Page, ...], forms: Mapping[str, Form]) -> Form | None:
    texts = [tile.text for page in pages for tile in Grid.of(page).tiles if tile.text]
    scores = {name: shared(texts, form) for name, form in forms.items()}
    best = max(scores.values(), default=0.0)
    found = [forms[name] for name, score in scores.items() if score == best]
    return found[0] if best >= _ENOUGH and len(found) == 1 else None
