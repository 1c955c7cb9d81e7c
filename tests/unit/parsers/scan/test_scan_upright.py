"""Pages of scanners and phones stand upright, straight and to scale, and their codes are read."""

from itertools import product

import cv2
import numpy as np
import pytest

from parsers.limits import STANDARD
from parsers.scan.codes import read_codes
from parsers.scan.pictures import Picture, open_pictures
from parsers.scan.upright import Upright, on_its_head, upright
from tests.paper.degrade import Level, Shot, degrade
from tests.paper.shared import office_sheets, signed
from tests.paper.sheets import Printed

_CASES = tuple(product((Level.CLEAN, Level.OFFICE, Level.PHONE), range(3)))


def opened(shot: Shot) -> Picture:
    pictures = open_pictures(shot.content, STANDARD)
    assert not isinstance(pictures, str), pictures
    return pictures[0]


def astray(page: Upright, shot: Shot, sheet: Printed) -> float:
    """Return how far the worst corner of a cell is from where it should be, in points.

    A scanner moves the sheet as a whole, which is no fault of the reader's: that shift is left out.
    """
    corners = [(x, y) for _, b in sheet.places.values() for x, y in ((b.left, b.top), (b.right, b.bottom))]
    seen = np.array([(*shot.place(x, y), 1.0) for x, y in corners]) @ page.matrix.T
    off = seen[:, :2] / seen[:, 2:] / page.scale - np.array(corners)
    return float(np.abs(off - np.median(off, axis=0)).max())


@pytest.mark.parametrize(("level", "seed"), _CASES)
def test_a_page_stands_upright_and_to_scale(level: Level, seed: int) -> None:
    """Turned by 0, 90, 180 or 270°, skewed, photographed slantwise: each cell within 4 points."""
    sheet = office_sheets()[seed]
    shot = degrade(signed(sheet, seed), level, seed, turn=90 * (seed + 1))
    page = upright(opened(shot))
    assert page.sure
    assert not page.blank
    assert not page.two_pages
    assert [code.text for code in page.codes] == [sheet.token]
    assert [code.orientation for code in page.codes] == [0]
    assert astray(page, shot, sheet) < 4


def test_the_edge_of_a_shadow_is_not_the_edge_of_the_page() -> None:
    """Half a page was read, and the other half was called missing: the code was too large for half a page."""
    sheet = office_sheets()[0]
    shot = degrade(signed(sheet, 0), Level.PHONE, 4, turn=0)
    picture = opened(shot)
    high, wide = picture.pixels.shape[:2]
    rows, columns = np.arange(high)[:, None], np.arange(wide)[None, :]
    for at in (0.5, 0.6, 0.7):
        edge = (rows - at * high - 0.2 * columns + 0.1 * wide) / 5
        light = 1 - 0.6 / (1 + np.exp(-np.clip(edge, -30, 30)))
        shaded = np.asarray(picture.pixels * light[..., None], dtype=np.uint8)
        page = upright(Picture(shaded, picture.dpi_guess))
        assert [code.text for code in page.codes] == [sheet.token]
        assert abs(page.codes[0].side / page.scale - 56.5) < 4
        assert page.size[1] > 800


def test_a_page_without_a_code_may_stand_on_its_head_and_says_so() -> None:
    """Lines of text tell which way they run, not which side is up."""
    sheet = office_sheets()[0]
    page = signed(sheet, 0)
    page.pixels[: round(110 * page.scale), round(400 * page.scale) :] = 255
    for turn in (90, 180):
        shot = degrade(page, Level.OFFICE, 5, turn=turn)
        stood = upright(opened(shot))
        assert not stood.sure
        assert stood.codes == ()
        assert min(astray(stood, shot, sheet), astray(on_its_head(stood), shot, sheet)) < 4


def test_an_empty_back_says_nothing() -> None:
    """Duplex scanners scan both sides."""
    paper = np.full((1169, 827, 3), 247, np.uint8)
    paper[:, :4] = 90
    noise = np.random.default_rng(1).normal(0, 5, paper.shape)
    empty = np.clip(paper + noise, 0, 255).astype(np.uint8)
    assert upright(Picture(empty, 100)).blank
    cv2.putText(empty, "one line of words", (200, 500), cv2.FONT_HERSHEY_SIMPLEX, 0.6, (60, 60, 60), 2)
    assert not upright(Picture(empty, 100)).blank


def test_two_pages_on_one_photo_are_told() -> None:
    """A person looks at those; half of what stands there would be lost otherwise."""
    first, second = (signed(sheet, 0, 100).pixels for sheet in (office_sheets()[0], office_sheets()[2]))
    desk = np.full((first.shape[0] + 120, first.shape[1] * 2 + 160, 3), 70, np.uint8)
    desk[60 : 60 + first.shape[0], 50 : 50 + first.shape[1]] = first
    desk[60 : 60 + second.shape[0], -50 - second.shape[1] : -50] = second
    assert upright(Picture(desk, 100)).two_pages


@pytest.mark.parametrize("blur", [0.8, 1.6])
@pytest.mark.parametrize("turn", range(4))
def test_small_blurred_codes_are_read_and_say_how_they_stand(turn: int, blur: float) -> None:
    """A code of 1.2 cm on a photo of 110 dpi, in the noise."""
    page = office_sheets()[0].page(1, 72)
    random = np.random.default_rng(turn)
    seen = cv2.GaussianBlur(cv2.resize(page.pixels, None, fx=1.2, fy=1.2), (0, 0), blur / 2)
    seen = np.clip(seen * 0.6 + random.normal(0, 4, seen.shape), 0, 255).astype(np.uint8)
    codes = read_codes(np.rot90(seen, -turn))
    assert [code.text for code in codes] == [office_sheets()[0].token]
    assert codes[0].orientation == 90 * turn


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((100, 100, 3), np.uint8),
        np.full((101, 1200, 3), 255, np.uint8),
        np.random.default_rng(0).integers(0, 255, (700, 500, 3)).astype(np.uint8),
        np.indices((900, 640)).sum(axis=0)[..., None].repeat(3, axis=2).astype(np.uint8) % 16 * 16,
    ],
    ids=["black", "a strip", "noise", "stripes"],
)
def test_pictures_of_nothing_raise_nothing(pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> None:
    """Whatever was photographed becomes some page."""
    page = upright(Picture(np.ascontiguousarray(pixels), 100))
    assert page.pixels.shape[2] == 3
    assert page.scale > 0
    assert page.codes == ()
