"""Cells of a table whose lines a seal or a signature hides, found again from their neighbours.

A table is a rectangle, and so is each of its rows: what lacks between two cells of a row, or at its end, was
a cell; and a line that ends at a cell from both sides goes through it.  The slot that was sealed is the one
that lacks most often.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from parsers.pages.page import Box

_SAME = 2.5
"""Points by which the edges of cells in one row differ."""
_TOUCHING = 3.5
"""Points between rows of one table: the thickness of a line."""
_NARROW = 12.0
"""Points; a narrower gap is a double line."""
_LINE = 0.5
_WITHIN = 0.8
"""Of its area: what lies so far within a hole is the inside of a seal, no cell."""


def with_holes_filled(cells: Iterable[Box]) -> tuple[Box, ...]:
    """Return the cells and those that lack in their rows, in reading order."""
    found = _divided(list(cells))
    rows = _rows(found)
    holes: list[Box] = []
    for row in rows:
        top, bottom = row[0].top, row[0].bottom
        edges = [(one.right, other.left) for one, other in pairwise(row)]
        if (end := _end(row, rows)) > row[-1].right:
            edges.append((row[-1].right, end + 2 * _LINE))
        holes.extend(
            Box(left + _LINE, top, right - _LINE, bottom) for left, right in edges if right - left > _NARROW
        )
    for hole in holes:
        inside = [each for each in found if hole.common(each) >= _WITHIN * each.area]
        around = sum(hole.common(each) for each in found if each not in inside)
        if around > (1 - _WITHIN) * hole.area:
            continue
        found = [each for each in found if each not in inside]
        found.append(hole)
    return tuple(sorted(found, key=lambda each: (round(each.top), each.left)))


def _divided(cells: Sequence[Box]) -> list[Box]:
    """Return the cells, and two or more for each that has the rows of its table on either side of it."""
    found: list[Box] = []
    for cell in cells:
        before = [each for each in cells if abs(each.right - cell.left) <= _TOUCHING]
        after = [each for each in cells if abs(each.left - cell.right) <= _TOUCHING]
        edges = [cell.top, cell.bottom]
        for y in _ends(before, cell):
            if any(abs(y - other) <= _SAME for other in _ends(after, cell)):
                edges.insert(-1, y)
        found.extend(Box(cell.left, top, cell.right, bottom) for top, bottom in pairwise(sorted(edges)))
    return found


def _ends(beside: Sequence[Box], cell: Box) -> list[float]:
    """Return where one neighbour ends and the next begins, along a side of the cell."""
    return [
        upper.bottom
        for upper in beside
        if cell.top + _NARROW < upper.bottom < cell.bottom - _NARROW
        and any(abs(lower.top - upper.bottom) <= _TOUCHING for lower in beside)
    ]


def _rows(cells: Sequence[Box]) -> list[list[Box]]:
    """Return cells of the same height side by side, from left to right."""
    rows: list[list[Box]] = []
    for cell in sorted(cells, key=lambda each: each.left):
        for row in rows:
            if abs(row[0].top - cell.top) <= _SAME and abs(row[0].bottom - cell.bottom) <= _SAME:
                row.append(cell)
                break
        else:
            rows.append([cell])
    return rows


def _end(row: Sequence[Box], rows: Iterable[Sequence[Box]]) -> float:
    """Return where a row ends: where the rows of its table above and below do."""
    top, bottom, left, right = row[0].top, row[0].bottom, row[0].left, row[-1].right
    for other in rows:
        first, last = other[0], other[-1]
        touches = abs(first.top - bottom) <= _TOUCHING or abs(first.bottom - top) <= _TOUCHING
        if touches and abs(first.left - left) <= _TOUCHING:
            right = max(right, last.right)
    return right
