"""What comes back on paper goes the whole way: PDF, scan and photo, from one mail to the next."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import cv2
import numpy as np
import pypdf
import pypdfium2
import pytest
from pypdf.generic import NameObject

from agent.domain.inbox import MailState
from agent.domain.reading import Reading, Source
from agent.domain.signatures import Verdict
from parsers.pages.page import Box
from store.verify import verify
from tests.company import at
from tests.journeys.counter import CONFIRMED, Counter, begin, copy, open_counter, signed
from tests.journeys.outside import Letter
from tests.outlook_files import a_msg
from tests.paper.degrade import Level, degrade
from tests.paper.ink import sign
from tests.paper.pages import PaperPage
from tests.pdf_files import filled_in, flattened
from tests.word_files import replaced

ITEM = "confirm/研发部/1"
ANSWERS = {
    "people": "两人",
    "time": "两周",
    "authority": "可定方案",
    "lead": "刘洋",
}


@pytest.fixture(scope="module")
def beginning(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Play the case to the point at which the heads are asked."""
    folder = tmp_path_factory.mktemp("paper") / "beginning"
    begin(folder)
    return folder


@pytest.fixture
def counter(beginning: Path, tmp_path: Path) -> Iterator[Counter]:
    """Open the counter of a case of its own."""
    with open_counter(copy(beginning, tmp_path / "case")) as opened:
        yield opened


def the_pdf(letter: Letter) -> bytes:
    """Return the fillable PDF that a letter carries beside its Word file."""
    (content,) = [content for name, content in letter.files.items() if name.endswith(".pdf")]
    return content


def typed(pdf: bytes, answers: Mapping[str, str] = ANSWERS, conclusion: str = "confirm") -> bytes:
    """Fill in a PDF with pypdf, as a program does that is not ours."""
    writer = pypdf.PdfWriter(clone_from=BytesIO(pdf))
    for page in writer.pages:
        writer.update_page_form_field_values(page, dict(answers), auto_regenerate=True)
        for annotation in page.get("/Annots", ()):
            widget = annotation.get_object()
            group = widget.get("/Parent", {}).get_object() if "/Parent" in widget else widget
            if group.get("/T") != "conclusion":
                continue
            states = [state for state in widget["/AP"]["/N"] if state != "/Off"]
            chosen = states == [f"/{conclusion}"]
            widget[NameObject("/AS")] = NameObject(f"/{conclusion}" if chosen else "/Off")
            if chosen:
                group[NameObject("/V")] = NameObject(f"/{conclusion}")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def readings(counter: Counter, mail: int) -> tuple[Reading, ...]:
    """Return how the documents of a mail were read."""
    with counter.house.look() as work:
        entry = work.inbox.load(mail)
        assert entry is not None
        found = work.inbox.contents(entry)
    assert found is not None
    return found.readings


def slot(pdf: bytes, name: str = "sig.head") -> tuple[int, Box]:
    """Return the page, from 0, and the place of a signature slot."""
    for number, page in enumerate(pypdf.PdfReader(BytesIO(pdf)).pages):
        high = float(page.mediabox.height)
        for annotation in page.get("/Annots", ()):
            widget = annotation.get_object()
            names = [str(part["/T"]) for part in (widget.get("/Parent", {}), widget) if "/T" in part]
            if ".".join(names) == name:
                left, bottom, right, top = (float(edge) for edge in widget["/Rect"])
                return number, Box(left, high - top, right, high - bottom)
    raise LookupError(name)


def shown(pdf: bytes, dpi: int = 200) -> Iterator[PaperPage]:
    """Yield the pages as PDFium prints them: it has a font for what somebody typed, poppler may have none."""
    document = pypdfium2.PdfDocument(pdf)
    for page in document:
        yield PaperPage(pixels=np.array(page.render(scale=dpi / 72).to_numpy()[:, :, :3]), dpi=dpi)
    document.close()


def scanned(pdf: bytes, level: Level = Level.OFFICE, smeared: str = "") -> tuple[tuple[str, bytes], ...]:
    """Fill in a PDF, print it, sign it with a pen, and scan every page into a picture of its own."""
    on, box = slot(pdf)
    pages = list(shown(flattened(filled_in(pdf, {**ANSWERS, "conclusion": "confirm"}))))
    if smeared:
        blotted(pages, pdf, smeared)
    pages[on] = sign(pages[on], box, seed=5)
    shots = [degrade(page, level, seed=11 + number) for number, page in enumerate(pages)]
    return tuple((f"扫描{number}.jpg", shot.content) for number, shot in enumerate(shots, 1))


def blotted(pages: list[PaperPage], pdf: bytes, words: str) -> None:
    """Smear `words` on the first page, as a wet hand does: they are there, and nobody can read them."""
    document = pypdfium2.PdfDocument(pdf)
    text = document[0].get_textpage()
    found = text.search(words).get_next()
    assert found is not None
    boxes = [text.get_charbox(found[0] + at) for at in range(found[1])]
    scale, high = pages[0].dpi / 72, document[0].get_height()
    top, bottom = high - max(box[3] for box in boxes) - 2, high - min(box[1] for box in boxes) + 2
    left, right = min(box[0] for box in boxes), max(box[2] for box in boxes)
    document.close()
    pixels = pages[0].pixels.copy()
    part = (
        slice(round(top * scale), round(bottom * scale)),
        slice(round(left * scale), round(right * scale)),
    )
    pixels[part] = cv2.GaussianBlur(pixels[part], (0, 0), 4.0)
    pages[0] = replace(pages[0], pixels=pixels)


def test_a_pdf_that_was_filled_in_is_read_from_its_fields(counter: Counter) -> None:
    """Every value is understood; only the signature is missing, and that is what the answer asks for."""
    asked = counter.asked["li"]
    answer = counter.hand_in(counter.reply(asked, attachments=(("需求确认函.pdf", typed(the_pdf(asked))),)))

    assert answer.state is MailState.DONE
    (reading,) = readings(counter, answer.number)
    assert reading.source is Source.PDF_FORM
    wanted = {**ANSWERS, "lead": "liu@example.com", "conclusion": "confirm"}
    assert wanted.items() <= reading.answers.values().items()
    assert reading.drift == ()
    assert [mark.verdict for mark in reading.signatures] == [Verdict.UNSIGNED]
    assert "签" in answer.to("li").text
    assert counter.is_open(ITEM)


def test_a_scan_that_was_signed_with_a_pen_moves_the_case(counter: Counter) -> None:
    """What the OCR is not sure of is asked by mail; 确认 settles it, and the paper is kept."""
    asked = counter.asked["li"]
    answer = counter.hand_in(counter.reply(asked, attachments=scanned(the_pdf(asked))))

    (reading, *_) = readings(counter, answer.number)
    assert reading.source is Source.SCAN
    assert reading.token.value == "valid"
    assert [mark.verdict for mark in reading.signatures] == [Verdict.SIGNED]
    if counter.is_open(ITEM):
        letter = answer.to("li")
        assert "确认" in letter.subject
        counter.hand_in(counter.reply(letter, text="确认\n"))
    assert not counter.is_open(ITEM)
    (filing,) = [each for each in counter.case().filings if each.item == ITEM]
    assert filing.values["conclusion"] == "confirm"
    assert filing.values["lead"] == "liu@example.com"
    assert verify(counter.house.engine, counter.house.blobs) == ()


def test_print_that_nobody_can_read_is_shown_to_the_coordinator(counter: Counter) -> None:
    """It is neither taken as equal nor called altered; the case goes on, and a person sees words and crop."""
    asked = counter.asked["li"]
    paper = scanned(the_pdf(asked), smeared="经部门负责人签字后")
    answer = counter.hand_in(counter.reply(asked, attachments=paper))

    (reading, *_) = readings(counter, answer.number)
    assert reading.drift == ()
    (place,) = reading.uncompared
    assert "经部门负责人签字后" in place.words
    letters = answer.letters
    if counter.is_open(ITEM):
        letters = counter.hand_in(counter.reply(answer.to("li"), text="确认\n")).letters
    assert not counter.is_open(ITEM)
    (told,) = [each for each in letters if "核对固定文字" in each.subject]
    assert told.to == (at("zhou"),)
    assert "经部门负责人签字后" in told.text
    (crop,) = (part for part in told.mail.walk() if part.get_content_disposition() == "inline")
    assert crop.get_payload(decode=True) == counter.house.blobs.get(place.picture)
    (filing,) = [each for each in counter.case().filings if each.item == ITEM]
    assert [each.code for each in filing.warnings] == ["uncompared"]
    assert verify(counter.house.engine, counter.house.blobs) == ()


def test_a_form_in_a_mail_that_outlook_saved_is_as_good_as_one_attached(counter: Counter) -> None:
    """Forwarded, zipped, saved: the same evidence moves the case the same way."""
    asked = counter.asked["li"]
    _, content = asked.word()
    bundle = BytesIO()
    with ZipFile(bundle, "w") as archive:
        archive.writestr("需求确认函.docx", signed(content, CONFIRMED))
    wrapped = a_msg({"材料.zip": bundle.getvalue()})
    answer = counter.hand_in(counter.reply(asked, attachments=(("原邮件.msg", wrapped),)))

    assert answer.state is MailState.DONE
    assert not counter.is_open(ITEM)
    (reading,) = readings(counter, answer.number)
    assert reading.file == "原邮件.msg/材料.zip/需求确认函.docx"


def test_a_word_file_whose_fixed_text_was_edited_is_shown_to_a_person(counter: Counter) -> None:
    """Signed equals sent: whoever changes what was asked has not signed what we sent."""
    asked = counter.asked["li"]
    _, content = asked.word()
    answer = counter.hand_in(
        counter.reply(asked, attachments=(("form.docx", rewritten(signed(content, CONFIRMED), "完成样机")),))
    )

    (reading,) = readings(counter, answer.number)
    assert [each.sent for each in reading.drift]
    assert counter.is_open(ITEM)


def rewritten(content: bytes, words: str) -> bytes:
    """Return a Word file in which other words stand where `words` stood."""
    with ZipFile(BytesIO(content)) as archive:
        body = archive.read("word/document.xml").decode()
    assert words in body
    return replaced(content, {"word/document.xml": body.replace(words, "完成全部试产").encode()})
