"""A company restyles its Word files: what can be drawn is drawn, what cannot keeps the PDF at home."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import pytest
from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.shared import Mm, Pt
from lxml import etree
from PIL import Image

from agent.domain.mail import Attachment
from agent.domain.words import Language
from agent.letters.compose import compose
from agent.letters.form_builder.pieces import NAMESPACES
from agent.letters.form_filling.xml import w
from agent.letters.forms import DOCX, fill
from agent.letters.paper.attach import beside
from agent.letters.paper.check import blank_pdf, check
from agent.letters.paper.draw import CannotDraw, draw
from tests.unit.forms.filled import EVERY, FOLDER, LOOK, SECRET, form_of, order, word
from tests.unit.letters.paper.drawn import fields
from tests.unit.letters.paper.test_pdf_pages import texts
from tests.unit.letters.scenes import rich

_TEXT_BOX = (
    f'<w:r {NAMESPACES}><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox>'
    "<w:txbxContent><w:p><w:r><w:t>Small print</w:t></w:r></w:p></w:txbxContent>"
    "</v:textbox></v:shape></w:pict></w:r>"
)


def restyled(change: Callable[[WordDocument], None], name: str = "confirmation") -> bytes:
    """Return the shipped English Word file of a form as `change` leaves it."""
    document = Document(BytesIO(word(name, Language.EN)))
    change(document)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def sent(template: bytes, name: str = "confirmation") -> bytes:
    """Return the PDF of a sheet made from a restyled template."""
    wanted = order(name, Language.EN, {"asked": "Two testers"})
    filled = fill(wanted, form_of(name), template, LOOK).content
    return draw(filled, form_of(name), wanted.sheet, SECRET)


def _house_style(document: WordDocument) -> None:
    for style in document.styles:
        if style.name and style.name.startswith("Form "):
            style.font.size = Pt(12)
            style.font.name = "KaiTi"
    section = document.sections[0]
    section.header.paragraphs[0].text = "Example Ltd, internal"
    logo = BytesIO()
    Image.new("RGBA", (120, 40), (200, 0, 0, 128)).save(logo, "PNG")
    logo.seek(0)
    section.header.paragraphs[0].add_run().add_picture(logo, width=Mm(30))
    section.page_width, section.page_height = section.page_height, section.page_width
    section.orientation = WD_ORIENT.LANDSCAPE
    document.paragraphs[0].insert_paragraph_before("Our terms apply.")


def test_fonts_logo_paper_and_words_of_the_house_are_in_the_pdf() -> None:
    """Whatever a company writes into its form, the PDF says too; every field is still there."""
    ours, theirs = sent(word("confirmation", Language.EN)), sent(restyled(_house_style))
    assert fields(theirs).keys() == fields(ours).keys()
    whole = "".join(texts(theirs))
    assert "ExampleLtd,internal" in whole
    assert "Ourtermsapply." in whole
    assert "Twotesters" in whole


def test_a_form_without_footer_still_says_whose_it_is() -> None:
    """Identity on every page is ours to keep, however the form was restyled."""

    def bare(document: WordDocument) -> None:
        document.sections[0].footer.paragraphs[0].text = "Example Ltd"

    sheet = order("confirmation", Language.EN).sheet
    (page,) = texts(sent(restyled(bare)))
    assert "ExampleLtd" in page
    assert f"FC-{sheet.code(SECRET)}" in page
    assert "Page1of1" in page


def _text_box(document: WordDocument) -> None:
    document.paragraphs[0]._p.append(etree.fromstring(_TEXT_BOX))


def _nested(document: WordDocument) -> None:
    document.tables[1].rows[0].cells[1].add_table(1, 1)


def _numbered(document: WordDocument) -> None:
    paragraph = document.paragraphs[0]._p
    properties = paragraph.get_or_add_pPr()
    numbers = etree.SubElement(properties, w("numPr"))
    etree.SubElement(numbers, w("numId")).set(w("val"), "1")


def _columns(document: WordDocument) -> None:
    etree.SubElement(document.sections[0]._sectPr, w("cols")).set(w("num"), "2")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (_text_box, "old-style shape"),
        (_nested, "table within a table"),
        (_numbered, "automatic numbers"),
        (_columns, "columns"),
    ],
)
def test_what_cannot_be_drawn_is_named_and_no_pdf_leaves(
    change: Callable[[WordDocument], None], named: str
) -> None:
    """Nobody may sign less than was sent: the form goes out as Word alone, and `forms check` says why."""
    form, template = form_of("confirmation"), restyled(change)
    with pytest.raises(CannotDraw, match=named):
        sent(template)
    findings = check(form, Language.EN, template, None)
    assert [each.code for each in findings] == ["not_drawn"]
    assert named in findings[0].say.en
    wanted = order("confirmation", Language.EN)
    filled = fill(wanted, form, template, LOOK)
    assert beside(filled, form, wanted.sheet, SECRET) is None


@pytest.mark.parametrize("length", [9_000, 200_000])
def test_a_value_too_long_for_a_page_keeps_the_pdf_at_home(length: int) -> None:
    """A place to write in cannot go over two pages; Word can."""
    form = form_of("breakdown")
    wanted = order("breakdown", Language.ZH, {"tasks": ({"task": "长" * length},)})
    filled = fill(wanted, form, word("breakdown", Language.ZH), LOOK)
    assert beside(filled, form, wanted.sheet, SECRET) is None


def test_the_pdf_is_named_like_the_word_file_and_compiled_documents_have_none() -> None:
    """Two files of one name lie beside each other in every folder."""
    wanted = order("confirmation", Language.ZH)
    filled = fill(wanted, form_of("confirmation"), word("confirmation", Language.ZH), LOOK)
    pdf = beside(filled, form_of("confirmation"), wanted.sheet, SECRET)
    assert pdf is not None
    assert pdf.media_type == "application/pdf"
    assert (filled.name, pdf.name) == (
        "XT-2026-0001 需求确认函 研发部.docx",
        "XT-2026-0001 需求确认函 研发部.pdf",
    )
    tracker = Attachment(name="a.docx", media_type=DOCX, content=b"")
    assert beside(tracker, form_of("tracker"), order("tracker", Language.ZH).sheet, SECRET) is None
    compiled = replace(wanted.sheet, item="compiled/request/2026-03-12")
    assert beside(filled, form_of("confirmation"), compiled, SECRET) is None


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_the_shipped_blanks_are_what_the_word_files_say(name: str, language: Language) -> None:
    """`forms build` made them; whoever changes a form makes them anew."""
    path = FOLDER / language.value / f"{name}.pdf"
    form = form_of(name)
    assert path.is_file() is not form.compiled
    pdf = path.read_bytes() if path.is_file() else None
    assert check(form, language, word(name, language), pdf) == ()


def test_a_blank_of_other_words_or_fields_is_named() -> None:
    """A stale, a foreign, a broken and a missing PDF are told apart."""
    form, template = form_of("confirmation"), word("confirmation", Language.EN)

    def codes(pdf: bytes | None) -> set[str]:
        return {each.code for each in check(form, Language.EN, template, pdf)}

    def other(document: WordDocument) -> None:
        document.paragraphs[0].insert_paragraph_before("New terms.")

    stale = blank_pdf(form, Language.EN, restyled(other), embed=False)
    foreign = blank_pdf(form_of("issue"), Language.EN, word("issue", Language.EN), embed=False)
    assert codes(None) == {"missing_pdf"}
    assert codes(b"%PDF-1.7 broken") == {"bad_pdf"}
    assert "stale_pdf" in codes(stale)
    assert {"missing_field", "unknown_field", "stale_pdf"} <= codes(foreign)


@pytest.mark.parametrize("language", Language)
def test_a_letter_speaks_of_a_pdf_only_if_it_carries_one(language: Language) -> None:
    """What a letter says of its attachment is true."""
    send, scene = rich("ask", language)
    both = compose(send, scene)
    alone = compose(send, replace(scene, forms=scene.forms[:1]))
    words = {Language.ZH: "Word 或 PDF 任选其一", Language.EN: "Word or PDF, on screen or printed"}[language]
    assert words in both.text
    assert words not in alone.text
