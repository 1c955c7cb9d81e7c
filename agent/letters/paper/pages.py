"""Put the paragraphs and rows of a sheet onto pages, as Word would."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.letters.paper.cells import LaidCell, LaidRow, Layout, TooTall
from agent.letters.paper.laid import Coded, Covered, Filled, Leaf, Line, Mark
from agent.letters.paper.model import Block, Edge, Paragraph, WordFile
from agent.letters.paper.placing import edges, has_code, marks, numbered, rule, take

QR_SIDE = 62.4
"""Points: 2.2 cm, on every page that has no code of the Word file; smaller ones were lost on poor photos."""
_QR_TOP = 17.0
"""Points from the edge of the paper: 6 mm, which every printer can reach."""
_QR_GAP = 6.0
_LEAST = 40.0
"""Points of a row worth beginning at the foot of a page."""


@dataclass(frozen=True, slots=True)
class _Item:
    """Something that is placed as a whole: a paragraph, or a row of a table."""

    lines: tuple[Line, ...]
    row: LaidRow | None
    height: float
    keep: bool
    new_page: bool = False
    heads: tuple[LaidRow, ...] = ()
    """Of a row: the rows that are repeated above it on a new page."""
    rules: tuple[Edge | None, Edge | None] = (None, None)
    """Of a paragraph: the lines above and below it."""


class Pages:
    """Fills one page after the other."""

    def __init__(self, file: WordFile, layout: Layout, *, coded: bool) -> None:
        """Fill pages with `file`; `coded` says whether it is an issued sheet, which has a QR code."""
        self._file = file
        self._large = has_code(file.blocks) or not coded
        """The first page has its own code, or needs none."""
        self._paper = file.paper
        self._layout = layout
        self._leaves: list[list[Mark]] = []
        self._y = 0.0
        self._start = 0.0
        """Where the page began, below what is repeated on it."""
        self._width = self._paper.width - self._paper.left - self._paper.right
        self._head = self._high(file.header)
        self._first_head = self._head if file.first_header is None else self._high(file.first_header)
        foot = max(self._high(file.footer), self._high(file.first_footer or ()))
        self._bottom = self._paper.height - max(self._paper.bottom, self._paper.footer + foot + 4)

    def leaves(self) -> tuple[Leaf, ...]:
        """Return all pages.

        Raises:
            TooTall: a filled place is longer than a page.
        """
        items = list(self._items(self._file.blocks))
        self._turn()
        for number, item in enumerate(items):
            starts = number == 0 or not items[number - 1].keep
            chain = _chain(items, number) if starts else item.height
            fits = chain <= self._left() or (chain > self._room() and self._left() > self._room() / 3)
            if (item.new_page or not fits) and self._y > self._start:
                self._turn(item)
            if item.row is None:
                self._paragraph(item)
            else:
                self._row(item, item.row)
        whole = len(self._leaves)
        return tuple(
            Leaf((*leaf, *self._margins(number, whole))) for number, leaf in enumerate(self._leaves, start=1)
        )

    def _items(self, blocks: Sequence[Block]) -> Iterator[_Item]:
        for block in blocks:
            if isinstance(block, Paragraph):
                lines = self._layout.paragraph(block, self._width)
                height = sum(line.height for line in lines)
                rules = (block.above, block.below)
                yield _Item(lines, None, height, block.keep, block.new_page, rules=rules)
                continue
            rows = [self._layout.row(block, row) for row in block.rows]
            count = next((n for n, row in enumerate(rows) if not row.row.header), len(rows))
            for number, row in enumerate(rows):
                heads = tuple(rows[:count]) if number >= count else ()
                keep = row.row.keep or number < count
                yield _Item((), row, row.height, keep and number < len(rows) - 1, heads=heads)

    def _top(self) -> float:
        """Return where the text of the page begins: below the header and the code."""
        first = len(self._leaves) == 1
        head = self._first_head if first else self._head
        top = max(self._paper.top, self._paper.header + head)
        return top if first and self._large else max(top, self._code_top() + QR_SIDE + _QR_GAP)

    def _code_top(self) -> float:
        return max(_QR_TOP, self._paper.header + self._head) if self._head else _QR_TOP

    def _high(self, blocks: Sequence[Block]) -> float:
        return sum(item.height for item in self._items(blocks))

    def _left(self) -> float:
        return self._bottom - self._y

    def _room(self) -> float:
        return self._bottom - max(self._paper.top, self._code_top() + QR_SIDE + _QR_GAP)

    def _turn(self, item: _Item | None = None) -> None:
        """Begin a page; a row takes the head of its table along."""
        self._leaves.append([])
        if len(self._leaves) > 1 or not self._large:
            left = self._paper.width - max(self._paper.right, _QR_TOP) - QR_SIDE
            self._leaves[-1].append(Coded(left, self._code_top(), QR_SIDE))
        self._y = self._top()
        for head in item.heads if item is not None else ():
            self._draw_row(head, head.height, tuple(each.lines for each in head.cells), first=False)
            self._y += head.height
        self._start = self._y

    def _paragraph(self, item: _Item) -> None:
        top, leaf = self._y, self._leaves[-1]
        above, below = item.rules
        if above is not None:
            leaf.append(rule(self._paper.left, top, self._width, above))
        for line in item.lines:
            if line.height > self._left() + 0.01 and self._y > self._start:
                self._turn()
            self._leaves[-1].extend(marks(line, self._paper.left, self._y))
            self._y += line.height
            if line.new_page:
                self._turn()
        if below is not None:
            self._leaves[-1].append(rule(self._paper.left, self._y, self._width, below))

    def _row(self, item: _Item, row: LaidRow) -> None:
        written = [each for each in row.cells if each.control is not None]
        heads = sum(head.height for head in item.heads)
        if any(each.height > self._room() - heads for each in written):
            place = next(each.control.path for each in written if each.control is not None)
            raise TooTall(place)
        stays = row.row.whole or self._left() < _LEAST or bool(written)
        if row.height > self._left() + 0.01 and stays and self._y > self._start:
            self._turn(item)
        if row.height <= self._left() + 0.01:
            self._draw_row(row, row.height, tuple(each.lines for each in row.cells))
            self._y += row.height
            return
        self._split(item, row)

    def _split(self, item: _Item, row: LaidRow) -> None:
        """Draw a row over as many pages as its lines take."""
        rest = [list(each.lines) for each in row.cells]
        first = True
        while any(rest) or first:
            taken = [take(lines, self._left(), each) for lines, each in zip(rest, row.cells, strict=True)]
            heights = [
                sum(line.height for line in lines) + each.cell.padding[0] + each.cell.padding[2]
                for lines, each in zip(taken, row.cells, strict=True)
            ]
            asked = [each.height for each in row.cells if first and each.control is not None]
            height = min(max([*heights, *asked, 0.0]), self._left()) if any(rest) else max([*heights, *asked])
            self._draw_row(row, height, tuple(map(tuple, taken)), first=first)
            self._y += height
            first = False
            if any(rest):
                self._turn(item)

    def _draw_row(
        self, row: LaidRow, height: float, lines: tuple[tuple[Line, ...], ...], *, first: bool = True
    ) -> None:
        leaf, left = self._leaves[-1], self._paper.left
        for cell in row.cells:
            if cell.cell.shade:
                leaf.append(Filled(left + cell.x, self._y, cell.width, height, cell.cell.shade))
        for cell, said in zip(row.cells, lines, strict=True):
            leaf.extend(self._in_cell(cell, said, left + cell.x, height, first=first))
        for cell in row.cells:
            leaf.extend(edges(cell, left + cell.x, self._y, height))

    def _in_cell(
        self, cell: LaidCell, lines: tuple[Line, ...], x: float, height: float, *, first: bool
    ) -> Iterator[Mark]:
        top, _, bottom, left = cell.cell.padding
        if cell.control is not None and first:
            yield Covered(
                cell.control.path, x + 1, self._y + 1, cell.width - 2, height - 2, cell.control.look
            )
        y = self._y + top
        if cell.cell.middle:
            y += max(height - top - bottom - sum(line.height for line in lines), 0.0) / 2
        for line in lines:
            yield from marks(line, x + left, y)
            y += line.height

    def _margins(self, number: int, whole: int) -> Iterator[Mark]:
        """Yield the header and footer of a page, with its number."""
        file, first = self._file, number == 1
        head = file.first_header if first and file.first_header is not None else file.header
        foot = file.first_footer if first and file.first_footer is not None else file.footer
        yield from self._strip(numbered(head, number, whole), self._paper.header)
        blocks = numbered(foot, number, whole)
        yield from self._strip(blocks, self._paper.height - self._paper.footer - self._high(blocks))

    def _strip(self, blocks: Sequence[Block], y: float) -> Iterator[Mark]:
        keep, self._y = self._y, y
        self._leaves.append([])
        for item in self._items(blocks):
            above, below = item.rules
            if item.row is not None:
                self._draw_row(item.row, item.height, tuple(each.lines for each in item.row.cells))
                self._y += item.height
                continue
            if above is not None:
                self._leaves[-1].append(rule(self._paper.left, self._y - 3, self._width, above))
            for line in item.lines:
                self._leaves[-1].extend(marks(line, self._paper.left, self._y))
                self._y += line.height
            if below is not None:
                self._leaves[-1].append(rule(self._paper.left, self._y + 2, self._width, below))
        self._y = keep
        yield from self._leaves.pop()


def _chain(items: Sequence[_Item], number: int) -> float:
    """Return the height of what stays together from here on."""
    height = items[number].height
    while items[number].keep and number + 1 < len(items):
        number += 1
        height += items[number].height
    return height
