"""Text that OCR read is compared character by character, and found wherever it is most alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.scan.spelt import GONE, Match, find, spelt, widened

TERMS = "逾期每日按0.5%计违约金，质保期两年。"


def edits(sent: str, read: str) -> list[tuple[str, str]]:
    """Return what differs, as compared characters."""
    match = find(spelt(sent)[0], spelt(read)[0])
    assert match is not None
    return [(each.was, each.now) for each in match.edits]


@pytest.mark.parametrize(
    "read",
    [
        "逾期每日按0.5%计违约金,质保期两年.",
        "逾期 每日按０．５％计违约金 质保期两年",
        "甲方确认：逾期每日按0.5%计违约金，质保期两年。日期",
    ],
)
def test_punctuation_blanks_width_and_words_around_are_no_difference(read: str) -> None:
    """They are the printer's business, or the engine's."""
    assert edits(TERMS, read) == []


@pytest.mark.parametrize(
    ("read", "told"),
    [
        ("逾期每日按0.1%计违约金，质保期两年。", [("5", "1")]),
        ("逾期每日按0.5%计违约金，质保期一年。", [("两", "一")]),
        ("逾期不按0.5%计违约金，质保期两年。", [("每日", "不")]),
        ("质保期两年。", [("逾期每日按0.5%计违约金", "")]),
        ("逾期每日另按0.5%计违约金，质保期两年。", [("", "另")]),
    ],
)
def test_each_edit_is_told_with_both_sides(read: str, told: list[tuple[str, str]]) -> None:
    """One digit or one character is enough."""
    assert edits(TERMS, read) == told


def test_letters_that_many_fonts_draw_alike_are_one() -> None:
    """Nobody's duty turns on I, l and 1; the digits of an amount are still told apart."""
    assert spelt("Illegal 0O")[0] == spelt("lIlegal OO")[0]
    assert spelt("128")[0] != spelt("123")[0]


def test_what_was_found_already_is_not_found_again() -> None:
    text = f"{GONE * 4}项目名称"
    match = find("项目名称", text)
    assert match is not None
    assert (match.begin, match.stop, match.cost) == (4, 8, 0)


def test_a_number_is_found_whole() -> None:
    """`3` is not found in `30`, and `15` not in `2.15`."""
    assert widened(Match(1, 2, ()), "3", "共30台", 0, 4).cost == 1
    assert widened(Match(2, 4, ()), "15", "2.15", 0, 4).cost == 2
    assert widened(Match(1, 2, ()), "3", "共3台", 0, 3).cost == 0
    assert widened(Match(1, 2, ()), "3", "共30台", 0, 2).cost == 0  # the nought is another cell's


def test_what_would_take_the_memory_of_the_machine_is_not_compared() -> None:
    assert find("字" * 5000, "文" * 5000) is None


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_two_texts_can_be_compared(sent: str, read: str) -> None:
    """Never raises; a text is found in itself; what is told adds up to what was read."""
    key, text = spelt(sent)[0], spelt(read)[0]
    match = find(key, text)
    if match is not None:
        assert 0 <= match.begin <= match.stop <= len(text)
        assert all(text[each.begin : each.stop] == each.now for each in match.edits)
        assert all(key[each.start : each.end] == each.was for each in match.edits)
    own = find(key, f"前{key}后")
    assert own is None or own.cost == 0
