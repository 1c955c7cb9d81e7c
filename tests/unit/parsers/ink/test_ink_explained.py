"""What paper and offices leave in a slot has a name, and nobody is asked about it; a pen beside it counts."""

from collections.abc import Callable

import numpy as np
import pytest

from agent.domain.forms import SignatureKind
from agent.domain.signatures import Signature, Verdict
from parsers.pages.page import Box
from tests.paper import ink, seals, traces
from tests.paper.hands import write
from tests.paper.pages import PaperPage
from tests.paper.strokes import Pen
from tests.unit.parsers.ink.drawings import HIGH, LEFT, box, came_back, codes, judged, sheet, signed, stroke

RIGHT = Box(LEFT + 120, box().top, box().right, box().bottom)
INNER = Box(LEFT + 150, box().top + 14, box().right - 20, box().bottom - 14)

Trace = Callable[[PaperPage, Box, int], PaperPage]
Found = tuple[Verdict, SignatureKind | None]
INK: Found = (Verdict.SIGNED, SignatureKind.INK)


def said(found: Signature) -> Found:
    return found.verdict, found.how


@pytest.mark.parametrize(
    ("trace", "code"),
    [
        (traces.punched, "hole_or_staple"),
        (traces.stapled, "hole_or_staple"),
        (traces.stained, "blot"),
    ],
    ids=["hole", "staple", "drops"],
)
def test_a_trace_alone_is_asked_about_by_nobody(trace: Trace, code: str) -> None:
    """A busy manager was asked about one slot in three that had nothing but dirt in it."""
    for seed in range(2):
        found = judged(came_back(trace(sheet(), INNER, seed), seed, off=0.5))
        assert (found.verdict, codes(found)) == (Verdict.UNSIGNED, {code}), (seed, found)


def test_the_rings_of_a_cup_are_asked_about_by_nobody() -> None:
    """Brown, and on circles larger than any hand draws."""
    for seed in (0, 1, 3):
        found = judged(came_back(traces.ringed(sheet(), box(), seed), seed, off=0.5))
        assert found.verdict is Verdict.UNSIGNED, (seed, found)


def test_what_shows_through_the_paper_is_asked_about_by_nobody() -> None:
    """Its edges are softer than those of the print beside it; a pencil's are as sharp."""
    for seed in range(2):
        page = traces.shown_through(sheet(), signed(seed), seed)
        assert judged(came_back(page, seed, off=0.5)).verdict is Verdict.UNSIGNED, seed
        pencil = ink.sign(sheet(), RIGHT, seed, pen=Pen(width=1.0, colour="grey"))
        assert said(judged(came_back(pencil, seed, off=0.5, contrast=0.62))) == INK, seed


@pytest.mark.parametrize(
    "trace",
    [traces.punched, traces.stapled, traces.stained, traces.ringed],
    ids=["hole", "staple", "drops", "cup"],
)
def test_whoever_signed_beside_a_trace_is_never_told_that_nobody_did(trace: Trace) -> None:
    """To ask is right where the two touch."""
    for seed in range(3):
        page = trace(ink.sign(sheet(), box(), seed, pen=Pen(colour="blue")), INNER, seed)
        assert judged(came_back(page, seed, off=0.5)).verdict is not Verdict.UNSIGNED, seed
        brown = ink.sign(sheet(), box(), seed, pen=Pen(colour="brown"))
        assert judged(came_back(brown, seed, off=0.5)).verdict is not Verdict.UNSIGNED, seed


def test_a_slot_that_a_pen_crossed_out_with_a_ruler_is_a_question_still() -> None:
    """The line of a fold goes on beyond the slot; a pen's ends in it."""
    b = box()
    page = stroke(
        sheet(), [(b.left + 8, b.bottom - 6), b.centre, (b.right - 8, b.top + 6)], pen=Pen(width=1.0)
    )
    assert (judged(came_back(page, 1)).verdict) is Verdict.UNCLEAR


def test_the_pale_end_of_a_neighbours_seal_is_no_mark() -> None:
    """A seal is unevenly inked: where it is pale its colour alone does not tell it, and it was called ink."""
    below = (box().centre[0], box().bottom + HIGH * 0.55)
    for seed in range(3):
        page = seals.seal(sheet(), below, "研发部", seed, strength=0.42)
        found = judged(came_back(page, seed, off=0.5, contrast=0.85))
        assert (found.verdict, codes(found)) == (Verdict.UNSIGNED, {"neighbours_seal"}), (seed, found)


def test_a_printed_name_does_not_make_a_neighbours_stroke_a_signature() -> None:
    """Ink that lies wholly in the slot vouches for what runs over its edge; print vouches for nothing."""
    for seed in range(3):
        page = traces.printed(
            sheet(), Box(LEFT + 8, box().bottom - 18, LEFT + 60, box().bottom - 3.6), "签字人"
        )
        x = LEFT + 110.0
        way = [(x, box().top - 8), (x - 4, box().top + 30), (x + 6, box().top + 33), (x + 45, box().top - 4)]
        page = stroke(page, way, pen=Pen(width=1.5, colour="blue"))
        found = judged(came_back(page, seed, off=0.5))
        assert found.verdict is not Verdict.SIGNED, (seed, found)


@pytest.mark.parametrize("size", [14.0, 20.0])
def test_a_name_in_large_type_is_no_pens(size: float) -> None:
    """Whoever makes a typed name larger has not signed by hand: its edges are level and upright."""
    for seed, words in enumerate(("王建国", "欧阳文静")):
        place = Box(LEFT + 120, box().top + 12, LEFT + 200, box().top + 12 + size * 1.2)
        found = judged(came_back(traces.printed(sheet(), place, words), seed, off=0.5))
        assert (found.verdict, codes(found)) == (Verdict.UNCLEAR, {"typed_or_written"}), (seed, found)
        by_hand = write(
            sheet(), place.grown(2), words, seed, pen=Pen(colour="black"), size=size + 2, wild=1.4
        )
        assert said(judged(came_back(by_hand, seed, off=0.5))) == INK, seed


def test_a_tick_among_the_rings_of_a_cup_is_asked_about() -> None:
    """Where the two touch they are one mark, most of which is coffee."""
    for seed in (0, 1):
        page = traces.ringed(sheet(), box(), 3)
        page = ink.tick(page, Box(LEFT + 60, box().top + 8, LEFT + 96, box().bottom - 8), seed)
        found = judged(came_back(page, seed, off=0.5))
        assert found.verdict is not Verdict.UNSIGNED, (seed, found)


@pytest.mark.parametrize("strength", [0.12, 0.2])
def test_a_seal_that_was_hardly_inked_is_asked_about(strength: float) -> None:
    """It is paler than ink must be, and its ring is red all the same; a clear neighbour's hid it."""
    for seed in range(2):
        alone = seals.seal(sheet(), box().centre, "星河科技有限公司", seed, strength=strength)
        beside = seals.seal(alone, (box().centre[0] + 60, box(2).centre[1]), "研发部", seed)
        for page in (alone, beside):
            found = judged(came_back(page, seed, off=0.5, contrast=0.85))
            assert (found.verdict, found.how) == (Verdict.UNCLEAR, SignatureKind.SEAL), (seed, found)
            assert "faint_seal" in codes(found)


def test_the_ring_of_a_cup_is_no_pale_seal() -> None:
    """Coffee keeps more of green light than of blue; and a seal in another slot is none of this one."""
    for seed in (1, 3):
        cup = traces.ringed(sheet(), box(), seed)
        below = (box().centre[0], box().bottom + HIGH * 0.55)
        for page in (cup, seals.seal(sheet(), below, "研发部", seed, strength=0.16)):
            found = judged(came_back(page, seed, off=0.5, contrast=0.85))
            assert found.verdict is Verdict.UNSIGNED, (seed, found)


def on_the_ring(page: PaperPage) -> tuple[float, float]:
    """Return the point of the ring of a cup that is next to the middle of the slot."""
    ring, (x, y) = page.marks[-1].box, box().centre
    far = np.array([x, y]) - ring.centre
    at = np.array(ring.centre) + far / np.hypot(*far) * ring.width / 2
    return float(at[0]), float(at[1])


def test_what_lies_upon_coffee_is_told_apart_from_it() -> None:
    """A staple upon the ring of a cup is nobody's mark; a pen's mark as long is asked about, or signs."""
    said = set()
    for seed in (0, 1):
        page = traces.ringed(sheet(), box(), seed)
        x, y = on_the_ring(page)
        wire = Pen(width=1.5, colour="black")
        stapled = stroke(page, [(x - 17, y + 1), (x, y), (x + 17, y - 1)], pen=wire)
        said.add(judged(came_back(stapled, seed, off=0.5)).verdict)
        bent = stroke(page, [(x - 12, y + 6), (x, y + 12), (x + 2, y - 10), (x + 14, y + 4)], pen=wire)
        assert judged(came_back(bent, seed, off=0.5)).verdict is not Verdict.UNSIGNED, seed
    assert said == {Verdict.UNSIGNED}


@pytest.mark.parametrize(
    ("one", "other", "seed"),
    [
        (traces.ringed, traces.ringed, 0),
        (traces.ringed, traces.folded, 7),
        (traces.ringed, traces.dotted, 4),
        (traces.punched, traces.stapled, 0),
        (traces.stapled, traces.stapled, 1),
        (traces.stapled, traces.folded, 3),
    ],
    ids=["two cups", "cup and fold", "cup and dotted line", "hole and staple", "staples", "staple and fold"],
)
def test_several_traces_are_no_signature_together(one: Trace, other: Trace, seed: int) -> None:
    """They are as long, as dark and as crooked as one, but each of them is nobody's mark."""
    page = other(one(sheet(), box(), seed), box(), seed + 50)
    found = judged(came_back(page, seed, off=0.5))
    # Coffee is told apart by its colour, so that what lies on it may be known, too; others are asked about.
    known = traces.ringed in {one, other}
    assert found.verdict in {Verdict.UNCLEAR, *([Verdict.UNSIGNED] if known else [])}, found
    # Of traces that touch, what is left without the longest straight line is judged: it is too little.
    assert codes(found) <= {"blot", "hole_or_staple", "only_a_line", "too_little"}


@pytest.mark.parametrize("seed", [16, 29])
def test_a_hole_of_which_a_part_of_the_edge_is_dark_is_a_hole(seed: int) -> None:
    """Upon a white lid a hole is hardly darker than paper; its ground is round, and as large as a punch's."""
    page = traces.punched(sheet(), INNER, seed)
    found = judged(came_back(page, seed, off=0.5))
    assert (found.verdict, codes(found)) == (Verdict.UNSIGNED, {"hole_or_staple"}), found
    ticked = ink.tick(page, page.marks[-1].box, seed, pen=Pen(colour="blue"))
    assert judged(came_back(ticked, seed, off=0.5)).verdict is not Verdict.UNSIGNED


@pytest.mark.parametrize("seed", [19, 21])
def test_a_fold_that_fades_goes_on_all_the_same(seed: int) -> None:
    """It crosses more than the slot, though paler than ink in places; a pen that strikes it out ends."""
    page = traces.folded(sheet(), box(), seed)
    assert judged(came_back(page, seed, off=0.5)).verdict is Verdict.UNSIGNED
    b = box()
    way = [(b.left + 20, b.bottom + 8), b.centre, (b.right - 20, b.top - 8)]
    line = stroke(sheet(), way, pen=Pen(width=0.8, colour="grey"))
    assert judged(came_back(line, seed, off=0.5)).verdict is Verdict.UNCLEAR


def test_a_red_signature_near_a_seal_is_not_explained_by_a_fold_beside_it() -> None:
    """Where seals are red, red ink counts as no pen's; specks and folds beside it do not tell what it is."""
    place = Box(LEFT + 100, box().top, box().right, box().bottom)
    page = ink.sign(sheet(), place, 1, pen=Pen(width=1.2, colour="red"))
    page = seals.seal(page, (LEFT + 40, box(2).centre[1] + 8), "研发部", 1)
    y = box().top + 14
    folded = stroke(page, [(40, y), (240, y + 1), (450, y + 2)], pen=Pen(width=0.8, colour="grey"))
    for each in (page, folded):
        found = judged(came_back(each, 1, off=0.5))
        assert found.verdict is Verdict.UNCLEAR, found
        assert "red_mark" in codes(found)
