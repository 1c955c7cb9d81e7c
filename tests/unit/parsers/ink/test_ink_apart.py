"""Marks that touch, cross or lie beside each other are told apart: whose each is, if anybody's."""

import numpy as np
import pytest

from agent.domain.forms import SignatureKind
from agent.domain.signatures import Signature, Verdict
from parsers.ink.paper import WORK, view
from parsers.ink.print import cleared
from parsers.pages.page import Box
from tests.paper import ink, seals, traces
from tests.paper.pages import PaperPage
from tests.paper.strokes import Pen
from tests.unit.parsers.ink.drawings import (
    LEFT,
    SCALE,
    box,
    came_back,
    codes,
    cup,
    judged,
    sheet,
    signed,
    stroke,
)

RIGHT = Box(LEFT + 130, box().top, box().right, box().bottom)


def is_ink(found: Signature) -> bool:
    return (found.verdict, found.how) == (Verdict.SIGNED, SignatureKind.INK)


def with_tail(page: PaperPage, seed: int) -> PaperPage:
    """Return the page signed in the row above, by a hand whose last stroke falls straight into the slot."""
    page = ink.sign(page, box(0), seed)
    x, top = page.marks[-1].box.centre[0], box().top
    way = [(x, box(0).centre[1]), (x - 1, top), (x - 2, top + 22), (x + 16, top + 30), (x + 44, top + 6)]
    return stroke(page, way, pen=Pen(width=1.4))


@pytest.mark.parametrize("seed", [0, 3, 5])
def test_a_stroke_that_falls_straight_into_the_row_below_is_no_ruled_line(seed: int) -> None:
    """Taken for one, it was cut off its signature, and its end signed the slot below with a typed name."""
    named = Box(LEFT + 4, box().top + 6, LEFT + 200, box().bottom + 14)
    page = traces.typed(with_tail(sheet(), seed), named, "张伟 经理", seed, grey=True)
    found = judged(came_back(page, seed, off=0.5), blank=False)
    assert found.verdict is Verdict.UNCLEAR, found
    assert "typed_or_written" in codes(found)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_stroke_is_one_on_both_sides_of_a_ruled_line(seed: int) -> None:
    """Where the line was taken out of it, what lay beyond counted as written in that slot."""
    found = judged(came_back(with_tail(sheet(), seed), seed, off=0.5), blank=False)
    assert (found.verdict, codes(found)) == (Verdict.UNSIGNED, {"neighbours_mark"}), found


@pytest.mark.parametrize("seed", [0, 1])
def test_a_pencil_is_ink_though_a_seal_lies_far_beside_it(seed: int) -> None:
    """Pale ink may be a seal's only where the seal is; two rows off it was asked about for nothing."""
    page = ink.sign(sheet(), RIGHT, seed, pen=Pen(width=1.0, colour="grey"))
    page = seals.seal(page, (LEFT + 100, box(2).bottom + 40), "研发部", seed)
    assert is_ink(judged(came_back(page, seed, off=1.0, contrast=0.7, grey=seed == 1)))


def test_who_signs_beside_what_shows_through_has_signed() -> None:
    """What lies far off and is nobody's mark made a plain stroke across the slot of the two."""
    page = traces.shown_through(ink.initials(sheet(), RIGHT, 2), signed(52), 2)
    assert is_ink(judged(came_back(page, 2, off=0.5)))
    folded = traces.folded(ink.swoosh(sheet(), RIGHT, 5), box(), 5)
    assert is_ink(judged(came_back(folded, 5, off=0.5)))


@pytest.mark.parametrize("seed", [0, 1])
def test_a_staple_makes_no_signature_of_an_arc_beside_it(seed: int) -> None:
    """On a grey scan the ring of a cup has no colour that tells it; the staple is known all the same."""
    page = traces.stapled(cup(sheet(), (LEFT + 70, box().top - 30), 62.0), box(), seed)
    found = judged(came_back(page, seed, off=0.5, grey=True, contrast=0.7))
    assert found.verdict is Verdict.UNCLEAR, found


def test_a_fold_and_a_staple_upon_it_are_asked_about() -> None:
    """They are one mark, as long and as crooked as a signature; without its longest line it is little."""
    page = traces.folded(traces.stapled(sheet(), box(), 7), box(), 57)
    found = judged(came_back(page, 7, off=0.5))
    assert found.verdict is Verdict.UNCLEAR, found
    assert not codes(found) & {"typed_or_written", "crossed_out"}


@pytest.mark.parametrize("seed", [0, 1, 2, 5])
def test_a_seal_that_was_hardly_inked_is_asked_about_on_a_grey_scan(seed: int) -> None:
    """Without its colour it is told by its ring alone, and was called what shows through the paper."""
    x, y = box().centre
    words = ("江南市第一人民医院", "研发部")[seed % 2]
    at = (x - 60 + 15 * seed, y + (seed % 3 - 1) * 14)
    page = seals.seal(sheet(), at, words, seed, strength=0.24)
    found = judged(came_back(page, seed, off=0.5, grey=True))
    assert (found.verdict, found.how) == (Verdict.UNCLEAR, SignatureKind.SEAL), found
    assert "faint_seal" in codes(found)


def test_the_ring_of_a_cup_is_no_pale_seal_on_a_grey_scan() -> None:
    """Nothing is written in it; nor is a seal in the row below one of this slot."""
    below = seals.seal(sheet(), (box().centre[0], box(2).centre[1]), "研发部", 1, strength=0.24)
    for page in (cup(sheet(), box().centre, 62.0), below):
        assert "faint_seal" not in codes(judged(came_back(page, 1, off=0.5, grey=True, contrast=0.7)))


def test_a_line_that_goes_on_is_a_rule_though_marks_lie_at_its_ends() -> None:
    """A fold runs through neighbours' signatures, too; a stroke leads from one mark to another, and ends."""
    x, (left, top, right, bottom) = LEFT + 60.0, (LEFT - 60, box().top - 62, LEFT + 200, box().bottom + 62)
    page = stroke(sheet(), [(x, 4), (x, 150), (x, 336)], pen=Pen(width=0.9, colour="grey"))
    for y in (top, bottom):
        page = ink.sign(page, Box(x - 40, y - 12, x + 40, y + 22), round(y), pen=Pen(width=1.4))
    pixels = came_back(page, 1, off=0.0)
    part = pixels[round(top * SCALE) : round(bottom * SCALE), round(left * SCALE) : round(right * SCALE)]
    shown = view(part, SCALE)
    assert shown is not None
    high, at = shown.dark.shape[0], round((x - left) * WORK)
    beside = np.s_[high // 3 : 2 * high // 3, at - 4 : at + 5]
    before, after = (int(each[beside].sum()) for each in (shown.ink(), cleared(shown, None).added))
    assert after < before / 2, (before, after)
