"""Numbers, choices, check boxes and texts."""

from decimal import Decimal

import pytest

from agent.domain.forms import Choice, Field, Kind
from agent.domain.words import Words
from parsers.understood import Understood
from parsers.values import LONGEST_TEXT, read_choice, read_number, read_tick, understand
from tests.word_files import PEOPLE, TODAY

CHOICES = (
    Choice(value="agree", label=Words(zh="同意", en="Agree")),
    Choice(value="refuse", label=Words(zh="不同意", en="Refuse")),
)


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("80", "80"),
        ("８０", "80"),
        ("80%", "80"),
        ("80 ％", "80"),
        ("-3.5", "-3.5"),
        (".5", "0.5"),
        ("1,234,567.89", "1234567.89"),
        ("3万", "30000"),
        ("1.5亿", "150000000"),
        ("1.5 万元", "15000"),
        ("5人", "5"),
        ("0", "0"),
    ],
)
def test_a_number_is_read_with_width_percent_and_scale(words: str, value: str) -> None:
    """80% is 80: the fields that ask for a percentage say so."""
    assert read_number(words).value == Decimal(value)


@pytest.mark.parametrize(
    "words", ["", "约5", "3-5", "12,34", "三十", "5 5", "1e9", "NaN", "9" * 50, "5%%", "+"]
)
def test_what_is_not_one_number_is_asked_back(words: str) -> None:
    """A range or a guess of the writer stays the writer's to decide."""
    assert read_number(words).problem == "bad_number"


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("同意", "agree"),
        ("同意。", "agree"),
        ("AGREE", "agree"),
        ("refuse", "refuse"),
        ("不同意", "refuse"),
        ("A. 同意", "agree"),
        ("☑ 同意 ☐ 不同意", "agree"),
        ("☐同意  ☑不同意", "refuse"),
        ("同意☐ 不同意☑", "refuse"),
        ("□ 同意\n■ 不同意", "refuse"),
        ("√同意", "agree"),
        ("[ ] Agree [x] Refuse", "refuse"),
    ],
)
def test_a_choice_is_read_by_value_label_or_tick(words: str, value: str) -> None:
    """`不同意` contains `同意` and is never taken for it."""
    assert read_choice(words, CHOICES) == Understood(value=value)


@pytest.mark.parametrize("words", ["同意，但预算要改", "随便", "☑ 同意 ☑ 不同意", "☑ 其他", "也许"])
def test_a_choice_with_a_condition_is_no_choice(words: str) -> None:
    """Nobody is held to half of what they said."""
    assert read_choice(words, CHOICES).problem == "not_a_choice"


def test_boxes_with_no_tick_say_nothing() -> None:
    """An untouched list of options is an empty field, not a wrong answer."""
    assert read_choice("☐ 同意 ☐ 不同意", CHOICES) == Understood()


def test_a_renamed_option_of_a_drop_down_is_known_by_its_value() -> None:
    """Company staff may reword what the list shows."""
    assert read_choice("没问题", CHOICES, {"没问题": "agree"}).value == "agree"


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("☑", True),
        ("☒", True),
        ("√", True),
        ("✓", True),
        ("■", True),
        ("[x]", True),
        ("是", True),
        ("Yes", True),
        ("☑ 达标", True),
        ("☐", False),
        ("□", False),
        ("[ ]", False),
        ("否", False),
        ("no", False),
        ("☑是 ☐否", True),
        ("☐是 ☑否", False),
    ],
)
def test_a_check_box_is_read_from_marks_and_words(words: str, value: bool) -> None:  # noqa: FBT001
    """Forms that were retyped have words where a box was."""
    assert read_tick(words).value is value


@pytest.mark.parametrize("words", ["也许", "x", "☑☑", "待定"])
def test_an_odd_check_box_is_asked_back(words: str) -> None:
    """An x alone is a tick in English and a refusal in Chinese."""
    assert read_tick(words).problem == "not_a_choice"


def test_a_text_that_is_too_long_is_reported_and_not_cut() -> None:
    """A shortened text would be somebody else's words."""
    field = Field(id="f", label=Words.same("f"), kind=Kind.TEXT)

    read = understand(field, "长" * (LONGEST_TEXT + 1), directory=PEOPLE, today=TODAY)

    assert read == Understood.wrong("too_long")


def test_a_text_keeps_its_lines_and_loses_what_nobody_sees() -> None:
    """Zero-width characters and blanks at line ends come from programs, not people."""
    field = Field(id="f", label=Words.same("f"), kind=Kind.TEXT)

    read = understand(field, " 第一行\u200b \n第二行\u00a0", directory=PEOPLE, today=TODAY)

    assert read.value == "第一行\n第二行"
