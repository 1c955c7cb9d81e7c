"""What the demo's staff do on paper and screen is the same in every run, and looks like what it is."""

from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO

import pikepdf
import pypdf
from PIL import Image

from agent.demo import camera, company, signing
from agent.demo.cast import ACTORS
from agent.demo.printout import Printout
from agent.demo.seen import look_at
from agent.domain.signatures import Verdict
from agent.domain.words import Language
from parsers.digital.pdf import judge
from parsers.limits import STANDARD
from parsers.pdf.fields import read_fields
from tests.pdf_files import house, sent

WHEN = datetime(2026, 3, 2, 9, tzinfo=UTC)
CHEN = company.identity(ACTORS["chen.qiang"], Language.ZH)


def on_paper() -> Printout:
    """Return a change request, agreed to, signed, sealed and dated with a pen."""
    sheet = Printout(sent("change").pdf)
    sheet.tick("conclusion", "agree")
    sheet.sign("sig.approver", "chen.qiang")
    sheet.seal("sig.approver", "星河科技有限公司研发部")
    sheet.write_day("sigdate.approver", date(2026, 3, 2), "chen.qiang", over=date(2026, 3, 1))
    return sheet


def test_what_is_typed_into_a_pdf_is_in_its_fields_and_to_be_seen() -> None:
    """Viewers need not draw it, so that a signed file shows what was signed."""
    filled = signing.filled(sent("change").pdf, {"what": "顺延三天", "conclusion": "agree"})

    held = {each.name: each for each in read_fields(filled, STANDARD).widgets if each.values}
    assert held["what"].values == ("顺延三天",)
    assert held["conclusion"].values == ("agree",)
    with pikepdf.open(BytesIO(filled)) as opened:
        (typed,) = [note for page in opened.pages for note in page.Annots if note.get("/T") == "what"]
        drawn = typed.AP.N.read_bytes().decode()
    assert "顺延三天".encode("utf-16-be").hex() in drawn


def test_a_certificate_of_the_company_signs_the_same_bytes_every_time() -> None:
    """And it counts where the company's root does."""
    filled = signing.filled(sent("change").pdf, {"conclusion": "agree"})
    signed = signing.signed(filled, "sig.approver", CHEN, WHEN)

    assert signed == signing.signed(filled, "sig.approver", CHEN, WHEN)
    assert signed.startswith(filled)
    assert b"/ByteRange" in signed
    trusting = replace(house(sent("change")), roots=(company.root(Language.ZH).der,))
    assert judge(signed, trusting).by_field["sig.approver"].verdict is Verdict.SIGNED
    assert judge(signed, house(sent("change"))).by_field["sig.approver"].verdict is Verdict.UNCLEAR


def test_a_photo_is_the_same_each_time_and_shows_the_paper_askew() -> None:
    """An accident that happened once happens again: readers are tried with the same picture."""
    photo = camera.photographed(on_paper().paper, "chen.qiang")

    assert photo == camera.photographed(on_paper().paper, "chen.qiang")
    with Image.open(BytesIO(photo)) as opened:
        assert opened.format == "JPEG"
        corners = [opened.getpixel((x, y)) for x in (5, opened.width - 6) for y in (5, opened.height - 6)]
    assert all(isinstance(each, tuple) and max(each) < 160 for each in corners)  # the desk


def test_a_scan_is_a_pdf_of_one_picture_and_the_same_each_time() -> None:
    """Neither the time nor chance is in it."""
    scan = camera.scanned(on_paper().paper, "chen.qiang")

    assert scan == camera.scanned(on_paper().paper, "chen.qiang")
    (page,) = pypdf.PdfReader(BytesIO(scan)).pages
    assert not page.extract_text().strip()
    assert len(page.images) == 1


def test_a_letter_that_asks_what_is_right_is_understood_line_by_line() -> None:
    """Number, label, and what was read."""
    letter = (
        "Message-ID: <1@x>\r\nSubject: x\r\nDate: Mon, 02 Mar 2026 09:00:00 +0800\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n\r\n"
        "【1】整改事项 第1行 责任人\r\n    读作：马超\r\n\r\n"
        "【2】完成时间\r\n    读不出\r\n\r\n怎么回复\r\n1. 都对\r\n"
    )

    asked = look_at(letter.encode()).asked

    assert [(each.number, each.label) for each in asked] == [(1, "整改事项 第1行 责任人"), (2, "完成时间")]
    assert "马超" in asked[0].read
    assert "马超" not in asked[1].read
