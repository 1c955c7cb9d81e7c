"""Which words of a page stand on one line."""

from parsers.pages.lines import lines_of
from parsers.pages.page import Box, PageWord


def word(text: str, left: float, top: float, right: float, bottom: float) -> PageWord:
    """Return a word as OCR tells it: its box is higher than its letters."""
    return PageWord(text=text, box=Box(left, top, right, bottom), score=0.97)


def test_words_on_one_height_are_a_line_from_left_to_right() -> None:
    one, other = word("按期", 60.0, 101.0, 80.0, 115.0), word("完成", 30.0, 100.0, 50.0, 114.0)
    assert lines_of((one, other)) == ((other, one),)


def test_a_word_below_another_one_is_on_the_next_line_however_high_their_boxes_are() -> None:
    """In a narrow cell the boxes of two lines share half their height, and the lower one begins first."""
    upper, lower = word("Data", 33.5, 214.6, 63.4, 233.8), word("move", 32.9, 224.2, 65.2, 244.5)
    assert lines_of((upper, lower)) == ((upper,), (lower,))


def test_a_word_that_was_printed_twice_in_one_place_stays_on_its_line() -> None:
    """Some programs make bold by printing a word again, a hair beside."""
    one, again, rest = (
        word("合计", 30.0, 100.0, 50.0, 112.0),
        word("合计", 30.4, 100.2, 50.4, 112.2),
        word("9项", 60.0, 100.0, 80.0, 112.0),
    )
    assert lines_of((one, again, rest)) == ((one, again, rest),)
