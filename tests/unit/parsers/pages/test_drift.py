"""What is fixed on a form stays as it was sent: every changed word is told, and nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from agent.domain.reading import Drift, DriftKind, Reading
from parsers.known import Known
from parsers.pages.drift import Piece, compare
from parsers.word.form import read_word
from tests.pdf_files import house, sent
from tests.word_files import W, control_of, edited, element, put, row_of

TERMS = (
    "乙方应于2026年3月5日前支付人民币12,000.50元，逾期每日加收0.5%。",
    "未经甲方书面同意，乙方不得转让。",
    "The supplier shall not assign this contract before 5 March 2026.",
    "项目名称",
)


def told(*returned: str) -> list[tuple[str, str, str]]:
    pieces = tuple(Piece(text=each, page=1) for each in returned)
    return [(d.kind.value, d.sent, d.returned) for d in compare(TERMS, pieces)]


def test_the_same_words_are_no_difference_however_they_are_set() -> None:
    """Width, spacing, line ends and hyphens are the printer's business; punctuation is not."""
    assert told(*TERMS) == []
    assert (
        told(
            "The supplier shall not assign this con-\ntract before 5 March 2026.",
            "项 目 名 称",
            "乙方应于２０２６年３月５日前支付人民币12,000.50元,\n逾期每日加收0.5％。",
            "未经甲方书面\n同意，乙方不得转让。",
        )
        == []
    )
    unread = [text.replace("，", "").replace("。", "") for text in TERMS]
    assert told(*unread) != []


@pytest.mark.parametrize(
    ("number", "now"),
    [
        (0, TERMS[0].replace("12,000.50", "1,200.50")),
        (0, TERMS[0].replace("3月5日", "3月15日")),
        (0, TERMS[0].replace("0.5%", "5%")),
        (0, TERMS[0].replace("0.5%", "0.5‰")),
        (1, TERMS[1].replace("不得", "可以")),
        (1, TERMS[1].replace("未经", "经")),
        (2, TERMS[2].replace("shall not", "shall")),
        (2, TERMS[2].replace("2026", "2027")),
    ],
)
def test_an_edited_term_is_told_with_both_wordings(number: int, now: str) -> None:
    """Amounts, dates, percentages and negations: the coordinator sees what stood there and what does now."""
    returned = [*TERMS]
    returned[number] = now

    assert told(*returned) == [("changed", TERMS[number], now)]


def test_a_missing_and_an_added_sentence_are_told() -> None:
    """Neither hides the other."""
    extra = "本合同自动续期三年，双方均无异议。"

    assert told(*TERMS[:1], *TERMS[2:], extra) == [
        ("missing", TERMS[1], ""),
        ("added", "", extra),
    ]


@given(st.permutations(TERMS), st.integers(1, 40))
def test_order_and_line_ends_never_matter(order: list[str], width: int) -> None:
    """However the pieces come, and wherever their lines end."""
    lines = ["\n".join(text[at : at + width] for at in range(0, len(text), width)) for text in order]

    assert compare(TERMS, lines) == ()


@given(st.lists(st.text(max_size=60), max_size=12), st.lists(st.text(max_size=60), max_size=12))
def test_any_two_texts_can_be_compared(sent: list[str], returned: list[str]) -> None:
    """Never raises, and a text never differs from itself."""
    assert isinstance(compare(sent, returned), tuple)
    assert compare(sent, sent) == ()


REQUEST = sent("request")


def read(content: bytes) -> Reading:
    return read_word(content, "a.docx", knowing())


def knowing() -> Known:
    return house(REQUEST)


def words_of(drift: tuple[Drift, ...]) -> list[tuple[str, str, str]]:
    return [(each.kind.value, each.sent, each.returned) for each in drift]


def replace_text(old: str, new: str) -> bytes:
    def change(root: etree._Element) -> None:
        texts = [each for each in root.iter(f"{W}t") if old in (each.text or "")]
        assert texts, old
        texts[0].text = str(texts[0].text).replace(old, new)

    return edited(REQUEST.word, change)


def test_a_filled_word_form_shows_no_difference() -> None:
    """What people fill in, tick, and add as rows is no fixed text."""

    def fill_it(root: etree._Element) -> None:
        put(control_of(root, "project_name"), "星河系统二期建设，含增补协议")
        row = row_of(control_of(root, "departments.0.asked"))
        copy = etree.fromstring(etree.tostring(row))
        row.addnext(copy)
        put(control_of(copy, "departments.0.asked"), "由研发部提供两名测试人员")

    reading = read(edited(REQUEST.word, fill_it))

    assert reading.code == REQUEST.sheet.code(house().secret)
    assert reading.drift == ()


def test_an_edited_word_form_shows_what_was_edited() -> None:
    """The instruction says otherwise now: it is told with both wordings."""
    reading = read(replace_text("标 * 的为必填", "标 * 的可以不填"))

    ((kind, was, now),) = words_of(reading.drift)
    assert kind == DriftKind.CHANGED.value
    assert "标 * 的为必填" in was
    assert "标 * 的可以不填" in now


def test_a_sentence_added_to_a_word_form_is_told() -> None:
    """Also where nothing of ours was touched."""

    def add(root: etree._Element) -> None:
        body = root.find(f"{W}body")
        assert body is not None
        body.insert(
            1, element("<w:p><w:r><w:t>发起部门承担全部费用，协同部门不承担任何责任。</w:t></w:r></w:p>")
        )

    assert words_of(read(edited(REQUEST.word, add)).drift) == [
        ("added", "", "发起部门承担全部费用，协同部门不承担任何责任。")
    ]


def test_a_sheet_that_is_not_waited_for_is_not_compared() -> None:
    """Without what was sent there is nothing to hold it against."""
    reading = read_word(replace_text("标 * 的为必填", "标 * 的可以不填"), "a.docx", house())

    assert reading.drift == ()
