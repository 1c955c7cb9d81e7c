"""Which sheet a document is gets known without OCR, whatever file it came in; nothing else passes for one."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import pikepdf
import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from PIL import Image

from agent.domain.words import Language
from parsers.identify import identities
from parsers.known import Known
from tests.libreoffice import through
from tests.paper.degrade import Level, degrade
from tests.paper.shared import office_sheets, signed
from tests.paper.sheets import SECRET, Order, Printed, drawn
from tests.unit.forms.filled import LOOK, form_of
from tests.word_files import TODAY, W, with_picture

ORDER = Order("confirmation", Language.ZH, seed=1)
"""Of the first of the shared sheets."""


@pytest.fixture(scope="module")
def house() -> Known:
    """Return what a reader of the shipped pack knows."""
    return Known(
        forms={"confirmation": form_of("confirmation")}, directory=LOOK.directory, secret=SECRET, today=TODAY
    )


def zipped(files: Mapping[str, bytes]) -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def scanned(sheet: Printed, kind: str) -> bytes:
    """Return a signed page as a file of this kind, out of the device in the corridor."""
    with Image.open(BytesIO(degrade(signed(sheet, 1, 110), Level.OFFICE, 4, turn=90).content)) as image:
        buffer = BytesIO()
        image.save(buffer, kind, resolution=110)
        return buffer.getvalue()


def test_a_word_file_says_which_sheet_it_is(house: Known) -> None:
    """As it was sent, without being read."""
    assert identities(ORDER.sent(), "表.docx", house) == (office_sheets()[0].code,)


def test_word_files_of_other_programs_say_it_too(
    house: Known, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Saved by LibreOffice as .docx and as .odt."""
    for kind in ("docx", "odt"):
        saved = through({"a.docx": ORDER.sent()}, kind, folder=tmp_path_factory.mktemp(kind))
        assert identities(saved[f"a.{kind}"], f"a.{kind}", house) == (office_sheets()[0].code,)


@pytest.mark.parametrize(
    "made",
    [
        lambda sheet: sheet.pdf,
        lambda _: drawn(ORDER).pdf,
        lambda sheet: scanned(sheet, "PDF"),
        lambda sheet: scanned(sheet, "JPEG"),
        lambda sheet: scanned(sheet, "PNG"),
        lambda sheet: scanned(sheet, "TIFF"),
        lambda sheet: degrade(signed(sheet, 1), Level.PHONE, 3).content,
    ],
    ids=["printed", "our own", "scan in a PDF", "JPEG", "PNG", "TIFF", "photo"],
)
def test_paper_says_which_sheet_it_is(made: Callable[[Printed], bytes], house: Known) -> None:
    """By its text, its hidden field or its QR code."""
    sheet = office_sheets()[0]
    assert identities(made(sheet), "x", house) == (sheet.code,)


def test_a_scan_pasted_into_a_word_file_is_found(house: Known) -> None:
    """People do that when they were told to send a Word file."""
    buffer = BytesIO()
    Document().save(buffer)
    picture = scanned(office_sheets()[0], "PNG")

    def paragraph(root: etree._Element) -> etree._Element:
        made = etree.Element(f"{W}p")
        root[0].insert(0, made)
        return made

    content = with_picture(buffer.getvalue(), paragraph, picture)
    assert identities(content, "a.docx", house) == (office_sheets()[0].code,)


def test_every_member_of_a_zip_is_asked(house: Known) -> None:
    """A manager sends the forms of three cases in one file."""
    sheets = office_sheets()
    photo, text = scanned(sheets[1], "JPEG"), b"hello"
    content = zipped({"a.docx": ORDER.sent(), "b.jpg": photo, "c/c.pdf": sheets[2].pdf, "d.txt": text})
    assert identities(content, "all.zip", house) == tuple(sheet.code for sheet in sheets)


def test_a_token_that_we_did_not_issue_names_nothing(house: Known) -> None:
    """The QR code of another house; nothing of ours is looked up for it."""
    other = replace(house, secret=b"another secret")
    assert identities(scanned(office_sheets()[0], "PNG"), "x.png", other) == ()
    assert identities(zipped({"a.docx": b"PK not a file"}), "x.zip", house) == ()


def test_a_thousand_codes_are_not_a_thousand_sheets(house: Known) -> None:
    """What a stranger writes costs us at most fifty look-ups."""
    letters = "23456789AB"
    codes = " ".join(f"FC-{a}{b}{c}2222222" for a in letters for b in letters for c in letters)
    content = zipped(
        {"[Content_Types].xml": b"<Types/>", "word/document.xml": f"<w:p>{codes}</w:p>".encode()}
    )
    assert len(identities(content, "x.docx", house)) == 50


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_damaged_files_never_raise(data: st.DataObject) -> None:
    """Cut, doubled and changed files have a name or none."""
    known = Known(forms={}, directory=LOOK.directory, secret=SECRET, today=TODAY)
    content = bytearray(data.draw(st.sampled_from((ORDER.sent(), drawn(ORDER).pdf))))
    for at in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=20)):
        content[at] ^= data.draw(st.integers(1, 255))
    cut = data.draw(st.integers(0, len(content)))
    assert isinstance(identities(bytes(content[cut // 4 :]), "x", known), tuple)


def test_a_pdf_that_would_draw_without_end_is_not_opened(house: Known) -> None:
    """Forty drawings within each other, each used ten times: the hint is not worth an hour."""
    pdf = pikepdf.new()
    pdf.add_blank_page()
    drawing = pdf.make_stream(b"0 0 m 9 9 l S")
    for _ in range(40):
        drawing.Type, drawing.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
        drawing.BBox = pikepdf.Array([0, 0, 9, 9])
        outer = pdf.make_stream(b"/X Do " * 10)
        outer.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=drawing))
        drawing = outer
    pdf.pages[0].Resources = drawing.Resources
    pdf.pages[0].Contents = pdf.make_stream(b"/X Do")
    buffer = BytesIO()
    pdf.save(buffer)
    begun = time.process_time()

    assert identities(buffer.getvalue(), "a.pdf", house) == ()
    assert time.process_time() - begun < 5
