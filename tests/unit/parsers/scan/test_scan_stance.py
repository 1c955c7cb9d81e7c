"""Latin letters and digits: a typed word is known by how its letters stand, and so is a written one."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageDraw

from parsers.pages.page import Box
from parsers.scan.marks import ink_of, lines_of
from parsers.scan.script import Evenness, by_letters, evenness, script_of
from parsers.scan.stance import Stance
from parsers.scan.trust import Script
from parsers.scan.typed import scripts_of
from tests.paper import hands
from tests.paper.pages import PaperPage
from tests.paper.strokes import Pen

DPI = 200
SCALE = DPI / 72
WORDS = ("Training", "Prototype", "Joint test", "Review", "Batch 2", "Trial run", "2026-09-20", "Data move")
SET = Stance(letters=7, off=0.02, gap=0.12, blanks=(0.45, 0.4))


def sheet() -> PaperPage:
    """Return white paper, half a page of it."""
    return PaperPage(pixels=np.full((700, 1200, 3), 250, np.uint8), dpi=DPI)


def line_at(row: int) -> Box:
    """Return where a line of a page is written."""
    return Box(40, 20 + 26 * row, 400, 42 + 26 * row)


def typed(size: float = 11.0) -> PaperPage:
    """Return the words as a printer sets them."""
    page = sheet()
    image = Image.fromarray(page.pixels)
    for row, words in enumerate(WORDS):
        at = line_at(row)
        place = (at.left * SCALE, at.top * SCALE)
        ImageDraw.Draw(image).text(
            place, words, font=hands.print_font(round(size * SCALE)), fill=(50, 50, 50)
        )
    return replace(page, pixels=np.asarray(image, np.uint8))


def written(colour: str, wild: float) -> PaperPage:
    """Return them as somebody writes them neatly, with no coloured pen."""
    page = sheet()
    for row, words in enumerate(WORDS):
        page = hands.write(page, line_at(row), words, seed=row, pen=Pen(colour=colour), size=11.0, wild=wild)
    return page


def measured(page: PaperPage) -> dict[str, Evenness]:
    """Return how each line stands, by its words."""
    found = {}
    for row, words in enumerate(WORDS):
        box = line_at(row)
        crop = page.pixels[round((box.top - 4) * SCALE) : round((box.bottom + 2) * SCALE), :]
        strips = list(lines_of(crop, ink_of(crop, SCALE), SCALE))
        even = evenness(strips[0].pixels, strips[0].mask, SCALE, words)
        assert even is not None
        found[words] = even
    return found


def test_short_typed_words_are_print_in_any_size_and_without_others_beside_them() -> None:
    for size in (8.0, 11.0, 14.0):
        lines = measured(typed(size))
        said = {words: script_of([(even, words)], print_height=7.0) for words, even in lines.items()}
        assert set(said.values()) == {Script.PRINT}, (size, said)


@pytest.mark.parametrize("colour", ["black", "grey"])
@pytest.mark.parametrize("wild", [0.5, 1.0])
def test_neatly_written_words_are_not_however_many_typed_ones_stand_beside_them(
    colour: str, wild: float
) -> None:
    """`Training` in a neat black hand was read as `Trai ni ng` twice, and taken as print."""
    beside = {f"typed {words}": [(even, words)] for words, even in measured(typed()).items()}
    by_hand = {words: [(even, words)] for words, even in measured(written(colour, wild)).items()}
    said = scripts_of({**beside, **by_hand}, print_height=7.5)
    assert all(said[path] is not Script.PRINT for path in by_hand), said
    assert all(said[path] is Script.PRINT for path in beside), said


@pytest.mark.parametrize(
    ("doubt", "says"),
    [
        ({}, Script.PRINT),
        ({"off": 0.04}, Script.UNCLEAR),
        ({"off": 0.04, "letters": 20}, Script.PRINT),
        ({"gap": 0.3}, Script.UNCLEAR),
        ({"blanks": (0.9,)}, Script.UNCLEAR),
        ({"blanks": (0.5, 0.25)}, Script.UNCLEAR),
        ({"letters": 3}, None),
        ({"is_number": True, "gap": 0.3}, Script.PRINT),
        ({"is_number": True, "off": 0.04}, None),
        ({"is_number": True, "off": 0.06}, Script.UNCLEAR),
    ],
)
def test_line_gaps_and_blanks_must_all_be_those_of_print(
    doubt: dict[str, object], says: Script | None
) -> None:
    even = measured(typed())["Training"]
    stood = replace(SET, **doubt)  # type: ignore[arg-type]  # the names are those of Stance
    assert by_letters(replace(even, stance=stood)) is says
