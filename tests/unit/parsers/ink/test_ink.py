"""A slot on paper counts as signed only by marks that nothing else explains."""

from hashlib import sha256

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from agent.domain.forms import SignatureKind
from agent.domain.marks import INK
from agent.domain.signatures import Signature, Verdict
from parsers.ink.slots import judge_slot
from parsers.pages.page import Box
from tests.paper import ink
from tests.paper.pages import PaperPage, chance
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
    judged,
    seal,
    sheet,
    signed,
    stroke,
    typed,
    typed_word,
)
from tests.word_files import PEOPLE, known

NAME = PEOPLE.people[0].name
NAME_PRINTED = "H. Lin"
"""What a font without Chinese can print where the reader of words says `NAME`."""
IN_SLOT = box().centre


def is_signed(found: Signature, how: SignatureKind = SignatureKind.INK) -> bool:
    return (found.verdict, found.how) == (Verdict.SIGNED, how)


@pytest.mark.parametrize("blank", [True, False], ids=["blank known", "blank unknown"])
@pytest.mark.parametrize(
    "pen",
    [
        Pen(colour="blue"),
        Pen(colour="black", width=0.9),
        Pen(colour="red"),
        Pen(colour="grey"),
        Pen(width=2.8),
    ],
    ids=["blue", "thin", "red", "pencil", "marker"],
)
def test_a_signature_in_any_pen_is_ink(pen: Pen, blank: bool) -> None:  # noqa: FBT001
    """Recall: what people write with, on a scan in colour and in grey."""
    for seed in range(2):
        found = judged(came_back(signed(seed, pen=pen), seed, grey=seed == 1), blank=blank)
        assert is_signed(found), (seed, found)
        assert "mm" in found.evidence[0].words


def test_a_scribble_and_a_name_that_runs_over_the_edge_are_ink() -> None:
    """The least that people call a signature, and the largest."""
    for seed in range(3):
        assert is_signed(judged(came_back(ink.scribble(sheet(), box(), seed), seed)))
        assert is_signed(judged(came_back(signed(seed, size=1.4), seed)))


def test_a_signature_over_the_pale_prompt_is_not_taken_away_with_it() -> None:
    """Print is left out only where it is no darker than it was sent."""
    prompt = Box(box().left + 2, box().centre[1] - 10, box().left + 80, box().centre[1] + 10)
    for seed in range(3):
        page = ink.sign(sheet(), prompt, seed, pen=Pen(colour="blue"))
        assert is_signed(judged(came_back(page, seed)))


@pytest.mark.parametrize("blank", [True, False], ids=["blank known", "blank unknown"])
def test_an_empty_slot_is_unsigned_however_the_print_was_shifted(blank: bool) -> None:  # noqa: FBT001
    """Ruled lines and prompts lie up to 2 mm beside where they were sent."""
    for seed in range(6):
        found = judged(came_back(sheet(), seed, off=5.6 if blank else 1.5, grey=seed % 2 == 0), blank=blank)
        assert (found.verdict, found.how, found.picture) == (Verdict.UNSIGNED, None, ""), (seed, found)


def test_dust_and_pencil_dots_are_no_signature() -> None:
    """Nobody is bothered for them."""
    for seed in range(4):
        page = sheet()
        for number in range(6):
            page = ink.stain(page, box(), seed * 10 + number)
        assert judged(came_back(page, seed)).verdict is not Verdict.SIGNED
    dots = sheet()
    for number in range(5):
        x, y = box().left + 30 + 20 * number, box().top + 20
        dots = stroke(dots, [(x, y), (x + 0.6, y + 0.4)], pen=Pen(colour="grey"))
    found = judged(came_back(dots, 1))
    assert found.verdict is Verdict.UNSIGNED


def test_a_fold_across_the_paper_is_no_signature() -> None:
    """It goes on beyond the slot, straight."""
    for seed, y in enumerate((box().top + 12, box().centre[1])):
        page = stroke(sheet(), [(40, y), (240, y + 1), (450, y + 2)], pen=Pen(width=0.8, colour="grey"))
        assert judged(came_back(page, seed)).verdict is not Verdict.SIGNED


def test_a_neighbours_signature_signs_its_own_slot_alone() -> None:
    """Above and below, and larger than its slot."""
    for seed, row in enumerate((0, 2, 0)):
        pixels = came_back(signed(seed, row=row, size=1.5), seed)
        assert is_signed(judged(pixels, row=row))
        assert judged(pixels).verdict is not Verdict.SIGNED


@pytest.mark.parametrize("reach", [10.0, 25.0, 40.0])
def test_the_tail_of_a_neighbours_signature_is_no_signature(reach: float) -> None:
    """It comes from above, turns within the slot, and may lie there with most of its length."""
    above, middle = box(0), box()
    page = ink.sign(sheet(), above, 3)
    x, y = above.centre
    tail = [
        (x, y + 5),
        (x + 12, middle.top),
        (x - 15, middle.top + reach),
        (x + 45, middle.top + reach * 0.5),
    ]
    found = judged(came_back(stroke(page, tail, pen=Pen(width=1.4, colour="blue")), 4))
    assert found.verdict is not Verdict.SIGNED
    assert codes(found) & {"reaches_in", "neighbours_mark", "too_little"}


def test_what_shines_through_from_the_back_is_no_signature() -> None:
    """It is paler and softer than any pen."""
    for seed in range(3):
        back = cv2.GaussianBlur(signed(seed).pixels, (0, 0), 2.0)[:, ::-1].astype(np.float32)
        pixels = sheet().pixels * (1 - (1 - back / 255) * 0.28)
        page = PaperPage(pixels=np.asarray(pixels, np.uint8), dpi=200.0)
        assert judged(came_back(page, seed)).verdict is not Verdict.SIGNED


@pytest.mark.parametrize("way", ["level", "corner to corner", "crossed"])
def test_a_slot_that_was_crossed_out_is_a_question(way: str) -> None:
    """A line through a slot says that nobody signs here, or that somebody refuses: not for us to tell."""
    b = box()
    page = sheet()
    if way == "level":
        page = stroke(page, [(b.left + 8, b.top + 14), IN_SLOT_ABOVE, (b.right - 8, b.top + 16)])
    else:
        page = stroke(page, [(b.left + 5, b.top + 5), IN_SLOT, (b.right - 5, b.bottom - 5)])
    if way == "crossed":
        page = stroke(page, [(b.left + 5, b.bottom - 5), IN_SLOT, (b.right - 5, b.top + 5)])
    found = judged(came_back(page, 2))
    assert (found.verdict, codes(found)) == (Verdict.UNCLEAR, {"crossed_out"})


IN_SLOT_ABOVE = (box().centre[0], box().top + 15)


@pytest.mark.parametrize("grey", [False, True], ids=["colour", "grey"])
def test_a_seal_belongs_to_the_slot_that_its_centre_lies_in(grey: bool) -> None:  # noqa: FBT001
    """It is larger than a slot: a neighbour's seal covers half of this one, in red and in grey."""
    pixels = came_back(seal(sheet(), IN_SLOT), 5, grey=grey)
    found = judged(pixels)
    assert is_signed(found, SignatureKind.SEAL)
    assert "seal" in codes(found)
    assert judged(pixels, row=0).verdict is not Verdict.SIGNED
    assert judged(pixels, row=2).verdict is not Verdict.SIGNED


def test_ink_over_a_seal_is_ink_and_names_the_seal() -> None:
    """What counts is the form's to say; both are told."""
    page = seal(sheet(), (IN_SLOT[0] + 10, IN_SLOT[1]))
    found = judged(came_back(ink.sign(page, box(), 6, pen=Pen(colour="black")), 6))
    assert is_signed(found)
    assert codes(found) == {"seal"}
    assert "seal" in found.evidence[0].words


def test_two_neighbours_seals_that_overlap_in_a_slot_do_not_sign_it() -> None:
    """Words of one seal beneath the ring of another look like writing."""
    x, y = IN_SLOT
    page = seal(seal(sheet(), (x - 20, y + 0.85 * HIGH)), (x + 15, y + HIGH))
    assert judged(came_back(page, 7)).verdict is not Verdict.SIGNED


def test_a_thumb_print_is_a_question() -> None:
    """按手印 is a custom of its own, which no form of ours accepts."""
    random = chance("thumb", 1)
    ys, xs = np.mgrid[0:170, 0:110].astype(np.float32)
    inside = ((xs - 55) / 50) ** 2 + ((ys - 85) / 75) ** 2 < 1
    ridges = np.sin(np.hypot(xs - 55, (ys - 95) * 0.8) / 1.7 + random.normal(0, 0.4, xs.shape)) > -0.35
    page = sheet()
    cover = (inside & ridges).astype(np.float32) * 0.85
    at = (round(IN_SLOT[0] * SCALE) - 55, round(box().top * SCALE) - 8)
    thumb = page.inked(cover, at, (50, 40, 200), ink.stain(page, box(), 1).marks[0])
    found = judged(came_back(thumb, 8, off=1.0))
    assert (found.verdict, codes(found)) == (Verdict.UNCLEAR, {"thumb_print"})


def test_a_printed_name_of_somebody_known_is_typed() -> None:
    """From a text layer; an unknown name is a question."""
    page = came_back(typed(sheet(), NAME_PRINTED), 9, off=0.5)
    found = judged(page, blank=False, words=(typed_word(NAME),))
    assert is_signed(found, SignatureKind.TYPED)
    assert found.who == NAME
    stranger = judged(page, blank=False, words=(typed_word("Nemo"),))
    assert (stranger.verdict, codes(stranger)) == (Verdict.UNCLEAR, {"unknown_name"})


def test_a_printed_name_on_a_scan_is_typed_too() -> None:
    """Somebody typed a name, printed the form and scanned it: no pen was there."""
    for seed in range(3):
        page = came_back(typed(sheet(), NAME_PRINTED), seed, off=0.5)
        found = judged(page, words=(typed_word(NAME, score=0.97),))
        assert is_signed(found, SignatureKind.TYPED), (seed, found)


def test_print_that_no_reader_of_words_saw_is_no_ink() -> None:
    """A low line of level and upright strokes: nobody's pen."""
    for seed, words in enumerate(("Wang Fang", "Li Na, Director", "H. L. Tian")):
        found = judged(came_back(typed(sheet(), words), seed))
        assert found.verdict is not Verdict.SIGNED, words


@pytest.mark.parametrize(
    ("words", "code"),
    [("不同意", "refused"), ("2026年3月5日", "date_only"), ("同意", "agreement_only"), ("代签", "on_behalf")],
)  # fmt: skip
def test_words_that_are_no_signature_do_not_sign(words: str, code: str) -> None:
    """A hand wrote something else into the slot, and it could be read."""
    place = Box(box().left, box().top + 2, box().right, box().bottom - 2)
    pixels = came_back(ink.sign(sheet(), place, 11), 11)
    read = typed_word(words, score=0.97)
    whole = type(read)(text=words, box=place, score=0.97)
    found = judged(pixels, words=(whole,))
    assert (found.verdict, codes(found)) == (Verdict.UNCLEAR, {code})


def test_the_picture_of_a_mark_is_a_small_png() -> None:
    """It goes into mails and archives, by its digest."""
    seen = Box(LEFT, box().top, LEFT + WIDE, box().bottom)
    crop = came_back(signed(12), 12, off=0.3)
    cut = crop[
        round(seen.top * SCALE) : round(seen.bottom * SCALE), round(LEFT * SCALE) : round(seen.right * SCALE)
    ]
    found, pictures = judge_slot(SLOT, cut, SCALE, known=known(), place="page 1")
    (content,) = pictures.values()
    assert sha256(content).hexdigest() == found.picture
    assert content.startswith(b"\x89PNG")
    shown = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    assert shown is not None
    assert max(shown.shape[:2]) <= 600


@pytest.mark.parametrize(
    "crop",
    [
        np.zeros((0, 0, 3), np.uint8),
        np.zeros((3, 2000, 3), np.uint8),
        np.zeros((40, 90, 7), np.uint8),
        np.zeros((40, 90), np.float64),
        np.full((4000, 20000), 255, np.uint8),
    ],
)
def test_no_picture_is_a_question_and_never_an_error(crop: NDArray[np.uint8]) -> None:
    """Whatever comes out of a stranger's file."""
    found, pictures = judge_slot(SLOT, crop, SCALE, known=known(), place="page 1")
    assert (found.verdict, codes(found), pictures) == (Verdict.UNCLEAR, {"unseen"}, {})


@pytest.mark.parametrize("shade", [0, 128, 255])
def test_a_flat_picture_is_not_signed(shade: int) -> None:
    """Black, grey or white all over."""
    crop = np.full((150, 580, 3), shade, np.uint8)
    assert judge_slot(SLOT, crop, SCALE, known=known(), place="page 1")[0].verdict is not Verdict.SIGNED


def test_every_reason_is_told_in_both_languages() -> None:
    """A code without words would be shown to a person as a code."""
    assert all(words.zh and words.en and words.zh != words.en for words in INK.values())
