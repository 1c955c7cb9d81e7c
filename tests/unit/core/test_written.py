"""What somebody wrote above a quotation: 确认 and numbered lines, or something odd that is asked again."""

import hypothesis.strategies as st
import pytest
from hypothesis import given

from agent.domain.words import Words
from agent.domain.written import is_confirmation, is_denial, is_right, written

SEPARATORS = [":", "：", "、", ". ", "．", ")", "）", " ", "　", "，", " - "]
LABELS = (Words(zh="项目名称", en="Project name"), Words(zh="计划完成时间", en="Planned completion"))
WORDS = st.sampled_from(["2026-04-30", "2026年4月30日", "王芳", "研发部", "80%", "同意", "李 娜 Li Na"])


def listed(count: int) -> tuple[Words, ...]:
    """Return the labels of a letter that lists `count` values."""
    return tuple(Words.same(f"第{number}栏") for number in range(count))


@given(
    number=st.integers(1, 9),
    separator=st.sampled_from(SEPARATORS),
    words=WORDS,
    wide=st.booleans(),
    before=st.sampled_from(["", "#", "第", "（", "No. "]),
)
def test_a_numbered_line_is_understood_however_it_is_written(
    number: int, separator: str, words: str, before: str, *, wide: bool
) -> None:
    """Full-width digits and colons, brackets, a Chinese ordinal; the words stay as they were written."""
    digits = chr(ord("０") + number) if wide else str(number)
    line = f"{before}{digits}{'项' if before == '第' else ''}{separator}{words}"

    found = written((line,), listed(9))

    assert (found.lines, found.odd) == (((number, words),), ())


@given(st.lists(st.text(max_size=60), max_size=8), st.integers(0, 9))
def test_any_text_is_understood_or_odd_but_never_raises(lines: list[str], count: int) -> None:
    """A line that is taken is one of the text's own; a number that was not asked is odd."""
    found = written(tuple(lines), listed(count))

    assert all(any(words.strip() in line for line in lines) for _, words in found.lines)
    assert found.odd or all(1 <= number <= count for number, _ in found.lines)


@pytest.mark.parametrize(
    "line",
    [
        "确认",
        "确认。",
        "Confirm",
        "ＣＯＮＦＩＲＭ",
        "确认，谢谢",
        "确认无误",
        "其余都确认",
        "都对",
        "全对，谢谢",
        "都没问题。",
        "确认了",
        "the rest is right",
        "confirm the rest",
    ],
)
def test_confirming_has_many_words(line: str) -> None:
    """In a reply to a list of values nothing else can be meant."""
    assert is_confirmation(line)


@pytest.mark.parametrize(
    "line",
    [
        "不确认",
        "确认一下第2项",
        "请确认",
        "待确认",
        "稍后确认",
        "not confirmed",
        "confirm?",
        "对",
        "好的",
        "确认不了",
    ],
)
def test_words_that_only_contain_confirm_confirm_nothing(line: str) -> None:
    """Free text never decides (reliability.md)."""
    assert not is_confirmation(line)


def test_a_line_of_its_own_is_right_wrong_or_not_theirs() -> None:
    """What people write behind a number instead of a value."""
    assert is_right("确认")
    assert is_right(" OK ") is False
    assert is_denial("不是本人")
    assert written(("1: 不对",), listed(1)).odd
    assert written(("1: ok",), listed(1)).odd


def test_a_quotation_begins_where_our_own_line_is_repeated() -> None:
    """What stands below it is old, however it looks."""
    found = written(
        ("2：2026-04-30", "", "1、项目名称", "3：王芳"),
        listed(3),
        lambda number, words: (number, words) == (1, "项目名称"),
    )

    assert found.lines == ((2, "2026-04-30"),)
    assert not found.odd


@pytest.mark.parametrize(
    "below",
    [
        "计划完成时间：2026-04-30",
        "计划完成时间应为2026-04-30",
        "张伟\n计划完成时间改成4月30日",
        "Planned completion should be 30 April",
        "但完成时间改成4月30日",
        "时间有误",
        "除了日期",
        "除第2项外",
        "日期写错",
        "2026-04-30",
        "4月30日",
        "the date is wrong",
    ],
)
def test_what_corrects_a_confirmation_right_below_it_is_odd(below: str) -> None:
    """确认 alone must not carry away what somebody wrote beside it."""
    for between in ("\n", "\n\n"):
        assert written(f"确认{between}{below}".split("\n"), LABELS).odd


@pytest.mark.parametrize(
    "below",
    [
        "张伟",
        "张伟 除尘设备部",
        "但小明",
        "纠错组 王芳",
        "张伟\n市场部\n13800138000\n2026年3月2日",
        "Best regards\nZhang Wei",
        "此致\n敬礼\n\n张伟",
    ],
)
def test_a_signature_below_a_confirmation_is_none(below: str) -> None:
    """Name, department, telephone, and the day at the end of a letter."""
    found = written(f"确认\n{below}".split("\n"), LABELS)

    assert (found.rest, found.odd) == (True, ())


def test_what_stands_within_a_quotation_is_odd() -> None:
    """Whoever answers line by line within the old letter has said more than the first line."""
    found = written(("确认",), LABELS, between=("2026-04-30",))

    assert (found.rest, found.odd) == (True, ("2026-04-30",))


@pytest.mark.parametrize("words", ["对", "对的", "没问题", "√", "Correct."])
def test_a_yes_behind_a_number_is_no_value(words: str) -> None:
    """`1 对` must not name a project 对."""
    assert is_right(words)


@pytest.mark.parametrize(
    "line",
    [
        "1.确认 2.2026/4/30 3.确认",
        "1 对 2 错",
        "1: 新品 2.确认",
        "1：对，2：2026-04-30",
        "1 正确；3 有误",
        "1，2，3",
        "1、3",
    ],
)
def test_several_answers_on_one_line_are_odd(line: str) -> None:
    """The words behind the first number are not its value."""
    assert written((line,), listed(3)).odd


@pytest.mark.parametrize("line", ["1：新品上市", "1：2.5万元", "1：对讲机采购", "1：正确认识", "1：甲、乙"])
def test_a_value_that_resembles_a_yes_is_one(line: str) -> None:
    """It only begins like one."""
    assert written((line,), listed(3)).odd == ()
