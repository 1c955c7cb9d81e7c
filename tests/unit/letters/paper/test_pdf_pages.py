"""The pages of the PDF: identity on each, nothing lost, nothing cut, the same bytes every time."""

from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pikepdf
import pypdfium2
import pytest
import zxingcpp

from agent.domain.answers import Row, Scalar, Values
from agent.domain.forms import Field, Kind
from agent.domain.pdf_names import INFO_FORM, INFO_TOKEN
from agent.domain.sheets import Sheet
from agent.domain.words import Language
from agent.letters.paper.check import blank_pdf
from agent.letters.paper.draw import draw
from tests.unit.forms.filled import EVERY, SECRET, everything, filled, form_of, order, word
from tests.unit.letters.paper.drawn import drawn, drawn_full, fields, value_of

_TASK = {
    Language.ZH: "完成智能网关样机的硬件联调与高低温测试，输出测试报告；",
    Language.EN: "Finish the hardware of the gateway prototype, test it hot and cold, and report; ",
}


def texts(pdf: bytes) -> list[str]:
    """Return the words of each page without any space, as pdfium sees the page itself."""
    with pypdfium2.PdfDocument(pdf) as document:
        pages = []
        for number in range(len(document)):
            page = document[number]
            text = page.get_textpage()
            pages.append("".join(text.get_text_range().split()))
            text.close()
            page.close()
        return pages


def plan(language: Language, count: int) -> Values:
    """Return a breakdown of `count` tasks and a long remark."""

    def cell(column: Field, number: int) -> Scalar:
        match column.kind:
            case Kind.PERSON:
                return "li.na@example.com"
            case Kind.DATE:
                return "2026-03-05"
            case Kind.NUMBER:
                return Decimal(number)
            case _:
                return str(number) if column.id == "no" else _TASK[language]

    tasks = form_of("breakdown").field("tasks")
    assert tasks is not None
    rows: tuple[Row, ...] = tuple(
        {column.id: cell(column, number) for column in tasks.columns} for number in range(1, count + 1)
    )
    return {"tasks": rows, "remarks": (_TASK[language] * 80)[:2000]}


@pytest.mark.parametrize("language", Language)
def test_thirty_tasks_take_several_pages_and_each_says_whose_it_is(language: Language) -> None:
    """QR code, short code, case and page x of y on every page; the head of the table is repeated."""
    sheet = order("breakdown", language).sheet
    pdf = drawn("breakdown", language, plan(language, 30))
    pages = texts(pdf)
    assert len(pages) > 3
    with pypdfium2.PdfDocument(pdf) as document:
        for number, page in enumerate(pages, start=1):
            assert "XT-2026-0001" in page
            assert f"FC-{sheet.code(SECRET)}" in page
            counted = {
                Language.ZH: f"第{number}页共{len(pages)}页",
                Language.EN: f"Page{number}of{len(pages)}",
            }
            assert counted[language] in page
            image = document[number - 1].render(scale=150 / 72).to_pil()
            assert [code.text for code in zxingcpp.read_barcodes(image)] == [sheet.token(SECRET)]
    head = {Language.ZH: "前置任务", Language.EN: "Dependson"}[language]
    assert sum(head in page for page in pages) >= 3
    found = fields(pdf)
    assert value_of(found["tasks.29.no"]) == "30"
    assert len(value_of(found["remarks"])) == 2000


@pytest.mark.parametrize("language", Language)
def test_given_text_longer_than_a_page_goes_on_on_the_next(language: Language) -> None:
    """What we wrote may be long; nothing of it is lost between two pages."""
    asked = "".join(f"{number}。{_TASK[language]}\n" for number in range(120))
    pages = texts(drawn("confirmation", language, {"asked": asked}))
    whole = "".join(pages)
    assert len(pages) > 1
    assert all(f"{number}。{''.join(_TASK[language].split())}" in whole for number in (0, 60, 119))


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_no_field_reaches_over_the_edge_or_over_another(name: str, language: Language) -> None:
    """Two widgets on one spot would catch each other's typing; one outside is lost to the pen."""
    with pikepdf.open(BytesIO(drawn_full(name, language))) as pdf:
        for page in pdf.pages:
            _, _, width, height = map(float, page.obj.MediaBox)
            boxes = [tuple(map(float, each.Rect)) for each in page.obj.get("/Annots", []) if int(each.F) != 2]
            for place, (left, bottom, right, top) in enumerate(boxes):
                assert left >= 0
                assert right <= width
                assert bottom >= 0
                assert top <= height
                for other in boxes[place + 1 :]:
                    apart = right <= other[0] or other[2] <= left or top <= other[1] or other[3] <= bottom
                    assert apart, (left, bottom, right, top, other)


@pytest.mark.parametrize("embed", [True, False])
def test_the_same_sheet_gives_the_same_bytes(*, embed: bool) -> None:
    """A pass that is repeated after a crash sends nothing new."""
    values = everything(form_of("request"), rows=2)
    assert drawn("request", Language.ZH, values, embed=embed) == drawn(
        "request", Language.ZH, values, embed=embed
    )


def test_the_token_is_in_the_information_and_a_blank_has_none() -> None:
    """A sheet tells whose it is in three places; an empty form promises nothing."""
    sheet = order("issue", Language.EN).sheet
    with pikepdf.open(BytesIO(drawn("issue", Language.EN))) as pdf:
        assert str(pdf.docinfo[INFO_TOKEN]) == sheet.token(SECRET)
        assert str(pdf.docinfo[INFO_FORM]) == "issue/1/en"
    empty = blank_pdf(form_of("issue"), Language.EN, word("issue", Language.EN), embed=False)
    with pikepdf.open(BytesIO(empty)) as pdf:
        assert INFO_TOKEN not in pdf.docinfo
        assert str(pdf.docinfo[INFO_FORM]) == "issue/1/en"
    assert "FC-" not in "".join(texts(empty))


def test_another_sheet_is_another_code() -> None:
    """Codes come from the sheet, not from the Word file."""
    sheet = replace(order("issue", Language.EN).sheet, item="issue/2")
    content = draw(filled("issue", Language.EN), form_of("issue"), sheet, SECRET)
    assert isinstance(sheet, Sheet)
    assert value_of(fields(content)["_fc_token"]) == sheet.token(SECRET)
