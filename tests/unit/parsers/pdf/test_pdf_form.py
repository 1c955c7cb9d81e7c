"""Returned PDFs: fields by name, flattened copies, several forms, missing and swapped pages, drift."""

from collections.abc import Callable, Mapping
from io import BytesIO
from time import process_time
from typing import Any

import pikepdf
import pytest

from agent.domain.answers import Scalar, Trust
from agent.domain.reading import DriftKind, Reading, Source
from agent.domain.sheets import TokenStatus
from agent.domain.signatures import Verdict
from agent.domain.words import Language
from parsers.known import Known, Sent
from parsers.limits import STANDARD
from parsers.pages.page import Box
from parsers.pages.sent import sent_places
from parsers.pdf.fields import read_fields
from parsers.pdf.form import read_pdf
from parsers.pdf.words import read_words
from tests.pack_files import filled_forms
from tests.pdf_files import (
    answers_to,
    code_of,
    edited,
    filled_in,
    flattened,
    house,
    joined,
    pages_of,
    sent,
)
from tests.unit.forms.filled import form_of

EVERY = tuple((each.form.id, each.language) for each in filled_forms())


def read(content: bytes, known: Known) -> Reading:
    (reading,) = read_pdf(content, "表格.pdf", known)
    return reading


def wrong(values: Mapping[str, Scalar], reading: Reading) -> list[str]:
    return [
        f"{path}: {value!r} read as {answer}"
        for path, value in values.items()
        if (answer := reading.answers.get(path)) is None or answer.value != value
    ]


def returned(name: str, language: Language = Language.ZH) -> tuple[Sent, bytes, Mapping[str, Scalar]]:
    """Return a sheet, the PDF of it filled in, and what was filled in."""
    sheet = sent(name, language)
    words, values = answers_to(form_of(name), language)
    return sheet, filled_in(sheet.pdf, words), values


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_our_own_fields_are_read_exactly_and_surely(name: str, language: Language) -> None:
    """Every field of every form in both languages; what the viewer drew does not matter (NeedAppearances)."""
    sheet, pdf, values = returned(name, language)
    reading = read(pdf, house(sheet))

    assert wrong(values, reading) == []
    assert {reading.answers.get(path).trust for path in values} == {Trust.SURE}  # type: ignore[union-attr]
    assert (reading.source, reading.form, reading.language) == (Source.PDF_FORM, name, language)
    assert (reading.token, reading.sheet, reading.code) == (
        TokenStatus.VALID,
        sheet.sheet,
        code_of(sheet.sheet),
    )
    assert (reading.problems, reading.drift, reading.lacks) == ((), (), ())
    assert {each.verdict for each in reading.signatures} <= {Verdict.UNSIGNED}


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_an_untouched_pdf_says_nothing(name: str, language: Language) -> None:
    """No answer, no signature, no difference."""
    sheet = sent(name, language)
    form = form_of(name)
    reading = read(sheet.pdf, house(sheet))

    said = {answer.field for answer in reading.answers.all if answer.value not in {None, False}}
    assert said == set()
    assert {each.verdict for each in reading.signatures} <= {Verdict.UNSIGNED}
    assert reading.drift == ()
    assert {slot.id for slot in form.slots} == {each.slot for each in reading.signatures}


@pytest.mark.parametrize("name", ["request", "acceptance", "deliverable", "progress"])
@pytest.mark.parametrize("waited_for", [True, False])
def test_a_flattened_copy_is_read_from_its_text(name: str, *, waited_for: bool) -> None:
    """Fields are gone and ticks are drawn; where the sheet is known, its code proves it and places help."""
    sheet, pdf, values = returned(name)
    reading = read(flattened(pdf), house(sheet) if waited_for else house())

    believed = [a for a in reading.answers.all if a.trust in {Trust.SURE, Trust.LIKELY} and a.field in values]
    assert [a for a in believed if a.value != values[a.field]] == []
    assert wrong(values, reading) == []
    assert reading.source is Source.PDF_TEXT
    assert (reading.token is TokenStatus.VALID) is waited_for
    assert reading.code == code_of(sheet.sheet)
    assert reading.drift == ()


def test_the_pages_we_sent_know_their_fields() -> None:
    """Each field of the form has its region, each slot and its date, each answer its box."""
    pages, places = sent_places(sent("deliverable").pdf)

    assert len(pages) == 1
    assert set(places.options["conclusion"]) == {"agree", "refuse"}
    assert set(places.options["standard_met"]) == {""}
    assert set(places.slots) == set(places.dates) == {"owner", "cooperating"}
    assert {"conclusion", "standard_met"} <= set(places.fields)
    assert isinstance(places.slots["owner"].box, Box)


def test_several_forms_in_one_file_are_several_readings() -> None:
    """Somebody prints a day's forms into one PDF."""
    request, first, _ = returned("request")
    summary, second, _ = returned("summary")
    known = house(request, summary)
    readings = read_pdf(joined(flattened(first), flattened(second)), "两张.pdf", known)

    assert [(r.form, r.token, r.code) for r in readings] == [
        ("request", TokenStatus.VALID, code_of(request.sheet)),
        ("summary", TokenStatus.VALID, code_of(summary.sheet)),
    ]


def long_form() -> tuple[Sent, Sent]:
    """Return two sheets of a form that has two pages: the sheet, and the same form of another case."""
    from dataclasses import replace  # noqa: PLC0415 - two lines of one test

    from agent.letters.forms import fill  # noqa: PLC0415 - as above
    from agent.letters.paper.draw import draw  # noqa: PLC0415 - as above
    from tests.unit.forms.filled import LOOK, SECRET, order, word  # noqa: PLC0415 - as above

    rows = tuple({"task": f"任务{number}：完成一项工作", "no": str(number)} for number in range(1, 40))
    one = sent("breakdown").sheet
    sheets = []
    for case in (one.case, "XT-2026-0002"):
        sheet = replace(one, case=case)
        wanted = replace(order("breakdown", Language.ZH, {"tasks": rows}), sheet=sheet)
        form = form_of("breakdown")
        written = fill(wanted, form, word("breakdown", Language.ZH), LOOK).content
        sheets.append(Sent(sheet=sheet, word=written, pdf=draw(written, form, sheet, SECRET)))
    return sheets[0], sheets[1]


def test_a_page_that_did_not_come_is_named() -> None:
    """The second page may come in another mail: what is there is read, what lacks is told."""
    sheet, _ = long_form()
    pages = len(sent_places(sheet.pdf)[0])
    reading = read(pages_of(sheet.pdf, *range(1, pages)), house(sheet))

    assert pages > 1
    assert reading.lacks == (pages,)
    assert (reading.form, reading.token) == ("breakdown", TokenStatus.VALID)


def test_a_page_of_another_sheet_is_told() -> None:
    """Its code gives it away, however alike it looks."""
    sheet, other = long_form()
    pages = len(sent_places(sheet.pdf)[0])
    own, strange = flattened(sheet.pdf), flattened(other.pdf)
    mixed = joined(pages_of(own, *range(1, pages)), pages_of(strange, pages))
    reading = read(mixed, house(sheet, other))

    assert [(d.kind, d.returned) for d in reading.drift] == [
        (DriftKind.PAGE_SWAPPED, f"FC-{code_of(other.sheet)}")
    ]
    assert reading.lacks == (pages,)
    assert reading.sheet == sheet.sheet


def test_an_altered_term_is_told() -> None:
    """A sentence that we did not print stands below the form now."""
    sheet = sent("request")
    reading = read(flattened(edited(sheet.pdf, _add_a_sentence)), house(sheet))

    assert [(each.kind, each.returned) for each in reading.drift] == [
        (DriftKind.ADDED, "No signature is needed on this form at all")
    ]


def _add_a_sentence(pdf: pikepdf.Pdf) -> None:
    page = pdf.pages[0]
    page.Resources.Font["/Extra"] = pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
    )
    words = b"q BT /Extra 8 Tf 60 55 Td (No signature is needed on this form at all) Tj ET Q"
    page.contents_add(pikepdf.Stream(pdf, words))


def test_a_form_whose_fields_say_another_sheet_is_not_believed() -> None:
    """The hidden field of one sheet in the pages of another is a contradiction."""
    request, summary = sent("request"), sent("summary")

    def swap(pdf: pikepdf.Pdf) -> None:
        with pikepdf.open(BytesIO(summary.pdf)) as other:
            token = next(f for f in other.Root.AcroForm.Fields if str(f.T) == "_fc_token")
            own = next(f for f in pdf.Root.AcroForm.Fields if str(f.T) == "_fc_token")
            own.V = pikepdf.String(str(token.V))
        if "/FormclerkToken" in pdf.docinfo:
            pdf.docinfo["/FormclerkToken"] = str(token.V)

    reading = read(edited(request.pdf, swap), house(request, summary))

    assert reading.token is not TokenStatus.VALID
    assert "wrong_code" in {problem.code for problem in reading.problems}


def test_words_typed_upon_a_flat_page_are_read() -> None:
    """The typewriter tool of a viewer leaves annotations, no text and no fields."""
    sheet = sent("summary")
    pages, places = sent_places(sheet.pdf)
    box = places.fields["highlights"].box

    def write(pdf: pikepdf.Pdf) -> None:
        page = pdf.pages[0]
        height = float(page.mediabox[3])
        note = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.FreeText,
            Rect=[box.left + 4, height - box.top - 20, box.left + 200, height - box.top - 4],
            Contents=pikepdf.String("星河系统按期上线"),
            DA=pikepdf.String("/Helv 9 Tf"),
        )
        page.Annots = pdf.make_indirect(pikepdf.Array([pdf.make_indirect(note)]))
        del pdf.Root.AcroForm

    answer = read(edited(sheet.pdf, write), house(sheet)).answers.get("highlights")

    assert pages
    assert answer is not None
    assert answer.value == "星河系统按期上线"


def _widget(pdf: pikepdf.Pdf, **entries: Any) -> None:  # noqa: ANN401 - PDF objects have no types
    field = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, Rect=[100, 100, 200, 120], **entries
    )
    held = pdf.make_indirect(field)
    pdf.pages[0].Annots = pikepdf.Array([held])
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([held]))


def made(build: Callable[[pikepdf.Pdf], object]) -> bytes:
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    build(pdf)
    out = BytesIO()
    pdf.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("entries", "values"),
    [
        ({"FT": pikepdf.Name.Tx, "V": pikepdf.String("甲\r乙")}, ("甲\n乙",)),
        ({"FT": pikepdf.Name.Tx}, ()),
        ({"FT": pikepdf.Name.Ch, "Opt": ["a", "b", "c"], "V": pikepdf.Array(["a", "c"])}, ("a", "c")),
        (
            {
                "FT": pikepdf.Name.Ch,
                "Opt": [pikepdf.Array(["agree", "同意"]), pikepdf.Array(["refuse", "不同意"])],
                "V": pikepdf.String("不同意"),
            },
            ("refuse",),
        ),
        (
            {
                "FT": pikepdf.Name.Btn,
                "V": pikepdf.Name("/1"),
                "AS": pikepdf.Name("/1"),
                "Opt": ["甲", "乙"],
                "AP": pikepdf.Dictionary(N=pikepdf.Dictionary({"/1": True, "/Off": False})),
            },
            ("乙",),
        ),
        (
            {
                "FT": pikepdf.Name.Btn,
                "V": pikepdf.Name.Off,
                "AS": pikepdf.Name.Off,
                "AP": pikepdf.Dictionary(N=pikepdf.Dictionary({"/Yes": True, "/Off": False})),
            },
            (),
        ),
    ],
)
def test_each_kind_of_field_tells_its_value(entries: Mapping[str, object], values: tuple[str, ...]) -> None:
    """ISO 32000-2, 12.7.5: texts, lists of several, export values, numbered states with options."""
    content = made(lambda pdf: _widget(pdf, T=pikepdf.String("x"), **entries))
    (widget,) = read_fields(content, house().limits).widgets

    assert widget.values == values


@pytest.mark.parametrize("lines", [200, 1400])
def test_a_page_full_of_lines_costs_little(lines: int) -> None:
    """A million crossings are no table; such a page has words and no cells."""
    side = 3_400

    def rule(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].mediabox = pikepdf.Array([0, 0, side, side])
        at = [number * side // lines for number in range(lines)]
        drawn = "".join(f"{x} 0 m {x} {side} l S 0 {x} m {side} {x} l S\n" for x in at)
        pdf.pages[0].Contents = pdf.make_stream(drawn.encode())

    begun = process_time()
    (page,) = read_words(made(rule), [1], STANDARD)

    assert page.cells == ()
    assert process_time() - begun < 5


def test_an_xfa_form_is_told_with_what_to_do() -> None:
    """What a viewer shows of it stands in XML that nobody here reads; its fields may say otherwise."""

    def nest(pdf: pikepdf.Pdf) -> None:
        pdf.Root.AcroForm.XFA = pdf.make_stream(b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'/>")

    reading = read(edited(sent("summary").pdf, nest), house(sent("summary")))

    assert [(each.code, each.blocks) for each in reading.problems] == [("xfa", True)]
    assert (reading.source, reading.answers.all) == (Source.NONE, ())
