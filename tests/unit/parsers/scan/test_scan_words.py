"""Lines that OCR read become words of cells; identities and ticks are read from them."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.domain.answers import Trust
from agent.domain.forms import Choice, Field, Kind
from agent.domain.sheets import TokenStatus
from agent.domain.words import Words
from parsers.known import Known, Sent
from parsers.pages.page import Box, PageWord, Spot
from parsers.scan.identity import NOBODY, by_codes, by_words, page_of
from parsers.scan.ocr import Line, weakest
from parsers.scan.ticks import judge_ticks
from parsers.scan.words import page_words, without_rules
from tests.word_files import REQUEST, SECRET, SHEET, known

CODE = SHEET.code(SECRET)
OURS = Known(
    forms={REQUEST.id: REQUEST},
    directory=known().directory,
    secret=SECRET,
    today=known().today,
    sent={CODE: Sent(sheet=SHEET)},
)
PROFILE = Field(
    id="profile",
    label=Words.same("profile"),
    kind=Kind.CHOICE,
    choices=tuple(Choice(value=each, label=Words.same(each)) for each in "abc"),
)
SPOTS = {each: Spot(page=1, box=Box(10 * n, 10, 10 * n + 8, 18)) for n, each in enumerate("abc")}


def line(text: str, left: float = 20.0, wide: float = 20.0, top: float = 20.0) -> Line:
    """Return a line of characters of one width, two pixels a point."""
    middles = tuple(left + (n + 0.5) * wide for n in range(len(text)))
    right = left + wide * len(text)
    scores = tuple(0.9 for _ in text)
    return Line(
        text=text, score=0.9, left=left, top=top, right=right, bottom=top + 20, middles=middles, scores=scores
    )


def test_a_line_over_the_edge_of_a_cell_is_cut_there() -> None:
    cells = (Box(10, 5, 30, 25), Box(30, 5, 90, 25))
    words = page_words((line("姓名张伟"),), 2.0, cells)
    assert [word.text for word in words] == ["姓名", "张伟"]
    assert words[0].box.right == words[1].box.left == pytest.approx(30)


@given(st.text("张伟李娜 2026-", min_size=1, max_size=30), st.lists(st.floats(10, 320), max_size=4))
def test_no_letter_is_lost_or_doubled_by_cutting(text: str, edges: list[float]) -> None:
    borders = sorted({5.0, *edges, 340.0})
    cells = [Box(a, 5, b, 25) for a, b in itertools.pairwise(borders)]
    words = page_words((line(text),), 2.0, cells)
    assert "".join("".join(word.text.split()) for word in words) == "".join(text.split())


def test_words_stand_in_reading_order() -> None:
    words = page_words((line("丙", top=60), line("乙", left=100), line("甲", top=22)), 2.0)
    assert [word.text for word in words] == ["甲", "乙", "丙"]


def at(top: float, text: str) -> PageWord:
    return PageWord(text=text, box=Box(10, top, 90, top + 12), score=0.9)


def test_the_rest_of_a_rule_is_no_line_of_an_answer() -> None:
    """`方案B` came back as `方案B` and `，、`, or `1`, which no person would have written."""
    answer, marks, one = at(0, "方案B"), at(20, "，、"), at(40, "1")
    assert without_rules((answer, marks, one), (answer,)) == (answer,)
    assert without_rules((at(0, "—"),), ()) == (at(0, "—"),), "alone it is what somebody wrote for nothing"


def test_the_last_character_of_a_text_may_stand_alone_in_its_line() -> None:
    """The page saw it there, too, or saw nothing at all."""
    text, last = at(0, "完成接口联"), at(20, "调")
    assert without_rules((text, last), (text, last)) == (text, last)
    assert without_rules((text, last), ()) == (text, last)


def test_nothing_read_from_paper_is_as_sure_as_text() -> None:
    assert weakest("研发部", (1.0, 1.0, 1.0)) < 1.0


def test_a_doubtful_mark_counts_only_beside_digits() -> None:
    assert weakest("好。", (0.99, 0.2)) == pytest.approx(0.99)
    assert weakest("3.5", (0.99, 0.2, 0.99)) == pytest.approx(0.2)


def test_a_code_with_one_letter_misread_still_names_its_sheet() -> None:
    wrong = CODE[:4] + ("A" if CODE[4] != "A" else "B") + CODE[5:]
    for printed in (f"FC-{CODE}", f"事项编号 XT-2026-0001 FC-{wrong}"):
        who = by_words((printed,), OURS)
        assert (who.sheet, who.token, who.code) == (SHEET, TokenStatus.VALID, CODE)


def test_a_code_with_two_letters_misread_names_none() -> None:
    wrong = "".join("A" if each != "A" else "B" for each in CODE[:2]) + CODE[2:]
    assert by_words((f"FC-{wrong}",), OURS).sheet is None


def test_a_printed_code_that_is_not_known_is_only_a_claim() -> None:
    who = by_words((f"FC-{CODE}",), known())
    assert (who.sheet, who.token, who.code) == (None, TokenStatus.ABSENT, CODE)


def test_of_several_codes_the_one_that_we_issued_counts() -> None:
    forged = SHEET.token(b"another secret")
    assert by_codes((forged, SHEET.token(SECRET)), OURS).token is TokenStatus.VALID
    assert by_codes((forged,), OURS).token is TokenStatus.UNKNOWN
    assert by_codes(("https://example.com",), OURS) is NOBODY


@pytest.mark.parametrize("printed", ["第 2 页 共 3 页", "第2页，共3页", "Page 2 of 3"])
def test_the_number_of_a_page_is_read_from_its_foot(printed: str) -> None:
    assert page_of((printed,)) == (2, 3)
    assert page_of(("第 4 页 共 3 页", "Page of")) is None


@pytest.mark.parametrize(
    ("marks", "value", "trust", "problem"),
    [
        ((True, False, False), "a", Trust.LIKELY, ""),
        ((False, False, False), None, Trust.ABSENT, ""),
        ((True, True, False), None, Trust.GUESS, "not_a_choice"),
        ((True, None, False), "a", Trust.GUESS, ""),
        ((False, None, False), "b", Trust.GUESS, ""),
        ((None, None, False), None, Trust.GUESS, "not_a_choice"),
    ],
)
def test_exactly_one_clear_tick_is_an_answer(
    marks: tuple[bool | None, ...], value: str | None, trust: Trust, problem: str
) -> None:
    answer = judge_ticks("profile", PROFILE, dict(zip("abc", marks, strict=True)), SPOTS, "")
    assert (answer.value, answer.trust, answer.problem) == (value, trust, problem)


def test_a_faint_tick_in_a_check_box_is_asked() -> None:
    box = Field(id="urgent", label=Words.same("urgent"), kind=Kind.CHECKBOX)
    spots = {"": SPOTS["a"]}
    found = [judge_ticks("urgent", box, {"": mark}, spots, "") for mark in (True, False, None)]
    assert [(each.value, each.trust) for each in found] == [
        (True, Trust.LIKELY),
        (False, Trust.LIKELY),
        (True, Trust.GUESS),
    ]
