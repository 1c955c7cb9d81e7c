"""Typed or by hand: what one place is too short to show, the other places of its page show (ADR 0031)."""

from dataclasses import replace

import pytest

from parsers.scan.script import Evenness
from parsers.scan.trust import Script
from parsers.scan.typed import Lines, scripts_of

EVEN = Evenness(
    characters=9, feet=0.0, heads=0.004, bent=0.008, colour=0.02, height=11.5, steps=(0.04, 0.04), stroke=1.0,
    dark=0.6,
)  # fmt: skip
"""A long line of Chinese in 12 points, on a form that is printed in 10."""
UNEVEN = replace(EVEN, feet=0.05, heads=0.04, bent=0.04)
NAME = replace(EVEN, characters=2)
DATE = replace(EVEN, characters=8, height=8.6)
PRINTED = 9.7
LONG, DAY, WHO = "提供三名测试人员和样机", "2026-07-09", "王蔷"


def page(**lines: tuple[Evenness, str]) -> dict[str, Lines]:
    """Return a page with one line in each place."""
    return {path: [line] for path, line in lines.items()}


def script(even: Evenness, words: str, *, beside: Evenness = EVEN, count: int = 3) -> Script:
    """Return how a place looks beside `count` long ones."""
    others = {f"other{number}": (beside, LONG) for number in range(count)}
    return scripts_of(page(asked=(even, words), **others), PRINTED)["asked"]


@pytest.mark.parametrize(("even", "words"), [(NAME, WHO), (DATE, DAY), (EVEN, LONG)])
def test_a_form_typed_in_another_size_is_print(even: Evenness, words: str) -> None:
    """Fields of a PDF that size their own words, and Word: 12 points beside the form's own 10."""
    assert script(even, words) is Script.PRINT


@pytest.mark.parametrize(
    "doubt",
    [
        {"stroke": 1.4},
        {"stroke": 0.7},
        {"dark": 0.3},
        {"height": 14.0},
        {"steps": (0.12, 0.02)},
        {"characters": 1},
        {"colour": 0.2},
    ],
)
def test_a_name_that_looks_otherwise_than_what_was_typed_is_asked(doubt: dict[str, object]) -> None:
    """Thicker or fainter strokes, another size, characters up and down: a hand wrote it into a typed form."""
    name = replace(NAME, **doubt)  # type: ignore[arg-type]  # the names are those of Evenness
    assert script(name, WHO) is not Script.PRINT


def test_four_characters_that_stand_up_and_down_are_by_hand() -> None:
    """A neat hand with a pencil, in a form that is typed elsewhere."""
    four = replace(EVEN, characters=4, feet=0.016)
    assert script(four, "图纸会审") is Script.PRINT
    assert script(replace(four, steps=(0.11, 0.05)), "图纸会审") is not Script.PRINT


def test_a_date_beside_typed_words_must_stand_evenly_itself() -> None:
    assert script(replace(DATE, heads=0.03), DAY) is not Script.PRINT
    assert script(replace(DATE, bent=0.03), DAY) is not Script.PRINT


def test_a_form_filled_in_by_hand_makes_nothing_print() -> None:
    """One in fifty lines by hand stands as evenly as print; a page of them does not."""
    assert script(NAME, WHO, beside=UNEVEN) is not Script.PRINT
    mixed = page(
        a=(EVEN, LONG), b=(EVEN, LONG), c=(UNEVEN, LONG), d=(UNEVEN, LONG), e=(UNEVEN, LONG), n=(NAME, WHO)
    )
    assert scripts_of(mixed, PRINTED)["n"] is not Script.PRINT


def test_one_typed_line_tells_nothing_about_the_others() -> None:
    assert script(NAME, WHO, count=1) is not Script.PRINT


def test_a_page_with_words_by_a_coloured_pen_is_asked_about() -> None:
    pen = replace(EVEN, colour=0.2)
    places = page(a=(EVEN, LONG), b=(EVEN, LONG), c=(pen, LONG))
    assert Script.PRINT not in scripts_of(places, PRINTED).values()


def test_english_letters_are_held_against_english_letters() -> None:
    """Their feet stand level where a printer set them; their heads never do."""
    line = replace(EVEN, characters=20, heads=0.06, height=5.6)
    words = "Costs lower than in March"
    typed = page(a=(line, words), b=(line, words), c=(replace(line, characters=3, steps=(0.3, 0.02)), "End"))
    assert set(scripts_of(typed, 5.0).values()) == {Script.PRINT}
    hand = page(a=(line, words), b=(line, words), c=(replace(line, characters=3, steps=(0.3, 0.11)), "End"))
    assert scripts_of(hand, 5.0)["c"] is Script.UNCLEAR


def test_larger_print_has_wider_strokes_and_is_held_against_print_of_its_size() -> None:
    """A PDF sets a long answer smaller than the name beside it."""
    small = replace(EVEN, height=7.0, stroke=0.66)
    sizes = page(
        a=(small, LONG), b=(small, LONG), c=(small, LONG), d=(EVEN, LONG), e=(EVEN, LONG), n=(NAME, WHO)
    )
    assert scripts_of(sizes, PRINTED)["n"] is Script.PRINT
    bold = {**sizes, "n": [(replace(NAME, stroke=1.4), WHO)]}
    assert scripts_of(bold, PRINTED)["n"] is Script.UNCLEAR


def test_a_chinese_name_on_an_english_form_is_held_against_its_letters() -> None:
    line = replace(EVEN, characters=20, heads=0.06, height=8.9)
    words = "Costs lower than in March"
    typed = page(a=(line, words), b=(line, words), n=(replace(NAME, height=11.3), WHO))
    assert scripts_of(typed, 6.8)["n"] is Script.PRINT
    low = page(a=(line, words), b=(line, words), n=(replace(NAME, height=8.9), WHO))
    assert scripts_of(low, 6.8)["n"] is Script.UNCLEAR


def test_characters_that_stand_as_exactly_as_a_machine_sets_them_are_print() -> None:
    """Two that touch the frame of their place look bold: how wide their strokes are is then no measure."""
    exact = replace(NAME, stroke=1.6, steps=(0.01, 0.01))
    assert script(exact, WHO) is Script.PRINT
    for otherwise in ({"steps": (0.03, 0.01)}, {"height": 10.9}, {"dark": 0.3}, {"colour": 0.2}):
        assert script(replace(exact, **otherwise), WHO) is not Script.PRINT


def test_capitals_among_latin_letters_are_higher_than_a_line_with_small_ones() -> None:
    line = replace(EVEN, characters=20, heads=0.06, height=8.1)
    words = "Costs lower than in March"
    number = replace(EVEN, characters=2, height=8.9, steps=(0.03, 0.0))
    typed = page(a=(line, words), b=(line, words), n=(number, "T1"))
    assert scripts_of(typed, 6.8)["n"] is Script.PRINT
    large = page(a=(line, words), b=(line, words), n=(replace(number, height=9.9), "T1"))
    assert scripts_of(large, 6.8)["n"] is Script.UNCLEAR
