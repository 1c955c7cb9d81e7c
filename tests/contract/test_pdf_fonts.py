"""Forms that LibreOffice printed, with fonts that do not say what their letters are, or say it wrongly."""

import re
import subprocess
from collections.abc import Callable, Mapping
from io import BytesIO

import pikepdf
import pytest

from agent.domain.answers import Trust
from agent.domain.reading import Reading, Source
from agent.domain.sheets import TokenStatus
from agent.domain.words import Language
from parsers.identify import identities
from parsers.known import Known
from parsers.reading import read_document
from tests.libreoffice import convert
from tests.needs import need
from tests.pdf_files import house, sent
from tests.unit.forms.filled import filled

WORDS = {"highlights": "按期上线", "shortcomings": "测试环境不足", "improvements": "提前申请设备"}
Change = Callable[[bytes], bytes]


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return a summary in Chinese as LibreOffice prints it."""
    files = {"a.docx": filled("summary", Language.ZH, WORDS)}
    return convert(files, to="pdf", folder=tmp_path_factory.mktemp("fonts"))["a.pdf"]


def unnamed(pdf: bytes) -> bytes:
    """Leave nothing but the names of glyphs, which LibreOffice numbers (`/g17`)."""
    return _changed(pdf, _without_names)


def through_poppler(pdf: bytes) -> bytes:
    """Let poppler write that file anew, as some viewers print: it says U+FFFD of every letter."""
    done = subprocess.run(
        [need("pdftocairo", package="poppler-utils"), "-pdf", "-", "-"],
        input=unnamed(pdf),
        capture_output=True,
        check=True,
        timeout=60,
    )
    return done.stdout


def scrambled(pdf: bytes) -> bytes:
    """Say of every letter that it is another one: nothing looks odd."""
    return _changed(pdf, _with_other_names)


def one_of_them(pdf: bytes) -> bytes:
    """Break the first font alone."""
    left = iter((True,))
    return _changed(pdf, lambda font: _without_names(font) if next(left, False) else None)


def _changed(pdf: bytes, change: Callable[[pikepdf.Object], None]) -> bytes:
    with pikepdf.open(BytesIO(pdf)) as opened:
        for each in opened.objects:
            if isinstance(each, pikepdf.Dictionary) and "/ToUnicode" in each:
                change(each)
        out = BytesIO()
        opened.save(out)
    return out.getvalue()


def _without_names(font: pikepdf.Object) -> None:
    del font["/ToUnicode"]


def _with_other_names(font: pikepdf.Object) -> None:
    said = re.sub(rb"(?<=> <)[0-9A-Fa-f]{4}(?=>\s)", _another, font.ToUnicode.read_bytes())
    font.ToUnicode.write(said)


def _another(code: re.Match[bytes]) -> bytes:
    number = int(code[0], 16)
    return f"{number + 77 if number > 0x2E80 else 97 + (number + 7) % 26:04X}".encode()


def read(pdf: bytes, known: Known) -> Reading:
    (reading,) = read_document(pdf, "总结.pdf", known)
    return reading


def said(reading: Reading) -> Mapping[str, object]:
    return {each.field: each.value for each in reading.answers.all if each.field in WORDS}


@pytest.mark.parametrize("change", [unnamed, through_poppler, scrambled])
def test_fonts_that_tell_nothing_are_read_by_ocr(printed: bytes, change: Change) -> None:
    """What the page shows counts, not what its fonts call it."""
    pdf = change(printed)
    own = sent("summary")
    codes = identities(pdf, "总结.pdf", house())
    reading = read(pdf, house(own))

    assert (reading.source, reading.form, reading.token) == (Source.SCAN, "summary", TokenStatus.VALID)
    assert codes == (reading.code,)
    assert said(reading) == WORDS
    assert all(each.trust is not Trust.SURE for each in reading.answers.all)


def test_one_broken_font_makes_no_value_sure(printed: bytes) -> None:
    """Whatever is lost with it is read from the picture, or is a question; nothing is passed over."""
    reading = read(one_of_them(printed), house(sent("summary")))

    assert reading.form == "summary"
    assert said(reading) == WORDS


def test_the_same_print_untouched_is_read_from_its_text(printed: bytes) -> None:
    """Else the tests above would show nothing."""
    reading = read(printed, house(sent("summary")))

    assert (reading.source, said(reading)) == (Source.PDF_TEXT, WORDS)


def test_a_letter_of_somebody_else_is_no_form() -> None:
    """Text without a code of ours is not sent through OCR."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(595, 842))
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
    page.Contents = pdf.make_stream(
        b"BT /F 12 Tf 60 700 Td (Dear all, please find the minutes attached.) Tj ET"
    )
    out = BytesIO()
    pdf.save(out)
    reading = read(out.getvalue(), house(sent("summary")))

    assert (reading.source, [each.code for each in reading.problems]) == (Source.PDF_TEXT, ["no_form"])
