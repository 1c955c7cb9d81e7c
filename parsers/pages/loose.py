"""Fields whose labels stand in no cell: `label: value` on a line, or a label with the value below it."""

from collections.abc import Iterator

from agent.domain.forms import Field, Slot
from parsers.pages.grid import Grid
from parsers.pages.labels import Near
from parsers.pages.lines import lines_of, x_at
from parsers.pages.page import Box, PageWord, Spot
from parsers.word.labels import split_label

_MARGIN = 20.0
"""Points at the right edge of a page that hold no words."""
_TEXT_LAYER = 1.0
_NEXT_COLUMN = 4.0
"""Points before the next label in which a value ends."""


def loose_spots(grids: tuple[Grid, ...], near: Near) -> Iterator[tuple[type[Field | Slot], str, Spot]]:
    """Yield field or slot, its id, and the region beside or below its label, if that is printed only once."""
    found: dict[tuple[type[Field | Slot], str], list[Spot]] = {}
    for grid in grids:
        for kind, name, spot in _on(grid, near):
            found.setdefault((kind, name), []).append(spot)
    for (kind, name), spots in found.items():
        if len(spots) == 1:
            yield kind, name, spots[0]


def _on(grid: Grid, near: Near) -> Iterator[tuple[type[Field | Slot], str, Spot]]:
    lines = lines_of(grid.loose)
    labels = [
        (at, number, *named)
        for at, line in enumerate(lines)
        for number, word in enumerate(line)
        if (named := _label(word, near)) is not None
    ]
    for at, number, kind, name, end in labels:
        line, word = lines[at], lines[at][number]
        following = [n for row, n, *_ in labels if row == at and n > number]
        right = line[following[0]].box.left - _NEXT_COLUMN if following else grid.page.width - _MARGIN
        if end < word.box.right - 1.0 or number + 1 < (following[0] if following else len(line)):
            yield kind, name, _spot(grid, Box(end, word.box.top - 2, right, word.box.bottom + 2))
            continue
        below = next((row for row, *_ in labels if row > at), len(lines))
        block = [each for row in lines[at + 1 : below] for each in row]
        ceiling = min((cell.box.top for cell in grid.tiles if cell.box.top > word.box.bottom), default=1e9)
        block = [each for each in block if each.box.bottom <= ceiling]
        # Nobody signs in words: what follows the label of a slot is the foot of the page, or another's.
        if block and not following and number == 0 and (kind is Field or word.score >= _TEXT_LAYER):
            bottom = max(each.box.bottom for each in block)
            left = min(each.box.left for each in block)
            yield kind, name, _spot(grid, Box(left - 2, word.box.bottom, right, bottom + 2))


def _spot(grid: Grid, box: Box) -> Spot:
    return Spot(page=grid.page.number, box=box)


def _label(word: PageWord, near: Near) -> tuple[type[Field | Slot], str, float] | None:
    """Return what a run labels, and where the label ends."""
    sharp = word.score >= 1.0
    parted = split_label(word.text)
    text = parted[0] if parted is not None else word.text
    end = x_at(word, len(text) + 1) if parted is not None else word.box.right
    if (name := near.field(text, sharp=sharp)) is not None:
        return Field, name, end
    if (slot := near.slot(text, sharp=sharp)) is not None:
        return Slot, slot, end
    return None
