"""A form within a PDF, as programs make a portfolio of attachments, is read like one attached."""

from hashlib import sha256
from io import BytesIO

import pikepdf
import pypdf
import pytest

from agent.domain.sheets import TokenStatus
from parsers.identify import identities
from parsers.limits import STANDARD, Limits
from parsers.pdf.enclosed import enclosed
from parsers.reading import read_document
from tests.pdf_files import code_of, filled_in, house, sent
from tests.word_files import fill

SHEET = sent("summary")
WORD = fill(SHEET.word, {"highlights": "按期上线"})
PDF = filled_in(SHEET.pdf, {"highlights": "按期上线"})


def portfolio(*files: tuple[str, bytes], cover: bytes = b"") -> bytes:
    """Return a PDF with files in it, behind a cover that says nothing unless one is given."""
    opened = pikepdf.open(BytesIO(cover)) if cover else pikepdf.new()
    if not cover:
        opened.add_blank_page(page_size=(595, 842))
    for name, content in files:
        opened.attachments[name] = content
    opened.Root.Collection = pikepdf.Dictionary(Type=pikepdf.Name.Collection, View=pikepdf.Name.D)
    out = BytesIO()
    opened.save(out)
    return out.getvalue()


@pytest.mark.parametrize(("name", "form"), [("总结.docx", WORD), ("总结.pdf", PDF)])
def test_the_form_in_a_portfolio_is_read(name: str, form: bytes) -> None:
    """By its own sheet; its document is the PDF that came."""
    content = portfolio(("说明.txt", "请查收".encode()), (name, form))

    (reading,) = read_document(content, "合集.pdf", house(SHEET))

    answer = reading.answers.get("highlights")
    assert answer is not None
    assert answer.value == "按期上线"
    assert (reading.file, reading.token) == (f"合集.pdf/{name}", TokenStatus.VALID)
    assert reading.digest == sha256(content).hexdigest()


@pytest.mark.parametrize(("name", "form"), [("总结.docx", WORD), ("总结.pdf", PDF)])
def test_the_sheet_in_a_portfolio_is_named(name: str, form: bytes) -> None:
    """So that what was sent is there to be compared with."""
    found = identities(portfolio((name, form)), "合集.pdf", house(SHEET))

    assert code_of(SHEET.sheet) in found


def test_a_form_with_files_in_it_is_read_itself() -> None:
    """What lies within is background."""
    (reading,) = read_document(portfolio(("旧.docx", WORD), cover=PDF), "表.pdf", house(SHEET))

    assert (reading.file, reading.form) == ("表.pdf", "summary")


def test_a_portfolio_without_a_form_says_so() -> None:
    """As any other file that is none."""
    (reading,) = read_document(portfolio(("说明.txt", b"x")), "合集.pdf", house(SHEET))

    assert not reading.form
    assert reading.problems


def test_portfolios_in_portfolios_end() -> None:
    """Nobody opens a letter in a letter in a letter."""
    twice = portfolio(("内.pdf", portfolio(("总结.docx", WORD))))

    assert [each.form for each in read_document(twice, "合集.pdf", house(SHEET))] == [""]
    assert identities(twice, "合集.pdf", house(SHEET)) == ()


def test_what_lies_within_is_bounded() -> None:
    """A few files, so many bytes, names that are safe on every disk; a damaged file has none."""
    many = portfolio(*((f"../{number}.txt", bytes(1000)) for number in range(9)))

    assert len(enclosed(many, Limits(attachments=4))) == 4
    assert len(enclosed(many, Limits(unzipped_bytes=2_500))) == 2
    assert all("/" not in each.name for each in enclosed(many, STANDARD))
    assert enclosed(many[: len(many) // 2], STANDARD) == ()
    assert enclosed(b"%PDF-1.7 no file", STANDARD) == ()
    writer = pypdf.PdfWriter()
    writer.add_blank_page(595, 842)
    out = BytesIO()
    writer.write(out)
    assert enclosed(out.getvalue(), STANDARD) == ()
