"""Small steps of filling a page: what a line, a cell and a margin put on it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from agent.letters.paper.cells import INSET, LaidCell
from agent.letters.paper.laid import At, Line, Mark, Ruled, Said, Shown, Tick, Widget
from agent.letters.paper.model import Block, Count, Edge, Paragraph, Picture, Row, Table, Text


def has_code(blocks: Sequence[Block]) -> bool:
    """Say whether our QR code stands among `blocks`."""
    for block in blocks:
        if isinstance(block, Table):
            if any(has_code(cell.paragraphs) for row in block.rows for cell in row.cells):
                return True
        elif any(isinstance(each, Picture) and each.qr for each in block.inlines):
            return True
    return False


def take(lines: list[Line], room: float, cell: LaidCell) -> list[Line]:
    """Move the lines that fit from `lines` into the result; at least one, so that it ends."""
    taken: list[Line] = []
    used = cell.cell.padding[0] + cell.cell.padding[2]
    while lines and (used + lines[0].height <= room or not taken):
        used += lines[0].height
        taken.append(lines.pop(0))
    return taken


def marks(line: Line, x: float, y: float) -> Iterator[Mark]:
    """Yield the things of a line whose upper left corner is at `x`, `y`."""
    for shift, thing in line.things:
        match thing:
            case Shown(picture=picture):
                yield At(x + shift, y + line.height - picture.height, thing)
            case Tick(width=width):
                yield At(x + shift, y + line.baseline - thing.look.size * 0.36 - width / 2, thing)
            case Widget(height=height):
                yield At(
                    x + shift, y + line.baseline - thing.look.size - INSET, replace(thing, height=height)
                )
            case Said(words=""):
                continue
            case _:
                yield At(x + shift, y + line.baseline, thing)


def edges(cell: LaidCell, x: float, y: float, height: float) -> Iterator[Ruled]:
    """Yield the ruled lines around a cell."""
    sides, right, bottom = cell.cell.edges, x + cell.width, y + height
    for edge, line in (
        (sides.top, (x, y, right, y)),
        (sides.left, (x, y, x, bottom)),
        (sides.bottom, (x, bottom, right, bottom)),
        (sides.right, (right, y, right, bottom)),
    ):
        if edge is not None:
            yield Ruled(*line, edge)


def rule(x: float, y: float, width: float, edge: Edge) -> Ruled:
    """Return a line from left to right."""
    return Ruled(x, y, x + width, y, edge)


def numbered(blocks: Sequence[Block], number: int, whole: int) -> tuple[Block, ...]:
    """Return `blocks` with the numbers of the page in words."""
    return tuple(
        _counted(block, number, whole)
        if isinstance(block, Paragraph)
        else replace(block, rows=tuple(_row_counted(row, number, whole) for row in block.rows))
        for block in blocks
    )


def _row_counted(row: Row, number: int, whole: int) -> Row:
    cells = (
        replace(cell, paragraphs=tuple(_counted(each, number, whole) for each in cell.paragraphs))
        for cell in row.cells
    )
    return replace(row, cells=tuple(cells))


def _counted(paragraph: Paragraph, number: int, whole: int) -> Paragraph:
    inlines = (
        Text(str(whole if each.whole else number), each.look) if isinstance(each, Count) else each
        for each in paragraph.inlines
    )
    return replace(paragraph, inlines=tuple(inlines))
