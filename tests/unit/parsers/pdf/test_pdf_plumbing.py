"""What a page draws is found quicker than pdfplumber finds it, and is the same."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pdfplumber
import pikepdf
import pytest
from pdfminer.pdfinterp import PDFContentParser
from pdfminer.pdftypes import PDFStream
from pdfminer.psexceptions import PSEOF

from agent.domain.words import Language
from parsers.pdf.plumbing import Opened
from parsers.pdf.tokens import tokens
from tests.pdf_files import answers_to, edited, filled_in, flattened, sent
from tests.unit.forms.filled import form_of

TOLD = ("x0", "x1", "top", "bottom", "width", "height", "object_type")
LETTERS = (*TOLD, "text", "size", "matrix", "upright")
SHAPES = (*TOLD, "pts", "stroke", "fill", "linewidth")


def told(content: bytes) -> tuple[list[Any], list[Any]]:
    """Return what pdfplumber tells of every page, and what we do."""
    theirs: list[Any] = []
    ours: list[Any] = []
    with pdfplumber.open(BytesIO(content), unicode_norm=None) as opened:
        for page in opened.pages:
            for page_, told_ in ((page, theirs), (Opened(content).drawn(page.page_number), ours)):
                letters = [{key: each[key] for key in LETTERS} for each in page_.chars]
                shapes = [
                    {key: each[key] for key in SHAPES} for each in (*page_.lines, *page_.rects, *page_.curves)
                ]
                told_.append((letters, shapes, page_.cropbox, page_.mediabox))
    return theirs, ours


@pytest.mark.parametrize("name", ["deliverable", "breakdown", "kickoff_minutes"])
@pytest.mark.parametrize("language", list(Language))
def test_letters_and_lines_are_those_of_pdfplumber(name: str, language: Language) -> None:
    """Of a page as we send it and as pdfium flattens it, which draws from beside the page."""
    blank = sent(name, language).pdf
    flat = flattened(filled_in(blank, answers_to(form_of(name), language)[0]))
    for content in (blank, flat):
        theirs, ours = told(content)

        assert ours == theirs
        assert sum(len(letters) for letters, *_ in ours) > 100


def test_a_page_off_its_corner_is_the_same() -> None:
    """A media box need not begin at nought, and a page may be turned (ISO 32000-2, 7.7.3.3)."""

    def move(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].MediaBox = pikepdf.Array([-20, -30, 595, 842])
        pdf.pages[0].Rotate = 90

    theirs, ours = told(edited(sent("deliverable").pdf, move))

    assert ours == theirs


def theirs_of(content: bytes) -> Iterator[object]:
    stream = PDFStream({}, content)
    stream.data = content
    parser = PDFContentParser([stream])
    while True:
        try:
            yield parser.nextobject()[1]
        except PSEOF:
            return


@pytest.mark.parametrize(
    "content",
    [
        b"1 0 0 1 50.5 -7 cm/F1 9. Tf BT(a)Tj ET",
        b"[(a\\(b\\)) -120.5 (c(d)e) <4142 43> .5]TJ",
        b"(\\101\\7x\\n\\r\\t\\\\ \\\r\nnew\\\nline) Tj T* (a)' 1 2 (b)\"",
        b"/A#20B gs /Tag <</MCID 3 /K [1 2 (x)] /On true>> BDC EMC",
        b"% nothing (here\n0.5 g 0 0 10 10 re f*",
        b"<414> Tj <> Tj () Tj",
        b"1 2 --3 + - . 4 w",
        b"12abc 3 j",
        b"q\n\n\tQ",
    ],
)
def test_a_stream_falls_into_the_tokens_of_pdfminer(content: bytes) -> None:
    """Escapes and nested brackets in strings, hexadecimal ones, names with codes, comments, odd numbers."""
    known = [each for each in theirs_of(content + b"\n") if str(each) not in {"/b'+'", "/b'-'"}]

    assert [repr(each) for each in tokens(content)] == [repr(each) for each in known]


@pytest.mark.parametrize(
    ("image", "data"),
    [(b"/W 2 /H 2 /BPC 8 /CS /G", b"\x01(EIx\xff"), (b"/W 2 /H 2 /F /A85", b"z EI z~>")],
)
def test_a_picture_within_the_stream_is_passed_over(image: bytes, data: bytes) -> None:
    """Its bytes are no operators, whatever they spell (8.9.7)."""
    found = list(tokens(b"q BI " + image + b" ID " + data + b"\nEI Q"))

    assert [repr(each) for each in found] == ["/b'q'", "/b'Q'"]


@pytest.mark.parametrize(
    "content", [b"[" * 5_000, b"(" * 5_000, b"<<" * 5_000, b">>]" * 500, b"BI BI ID", b"\xff\0" * 99, b"<41"]
)
def test_broken_streams_end(content: bytes) -> None:
    """A stranger's stream raises nothing, however it goes on."""
    assert len(list(tokens(content))) <= 1
