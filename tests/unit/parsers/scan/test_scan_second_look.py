"""A difference in print is told only when a second look at the very place sees it, too (ADR 0031)."""

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from agent.domain.reading import Drift, DriftKind
from parsers.pages.drift import Piece
from parsers.pages.page import Box, Page, PageWord
from parsers.scan.drift import is_legible
from parsers.scan.leaf import Leaf
from parsers.scan.second_look import confirmed
from tests.needs import without

SCALE = 200 / 72
PLACE = Box(40.0, 40.0, 300.0, 52.0)
TERMS = "逾期按合同第7.2条处理，由责任人承担费用"
CHANGED = "逾期按合同第8.2条处理，由甲方承担费用"
_FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"


def leaf(words: str, *read: PageWord, blur: float = 0.0) -> Leaf:
    """Return a page with `words` printed in the place, and what a first reading made of it."""
    try:
        font = ImageFont.truetype(_FONT, round(10 * SCALE), index=2)
    except OSError:
        without("no Noto Sans CJK (Debian: fonts-noto-cjk)")
    image = Image.new("RGB", (round(360 * SCALE), round(90 * SCALE)), (250, 250, 250))
    ImageDraw.Draw(image).text((40 * SCALE, 38 * SCALE), words, font=font, fill=(40, 40, 40))
    pixels = np.asarray(image, dtype=np.uint8)
    if blur:
        pixels = np.asarray(cv2.GaussianBlur(pixels, (0, 0), blur), dtype=np.uint8)
    return Leaf(page=Page(number=1, width=360.0, height=90.0, words=read), pixels=pixels, scale=SCALE)


def told(page: Leaf, drift: Drift, *, known: bool = True) -> bool:
    """Say whether a difference is told, where the place of the words is known, or is not."""
    sent = [Piece(text=TERMS, page=1, box=PLACE)] if known else []
    read = [Piece(text=each.text, page=1, score=each.score, box=each.box) for each in page.page.words]
    return confirmed((drift,), (page,), sent, read, ()) == (drift,)


MISSING = Drift(kind=DriftKind.MISSING, sent=TERMS)


@pytest.mark.parametrize("known", [True, False])
def test_words_that_the_first_reading_passed_over_are_not_missing(known: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """On a photo with a seal across it, or of a faint line, the engine finds no line where there is one."""
    assert not told(leaf(TERMS), MISSING, known=known)


def test_words_that_are_gone_are_missing() -> None:
    assert told(leaf(""), MISSING)
    assert told(leaf(""), MISSING, known=False)


def test_words_that_nobody_can_read_were_not_compared() -> None:
    assert not told(leaf(TERMS, blur=4.5), MISSING)


def test_words_that_were_changed_are_told() -> None:
    drift = Drift(kind=DriftKind.CHANGED, page=1, sent=TERMS, returned=CHANGED)
    read = PageWord(text=CHANGED, box=PLACE, score=0.97)
    assert told(leaf(CHANGED, read), drift)
    assert told(leaf(CHANGED, read), drift, known=False)


def test_words_that_the_first_reading_changed_are_not() -> None:
    drift = Drift(kind=DriftKind.CHANGED, page=1, sent=TERMS, returned=CHANGED)
    read = PageWord(text=CHANGED, box=PLACE, score=0.97)
    assert not told(leaf(TERMS, read), drift)
    assert not told(leaf(TERMS, read), drift, known=False)


def test_a_line_that_was_read_in_halves_is_whole() -> None:
    """A false line of a table cut it in two, and one half was taken for an answer."""
    half = PageWord(text=TERMS[:9], box=Box(40.0, 40.0, 130.0, 52.0), score=0.99)
    drift = Drift(kind=DriftKind.CHANGED, page=1, sent=TERMS, returned=half.text)
    page = leaf(TERMS, half)
    assert not told(page, drift, known=False)


def test_a_label_that_was_not_read_says_nothing_without_its_place() -> None:
    drift = Drift(kind=DriftKind.MISSING, sent="日期")
    assert confirmed((drift,), (leaf(""),), (), (), ()) == ()


def test_a_page_that_was_read_with_doubts_is_not_held_to_the_letter() -> None:
    """One in three unaltered awful photos went to the coordinator as altered."""
    clear, doubtful = PageWord(text=TERMS, box=PLACE, score=0.99), PageWord(text=TERMS, box=PLACE, score=0.6)
    assert is_legible(leaf("", *[clear] * 9, doubtful))
    assert not is_legible(leaf("", *[clear] * 7, *[doubtful] * 3))


def test_words_that_nobody_sent_are_told_as_they_were_read() -> None:
    drift = Drift(kind=DriftKind.ADDED, page=1, returned="双方另行约定付款方式与期限")
    assert confirmed((drift,), (leaf(""),), (), (), ()) == (drift,)
