"""Forms as LibreOffice shows and saves them: the QR code is read from the page, controls survive a save."""

import subprocess
from collections import Counter
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from agent.domain.forms import Kind
from agent.domain.sheets import TokenStatus, check
from agent.domain.words import Language
from agent.letters.form_check import check as compare
from agent.letters.form_filling.xml import controls_in, w
from agent.letters.forms import fill
from agent.letters.paper.draw import draw
from tests.libreoffice import convert
from tests.needs import need
from tests.unit.forms.filled import (
    EVERY,
    LOOK,
    SECRET,
    document,
    everything,
    filled,
    form_of,
    order,
    said,
    word,
    words_of,
)


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with every form, filled, as PDF: one start of LibreOffice for all."""
    folder = tmp_path_factory.mktemp("rendered")
    forms = {
        f"{name}-{language.value}.docx": filled(
            name, language, everything(form_of(name), rows=2, text="甲乙丙")
        )
        for name, language in EVERY
    }
    for name, pdf in convert(forms, to="pdf", folder=folder).items():
        (folder / name).write_bytes(pdf)
    return folder


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_the_qr_code_is_read_from_the_first_page(name: str, language: Language, rendered: Path) -> None:
    """A printed sheet finds its case again; 150 dpi is a poor scanner."""
    page = rendered / f"{name}-{language.value}"
    pdftoppm = need("pdftoppm", package="poppler-utils")
    pdf = page.with_suffix(".pdf")
    subprocess.run([pdftoppm, "-r", "150", "-l", "1", "-png", "-singlefile", pdf, page], check=True)
    with Image.open(page.with_suffix(".png")) as image:
        found = [code.text for code in zxingcpp.read_barcodes(image)]
    assert found == [order(name, language).sheet.token(SECRET)]
    assert check(found[0], SECRET) is TokenStatus.VALID


def test_every_page_has_its_footer(rendered: Path) -> None:
    """Case number, short code and page x of y, on each page."""
    text = need("pdftotext", package="poppler-utils")
    pdf = rendered / "breakdown-zh.pdf"
    pages = subprocess.run([text, "-layout", pdf, "-"], check=True, capture_output=True).stdout.decode()
    count = pages.count("\f")
    code = f"FC-{order('breakdown', Language.ZH).sheet.code(SECRET)}"
    for number, page in enumerate(pages.split("\f")[:count], start=1):
        assert "XT-2026-0001" in page
        assert code in page
        assert f"第{number}页共{count}页" in "".join(page.split())


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_the_pdf_says_what_the_word_file_says(name: str, language: Language, rendered: Path) -> None:
    """LibreOffice prints the Word file, poppler reads both: the same letters, as often, but for three things.

    The PDF offers every choice where Word shows the chosen one; it has no placeholders; margins are told
    once a page.
    """
    form = form_of(name)
    values = everything(form, rows=2, text="甲乙丙")
    ours = draw(filled(name, language, values), form, order(name, language).sheet, SECRET)
    offered = (
        ""
        if form.compiled
        else "".join(
            choice.label.in_(language)
            for each in form.fields
            if each.kind is Kind.CHOICE and not each.given
            for choice in each.choices[1:]
        )
    )
    waiting = "".join(
        words_of(control)
        for control in controls_in(document(filled(name, language, values)))
        if control.find(f"{w('sdtPr')}/{w('showingPlcHdr')}") is not None
    )
    has, should = _letters(ours), _letters((rendered / f"{name}-{language.value}.pdf").read_bytes())
    assert has - Counter("".join(offered.split())) == should - Counter("".join(waiting.split()))


def _letters(pdf: bytes) -> "Counter[str]":
    """Return how often each character stands on the pages, without the line at the foot of each."""
    text = need("pdftotext", package="poppler-utils")
    done = subprocess.run([text, "-layout", "-", "-"], check=True, capture_output=True, input=pdf)
    pages = done.stdout.decode().split("\f")
    lines = (line for page in pages for line in page.splitlines() if "FC-" not in line)
    return Counter("".join("".join(lines).replace("☒", "").replace("☐", "").split()))


def test_a_template_saved_by_libreoffice_is_still_filled(tmp_path: Path) -> None:
    """Staff without Word restyle with LibreOffice; the fields are still ours to fill."""
    template = {"confirmation.docx": word("confirmation", Language.ZH)}
    saved = convert(template, to="docx", folder=tmp_path)["confirmation.docx"]
    form = form_of("confirmation")
    assert compare(form, Language.ZH, saved) == ()
    content = fill(order("confirmation", Language.ZH, {"people": "张三"}), form, saved, LOOK).content
    assert said(content)["people"] == "张三"
