"""What a seal was stamped over is read as if it had not been; what a red pen did is still there."""

import cv2
import numpy as np
import pytest

from parsers.ink.paper import view
from parsers.pages.page import Box
from parsers.scan.seals import without_seals
from parsers.scan.strikes import is_struck
from tests.paper import ink, seals, traces
from tests.paper.pages import PaperPage, Pixels
from tests.paper.strokes import Pen

SCALE = 200 / 72
WORDS = Box(60.0, 90.0, 240.0, 114.0)
CENTRE = (150.0, 102.0)


def paper() -> PaperPage:
    white = np.full((round(200 * SCALE), round(300 * SCALE), 3), 250, dtype=np.uint8)
    return traces.printed(PaperPage(pixels=white, dpi=200), WORDS, "负责现场安装、调试及培训")


def scanned(page: PaperPage) -> Pixels:
    """Return it as a scanner saves it: with colours kept coarser than light."""
    coded = cv2.imencode(".jpg", page.pixels, [cv2.IMWRITE_JPEG_QUALITY, 80])[1]
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), dtype=np.uint8)


def words(pixels: Pixels) -> Pixels:
    box = [round(side * SCALE) for side in (WORDS.left, WORDS.top, WORDS.right, WORDS.bottom)]
    return pixels[box[1] : box[3], box[0] : box[2]]


@pytest.mark.parametrize("seed", range(4))
def test_the_print_beneath_a_seal_is_what_is_left(seed: int) -> None:
    before = scanned(paper())
    sealed = scanned(seals.seal(paper(), CENTRE, "星河科技有限公司", seed))
    off = np.abs(words(sealed).astype(int) - words(before)).max(axis=2) > 60
    plain = without_seals(sealed, SCALE)
    left = np.abs(words(plain).astype(int) - words(before)).max(axis=2) > 60
    assert left.sum() < 0.3 * off.sum()
    shown = view(plain, SCALE)
    assert shown is not None
    assert shown.red().sum() < 40


def test_a_page_without_a_seal_stays_as_it_is() -> None:
    grey = seals.seal(paper(), CENTRE, "星河科技有限公司", 1).pixels
    grey = np.repeat(cv2.cvtColor(grey, cv2.COLOR_BGR2GRAY)[:, :, None], 3, axis=2)
    red_pen = ink.sign(paper(), WORDS, 3, pen=Pen(colour="red")).pixels
    for pixels in (paper().pixels, grey, red_pen, traces.ringed(paper(), WORDS, 5).pixels):
        assert without_seals(pixels, SCALE) is pixels


def test_words_that_a_red_pen_struck_out_are_struck_out_under_a_seal_as_well() -> None:
    for seed in range(4):
        struck = ink.strike(paper(), Box(62, 96, 170, 108), seed, pen=Pen(colour="red", width=1.3))
        sealed = scanned(seals.seal(struck, (CENTRE[0], CENTRE[1] + 22), "星河科技有限公司", seed))
        plain = without_seals(sealed, SCALE)
        assert plain is not sealed
        assert is_struck(words(plain), SCALE)


def test_blue_ink_beneath_a_seal_stays_blue() -> None:
    signed = ink.sign(paper(), WORDS, 2, pen=Pen(colour="blue", width=1.5))
    sealed = scanned(seals.seal(signed, CENTRE, "星河科技有限公司", 2))

    def blue(pixels: Pixels) -> int:
        return int((pixels[:, :, 0].astype(int) - pixels[:, :, 2] > 40).sum())

    assert blue(words(without_seals(sealed, SCALE))) > 0.35 * blue(words(scanned(signed)))


@pytest.mark.parametrize("shape", [(1, 1, 3), (5, 400, 3), (0, 0, 3), (40, 40)])
def test_no_picture_is_too_odd(shape: tuple[int, ...]) -> None:
    odd = np.zeros(shape, dtype=np.uint8)
    assert without_seals(odd, SCALE) is odd
