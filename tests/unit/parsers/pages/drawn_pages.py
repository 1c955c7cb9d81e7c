"""Pages drawn for tests as a reader of paper sees them: a grid of cells with words in them."""

from collections.abc import Sequence

from parsers.pages.page import Box, Page, PageWord

EM = 10.0
PADDING = 5.0


def line(text: str, left: float, top: float, score: float = 1.0, em: float = EM) -> PageWord:
    """Return one run of words whose characters are an em wide, or half of one."""
    width = sum(em if ord(each) > 0x2E7F else em / 2 for each in text.rstrip())
    return PageWord(text=text, box=Box(left, top, left + width, top + em), score=score)


def table(  # noqa: PLR0913 - what a table looks like
    rows: Sequence[Sequence[str]],
    *,
    top: float = 100.0,
    widths: Sequence[float] = (100.0, 300.0),
    left: float = 40.0,
    height: float = 30.0,
    score: float = 1.0,
) -> tuple[list[Box], list[PageWord]]:
    """Return the cells and words of a table; line ends in a text are lines of its cell."""
    cells: list[Box] = []
    words: list[PageWord] = []
    for number, row in enumerate(rows):
        x, y = left, top + number * height
        for text, width in zip(row, widths, strict=False):
            cells.append(Box(x, y, x + width, y + height))
            words.extend(
                line(each, x + PADDING, y + 3 + at * (EM + 2), score)
                for at, each in enumerate(text.split("\n"))
                if each
            )
            x += width
    return cells, words


def page(*tables: tuple[list[Box], list[PageWord]], loose: Sequence[PageWord] = (), number: int = 1) -> Page:
    """Return an A4 page with these tables and words."""
    return Page(
        number=number,
        width=595.0,
        height=842.0,
        words=(*loose, *(word for _, words in tables for word in words)),
        cells=tuple(cell for cells, _ in tables for cell in cells),
    )
