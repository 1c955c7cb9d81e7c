"""What several readings of one place say together: the same, altered, or nobody knows."""

from dataclasses import replace

import pytest

from parsers.scan.second_look import Seen, Verdict, judged
from parsers.scan.spelt import spelt

TERMS = "乙方不得转包，逾期每日按0.5%计违约金"


def seen(words: str, score: float = 0.98, room: dict[int, float] | None = None) -> Seen:
    """Return a reading whose characters all have one score; `room` by number of the character after it."""
    key = spelt(words)[0]
    wide = room or {}
    return Seen(words, key, (score,) * len(key), tuple(wide.get(at, 0.0) for at in range(len(key) + 1)))


ALTERED = TERMS.replace("不得", "可得")


def test_a_difference_that_two_readings_see_clearly_is_told() -> None:
    assert judged(TERMS, (seen(ALTERED), seen(ALTERED), seen(ALTERED))) is Verdict.ALTERED
    assert judged(TERMS, (seen("。。"), seen(ALTERED), seen(ALTERED))) is Verdict.ALTERED


@pytest.mark.parametrize("which", [0, 1, 2])
def test_what_any_reading_sees_as_it_was_sent_is_as_sent(which: int) -> None:
    """Misreading a character as the one that was sent is far less likely than misreading it."""
    readings = [seen(ALTERED), seen(ALTERED), seen(ALTERED)]
    readings[which] = seen(TERMS, 0.6)
    assert judged(TERMS, readings) is Verdict.SAME


def test_each_character_may_be_seen_by_another_reading() -> None:
    """No reading has the whole line right, and yet no character is in doubt."""
    first, second = TERMS.replace("乙", "己"), TERMS.replace("期", "斯")
    assert judged(TERMS, (seen(first), seen(first), seen(second))) is Verdict.SAME


def test_readings_that_disagree_or_doubt_leave_it_open() -> None:
    """Neither taken as equal nor called altered."""
    other = TERMS.replace("不得", "木得")
    assert judged(TERMS, (seen("。"), seen(ALTERED), seen(other))) is Verdict.UNSURE
    assert judged(TERMS, (seen(ALTERED, 0.5), seen(ALTERED, 0.5), seen(ALTERED, 0.5))) is Verdict.UNSURE
    assert judged(TERMS, ()) is Verdict.UNSURE


def test_one_clear_letter_among_strokes_that_nobody_can_read_is_no_alteration() -> None:
    """Beneath a seal `Batch 2` was `B rth` and `g ath`, the last letter clear."""
    stamped = [Seen(words, spelt(words)[0], (0.2, 0.15, 0.5, 0.96)) for words in ("Bath", "B rth", "g ath")]
    assert judged("Batch 2", stamped) is Verdict.UNSURE
    legible = [replace(each, scores=(0.97, 0.95, 0.96, 0.96)) for each in stamped[:1] * 3]
    assert judged("Batch 2", legible) is Verdict.ALTERED


def test_characters_that_left_their_room_behind_were_not_read() -> None:
    """The engine passes over a blot; where somebody took a word out, the line closes up."""
    without = TERMS.replace("不得", "")
    closed, open_ = seen(without), seen(without, room={2: 1.9})
    assert judged(TERMS, (closed, closed, closed)) is Verdict.ALTERED
    assert judged(TERMS, (open_, open_, open_)) is Verdict.UNSURE


def test_one_latin_letter_that_nobody_sees_clearly_is_a_slip() -> None:
    """`fil in` on a photo; of a digit or a Chinese character that is not clear a person is told."""
    sent = "please fold all 3 forms"
    slip, digit = seen("please fod all 3 forms", 0.6), seen("please fold all 8 forms", 0.6)
    assert judged(sent, (slip, slip, slip)) is Verdict.SAME
    assert judged(sent, (digit, digit, digit)) is Verdict.UNSURE
    word = seen("please hold all 3 forms")
    assert judged(sent, (word, word, word)) is Verdict.ALTERED


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("please fill in and sign", "please fll in and sign"),
        ("please fill in and sign", "please filin and sign"),
        ("please fill in and sign", "please fill n and sign"),
        ("bills of the office", "bils of the office"),
        ("it will be until April", "it wi1l be until April"),
    ],
)
def test_strokes_beside_each_other_are_not_counted(sent: str, read: str) -> None:
    """The engine reads a line slice by slice, and takes two alike beside each other for one, every time."""
    same = seen(read)
    assert judged(sent, (same, same, same)) is Verdict.SAME


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("within 11 days", "within 1 days"),
        ("within 1 day", "within 11 day"),
        ("item 11 is due", "item 1 is due"),
        ("Phase II of the work", "Phase III of the work"),
        ("Phase II of the work", "Phase I of the work"),
        ("signed in time", "signed n time"),
        ("it is legal", "it is illegal"),
        ("no bill is due", "no bill 1 is due"),
    ],
)
def test_figures_and_whole_words_of_strokes_are_counted(sent: str, read: str) -> None:
    """Eleven is not one, Phase II is not Phase III, and where no stroke is left one is missing."""
    other = seen(read)
    assert judged(sent, (other, other, other)) is Verdict.ALTERED


def test_an_altered_word_is_seen_clearly_by_two() -> None:
    """`may` in pale small print is `mav` to one reading that is sure and to one that guesses."""
    sent = "empty rows may stay"
    clear, faint = seen("empty rows mav stay"), seen("empty rows mav stay", 0.5)
    assert judged(sent, (faint, seen("empty rows mv stay"), clear)) is Verdict.UNSURE
    assert judged(sent, (clear, clear, seen("empty rows mv stay"))) is Verdict.ALTERED


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("知会 I", "知会！"),
        ("知会 I", "知会!"),
        ("知会 I", "知会|"),
        ("里程碑 l，批准 A", "里程碑｜，批准 A"),
        ("甲方 | 乙方", "甲方1乙方"),
        ("甲方 | 乙方", "甲方 I 乙方"),
    ],
)
def test_an_upright_stroke_is_one_whatever_mark_it_was_read_as(sent: str, read: str) -> None:
    """`!` and `|` are no letters, but on paper they are what `I` and `l` are: nobody took anything out."""
    same = seen(read)
    assert judged(sent, (same, same, same)) is Verdict.SAME


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("知会 I", "知会"),
        ("知会 I", "知会。"),
        ("知会 I！", "知会！"),
        ("甲方 | 乙方", "甲方 | 1 乙方"),
        ("知会 I", "知会 A!"),
        ("第 1 条", "第 2! 条"),
    ],
)
def test_a_stroke_that_is_nowhere_was_taken_out(sent: str, read: str) -> None:
    """There must be as many strokes as were sent, where they were."""
    other = seen(read)
    assert judged(sent, (other, other, other)) is Verdict.ALTERED


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("within 11 days", "within 1! days"),
        ("第 1 条", "第！条"),
        ("Phase II 验收", "Phase I| 验收"),
        ("合计|28 项", "合计128 项"),
    ],
)
def test_a_mark_for_a_figure_is_left_open(sent: str, read: str) -> None:
    """The edge of a table is read as `|`, too, and a one may have been taken out beside it."""
    other = seen(read)
    assert judged(sent, (other, other, other)) is Verdict.UNSURE


def test_a_mark_that_not_every_reading_sees_is_left_open() -> None:
    """Where one reading sees a stroke as a mark and another one none, a person looks."""
    mark, none = seen("知会！"), seen("知会")
    assert judged("知会 I", (mark, mark, none)) is Verdict.UNSURE
    assert judged("知会 I", (none, none, mark)) is Verdict.UNSURE
