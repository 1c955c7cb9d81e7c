"""Ruled cells are found on scans, and pages are laid upon the page that was sent, never upon another."""

from io import BytesIO

import cv2
import numpy as np
import pdfplumber
import pytest

from parsers.pages.page import Box
from parsers.scan.lines import cells
from parsers.scan.register import register
from parsers.scan.upright import upright
from tests.paper.degrade import Level, degrade
from tests.paper.hands import write
from tests.paper.pages import Pixels
from tests.paper.shared import office_sheets, signed
from tests.paper.sheets import Printed
from tests.unit.parsers.scan.test_scan_upright import opened

_DPI = 120


def ruled(sheet: Printed) -> list[Box]:
    """Return the cells of the first page, as its print draws them."""
    with pdfplumber.open(BytesIO(sheet.pdf)) as document:
        return [Box.of(cell) for table in document.pages[0].find_tables() for cell in table.cells]


def found_again(wanted: list[Box], seen: tuple[Box, ...], off: float = 6.0) -> float:
    """Return the share of cells whose four sides were seen within `off` points."""

    def apart(a: Box, b: Box) -> float:
        pairs = ((a.left, b.left), (a.top, b.top), (a.right, b.right), (a.bottom, b.bottom))
        return max(abs(one - other) for one, other in pairs)

    return sum(any(apart(a, b) < off for b in seen) for a in wanted) / len(wanted)


@pytest.mark.parametrize("seed", range(3))
def test_every_cell_of_a_clean_page_is_found(seed: int) -> None:
    """Hair lines in light colours, shaded cells, narrow columns; and nothing else passes for a cell."""
    sheet = office_sheets()[seed]
    seen = cells(sheet.page(1, 200).pixels, 200 / 72)
    assert found_again(ruled(sheet), seen, off=2.5) > 0.97
    assert len(seen) <= len(ruled(sheet)) + 2


def test_words_that_touch_a_table_from_above_take_no_line_from_it() -> None:
    """The strokes of a sentence above a row passed for a level line, and the line below it for too short."""
    scale = 300 / 72
    page = np.full((round(200 * scale), round(400 * scale), 3), 250, np.uint8)

    def line(left: float, top: float, right: float, bottom: float, tone: int = 190) -> None:
        cut = np.s_[round(top * scale) : round(bottom * scale), round(left * scale) : round(right * scale)]
        page[cut] = tone

    for y in (100.0, 127.0):
        line(40, y, 360, y + 0.7)
    for x in (40.0, 150.0, 360.0):
        line(x, 100, x + 0.7, 127)
    line(110, 87, 190, 88, 120)
    line(149.8, 90, 151, 95, 120)
    assert len(cells(page, scale)) == 2


@pytest.mark.parametrize(("worn", "count"), [(5, 2), (40, 1)])
def test_a_worn_line_that_joins_two_level_lines_divides_them(worn: int, count: int) -> None:
    """A row alone has short plumb lines; the last cell of one was lost with its border and its answer."""
    scale = 200 / 72
    page = np.full((round(200 * scale), round(400 * scale), 3), 250, np.uint8)

    def line(left: float, top: float, right: float, bottom: float) -> None:
        cut = np.s_[round(top * scale) : round(bottom * scale), round(left * scale) : round(right * scale)]
        page[cut] = 200

    for y in (100.0, 122.0):
        line(40, y, 360, y + 0.7)
    for x in (40.0, 150.0, 360.0):
        line(x, 100, x + 0.7, 122)
    first = round(103 * scale)
    page[first : first + round(worn * 0.36 * scale), round(359 * scale) : round(362 * scale)] = 250
    assert len(cells(page, scale)) == count


def four_cells(scale: float) -> Pixels:
    """Return a page with a table of two rows and two columns."""
    page = np.full((round(260 * scale), round(460 * scale), 3), 250, np.uint8)
    for y in (80.0, 134.0, 188.0):
        rule(page, scale, Box(40, y, 420, y + 0.8))
    for x in (40.0, 160.0, 420.0):
        rule(page, scale, Box(x, 80, x + 0.8, 188))
    return page


def rule(page: Pixels, scale: float, box: Box) -> None:
    """Draw a line into a page, in points."""
    page[
        round(box.top * scale) : round(box.bottom * scale), round(box.left * scale) : round(box.right * scale)
    ] = 190


def test_lines_go_on_beneath_a_seal() -> None:
    """They enter it and leave it again, or show through in pieces; what it hid of them joined four cells."""
    scale = 200 / 72
    page = four_cells(scale)
    seen = page.copy()
    middle = (round(165 * scale), round(136 * scale))
    cv2.circle(seen, middle, round(45 * scale), (250, 250, 250), -1)
    for y in range(round(80 * scale), round(188 * scale), 20):
        seen[y : y + 15, round(160 * scale) : round(160.8 * scale)] = 190
    hidden = np.zeros(page.shape[:2], np.uint8)
    cv2.circle(hidden, middle, round(50 * scale), 1, -1)
    wanted = cells(page, scale)
    assert len(wanted) == 4
    assert found_again(list(wanted), cells(seen, scale)) < 0.5
    assert found_again(list(wanted), cells(seen, scale, hidden.astype(np.bool_)), off=3.0) == 1.0


def test_strokes_of_words_beneath_a_seal_are_no_line_of_a_table() -> None:
    """Those of a label's second line passed for a rule, and what was left of the seal for one down to it."""
    scale = 200 / 72
    page = four_cells(scale)
    wanted = list(cells(page, scale))
    hidden = np.zeros(page.shape[:2], np.uint8)
    cv2.circle(hidden, (round(100 * scale), round(136 * scale)), round(50 * scale), 1, -1)
    for top in range(135, 166, 7):
        rule(page, scale, Box(70, top, 70.8, top + 5))
    rule(page, scale, Box(44, 170, 110, 171))
    seen = cells(page, scale, hidden.astype(np.bool_))
    assert (found_again(wanted, seen), len(seen)) == (1.0, 4)


def test_the_edge_of_a_seal_is_no_line_of_a_table() -> None:
    """Where its ring stands upright its rest and the strokes of a label went from rule to rule."""
    scale = 200 / 72
    page = four_cells(scale)
    wanted = list(cells(page, scale))
    hidden = np.zeros(page.shape[:2], np.uint8)
    cv2.circle(hidden, (round(121 * scale), round(160 * scale)), round(60 * scale), 1, -1)
    for top, bottom in ((136, 152), (166, 186)):
        rule(page, scale, Box(62, top, 62.8, bottom))
    assert found_again(wanted, cells(page, scale, hidden.astype(np.bool_))) == 1.0


def test_cells_are_found_below_ink_and_seals_on_a_scan() -> None:
    """Signed and sealed, scanned with noise; then broken lines, too."""
    sheet = office_sheets()[0]
    page = signed(sheet, 1, 200)
    seen = cells(upright(opened(degrade(page, Level.OFFICE, 3))).pixels, 200 / 72)
    worn = page.pixels.copy()
    gaps = np.random.default_rng(2).random((worn.shape[0] // 4 + 1, worn.shape[1] // 4 + 1)) < 0.08
    worn[np.kron(gaps, np.ones((4, 4), bool))[: worn.shape[0], : worn.shape[1]]] = 255
    assert found_again(ruled(sheet), seen, off=14) > 0.9
    assert found_again(ruled(sheet), cells(worn, 200 / 72)) > 0.9


@pytest.mark.parametrize(
    ("level", "seed"), [(Level.CLEAN, 0), (Level.OFFICE, 1), (Level.PHONE, 2), (Level.AWFUL, 0)]
)
def test_a_page_is_laid_upon_the_page_that_was_sent(level: Level, seed: int) -> None:
    """Its print is where the blank has it, within 1.5 points also where the paper was curled."""
    sheet = office_sheets()[seed]
    blank = sheet.page(1, _DPI).pixels
    page = signed(sheet, 1)
    empty = next(tag for tag, (_, box) in sheet.places.items() if box.width > 100 and "sig" not in tag)
    page = write(page, sheet.box(empty).grown(-3), "按计划完成，需两周", 3, size=10)
    laid = register(upright(opened(degrade(page, level, 7, turn=180))).pixels, blank)
    assert laid is not None
    assert laid.pixels.shape == blank.shape
    assert laid.seen > 0.9
    assert laid.error < 1.5
    strong = cv2.GaussianBlur(blank, (0, 0), 2).min(axis=2) < 150
    assert laid.pixels[strong].mean() < laid.pixels[~strong].mean() * 0.8


def test_another_page_is_refused() -> None:
    """Forms of one house share frame, fonts and words; none passes for another."""
    sheets = office_sheets()
    for number, sheet in enumerate(sheets):
        page = upright(opened(degrade(signed(sheet, number), Level.OFFICE, number)))
        assert [register(page.pixels, other.page(1, _DPI).pixels) is not None for other in sheets] == [
            other is sheet for other in sheets
        ]


def test_nothing_is_laid_upon_nothing() -> None:
    """Empty paper, noise and a page on its head are no page that was sent; nothing raises."""
    sheet = office_sheets()[0]
    blank = sheet.page(1, _DPI).pixels
    paper = np.full((1400, 990, 3), 255, np.uint8)
    noise = np.random.default_rng(0).integers(0, 255, paper.shape).astype(np.uint8)
    head = np.ascontiguousarray(blank[::-1, ::-1])
    for one, other in ((paper, blank), (blank, paper), (noise, blank), (head, blank), (paper, paper)):
        assert register(one, other) is None
    assert cells(noise, 120 / 72) == ()
    assert cells(np.zeros((120, 140, 3), np.uint8), 1.0) == ()
