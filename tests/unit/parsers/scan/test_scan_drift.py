"""What of a scanned page is print, and is held against the page as it was sent (ADR 0036).

The pages are drawn with a font; the form is one of the pack, and its places are put beside the print.
"""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from agent.domain.reading import DriftKind
from parsers.pages.page import Box, Page, PageWord, Places, Spot
from parsers.scan.drift import Outcome, laid_drift
from parsers.scan.leaf import Leaf
from parsers.scan.sent import Blank, SentSheet
from tests.unit.forms.filled import form_of
from tests.unit.parsers.scan.test_scan_compared import SCALE, SENT, font, page

FORM = form_of("request")
ONE, OTHER = Box(200.0, 120.0, 290.0, 136.0), Box(290.0, 120.0, 400.0, 136.0)
PLACES = Places(
    fields={"project_name": Spot(page=1, box=ONE), "contact": Spot(page=1, box=OTHER)},
    slots={},
    dates={},
    options={},
)


def laid(lines: tuple[str, ...], *others: PageWord, cells: tuple[Box, ...] = ()) -> Outcome:
    """Compare a page with `lines` and `others` printed on it with one that says `SENT`."""
    leaf = page([*lines, *[""] * (8 - len(lines))])
    sent = page([*SENT, *[""] * (8 - len(SENT))])
    image = Image.fromarray(leaf.pixels)
    for each in others:
        at = (each.box.left * SCALE, (each.box.top - 2) * SCALE)
        ImageDraw.Draw(image).text(at, each.text, font=font(), fill=(40, 40, 40))
    words = (*leaf.page.words, *others)
    here = Page(number=1, width=leaf.page.width, height=leaf.page.height, words=words, cells=cells)
    came = Leaf(page=here, pixels=np.array(image), scale=SCALE, blank=sent.pixels)
    blank = Blank(pixels=sent.pixels, scale=SCALE, page=sent.page)
    return laid_drift((came,), PLACES, SentSheet(blanks={1: blank}, places=PLACES), FORM)


def run(text: str, left: float, top: float = 121.0) -> PageWord:
    """Return words that OCR found on the height of the places."""
    right = left + font().getlength(text) / SCALE
    return PageWord(text=text, box=Box(left, top, right, top + 12), score=0.99)


def test_a_run_over_two_answers_is_neither_of_their_print() -> None:
    """The button of a list and the answer beside it are one run; what is not in the one is in the other."""
    said = "Deliver the drawings early"
    over = run(said, 262.0)
    assert over.box.left < ONE.right < over.box.right < OTHER.right
    assert laid(SENT, over) == Outcome()
    assert [each.returned for each in laid(SENT, run(said, 40.0)).drift] == [said]


@pytest.mark.parametrize("said", ["在此签字", "选择日期", "Sign here", "Pick a date", "Siqn here"])
def test_the_prompt_of_an_empty_place_was_not_put_in(said: str) -> None:
    """Also where OCR misreads a letter of it."""
    cell = Box(36.0, 100.0, 190.0, 140.0)
    came = laid((*SENT, said), cells=(cell,))
    assert came == Outcome()


def test_a_choice_that_the_form_offers_was_not_put_in() -> None:
    """The labels of a choice stand in its place and beside it; half of one may."""
    offered = next(each for _, each in FORM.walk() if each.choices and not each.given).choices
    came = laid((*SENT, offered[0].label.en.partition(" ")[0], offered[0].label.zh))
    assert came == Outcome()


def test_a_few_words_put_into_an_empty_cell_are_told() -> None:
    """What stands beside the page, as the line of a scanning app, is told from fourteen characters on."""
    cell = Box(36.0, 100.0, 190.0, 140.0)
    said = "工期顺延三月"
    (told,) = laid((*SENT, said), cells=(cell,)).drift
    assert (told.kind, told.returned) == (DriftKind.ADDED, said)
    assert laid((*SENT, said)) == Outcome()
