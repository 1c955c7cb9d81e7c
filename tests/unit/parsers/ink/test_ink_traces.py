"""What paper, offices, scanners and neighbours leave in a slot signs nothing; a pen among it still does."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from agent.domain.forms import SignatureKind
from agent.domain.signatures import Signature, Verdict
from parsers.ink.slots import judge_place
from parsers.ink.words import PROMPTS, _part_of
from parsers.pages.page import Box, PageWord, Spot
from tests.paper import ink, seals, traces
from tests.paper.hands import write
from tests.paper.pages import PaperPage
from tests.paper.strokes import Pen
from tests.unit.parsers.ink.drawings import (
    HIGH,
    LEFT,
    SCALE,
    SLOT,
    WIDE,
    box,
    came_back,
    codes,
    cup,
    judged,
    seal,
    sheet,
    signed,
    stroke,
    typed,
)
from tests.word_files import known

PROMPT = PageWord(
    text="Sign here or type your name",
    box=Box(LEFT + 4, box().centre[1] - 7, LEFT + 142, box().centre[1] + 7),
    score=0.97,
)
"""The words printed into the slot, as OCR reads them."""
ON_PROMPT = Box(LEFT + 6, box().top + 8, LEFT + 100, box().bottom - 8)

both = pytest.mark.parametrize("blank", [True, False], ids=["blank known", "blank unknown"])


def is_ink(found: Signature) -> bool:
    return (found.verdict, found.how) == (Verdict.SIGNED, SignatureKind.INK)


def back(page: PaperPage, seed: int) -> PaperPage:
    return traces.shown_through(page, signed(seed), seed)


def day_beside(page: PaperPage, place: Box, seed: int) -> PaperPage:
    right = Box(place.right - 20, place.top + 14, place.right + 60, place.bottom)
    return write(page, right, "2026.3.2", seed, size=13)


@both
@pytest.mark.parametrize(
    "trace",
    [
        traces.dotted,
        traces.punched,
        traces.stapled,
        traces.stained,
        traces.ringed,
        traces.folded,
        traces.shaded,
        day_beside,
        lambda page, _, seed: back(page, seed),
    ],
    ids=["dotted line", "hole", "staple", "drops", "cup", "fold", "shadow", "a day beside", "the back"],
)
def test_a_trace_signs_nothing(trace: Callable[[PaperPage, Box, int], PaperPage], blank: bool) -> None:  # noqa: FBT001
    """Each was called a signature by some reader, once."""
    for seed in range(2):
        found = judged(came_back(trace(sheet(), box(), seed), seed, off=1.0), blank=blank)
        assert found.verdict is not Verdict.SIGNED, (seed, found)


@both
def test_the_rim_of_a_hole_is_no_writing(blank: bool) -> None:  # noqa: FBT001
    """As long as initials, as dark, and it turns: but all of it lies on one circle."""
    for seed in range(6):
        page = traces.punched(sheet(), box().grown(-14), seed)
        assert judged(came_back(page, seed, off=0.5), blank=blank).verdict is not Verdict.SIGNED, seed


@both
def test_a_hole_within_the_ring_of_a_cup_is_no_writing(blank: bool) -> None:  # noqa: FBT001
    """Two traces together are long enough for a pen's way, and dark enough."""
    for seed in (3, 5):
        page = traces.punched(traces.ringed(sheet(), box(), seed), box(), seed)
        assert judged(came_back(page, seed, off=1.0), blank=blank).verdict is not Verdict.SIGNED


@both
def test_pale_seals_above_and_below_are_no_pencil(blank: bool) -> None:  # noqa: FBT001
    """Their words reach into the slot, sharp and with many turns."""
    x, y = LEFT + 80, box().centre[1]
    for seed in range(2):
        page = seals.seal(sheet(), (x, y - HIGH), "远山精密机械股份有限公司", seed, strength=0.45)
        page = seals.seal(page, (x - 12, y + HIGH), "星河科技有限公司", seed + 5, strength=0.45)
        found = judged(came_back(page, seed, off=0.5, contrast=0.7), blank=blank, words=(PROMPT,))
        assert found.verdict is not Verdict.SIGNED, (seed, found)


def test_streaks_of_a_scanner_that_print_cuts_to_pieces_sign_nothing() -> None:
    """They are no ruled line any more where the words of the sheet were taken out of them."""
    for seed in range(2):
        places = [((LEFT + 10) * 200 / 72, (LEFT + 120) * 200 / 72)]
        pixels = traces.streaked(came_back(sheet(), seed, off=0.5), places, seed)
        assert judged(pixels).verdict is not Verdict.SIGNED


@both
@pytest.mark.parametrize("words", ["王建国", "张伟 经理", "H. Lin", "Wang Jianguo"])
def test_a_printed_name_that_was_not_read_signs_nothing(words: str, blank: bool) -> None:  # noqa: FBT001
    """In black and in the grey of a template: no pen was there, and nobody known is named."""
    for seed in range(2):
        page = traces.typed(sheet(), box().grown(-6), words, seed, grey=seed == 1)
        assert judged(came_back(page, seed, off=1.0), blank=blank).verdict is not Verdict.SIGNED


def test_print_with_a_sliver_of_the_words_above_is_print_still() -> None:
    """A printed name that touches the prompt, of which OCR read the prompt alone."""
    for seed in range(2):
        place = Box(LEFT + 20, box().centre[1] + 4, LEFT + 110, box().centre[1] + 18.4)
        page = traces.printed(sheet(), place, "Wang Jianguo")
        found = judged(came_back(page, seed, off=0.5), blank=False, words=(PROMPT,))
        assert found.verdict is not Verdict.SIGNED, found


@both
def test_a_seal_over_the_prompt_is_a_seal_and_no_ink(blank: bool) -> None:  # noqa: FBT001
    """Red light does not show the seal, only the words beneath it, which look like a pen's then."""
    for seed in range(2):
        page = seals.seal(sheet(), (LEFT + 75, box().centre[1]), "远山精密机械股份有限公司", seed)
        found = judged(came_back(page, seed, off=1.0), blank=blank, words=(PROMPT,))
        assert (found.verdict, found.how) == (Verdict.SIGNED, SignatureKind.SEAL), (seed, found)
        assert codes(found) == {"seal"}


@both
def test_two_seals_that_cross_over_the_prompt_are_no_ink(blank: bool) -> None:  # noqa: FBT001
    """One of this slot and one of the row below, each darker than the other where they meet."""
    x, y = LEFT + 75, box().centre[1]
    page = seal(seal(sheet(), (x, y)), (x + 25, y + HIGH))
    assert not is_ink(judged(came_back(page, 4, off=1.0), blank=blank, words=(PROMPT,)))


def test_the_ring_of_a_cup_is_no_seal() -> None:
    """Coffee is reddish, and some cups are as large as a seal: but nothing is written in them."""
    for seed in range(6):
        page = traces.ringed(sheet(), Box(box().left, box().top, box().left + 80, box().bottom), seed)
        found = judged(came_back(page, seed, off=0.5))
        assert found.verdict is not Verdict.SIGNED, (seed, found)


@both
def test_who_signs_within_the_ring_of_a_cup_has_signed(blank: bool) -> None:  # noqa: FBT001
    """The ring is as large as a seal, and what was written in it is no seal's: it has another colour."""
    small = Box(box().left + 40, box().top + 8, box().left + 72, box().bottom - 12)
    for seed in range(3):
        page = cup(sheet(), (box().left + 50, box().top - 38), 69.0)
        page = ink.sign(page, small, seed, pen=Pen(colour="blue"))
        for light in ((1.0, 1.0, 1.0), (0.7, 0.85, 0.95)):  # a scanner's, a lamp's
            pixels = (came_back(page, seed, off=1.0) * np.array(light)).astype(np.uint8)
            assert is_ink(judged(pixels, blank=blank, words=(PROMPT,))), (seed, light)


def test_a_neighbours_last_stroke_that_ends_in_the_ring_of_a_cup_signs_nothing() -> None:
    """Coffee that lies in the slot makes no signature of it, nor one mark of both."""
    for seed in (1, 10, 15, 18):
        page = cup(sheet(), (box().left + 110, box().top - 20), 62.0)
        page = ink.sign(page, box(0), seed, pen=Pen(width=1.4), size=1.3)
        page = traces.tail(page, box(0), box(1), seed)
        found = judged(came_back(page, seed, off=1.0))
        assert found.verdict is not Verdict.SIGNED, (seed, found)


@both
def test_who_signs_over_the_words_that_ask_for_it_has_signed(blank: bool) -> None:  # noqa: FBT001
    """Also where OCR reads these words in spite of the pen."""
    for seed in range(2):
        page = ink.sign(sheet(), ON_PROMPT, seed, pen=Pen(colour="black"))
        assert is_ink(judged(came_back(page, seed, off=1.0), blank=blank, words=(PROMPT,))), seed


def test_a_pencil_on_a_pale_scan_is_ink_and_the_back_of_the_sheet_is_not() -> None:
    """Both are as pale; a pencil has sharp edges."""
    right = Box(LEFT + 130, box().top, box().right, box().bottom)
    for seed in range(2):
        page = ink.sign(sheet(), right, seed, pen=Pen(width=1.0, colour="grey"))
        assert is_ink(judged(came_back(page, seed, off=1.0, contrast=0.62))), seed
        assert not is_ink(judged(came_back(back(sheet(), seed), seed, off=1.0)))


def test_dirt_far_from_a_short_signature_does_not_hide_it() -> None:
    """What lies apart from the pen's marks does not make them a plain stroke across the slot."""
    for seed in range(2):
        page = ink.initials(sheet(), Box(LEFT + 140, box().top, box().right, box().bottom), seed)
        for number, x in enumerate((12.0, 30.0, 120.0)):
            speck = Box(LEFT + x, box().top + 6, LEFT + x + 4, box().bottom - 6)
            page = ink.stain(page, speck, seed * 10 + number)
        assert is_ink(judged(came_back(page, seed, off=1.0))), seed


def test_a_signature_whose_own_tail_leaves_the_slot_is_its_own() -> None:
    """A third of it hangs into the row below, which is not signed by that."""
    page = ink.sign(sheet(), box(), 3, pen=Pen(colour="blue"), size=1.2)
    page = traces.tail(page, box(), box(2), 3)
    pixels = came_back(page, 3, off=1.0)
    assert is_ink(judged(pixels))
    assert judged(pixels, row=2).verdict is not Verdict.SIGNED


def test_ink_beside_the_shadow_of_a_pen_is_ink() -> None:
    """A dark band across the paper is none, though it touches the signature."""
    page = ink.sign(sheet(), Box(LEFT + 100, box().top, box().right, box().bottom), 5, pen=Pen(colour="blue"))
    middle = page.marks[-1].box.centre[0]
    pixels = page.pixels.copy()
    left, right = round((middle + 8) * page.scale), round((middle + 32) * page.scale)
    pixels[:, left:right] = (pixels[:, left:right] * 0.6).astype("uint8")
    found = judged(came_back(PaperPage(pixels=pixels, dpi=page.dpi), 5, off=0.5))
    assert is_ink(found), found


@both
@pytest.mark.parametrize(("colour", "verdict"), [("black", Verdict.UNSIGNED), ("blue", Verdict.UNCLEAR)])
def test_one_straight_grey_line_is_asked_about_by_nobody(colour: str, verdict: Verdict, blank: bool) -> None:  # noqa: FBT001
    """Every second fold was; a pen of another colour may have crossed the slot out."""
    y = box().centre[1] + 8
    way = [(LEFT + 15, y), (LEFT + 90, y + 0.4), (LEFT + WIDE - 15, y + 0.2)]
    for seed in (1, 2):
        page = stroke(sheet(), way, pen=Pen(width=1.0, colour=colour))
        found = judged(came_back(page, seed, off=1.0), blank=blank)
        assert found.verdict is verdict, (seed, found)


def test_a_printed_name_on_paper_that_curls_is_print_still() -> None:
    """Its line rises by two points, as high as a hand writes, and no reader of words made it out."""
    page = typed(sheet(), "Wang Jianguo", size=12)
    turn = cv2.getRotationMatrix2D((190 * SCALE, 160 * SCALE), 2.6, 1.0)
    pixels = cv2.warpAffine(page.pixels, turn, page.pixels.shape[1::-1], borderValue=(255, 255, 255))
    slot = Box(LEFT + 3, box().top + 3, LEFT + WIDE - 3, box().bottom - 3)
    clean = sheet().pixels.copy()
    part = np.s_[
        round(slot.top * SCALE) : round(slot.bottom * SCALE),
        round(slot.left * SCALE) : round(slot.right * SCALE),
    ]
    clean[part] = cv2.GaussianBlur(np.asarray(pixels, np.uint8), (0, 0), 2.2)[part]
    found = judged(clean, blank=False)
    assert found.verdict is Verdict.UNCLEAR, found


@pytest.mark.parametrize("read_as", ["Sign here c. tyne your nane", "Sign here or type your name"])
def test_a_prompt_that_a_seal_hides_in_part_signs_nothing(read_as: str) -> None:
    """On a Word print the page as sent is not known, and OCR reads what the seal left of the prompt."""
    middle = box().centre[1]
    prompt = PageWord(text=read_as, box=Box(LEFT + 4, middle - 7, LEFT + 142, middle + 7), score=0.57)
    for seed in range(2):
        pixels = came_back(seal(sheet(), (LEFT + 90, box().bottom + 26)), seed, off=1.0)
        found, _ = judge_place(SLOT, pixels, SCALE, Spot(page=1, box=box()), words=(prompt,), known=known())
        assert found.verdict is Verdict.UNSIGNED, (seed, found)


def test_the_beginning_of_a_name_is_no_prompt() -> None:
    """Somebody typed `Sig` and `Signe`, and is asked about; the print beyond is not taken for ours."""
    assert _part_of("Signe Holm", PROMPTS) == 0.0
    assert _part_of("在此", PROMPTS) == 0.0
    assert _part_of("Sign her", PROMPTS) > 2.0
