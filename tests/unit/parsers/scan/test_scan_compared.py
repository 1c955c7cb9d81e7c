"""Print on paper held against what was sent: same, altered with its words, or not to be compared (ADR 0036).

The pages are drawn with a font, not by us; what is looked at a second time is read by the engine itself.
"""

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from agent.domain.reading import DriftKind
from parsers.limits import STANDARD
from parsers.pages.drift import Piece
from parsers.pages.page import Box, Page, PageWord
from parsers.scan.album import Album
from parsers.scan.compared import Comparison, Place
from parsers.scan.drift import is_legible, shown_places
from parsers.scan.leaf import Leaf
from parsers.scan.printed import Run
from parsers.scan.second_look import look
from tests.needs import without

SCALE = 200 / 72
SENT = (
    "费用不超过128,500.00元，6月15日前交付",
    "乙方不得转包，质保期两年",
    "逾期每日按0.5%计违约金",
    "部门负责人签字",
)
_FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
_SIZE, _LEFT, _STEP = 10.0, 40.0, 22.0


def font() -> ImageFont.FreeTypeFont:
    """Return the font in which the pages are printed."""
    try:
        return ImageFont.truetype(_FONT, round(_SIZE * SCALE), index=2)
    except OSError:
        without("no Noto Sans CJK (Debian: fonts-noto-cjk)")


def page(lines: Sequence[str], *, unread: Sequence[int] = (), blurred: Sequence[int] = ()) -> Leaf:
    """Return a page with `lines` printed on it, all but `unread` found by the first reading."""
    face = font()
    high = _STEP * (len(lines) + 2)
    image = Image.new("RGB", (round(420 * SCALE), round(high * SCALE)), (250, 250, 250))
    draw = ImageDraw.Draw(image)
    words = []
    boxes = {}
    for number, line in enumerate(lines):
        top = _STEP * (number + 1)
        draw.text((_LEFT * SCALE, (top - 2) * SCALE), line, font=face, fill=(40, 40, 40))
        boxes[number] = Box(_LEFT, top, _LEFT + face.getlength(line) / SCALE, top + 12)
        if number not in unread and line:
            words.append(PageWord(text=line, box=boxes[number], score=0.97))
    pixels = np.asarray(image, dtype=np.uint8).copy()
    for number in blurred:
        box = boxes[number].grown(4)
        part = (
            slice(round(box.top * SCALE), round(box.bottom * SCALE)),
            slice(round(box.left * SCALE), round(box.right * SCALE)),
        )
        pixels[part] = cv2.GaussianBlur(pixels[part], (0, 0), 5.0)
    return Leaf(page=Page(number=1, width=420.0, height=high, words=tuple(words)), pixels=pixels, scale=SCALE)


def compared(leaf: Leaf, sent: Sequence[str] = SENT, *, more: bool = True) -> Comparison:
    """Compare a page with the texts that were sent."""
    found = Comparison([leaf], [Run(word=word, page=1) for word in leaf.page.words], ())
    found.compare([Piece(text=each) for each in sent])
    if more:
        found.look_for_more(())
    return found


def test_what_came_back_as_it_was_sent_is_the_same() -> None:
    found = compared(page(SENT))
    assert (found.drift, found.uncompared) == ([], [])


@pytest.mark.parametrize(
    ("number", "now"),
    [
        (0, SENT[0].replace("128,500", "128,800")),
        (0, SENT[0].replace("6月15日", "6月25日")),
        (0, SENT[0].replace("不超过", "不低于")),
        (1, SENT[1].replace("不得", "可得")),
        (1, SENT[1].replace("两年", "一年")),
        (1, SENT[1].replace("乙方", "甲方")),
        (1, "乙方不得转包"),
        (2, SENT[2].replace("0.5%", "0.1%")),
        (2, SENT[2].replace("每日", "每周")),
    ],
)
def test_an_edited_term_is_told_with_both_wordings(number: int, now: str) -> None:
    """A digit, a negation, a party, a unit: nothing is too small where the print is clear."""
    lines = list(SENT)
    lines[number] = now
    found = compared(page(lines))

    (told,) = found.drift
    assert (told.kind, told.sent) == (DriftKind.CHANGED, SENT[number])
    assert told.returned.replace(",", "，")[:4] == now.replace(",", "，")[:4]
    assert found.uncompared == []


def test_what_the_first_reading_misread_is_not_told() -> None:
    """The engine made 末 of 不 in the whole page, and reads the place alone as it is."""
    leaf = page(SENT)
    misread = PageWord(text=SENT[1].replace("不", "末"), box=leaf.page.words[1].box, score=0.95)
    words = (leaf.page.words[0], misread, *leaf.page.words[2:])
    leaf = Leaf(page=Page(number=1, width=420.0, height=132.0, words=words), pixels=leaf.pixels, scale=SCALE)

    found = compared(leaf)

    assert (found.drift, found.uncompared) == ([], [])


def test_a_line_that_is_gone_is_missing_and_one_that_was_put_in_is_added() -> None:
    lost = compared(page(["", *SENT[1:]]))
    assert [(each.kind, each.sent) for each in lost.drift] == [(DriftKind.MISSING, SENT[0])]

    more = compared(page([*SENT, "双方另行约定付款方式与期限，工期相应顺延"]))
    assert [each.kind for each in more.drift] == [DriftKind.ADDED]
    assert "付款方式" in more.drift[0].returned


def test_words_put_in_behind_what_was_sent_are_added() -> None:
    """In the same line a few characters are enough."""
    found = compared(page([*SENT[:2], f"{SENT[2]}，超过三日免计", SENT[3]]))
    assert [each.kind for each in found.drift] == [DriftKind.ADDED]


def test_a_line_that_the_first_reading_passed_over_is_found() -> None:
    found = compared(page(SENT, unread=[1]))
    assert (found.drift, found.uncompared) == ([], [])


def test_a_line_that_nobody_can_read_is_neither_the_same_nor_altered() -> None:
    """It is told with the words as sent, and with its place for a crop."""
    found = compared(page(SENT, unread=[1], blurred=[1]))

    assert found.drift == []
    (place,) = found.uncompared
    assert (place.page, place.words) == (1, SENT[1])
    assert place.box is not None
    assert place.box.top == pytest.approx(2 * _STEP, abs=8)


def test_a_short_label_that_is_nowhere_is_not_called_missing() -> None:
    """`日期` is lost more easily than taken out; but it is not taken as there, either."""
    found = compared(page(SENT), (*SENT, "日期"))
    assert found.drift == []
    assert [each.words for each in found.uncompared] == ["日期"]


@pytest.mark.parametrize(("part", "cut"), [("rest", 16), ("beginning", 5)])
def test_a_line_that_breaks_off_beneath_a_grey_seal_is_shown_and_not_called_altered(
    part: str, cut: int
) -> None:
    """A copy without colours: nobody can lift the seal, and what lies beneath may well be as it was sent."""
    leaf = page(SENT)
    (line,) = (word for word in leaf.page.words if word.text == SENT[0])
    middle = _LEFT + font().getlength(SENT[0][:cut]) / SCALE
    left, right = replace(line.box, right=middle), replace(line.box, left=middle)
    lies, seen, kept = (right, left, SENT[0][:cut]) if part == "rest" else (left, right, SENT[0][cut:])
    read = PageWord(text=kept, box=seen, score=0.9)
    words = tuple(read if word is line else word for word in leaf.page.words)
    at = [round(side * SCALE) for side in (lies.left + 2, lies.top - 4, lies.right + 12, lies.bottom + 4)]
    pixels = leaf.pixels.copy()
    for step in range(6):
        cv2.line(pixels, (at[0], at[1] + 9 * step), (at[2], at[1] + 7 * step), (90, 90, 90), 7)
    sealed = replace(leaf, pixels=pixels, page=replace(leaf.page, words=words))

    found = compared(sealed)
    assert found.drift == []
    assert [place.words for place in found.uncompared] == [SENT[0]]


@pytest.mark.parametrize("is_sealed", [True, False])
def test_a_line_of_which_a_seal_hides_the_middle_is_shown_and_one_without_its_middle_is_told(
    is_sealed: bool,  # noqa: FBT001
) -> None:
    """The first reading found what stands on either side; whether the rest is there nobody can say."""
    leaf = page(SENT)
    (line,) = (word for word in leaf.page.words if word.text == SENT[0])
    begin, end = (_LEFT + font().getlength(SENT[0][:at]) / SCALE for at in (5, 16))
    before = PageWord(text=SENT[0][:5], box=replace(line.box, right=begin), score=0.9)
    after = PageWord(text=SENT[0][16:], box=replace(line.box, left=end), score=0.9)
    pixels = leaf.pixels.copy()
    left, top, right, bottom = (
        round(side * SCALE) for side in (begin, line.box.top - 4, end, line.box.bottom + 4)
    )
    if is_sealed:
        for step in range(6):
            cv2.line(pixels, (left + 6, top + 9 * step), (right - 6, top + 7 * step), (90, 90, 90), 7)
    else:
        pixels[top:bottom, left:right] = 250
    words = tuple(each for word in leaf.page.words for each in ((before, after) if word is line else (word,)))
    found = compared(replace(leaf, pixels=pixels, page=replace(leaf.page, words=words)))
    assert [place.words for place in found.uncompared] == ([SENT[0]] if is_sealed else [])
    assert [each.sent for each in found.drift] == ([] if is_sealed else [SENT[0]])


@pytest.mark.parametrize("goes_on", [True, False])
def test_a_text_that_goes_on_in_a_line_too_short_to_be_found_is_not_called_altered(
    goes_on: bool,  # noqa: FBT001
) -> None:
    """A narrow cell printed `Prototyp` and `e`; without the `e` it is another word."""
    leaf = page((*SENT, "Prototyp"), unread=(len(SENT),))
    if goes_on:
        image = Image.fromarray(leaf.pixels)
        top = _STEP * (len(SENT) + 1) + 10
        ImageDraw.Draw(image).text((_LEFT * SCALE, top * SCALE), "e", font=font(), fill=(40, 40, 40))
        leaf = replace(leaf, pixels=np.asarray(image, dtype=np.uint8).copy())
    found = compared(leaf, (*SENT, "Prototype"))
    assert [place.words for place in found.uncompared] == (["Prototype"] if goes_on else [])
    assert [each.sent for each in found.drift] == ([] if goes_on else ["Prototype"])


def test_a_line_whose_end_was_taken_out_is_told_though_a_seal_is_elsewhere() -> None:
    """White paper where the words were is no doubt."""
    found = compared(page((SENT[0][:16], *SENT[1:])))
    assert [(each.kind, each.sent, each.returned) for each in found.drift] == [
        (DriftKind.CHANGED, SENT[0], SENT[0][:16])
    ]


def test_a_line_whose_character_a_red_seal_touched_is_shown_and_not_called_altered() -> None:
    """Its foot went with the seal: what is left is another character to every reading, and clear."""
    now = SENT[1].replace("两", "一")
    leaf = page([SENT[0], now, *SENT[2:]])
    box = leaf.page.words[1].box
    (found,) = compared(sealed(leaf, box, 0, 2)).drift
    assert found.sent == SENT[1], "the seal lies elsewhere"
    at = now.index("一")
    shown = compared(sealed(leaf, box, at, at + 1))
    assert shown.drift == []
    assert [each.words for each in shown.uncompared] == [SENT[1]]


def sealed(leaf: Leaf, box: Box, begin: int, end: int) -> Leaf:
    """Return a page on which a seal lay over some characters of a line, and was taken away."""
    line = SENT[1]
    left, right = (round((box.left + font().getlength(line[:at]) / SCALE) * SCALE) for at in (begin, end))
    pixels = leaf.pixels.copy()
    part = np.s_[round((box.bottom - 3) * SCALE) : round((box.bottom + 6) * SCALE), left:right]
    pixels[part] = (60, 60, 200)
    return replace(leaf, pixels=pixels, plain=leaf.pixels)


def in_a_cell(lines: Sequence[str], *, read: Sequence[tuple[str, float]]) -> Leaf:
    """Return a page with one cell, the last lines of which were read as `read`, with scores."""
    leaf = page(lines)
    kept = leaf.page.words[: -len(read)]
    last = [
        replace(word, text=text, score=score)
        for word, (text, score) in zip(leaf.page.words[-len(read) :], read, strict=True)
    ]
    return replace(leaf, page=replace(leaf.page, words=(*kept, *last)))


def of_a_cell(leaf: Leaf, sent: Sequence[str]) -> Comparison:
    """Compare a page of which all words stand in one cell."""
    found = Comparison([leaf], [Run(word=word, page=1, cell=4) for word in leaf.page.words], ())
    found.compare([Piece(text=each) for each in sent])
    found.look_for_more(())
    return found


def test_the_last_character_of_a_label_that_stands_alone_in_the_line_below_is_looked_at_again() -> None:
    """In a narrow cell `审` stands alone, and is read as `申`: that costs no more than its lacking."""
    found = of_a_cell(in_a_cell(["图纸会", "审"], read=[("图纸会", 1.0), ("申", 0.65)]), ["图纸会审"])
    assert (found.drift, found.uncompared) == ([], [])


@pytest.mark.parametrize(("lines", "returned"), [(("图纸会", "签"), "图纸会 签"), (("图纸会",), "图纸会")])
def test_a_label_of_which_the_last_character_is_another_or_gone_is_told(
    lines: tuple[str, ...], returned: str
) -> None:
    found = of_a_cell(in_a_cell(lines, read=[(each, 1.0) for each in lines]), ["图纸会审"])
    assert [(each.sent, each.returned) for each in found.drift] == [("图纸会审", returned)]


def test_a_label_that_ends_in_ink_nobody_can_read_is_shown() -> None:
    """The edge of a stamp lies upon its end and is read as one character, then another, then none."""
    leaf = in_a_cell(["部门负责人签字", "XX"], read=[("部门负责人签字", 1.0), ("河", 0.5)])
    below = leaf.page.words[1].box
    left, top, right, bottom = (
        round(side * SCALE) for side in (below.left - 1, below.top - 3, below.right + 2, below.bottom + 3)
    )
    pixels = leaf.pixels.copy()
    pixels[top:bottom, left:right] = 250
    pixels[top + 8 : bottom - 8, left + 4 : right] = 120
    found = of_a_cell(replace(leaf, pixels=pixels), ["部门负责人签字处"])
    assert found.drift == []
    assert [each.words for each in found.uncompared] == ["部门负责人签字处"]


def test_pages_that_did_not_come_miss_nothing() -> None:
    """What is nowhere may stand on the page that is still to come; what differs, differs."""
    leaf = page([*SENT[:2], SENT[2].replace("0.5", "0.1")])
    found = Comparison([leaf], [Run(word=word, page=1) for word in leaf.page.words], ())
    found.compare([Piece(text=each) for each in SENT], gone=False)
    assert [each.sent for each in found.drift] == [SENT[2]]


def test_a_line_that_a_false_rule_cut_in_two_is_whole() -> None:
    """The halves stand in two cells, and one of them may be taken for an answer's place."""
    leaf = page(SENT)
    whole = leaf.page.words[1]
    middle = whole.box.left + 40.0
    left = PageWord(text=SENT[1][:4], box=Box(whole.box.left, whole.box.top, middle, whole.box.bottom))
    right = PageWord(text=SENT[1][4:], box=Box(middle, whole.box.top, whole.box.right, whole.box.bottom))
    others = [Run(word=word, page=1) for word in leaf.page.words if word is not whole]
    found = Comparison([leaf], [*others, Run(word=right, page=1, cell=3)], [Run(word=left, page=1, cell=7)])
    found.compare([Piece(text=each) for each in SENT])
    assert (found.drift, found.uncompared) == ([], [])


def test_an_answer_that_says_the_same_does_not_stand_for_the_print() -> None:
    """Somebody put another task into the row, and wrote the old one as their answer: a person looks."""
    leaf = page([*SENT[:3], "另行商定的任务", SENT[3]])
    answer = Run(
        word=PageWord(text="客户培训", box=Box(300.0, 20.0, 340.0, 32.0), score=0.99), page=1, cell=0
    )
    found = Comparison([leaf], [Run(word=word, page=1) for word in leaf.page.words], [answer])
    found.compare([Piece(text=each) for each in (*SENT, "客户培训")])
    assert [each.words for each in found.uncompared] == ["客户培训"]


def test_a_short_text_is_not_found_in_a_longer_one_while_it_stands_alone_elsewhere() -> None:
    """`签字` heads the table in which `发起部门负责人签字` stands, split by the prompt beside it."""
    leaf = page(["发起部门负责", "请签名", "人本人手写签字", "签字"])
    found = Comparison([leaf], [Run(word=word, page=1) for word in leaf.page.words], ())
    found.compare([Piece(text="发起部门负责人本人手写签字"), Piece(text="签字")])
    assert (found.drift, found.uncompared) == ([], [])


def _two_in_one(lines: Sequence[str]) -> Leaf:
    """Return a page of which the first two lines were taken for one, as in a narrow cell, and misread."""
    leaf = page(lines)
    upper, lower, *others = leaf.page.words
    box = Box(upper.box.left, upper.box.top, max(upper.box.right, lower.box.right), lower.box.bottom)
    both = PageWord(text="口口", box=box, score=0.2)
    return replace(leaf, page=replace(leaf.page, words=(both, *others)))


def test_two_lines_that_were_taken_for_one_are_read_again() -> None:
    """The number of a row wraps in its cell: `Data` above `move` is read as `DAde`, and yet it is there."""
    leaf = _two_in_one(["数据", "迁移", *SENT])
    found = compared(leaf, ("数据迁移", *SENT))
    assert (found.drift, found.uncompared) == ([], [])


def test_what_was_misread_stands_for_one_text_only() -> None:
    """Two rows had the same number; one of them is gone."""
    leaf = _two_in_one(["数据", "迁移一批", *SENT])
    found = compared(leaf, ("数据迁移一批", "数据迁移一批", *SENT))
    assert [(each.kind, each.sent) for each in found.drift] == [(DriftKind.MISSING, "数据迁移一批")]


def test_what_was_misread_and_says_something_else_is_told() -> None:
    leaf = _two_in_one(["数据", "归档一批", *SENT])
    found = compared(leaf, ("数据迁移一批", *SENT))
    assert [(each.kind, each.sent) for each in found.drift] == [(DriftKind.CHANGED, "数据迁移一批")]


def test_a_label_beneath_a_grey_seal_is_ink() -> None:
    """Copied without colour the seal fills the label's box; that there is paper is seen around it."""
    leaf = page(["", "", "任务责任人签字", "", ""])
    box = leaf.page.words[0].box
    middle = (round(box.centre[0] * SCALE), round((box.bottom + 18) * SCALE))
    pixels = leaf.pixels.copy()
    cv2.circle(pixels, middle, round(22 * SCALE), (110, 110, 110), round(3 * SCALE))
    pixels = np.asarray(cv2.GaussianBlur(pixels, (0, 0), 1.8), dtype=np.uint8)
    tight = Box(box.left, box.top, box.right, box.top + 10)

    (looked,) = look([(replace(leaf, pixels=pixels), tight)])

    assert looked.inked
    assert "任务责任人签字" in [each.words for each in looked.readings]


@pytest.mark.parametrize(
    ("number", "part"), [(0, SENT[0]), (1, "乙方不得转包"), (1, "转包"), (3, "部门负责人")]
)
def test_a_pen_through_a_term_is_shown_whether_or_not_it_can_be_read(number: int, part: str) -> None:
    """OCR reads through a line; the rest of the page has none, also where its print melts together."""
    leaf = page(SENT)
    box = leaf.page.words[number].box
    left = box.left + font().getlength(SENT[number][: SENT[number].index(part)]) / SCALE
    over = Box(left, box.top, left + font().getlength(part) / SCALE, box.bottom)
    pixels = np.asarray(cv2.GaussianBlur(leaf.pixels, (0, 0), 1.2), dtype=np.uint8)

    def crossed(shown: np.ndarray) -> list[str]:
        found = compared(replace(leaf, pixels=shown))
        assert found.drift == []
        assert not found.uncompared
        found.look_for_strokes()
        assert all(each.struck for each in found.uncompared)
        return [each.words for each in found.uncompared]

    assert crossed(pixels) == []
    ends = [
        (round(x * SCALE), round((over.centre[1] + up) * SCALE))
        for x, up in ((left - 1, 0.4), (over.right, -0.4))
    ]
    assert crossed(cv2.line(pixels.copy(), ends[0], ends[1], (60, 40, 40), 4)) == [SENT[number]]


def test_places_are_shown_with_crops_and_many_of_them_are_a_page() -> None:
    """Nobody looks at twenty crops: then it is the page that could not be compared."""
    leaf = page(SENT)
    few = [Place(page=1, words=text, box=Box(40.0, 20.0, 200.0, 34.0)) for text in SENT[:2]]
    album = Album(limits=STANDARD)

    shown = shown_places(few, [leaf], album)

    assert [each.words for each in shown] == list(SENT[:2])
    assert all(each.picture in album.pictures for each in shown)
    (one,) = shown_places([*few, *few, *few, *few], [leaf], album)
    assert (one.page, one.words) == (1, "")


def test_a_form_that_was_rewritten_takes_no_more_time_than_one_that_was_edited() -> None:
    """After forty differences nobody reads on; what was not looked at is not called the same."""
    found = compared(
        page(["另一份完全不同的文件"]), [f"第{number}条各方应按期交付" for number in range(60)], more=False
    )
    assert len(found.drift) == 40
    assert [(each.page, each.words) for each in found.uncompared] == [(1, "")]


def test_a_page_that_was_read_with_doubts_is_not_held_to_the_letter() -> None:
    """Of an awful photo nobody can say what it says; a person is told so."""
    clear = PageWord(text=SENT[0], box=Box(0.0, 0.0, 9.0, 9.0), score=0.99)
    doubtful = PageWord(text=SENT[0], box=Box(0.0, 0.0, 9.0, 9.0), score=0.6)

    def leaf(*words: PageWord) -> Leaf:
        blank = np.zeros((9, 9, 3), dtype=np.uint8)
        return Leaf(page=Page(number=1, width=9.0, height=9.0, words=words), pixels=blank, scale=1.0)

    assert is_legible(leaf(clear, clear, doubtful))
    assert not is_legible(leaf(clear, doubtful, doubtful))
