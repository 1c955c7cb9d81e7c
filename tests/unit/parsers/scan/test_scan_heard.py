"""Which of several readings of one place is shown to a person, and taken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.scan.heard import NOTHING, Heard, pairs_of, preferred, same
from tests.unit.forms.filled import form_of

PAIRS = pairs_of((form_of("request"),))
heards = st.lists(
    st.builds(Heard, words=st.text("部门内a 1", max_size=4), score=st.floats(0, 1)), min_size=1, max_size=3
)


def shown(*readings: tuple[str, float]) -> str:
    return preferred([Heard(words=words, score=score) for words, score in readings], PAIRS).words


def test_what_two_of_three_say_is_shown_however_sure_the_third_is() -> None:
    """A line of the page may begin within the word: `tch 2` was read without doubt."""
    assert shown(("tch 2", 1.0), ("Batch 2", 0.98), ("Batch 2", 0.9)) == "Batch 2"


def test_of_two_that_differ_the_one_with_less_doubt_is_shown() -> None:
    assert shown(("Tral run", 0.8), ("Trial run", 0.9)) == "Trial run"
    assert shown(("", 0.0), ("Trial run", 0.3)) == "Trial run"


def test_a_blank_that_a_reading_lost_is_shown() -> None:
    assert shown(("Joint test ofgateway", 0.99), ("Joint test of gateway", 0.9)) == "Joint test of gateway"


@pytest.mark.parametrize("score", [0.3, 0.99])
def test_of_readings_that_differ_in_a_character_the_one_with_the_words_of_the_form_is_shown(
    score: float,
) -> None:
    """`部门` in a thin typeface is `部内` to the engine more often than not; only one is a word of ours."""
    assert shown(("本部内的设备", 0.9), ("本部内的设备", 0.88), ("本部门的设备", score)) == "本部门的设备"


def test_a_reading_that_swallowed_the_next_label_is_not_preferred_for_its_words() -> None:
    assert shown(("李娜", 0.99), ("李娜 参与部门", 0.9)) == "李娜"


@given(heards)
def test_one_of_the_readings_is_shown_and_an_empty_one_only_where_all_are(heard: list[Heard]) -> None:
    best = preferred(heard, PAIRS)
    said = [each for each in heard if each.words]
    assert best in said if said else best is NOTHING


@given(heards)
def test_what_all_readings_say_is_shown(heard: list[Heard]) -> None:
    if all(same(each.words, heard[0].words) for each in heard):
        assert same(preferred(heard, PAIRS).words, heard[0].words)
