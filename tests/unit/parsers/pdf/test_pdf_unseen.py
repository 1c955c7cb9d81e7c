"""What the text layer of a PDF says and its page does not show was not read by whoever signed."""

from collections.abc import Callable

import pikepdf
import pytest

from agent.domain.answers import Trust
from agent.domain.reading import Drift, DriftKind, Reading
from parsers.pages.page import Box, PageWord
from parsers.pages.sent import sent_places
from parsers.pdf.form import read_pdf
from tests.pdf_files import edited, filled_in, flattened, house, sent

SHEET = sent("confirmation")
PAGES, PLACES = sent_places(SHEET.pdf)
FLAT = flattened(filled_in(SHEET.pdf, {"people": "两人", "conclusion": "confirm"}))


def read(content: bytes) -> Reading:
    """Read a PDF that may be the sheet."""
    (reading,) = read_pdf(content, "a.pdf", house(SHEET))
    return reading


def painted(box: Box, colour: str = "1 1 1") -> Callable[[pikepdf.Pdf], None]:
    """Return how a patch is laid over a region, as the whiteout tool of a viewer does."""

    def paint(pdf: pikepdf.Pdf) -> None:
        page = pdf.pages[0]
        low = float(page.mediabox[3]) - box.bottom
        patch = f"{box.left:.2f} {low:.2f} {box.width:.2f} {box.height:.2f} re f"
        page.contents_add(pdf.make_stream(f"q {colour} rg {patch} Q".encode()))

    return paint


def in_a_layer_that_is_off(pdf: pikepdf.Pdf) -> None:
    """Put all that a page draws into a layer that viewers do not show (ISO 32000-2, 8.11)."""
    layer = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name=pikepdf.String("x")))
    off = pikepdf.Dictionary(OFF=pikepdf.Array([layer]))
    pdf.Root.OCProperties = pikepdf.Dictionary(OCGs=pikepdf.Array([layer]), D=off)
    page = pdf.pages[0]
    page.Resources.Properties = pikepdf.Dictionary(L1=layer)
    page.contents_add(pdf.make_stream(b"/OC /L1 BDC q"), prepend=True)
    page.contents_add(pdf.make_stream(b"Q EMC"))


def label() -> PageWord:
    """Return a long run of the form that is of Chinese characters alone."""
    return max(
        (w for w in PAGES[0].words if all("\u4e00" <= c <= "\u9fff" for c in w.text)),
        key=lambda word: len(word.text),
    )


@pytest.mark.parametrize("colour", ["1 1 1", "0 0 0"], ids=["white", "black"])
def test_a_term_that_was_covered_is_told(colour: str) -> None:
    """The words are there for a program, and for nobody who reads the page."""
    word = label()

    assert read(edited(FLAT, painted(word.box.grown(0.5), colour))).drift == (
        Drift(kind=DriftKind.MISSING, page=1, sent=word.text),
    )


def test_a_single_character_that_was_covered_is_told() -> None:
    """不 is one."""
    word = label()
    wide = word.box.width / len(word.text)
    second = Box(word.box.left + wide, word.box.top, word.box.left + 2 * wide, word.box.bottom)

    assert [each.sent for each in read(edited(FLAT, painted(second.grown(0.3)))).drift] == [word.text[1]]


def test_a_value_that_was_covered_is_asked_about() -> None:
    """Is it still what was meant?"""
    box = PLACES.fields["people"].box

    found = read(edited(FLAT, painted(box.grown(-1.5)))).answers.get("people")

    assert found is not None
    assert (found.value, found.trust) == ("两人", Trust.GUESS)
    assert read(edited(FLAT, painted(box.grown(-1.5)))).drift == ()


def test_a_page_in_a_layer_that_is_off_says_nothing() -> None:
    """All of its words are missing, and every value is a question."""
    reading = read(edited(FLAT, in_a_layer_that_is_off))

    assert len(reading.drift) > 10
    assert {each.trust for each in reading.answers.all} <= {Trust.GUESS, Trust.ABSENT}


def test_what_is_shown_is_no_difference() -> None:
    """Pale print, wide spaces and thin strokes are seen."""
    assert read(FLAT).drift == ()
    assert {each.trust for each in read(FLAT).answers.all} <= {Trust.SURE, Trust.LIKELY, Trust.ABSENT}
