"""What several readings of one place say together: the same, altered, or nobody knows."""

import pytest

from parsers.scan.second_look import Seen, Verdict, judged
from parsers.scan.spelt import spelt

TERMS = "乙方不得转包，逾期每日按0.5%计违约金"
KEY = spelt(TERMS)[0]


def seen(words: str, score: float = 0.98, room: dict[int, float] | None = None) -> Seen:
    """Return a reading whose characters all have one score; `room` by number of the character after it."""
    key = spelt(words)[0]
    wide = room or {}
    return Seen(words, key, (score,) * len(key), tuple(wide.get(at, 0.0) for at in range(len(key) + 1)))


ALTERED = TERMS.replace("不得", "可得")


def test_a_difference_that_two_readings_see_clearly_is_told() -> None:
    assert judged(KEY, (seen(ALTERED), seen(ALTERED), seen(ALTERED))) is Verdict.ALTERED
    assert judged(KEY, (seen("。。"), seen(ALTERED), seen(ALTERED))) is Verdict.ALTERED


@pytest.mark.parametrize("which", [0, 1, 2])
def test_what_any_reading_sees_as_it_was_sent_is_as_sent(which: int) -> None:
    """Misreading a character as the one that was sent is far less likely than misreading it."""
    readings = [seen(ALTERED), seen(ALTERED), seen(ALTERED)]
    readings[which] = seen(TERMS, 0.6)
    assert judged(KEY, readings) is Verdict.SAME


def test_each_character_may_be_seen_by_another_reading() -> None:
    """No reading has the whole line right, and yet no character is in doubt."""
    first, second = TERMS.replace("乙", "己"), TERMS.replace("期", "斯")
    assert judged(KEY, (seen(first), seen(first), seen(second))) is Verdict.SAME


def test_readings_that_disagree_or_doubt_leave_it_open() -> None:
    """Neither taken as equal nor called altered."""
    other = TERMS.replace("不得", "木得")
    assert judged(KEY, (seen("。"), seen(ALTERED), seen(other))) is Verdict.UNSURE
    assert judged(KEY, (seen(ALTERED, 0.5), seen(ALTERED, 0.5), seen(ALTERED, 0.5))) is Verdict.UNSURE
    assert judged(KEY, ()) is Verdict.UNSURE


def test_characters_that_left_their_room_behind_were_not_read() -> None:
    """The engine passes over a blot; where somebody took a word out, the line closes up."""
    without = TERMS.replace("不得", "")
    closed, open_ = seen(without), seen(without, room={2: 1.9})
    assert judged(KEY, (closed, closed, closed)) is Verdict.ALTERED
    assert judged(KEY, (open_, open_, open_)) is Verdict.UNSURE


def test_one_latin_letter_that_nobody_sees_clearly_is_a_slip() -> None:
    """`fil in` on a photo; of a digit or a Chinese character that is not clear a person is told."""
    key = spelt("please fill in 3 forms")[0]
    slip, digit = seen("please fil in 3 forms", 0.6), seen("please fill in 8 forms", 0.6)
    assert judged(key, (slip, slip, slip)) is Verdict.SAME
    assert judged(key, (digit, digit, digit)) is Verdict.UNSURE
    word = seen("please kill in 3 forms")
    assert judged(key, (word, word, word)) is Verdict.ALTERED
