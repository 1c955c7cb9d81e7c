"""PDFs for tests: the fillable ones that we send, filled and flattened by other people's programs."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from io import BytesIO

import pikepdf
import pypdf
import pypdfium2

from agent.domain.answers import Scalar
from agent.domain.forms import Form, Kind
from agent.domain.sheets import Sheet
from agent.domain.words import Language
from agent.letters.paper.draw import draw
from parsers.known import Known, Sent
from tests.pack_files import answer, pack, paths
from tests.unit.forms.filled import SECRET, filled, form_of, order
from tests.word_files import PEOPLE

TODAY = date(2026, 3, 2)


@cache
def sent(name: str, language: Language = Language.ZH) -> Sent:
    """Return a sheet of a shipped form as it leaves: Word file and fillable PDF."""
    sheet = order(name, language).sheet
    word = filled(name, language, {})
    return Sent(sheet=sheet, word=word, pdf=draw(word, form_of(name), sheet, SECRET))


def house(*sheets: Sent) -> Known:
    """Return what a reader knows that waits for `sheets`."""
    return Known(
        forms=pack().process.forms,
        directory=PEOPLE,
        secret=SECRET,
        today=TODAY,
        sent={each.sheet.code(SECRET): each for each in sheets},
    )


def code_of(sheet: Sheet) -> str:
    """Return the short code of a sheet."""
    return sheet.code(SECRET)


def answers_to(form: Form, language: Language) -> tuple[dict[str, str], dict[str, Scalar]]:
    """Return what a person writes into every field of a form that is not given, and what it means."""
    words: dict[str, str] = {}
    values: dict[str, Scalar] = {}
    for path, field in paths(form):
        whole = form.field(path.partition(".")[0])
        if field.given or (whole is not None and whole.given):
            continue
        words[path], values[path] = answer(field, language)
        if field.kind is Kind.CHOICE:
            words[path] = field.choices[-1].value
    return words, values


def filled_in(pdf: bytes, words: Mapping[str, str]) -> bytes:
    """Return the PDF with values set as a program does that leaves the drawing to viewers."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        left = dict(words)
        for page in opened.pages:
            for widget in page.get("/Annots", []):
                name = _name(widget)
                if name not in words:
                    continue
                left.pop(name, None)
                _put(widget, words[name])
        assert not left, f"the PDF has no {sorted(left)}"
        opened.Root.AcroForm.NeedAppearances = True
        out = BytesIO()
        opened.save(out)
    return out.getvalue()


def flattened(pdf: bytes) -> bytes:
    """Return the PDF as printing it to PDF leaves it: what was filled in is drawn, no fields are left."""
    document = pypdfium2.PdfDocument(pdf)
    if document.get_formtype():
        document.init_forms()
        for page in document:
            page.flatten()
    out = BytesIO()
    document.save(out)
    document.close()
    return without_traces(out.getvalue())


def without_traces(pdf: bytes) -> bytes:
    """Return the PDF without form and without what the document information says."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        if "/AcroForm" in opened.Root:
            del opened.Root.AcroForm
        if "/FormclerkToken" in opened.docinfo:
            del opened.docinfo["/FormclerkToken"]
        out = BytesIO()
        opened.save(out)
    return out.getvalue()


def joined(*files: bytes) -> bytes:
    """Return one PDF with the pages of several."""
    writer = pypdf.PdfWriter()
    for each in files:
        writer.append(BytesIO(each))
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def pages_of(pdf: bytes, *numbers: int) -> bytes:
    """Return a PDF with some pages of another, counted from 1."""
    writer = pypdf.PdfWriter()
    reader = pypdf.PdfReader(BytesIO(pdf))
    for number in numbers:
        writer.add_page(reader.pages[number - 1])
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def edited(pdf: bytes, change: Callable[[pikepdf.Pdf], object]) -> bytes:
    """Return the PDF after `change` was made in it."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        change(opened)
        out = BytesIO()
        opened.save(out)
    return out.getvalue()


def _name(widget: pikepdf.Object) -> str:
    names: list[str] = []
    each: pikepdf.Object | None = widget
    while each is not None:
        if "/T" in each:
            names.insert(0, str(each.T))
        each = each.get("/Parent")
    return ".".join(names)


def _put(widget: pikepdf.Object, words: str) -> None:
    field = widget if "/FT" in widget else widget.Parent
    if field.FT != "/Btn":
        field.V = pikepdf.String(words)
        if "/AP" in widget:
            del widget["/AP"]
        return
    states = [str(each) for each in widget.AP.N.keys() if str(each) != "/Off"]  # noqa: SIM118 - no dict
    wanted = f"/{words}" if words != "☑" else states[0]
    widget.AS = pikepdf.Name(wanted if wanted in states else "/Off")
    if wanted in states:
        field.V = pikepdf.Name(wanted)
