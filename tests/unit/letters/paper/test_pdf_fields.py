"""The fields of the PDF: every place once, of the right kind, with the value that the Word file has."""

from io import BytesIO

import pikepdf
import pytest
from pypdf import PdfReader, PdfWriter

from agent.domain.forms import Kind
from agent.domain.pdf_names import TOKEN, path_of, pdf_name
from agent.domain.words import Language
from parsers.pages.fields import asked_at
from parsers.pages.lines import wide
from tests.unit.forms.filled import EVERY, SECRET, everything, filled, form_of, order, said
from tests.unit.letters.paper.drawn import drawn, drawn_full, fields, value_of, wanted, widths

BUTTON = 18.0
"""Points: a row is as high."""
ASKED = tuple((name, language) for name, language in EVERY if not form_of(name).compiled)


@pytest.mark.parametrize(("name", "language"), ASKED)
def test_every_place_is_a_field_once(name: str, language: Language) -> None:
    """What is asked is a field of its kind; what is given is none."""
    form = form_of(name)
    rows = {
        each.id: 2 if any(column.given for column in each.columns) else max(each.rows, 4)
        for each in form.fields
        if each.columns and not each.given
    }
    found = fields(drawn_full(name, language))
    token = found.pop(TOKEN)
    assert {path: str(field["/FT"]) for path, field in found.items()} == wanted(form, rows)
    assert value_of(token) == order(name, language).sheet.token(SECRET)
    assert int(token["/Ff"]) & 1


@pytest.mark.parametrize(("name", "language"), ASKED)
def test_every_value_is_read_back(name: str, language: Language) -> None:
    """A value in the Word file is the same value in the PDF; of choices what the process calls it."""
    form = form_of(name)
    found = fields(drawn_full(name, language))
    for path, words in said(filled(name, language, everything(form, rows=2))).items():
        if path not in found or path.startswith("sig."):
            continue
        head, *rest = path.split(".")
        asked = form.field(head)
        column = asked.column(rest[1]) if asked is not None and rest else asked
        assert column is not None
        has_value = not rest or rest[0] in {"0", "1"}
        if column.kind is Kind.CHECKBOX:
            assert value_of(found[path]) == ("Yes" if has_value else "Off")
        elif column.kind is Kind.CHOICE:
            assert value_of(found[path]) == (column.choices[0].value if has_value else "")
        else:
            assert value_of(found[path]) == (words if has_value else "")


@pytest.mark.parametrize(("name", "language"), ASKED)
def test_a_day_is_seen_as_a_whole_wherever_one_is_asked(name: str, language: Language) -> None:
    """On paper nobody scrolls: `2026年12月28日` fits, with the two points that viewers leave at each side."""
    form = form_of(name)
    for path, (width, size) in widths(drawn_full(name, language)).items():
        asked = asked_at(form, path)
        if asked is not None and asked.kind in {Kind.DATE, Kind.DATETIME}:
            assert width >= 7 * size + 2 * 2, path


@pytest.mark.parametrize(("name", "language"), ASKED)
def test_every_choice_is_seen_as_a_whole_beside_the_button_of_its_list(name: str, language: Language) -> None:
    """Viewers draw a button as wide as the list is high, and printed it over `Completion standard`."""
    form = form_of(name)
    for path, (width, size) in widths(drawn_full(name, language)).items():
        asked = asked_at(form, path)
        for choice in asked.choices if asked is not None else ():
            said = choice.label.in_(language)
            ems = sum(1.0 if wide(each) else 0.5 for each in said)
            assert width >= ems * size + 2 * 2 + BUTTON, (path, said)


def test_a_compiled_document_has_nothing_to_fill_in() -> None:
    """A tracker is read, not answered; its token is there all the same."""
    assert set(fields(drawn("tracker", Language.ZH))) == {TOKEN}


def test_filled_elsewhere_the_values_come_back() -> None:
    """Staff fill with whatever viewer they have; pypdf stands for it, and the file stays sound."""
    reader = PdfReader(BytesIO(drawn("confirmation", Language.ZH)))
    writer = PdfWriter(clone_from=reader)
    values = {"people": "张伟、李娜", "conclusion": "/confirm", "sig.head.date": "2026年3月6日"}
    for page in writer.pages:
        writer.update_page_form_field_values(page, dict(values), auto_regenerate=True)
    out = BytesIO()
    writer.write(out)
    found = fields(out.getvalue())
    assert {path: value_of(found[path]) for path in values} == {
        path: value.removeprefix("/") for path, value in values.items()
    }


def test_only_one_choice_is_ticked() -> None:
    """Radio buttons: the states are the values of the choices, and the chosen one alone is on."""
    with pikepdf.open(BytesIO(drawn("confirmation", Language.EN, {"conclusion": "supplement"}))) as pdf:
        field = next(each for each in pdf.Root.AcroForm.Fields if each.T == "conclusion")
        states = [str(kid.AS) for kid in field.Kids]
        offered = [next(key for key in kid.AP.N if key != "/Off") for kid in field.Kids]
    assert offered == ["/confirm", "/supplement", "/decline"]
    assert states == ["/Off", "/supplement", "/Off"]


def test_names_bear_no_point_and_lead_back() -> None:
    """A partial name has no point (ISO 32000-2, 12.7.4.2), and nothing stands below a signature field."""
    with pikepdf.open(BytesIO(drawn_full("breakdown", Language.EN))) as pdf:
        waiting = list(pdf.Root.AcroForm.Fields)
        while waiting:
            field = waiting.pop()
            assert "." not in str(field.get("/T", ""))
            kids = list(field.get("/Kids", []))
            assert not (field.get("/FT") == "/Sig" and kids)
            waiting += kids
    for path in ("conclusion", "departments.0.asked", "sig.head", "sig.head.date"):
        assert path_of(pdf_name(path)) == path


@pytest.mark.parametrize(("name", "language"), ASKED)
def test_there_is_room_to_sign(name: str, language: Language) -> None:
    """A hand and half a seal: about 60 × 20 mm."""
    for path, field in fields(drawn_full(name, language)).items():
        if str(field["/FT"]) == "/Sig":
            left, bottom, right, top = map(float, field.indirect_reference.get_object()["/Rect"])
            assert right - left >= 170, path
            assert top - bottom >= 55, path


def test_values_are_drawn_for_viewers_that_draw_none() -> None:
    """Every written field carries its own appearance, and no viewer is asked to make one."""
    with pikepdf.open(BytesIO(drawn_full("request", Language.ZH))) as pdf:
        assert "/NeedAppearances" not in pdf.Root.AcroForm
        for page in pdf.pages:
            for widget in page.obj.get("/Annots", []):
                if widget.get("/FT") in {"/Tx", "/Ch"} and "/V" in widget and widget.T != TOKEN:
                    assert b"Tj" in widget.AP.N.read_bytes()
