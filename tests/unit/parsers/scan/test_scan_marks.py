"""What ink on paper tells without any OCR: print or hand, added or ours, in its place or beyond it."""

from functools import cache
from io import BytesIO

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from agent.domain.answers import Answer, Answers, Evidence, Trust, rows_of
from parsers.limits import STANDARD
from parsers.pages.page import Box, Page, PageWord
from parsers.scan.album import Album
from parsers.scan.cells import _spilt
from parsers.scan.leaf import Leaf
from parsers.scan.leaves import is_proven
from parsers.scan.marks import (
    added,
    button,
    ink_of,
    is_cut_off,
    is_inked,
    lines_of,
    print_of,
    region,
    sent_print,
)
from parsers.scan.ocr import Pixels
from parsers.scan.rows import in_order
from parsers.scan.script import evenness, script_of
from parsers.scan.sent import Blank
from parsers.scan.sheet import _confronted
from parsers.scan.strikes import is_struck
from parsers.scan.trust import Script
from tests.needs import without
from tests.paper import hands, ink
from tests.paper.pages import PaperPage
from tests.paper.strokes import Pen
from tests.word_files import REQUEST

SCALE = 200 / 72
CELL = Box(20.0, 20.0, 260.0, 44.0)
_FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
TEXTS = ("由市场部牵头研发部配合", "完成接口联调并提交报告", "需要补充验收标准和预算")


def paper(wide: float = 300.0, high: float = 70.0) -> PaperPage:
    """Return an empty piece of paper with the grain of a scanner."""
    grain = np.random.default_rng(7).normal(250, 2, (round(high * SCALE), round(wide * SCALE), 3))
    return PaperPage(pixels=np.clip(grain, 0, 255).astype(np.uint8), dpi=200)


@cache
def font() -> ImageFont.FreeTypeFont:
    """Return a printer's font."""
    try:
        return ImageFont.truetype(_FONT, round(10.5 * SCALE), index=2)
    except OSError:
        without("no Noto Sans CJK (Debian: fonts-noto-cjk)")


def typed(page: PaperPage, words: str, box: Box = CELL) -> PaperPage:
    """Return the page with words printed into `box`."""
    image = Image.fromarray(page.pixels)
    at = (round((box.left + 3) * SCALE), round((box.top + 4) * SCALE))
    ImageDraw.Draw(image).text(at, words, font=font(), fill=(30, 30, 30))
    return PaperPage(pixels=np.asarray(image, dtype=np.uint8), dpi=200)


def cut(page: PaperPage, box: Box = CELL) -> Pixels:
    """Return a region of a page."""
    left, top, right, bottom = (round(each * SCALE) for each in (box.left, box.top, box.right, box.bottom))
    return np.asarray(page.pixels[top:bottom, left:right], dtype=np.uint8)


def script(page: PaperPage, words: str) -> Script:
    """Return how the words in the cell look as if they were written."""
    crop = cut(page)
    strips = lines_of(crop, ink_of(crop, SCALE), SCALE)
    return script_of([(evenness(each.pixels, each.mask, SCALE), words) for each in strips], 9.6)


@pytest.mark.parametrize("words", TEXTS)
def test_words_that_a_printer_set_are_print(words: str) -> None:
    assert script(typed(paper(), words), words) is Script.PRINT


@pytest.mark.parametrize("words", TEXTS)
@pytest.mark.parametrize("colour", ["black", "blue"])
def test_words_that_a_hand_wrote_are_not(words: str, colour: str) -> None:
    for seed in range(4):
        page = hands.write(paper(), CELL.grown(-2), words, seed, pen=Pen(colour=colour), size=10.4)
        assert script(page, words) is not Script.PRINT


def test_grain_and_ruled_lines_are_no_ink() -> None:
    page = paper()
    page.pixels[round(21 * SCALE)] = page.pixels[:, round(21 * SCALE)] = 40
    assert not is_inked(ink_of(cut(page), SCALE), SCALE)
    assert is_inked(ink_of(cut(typed(page, "李娜")), SCALE), SCALE)


def test_what_we_printed_ourselves_is_not_added_even_a_point_beside() -> None:
    ours = typed(paper(), "姓名或邮箱")
    moved = PaperPage(pixels=np.roll(ours.pixels, 2, axis=1), dpi=200)
    assert not is_inked(added(ink_of(cut(moved), SCALE), print_of(cut(ours), SCALE), SCALE), SCALE)
    written = hands.write(moved, Box(120, 22, 250, 44), "李娜", seed=1)
    assert is_inked(added(ink_of(cut(written), SCALE), print_of(cut(ours), SCALE), SCALE), SCALE)


def test_words_that_a_pen_struck_out_are_noticed_and_a_dash_is_none() -> None:
    words = typed(paper(), "由市场部牵头——研发部配合")
    assert not is_struck(cut(words), SCALE)
    assert not is_struck(cut(words), SCALE, cut(paper()))
    for seed in range(8):
        page = ink.strike(words, Box(24, 25, 90, 38), seed)
        assert is_struck(cut(page), SCALE)
        assert is_struck(cut(page), SCALE, cut(words))


def test_a_name_of_two_characters_that_was_struck_out_is_noticed() -> None:
    name = typed(paper(), "刘洋")
    assert not is_struck(cut(name), SCALE)
    struck = [is_struck(cut(ink.strike(name, Box(23, 25, 46, 38), seed)), SCALE) for seed in range(12)]
    assert sum(struck) >= 11


@pytest.mark.parametrize(
    "words", ["2026-07-09", "2026/10/11", "提供3名测试人员，每周不少于16小时", "2026-03-30 11:30"]
)
@pytest.mark.parametrize("blur", [0.8, 1.2, 1.5])
def test_words_that_run_together_in_a_blurred_picture_are_not_struck_out(words: str, blur: float) -> None:
    """One typed value in four of a photo was asked about for its own level strokes."""
    page = typed(paper(), words)
    for at in range(3):
        moved = np.asarray(np.roll(page.pixels, at, axis=0))
        blurred = np.asarray(cv2.GaussianBlur(moved, (0, 0), blur * SCALE / 2.2), dtype=np.uint8)
        assert not is_struck(cut(PaperPage(pixels=blurred, dpi=200)), SCALE)
    for seed in range(6):
        struck = ink.strike(page, Box(24, 25, 70, 38), seed, pen=Pen(colour="blue")).pixels
        blurred = np.asarray(cv2.GaussianBlur(struck, (0, 0), 0.9), dtype=np.uint8)
        assert is_struck(cut(PaperPage(pixels=blurred, dpi=200)), SCALE)


def test_a_pale_rule_that_a_shadow_darkens_is_ours() -> None:
    """In the shadow of a photo a rule is dark that hardly shows on the page as sent."""
    blank = paper().pixels.copy()
    ours = slice(round(30 * SCALE), round(30 * SCALE) + 2)
    blank[ours, 100:600] = (blank[ours, 100:600] * 0.94).astype(np.uint8)
    came = paper().pixels.copy()
    came[ours, 200:320] = (came[ours, 200:320] * 0.7).astype(np.uint8)
    sent, seen = (cut(PaperPage(pixels=each, dpi=200)) for each in (blank, came))
    assert is_inked(added(ink_of(seen, SCALE), print_of(sent, SCALE), SCALE), SCALE)
    assert not is_inked(added(ink_of(seen, SCALE), sent_print(sent, SCALE), SCALE), SCALE)
    written = hands.write(PaperPage(pixels=came, dpi=200), Box(120, 22, 250, 44), "李娜", seed=1)
    assert is_inked(added(ink_of(cut(written), SCALE), sent_print(sent, SCALE), SCALE), SCALE)


def test_words_that_run_over_the_edge_of_their_place_are_cut_off() -> None:
    words = typed(paper(), "2026年12月24日")
    assert not is_cut_off(ink_of(cut(words), SCALE), SCALE)
    for wide in (30.0, 38.0, 46.0):
        narrow = region(words.pixels, Box(CELL.left, CELL.top, CELL.left + wide, CELL.bottom), SCALE)
        assert is_cut_off(ink_of(narrow, SCALE), SCALE)
    low = region(words.pixels, Box(CELL.left, CELL.top, CELL.right, CELL.top + 12), SCALE)
    assert is_cut_off(ink_of(low, SCALE), SCALE)


def test_the_button_of_a_list_is_no_answer() -> None:
    """Chrome prints the button that opens a list to choose from; words there are no button."""
    page = typed(paper(), "财务部")
    assert button(cut(page), SCALE) is None
    assert button(cut(typed(page, "市场部", Box(222, 20, 260, 44))), SCALE) is None
    left, top, right, bottom = (round(each * SCALE) for each in (246.0, 21.5, 258.5, 42.5))
    pixels = page.pixels.copy()
    pixels[top:bottom, left:right] = 215
    for edge in (slice(left, left + 3), slice(right - 3, right)):
        pixels[top:bottom, edge] = 60
    begins = button(cut(PaperPage(pixels=pixels, dpi=200)), SCALE)
    assert begins is not None
    assert abs(begins - (246.0 - CELL.left)) < 1.5


def test_words_in_a_narrow_place_are_no_ruled_line() -> None:
    narrow = Box(20.0, 20.0, 66.0, 44.0)
    page = typed(paper(), "三一王工", narrow)
    blurred = np.asarray(cv2.GaussianBlur(page.pixels, (0, 0), 1.6), dtype=np.uint8)
    whole = ink_of(cut(PaperPage(pixels=blurred, dpi=200)), SCALE)
    here = ink_of(cut(PaperPage(pixels=blurred, dpi=200), narrow), SCALE)
    assert here.sum() > 0.97 * whole.sum()


def test_words_that_go_on_below_their_place_are_noticed() -> None:
    blank = paper()
    inside = typed(blank, "由市场部牵头")
    below = typed(inside, "研发部配合", Box(20, 42, 260, 66))
    sheet = Page(number=1, width=300, height=70)
    for page, spilt in ((inside, frozenset()), (below, frozenset({"asked"}))):
        leaf = Leaf(page=sheet, pixels=page.pixels, scale=SCALE, blank=blank.pixels, sent=sheet)
        assert _spilt(leaf, {"asked": CELL}) == spilt


def test_a_page_is_proven_by_its_printed_words_where_they_stood() -> None:
    words = tuple(
        PageWord(text=text, box=Box(20, 20.0 * n, 90, 20.0 * n + 10)) for n, text in enumerate(TEXTS, 1)
    )
    page = Page(number=1, width=300, height=100, words=words)
    blank = Blank(pixels=paper().pixels, scale=SCALE, page=page)
    assert is_proven(words, blank)
    grown = tuple(PageWord(text=w.text, box=Box(20, w.box.top + 40, 90, w.box.bottom + 40)) for w in words)
    assert not is_proven(grown[1:], blank)


def answer(field: str, value: str | None, trust: Trust = Trust.LIKELY) -> Answer:
    """Return an answer; without a value its place was found empty."""
    trust = trust if value is not None else Trust.ABSENT
    return Answer(field=field, value=value, trust=trust, evidence=(Evidence(place="p", words=value or ""),))


def test_rows_that_nobody_filled_are_left_out_and_the_gap_closes() -> None:
    read = {
        f"departments.{row}.asked": answer(f"departments.{row}.asked", value)
        for row, value in enumerate(("甲", None, "乙"))
    }
    answers = in_order(REQUEST, read, {}).answers
    assert [row["asked"] for row in rows_of(answers.values(), "departments")] == ["甲", "乙"]


def test_a_page_that_came_twice_and_differs_is_asked() -> None:
    one = Answers((answer("a", "80"), answer("b", "李娜"), answer("c", None)))
    two = Answers((answer("a", "90"), answer("b", "李娜"), answer("c", "新写的")))
    both = {each.field: each for each in _confronted(one, two).all}
    assert (both["a"].trust, both["a"].problem) == (Trust.GUESS, "contradiction")
    assert [each.words for each in both["a"].evidence] == ["80", "90"]
    assert both["b"].trust is Trust.LIKELY
    assert (both["c"].value, both["c"].trust) == ("新写的", Trust.GUESS)


def test_a_crop_is_no_wider_than_a_mail_and_left_out_where_there_is_no_room() -> None:
    leaf = Leaf(page=Page(number=1, width=300, height=70), pixels=paper(900, 200).pixels, scale=SCALE)
    album = Album(limits=STANDARD)
    digest = album.crop(leaf, Box(0, 0, 900, 100))
    assert Image.open(BytesIO(album.pictures[digest])).width <= 600
    assert album.crop(leaf, Box(2000, 0, 2100, 50)) == ""
