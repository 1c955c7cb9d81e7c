"""PDFs as other people's programs leave them: locked, turned, cropped, scaled, pages in another order."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from io import BytesIO
from typing import Literal

import pikepdf
import pypdf
import pytest
from PIL import Image

from agent.domain.answers import Scalar, Trust
from agent.domain.reading import Reading, Source
from agent.domain.sheets import TokenStatus
from agent.domain.signatures import Verdict
from agent.domain.words import Language
from parsers.known import Sent
from parsers.limits import STANDARD
from parsers.pages.sent import sent_places
from parsers.pdf.form import read_pdf
from parsers.pdf.pages import render
from parsers.reading import read_document
from tests.pdf_files import answers_to, edited, filled_in, flattened, house, joined, pages_of, sent
from tests.unit.forms.filled import form_of
from tests.unit.parsers.pdf.test_pdf_form import long_form

FORM = "deliverable"


def returned(*, flat: bool) -> tuple[bytes, Mapping[str, Scalar]]:
    words, values = answers_to(form_of(FORM), Language.ZH)
    pdf = filled_in(sent(FORM).pdf, words)
    return (flattened(pdf) if flat else pdf), values


def read(pdf: bytes, *copies: Sent) -> Reading:
    (reading,) = read_pdf(pdf, "表格.pdf", house(*copies or (sent(FORM),)))
    return reading


def wrong(values: Mapping[str, Scalar], reading: Reading) -> list[str]:
    return [
        f"{path}: {value!r} read as {found}"
        for path, value in values.items()
        if (found := reading.answers.get(path)) is None or found.value != value
    ]


def by_pypdf(pdf: bytes, change: Callable[[pypdf.PageObject], object]) -> bytes:
    """Return the PDF after pypdf did something to each page."""
    writer = pypdf.PdfWriter(clone_from=BytesIO(pdf))
    for page in writer.pages:
        change(page)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def locked(pdf: bytes, *, user: str, strength: Literal[3, 4, 6]) -> bytes:
    out = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as opened:
        forbids = pikepdf.Permissions(extract=False, modify_form=False, print_highres=False)
        lock = pikepdf.Encryption(
            owner="x", user=user, R=strength, allow=forbids, aes=strength > 3, metadata=strength > 3
        )
        opened.save(out, encryption=lock)
    return out.getvalue()


@pytest.mark.parametrize("strength", [3, 4, 6])
@pytest.mark.parametrize("flat", [True, False])
def test_a_pdf_that_anybody_may_open_is_read_whatever_its_owner_forbids(
    *, flat: bool, strength: Literal[3, 4, 6]
) -> None:
    """A company's printer locks everything against changes: RC4, AES 128 and AES 256 (ISO 32000-2, 7.6)."""
    pdf, values = returned(flat=flat)
    reading = read(locked(pdf, user="", strength=strength))

    assert wrong(values, reading) == []
    assert (reading.token, reading.problems, reading.drift) == (TokenStatus.VALID, (), ())


@pytest.mark.parametrize("strength", [3, 6])
def test_a_pdf_with_a_password_says_what_to_do(strength: Literal[3, 6]) -> None:
    """In both languages, and that a PDF will do."""
    pdf, _ = returned(flat=True)
    (reading,) = read_document(locked(pdf, user="geheim", strength=strength), "表格.pdf", house(sent(FORM)))
    (problem,) = reading.problems

    assert (problem.code, problem.blocks, reading.form) == ("encrypted", True, "")
    assert "取消密码" in problem.say.zh
    assert "PDF" in problem.say.zh
    assert "remove the password" in problem.say.en


def seen_upright(page: pypdf.PageObject, turn: int) -> None:
    """Turn the content, and the page back: what is seen stays (iOS Markup, landscape printers)."""
    page.rotate(turn)
    page.transfer_rotation_to_content()
    page.rotate(-turn)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_that_is_turned_and_turned_back_is_read_from_its_text(turn: int) -> None:
    """What counts is how it is seen."""
    pdf, values = returned(flat=True)
    reading = read(by_pypdf(pdf, lambda page: seen_upright(page, turn)))

    assert wrong(values, reading) == []
    assert reading.source is Source.PDF_TEXT
    assert reading.drift == ()


@pytest.mark.parametrize("turn", [90, 180])
def test_a_page_that_lies_on_its_side_is_read_too(turn: int) -> None:
    """Nobody turned it back: it is read as a picture, upright."""
    pdf, values = returned(flat=True)
    reading = read(by_pypdf(pdf, lambda page: page.rotate(turn)))
    taken = {each.field: each.value for each in reading.answers.all if each.trust is Trust.LIKELY}

    assert reading.token is TokenStatus.VALID
    assert {path for path, value in taken.items() if path in values and value != values[path]} == set()
    assert len(taken) >= len(values) // 2


def cropped(page: pypdf.PageObject) -> None:
    """Give the page a margin that is cut off again, as imposition programs and cutting marks do."""
    wide, high = float(page.mediabox.width), float(page.mediabox.height)
    page.mediabox = pypdf.generic.RectangleObject((-40, -60, wide + 30, high + 50))
    page.cropbox = pypdf.generic.RectangleObject((0, 0, wide, high))


def enlarged(page: pypdf.PageObject) -> None:
    """Print on A3 what was A4, or on a letter what is left of it."""
    page.scale_by(1.4142)


def in_other_units(page: pypdf.PageObject) -> None:
    """Draw the page at half its size and say that a unit is two points (14.11.2, `UserUnit`)."""
    page.scale_by(0.5)
    page[pypdf.generic.NameObject("/UserUnit")] = pypdf.generic.NumberObject(2)


@pytest.mark.parametrize("change", [cropped, enlarged, in_other_units])
@pytest.mark.parametrize("flat", [True, False])
def test_a_page_with_other_edges_or_units_is_read_the_same(
    change: Callable[[pypdf.PageObject], None], *, flat: bool
) -> None:
    """Every place is where it is seen; an unsigned slot stays unsigned."""
    pdf, values = returned(flat=flat)
    reading = read(by_pypdf(pdf, change))

    assert wrong(values, reading) == []
    assert {each.verdict for each in reading.signatures} == {Verdict.UNSIGNED}
    assert [each.field for each in reading.answers.all if each.picture] == []
    assert reading.drift == ()


def test_a_cropped_page_that_is_turned_is_read_the_same() -> None:
    """Both at once: the crop box is turned with the page."""
    pdf, values = returned(flat=True)
    reading = read(by_pypdf(by_pypdf(pdf, lambda page: seen_upright(page, 90)), turned_margin))

    assert wrong(values, reading) == []
    assert reading.source is Source.PDF_TEXT


def turned_margin(page: pypdf.PageObject) -> None:
    box = page.mediabox
    edges = (float(box.left), float(box.bottom), float(box.right), float(box.top))
    page.mediabox = pypdf.generic.RectangleObject(
        (edges[0] - 25, edges[1] - 70, edges[2] + 45, edges[3] + 10)
    )
    page.cropbox = pypdf.generic.RectangleObject(edges)


@pytest.mark.parametrize("known", [True, False])
def test_pages_in_another_order_are_one_form(*, known: bool) -> None:
    """Somebody scans, prints or sorts from behind."""
    sheet, _ = long_form()
    count = len(sent_places(sheet.pdf)[0])
    backwards = pages_of(flattened(sheet.pdf), *range(count, 0, -1))
    straight, turned = (
        read_pdf(pdf, "a.pdf", house(sheet) if known else house())
        for pdf in (flattened(sheet.pdf), backwards)
    )

    assert len(turned) == 1
    assert (turned[0].lacks, turned[0].drift, turned[0].form) == ((), (), "breakdown")
    assert {a.field: a.value for a in turned[0].answers.all} == {
        a.field: a.value for a in straight[0].answers.all
    }


def test_two_forms_with_their_fields_in_one_file_are_two_readings() -> None:
    """Somebody flattens one and joins it with the other, whose fields stay."""
    first, values = returned(flat=True)
    words, others = answers_to(form_of("summary"), Language.ZH)
    second = filled_in(sent("summary").pdf, words)
    readings = read_pdf(joined(first, second), "两张.pdf", house(sent(FORM), sent("summary")))

    assert [each.form for each in readings] == [FORM, "summary"]
    assert wrong(values, readings[0]) == []
    assert wrong(others, readings[1]) == []


@pytest.mark.parametrize("flat", [True, False])
def test_an_xfa_form_is_answered_in_both_languages(*, flat: bool) -> None:
    """From end to end, through the one door; the pages beneath it may say anything."""

    def nest(pdf: pikepdf.Pdf) -> None:
        xfa = pdf.make_stream(b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'><template/></xdp:xdp>")
        parts = pikepdf.Array([pikepdf.String("template"), xfa])
        if "/AcroForm" not in pdf.Root:
            pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([]))
        pdf.Root.AcroForm.XFA = pdf.make_indirect(parts)

    (reading,) = read_document(edited(returned(flat=flat)[0], nest), "表单.pdf", house(sent(FORM)))
    (problem,) = reading.problems

    assert (problem.code, problem.blocks, problem.found) == ("xfa", True, "表单.pdf")
    assert (reading.form, reading.answers.all, reading.signatures) == ("", (), ())
    assert "打印成 PDF" in problem.say.zh
    assert "print what you filled to a PDF" in problem.say.en


def test_a_scanned_page_among_pages_of_text_is_looked_at_by_its_own_number() -> None:
    """Somebody signs the last page on paper, scans it, and puts it behind the others."""
    sheet, _ = long_form()
    count = len(sent_places(sheet.pdf)[0])
    text = pages_of(flattened(sheet.pdf), *range(1, count))
    picture = render(sheet.pdf, count, 150, STANDARD)
    assert picture is not None
    out = BytesIO()
    Image.open(BytesIO(picture)).convert("RGB").save(out, "PDF", resolution=150)
    (reading,) = read_pdf(joined(text, out.getvalue()), "a.pdf", replace(house(sheet), annotate=True))
    pages = {each for each in reading.sights if each.startswith("page-")}

    assert pages == {f"page-{number}" for number in range(1, count + 1)}
    assert (reading.lacks, reading.token) == ((), TokenStatus.VALID)
