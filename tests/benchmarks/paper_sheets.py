"""Documents that other programs made of our forms: LibreOffice types and prints, pdfium flattens."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pypdf
import pypdfium2
from pypdf.generic import NameObject, TextStringObject

from agent.domain.effects import FormOrder
from agent.domain.forms import Form, Kind
from agent.domain.pdf_names import path_of
from agent.domain.sheets import Sheet
from agent.domain.words import Language
from agent.letters.forms import fill as send
from agent.letters.paper.draw import draw
from agent.packs import load_forms
from parsers.known import Known, Sent
from parsers.pages.page import Box
from tests import libreoffice
from tests.benchmarks.paper_answers import DIRECTORY, TODAY, Answered, answered
from tests.paper.pages import INCH, PaperPage
from tests.paper.sheets import SECRET, Printed, read_places
from tests.unit.forms.filled import FOLDER, LOOK, form_of, said, word

FORMS = load_forms(FOLDER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A sheet as it left us, and what will be answered."""

    form: Form
    language: Language
    sheet: Sheet
    word: bytes
    pdf: bytes
    answers: Answered = field(compare=False)

    @property
    def sent(self) -> Sent:
        """Return it as the house keeps it."""
        return Sent(sheet=self.sheet, word=self.word, pdf=self.pdf)


def issued(form: str, language: Language, seed: int, *, sparse: bool = False) -> Issued:
    """Return one sheet; every seed is a case of its own."""
    asked = form_of(form)
    sheet = Sheet(
        case=f"XT-2026-{seed + 1:04d}",
        item="confirm/研发部/1",
        form=form,
        version=asked.version,
        language=language,
    )
    answers = answered(asked, language, seed, sparse=sparse)
    content = send(FormOrder(sheet=sheet, values=answers.given), asked, word(form, language), LOOK).content
    return Issued(
        form=asked,
        language=language,
        sheet=sheet,
        word=content,
        pdf=draw(content, asked, sheet, SECRET),
        answers=answers,
    )


def known(*sheets: Issued) -> Known:
    """Return what the reader knows when these sheets may come back."""
    return Known(
        forms=FORMS,
        directory=DIRECTORY,
        secret=SECRET,
        today=TODAY,
        sent={each.sheet.code(SECRET): each.sent for each in sheets},
    )


def saved(sheets: Sequence[Issued], folder: Path) -> tuple[bytes, ...]:
    """Return the Word files after LibreOffice typed the answers into them and saved them."""
    jobs: dict[str, tuple[bytes, Mapping[str, str]]] = {}
    for number, sheet in enumerate(sheets):
        tags = said(sheet.word)
        typed = {path: words for path, words in sheet.answers.words.items() if words and path in tags}
        jobs[f"{number}.docx"] = (sheet.word, typed)
    made = libreoffice.fill(jobs, folder=folder / "fill")
    return tuple(made[f"{number}.docx"] for number in range(len(sheets)))


def printed(sheets: Sequence[Issued], words: Sequence[bytes], folder: Path) -> tuple[Printed, ...]:
    """Return LibreOffice's prints of Word files, with the place of every control."""
    files = {f"{number}.docx": content for number, content in enumerate(words)}
    made = libreoffice.convert(files, to="pdf+places", folder=folder / "print")
    return tuple(
        Printed(
            form=sheet.form,
            language=sheet.language,
            sheet=sheet.sheet,
            words=sheet.answers.words,
            word=content,
            pdf=made[f"{number}.pdf"],
            places=read_places(made[f"{number}.pdf"], [tag for tag in said(content) if tag]),
        )
        for number, (sheet, content) in enumerate(zip(sheets, words, strict=True))
    )


def round_trips(words: Sequence[bytes]) -> tuple[bytes, ...]:
    """Return Word files that LibreOffice saved as OpenDocument and again as Word."""
    files = {f"{number}.docx": content for number, content in enumerate(words)}
    with tempfile.TemporaryDirectory() as place:
        made = libreoffice.through(files, "odt", "docx", folder=Path(place))
    return tuple(made[f"{number}.docx"] for number in range(len(words)))


def typed(sheet: Issued) -> bytes:
    """Return the PDF as sent with every answer typed into its fields by pypdf.

    Values are set by their full names: pypdf's own helper would fill `departments.3.department` with what
    is meant for `department`.
    """
    writer = pypdf.PdfWriter(clone_from=BytesIO(sheet.pdf))
    for page in writer.pages:
        for widget in _widgets(page):
            _type_in(widget, sheet.answers)
            _press(widget, sheet.answers)
    return _written(writer)


def flattened(pdf: bytes) -> bytes:
    """Return a filled PDF as Chrome prints it to PDF: pdfium draws what was typed, and no field is left."""
    document = pypdfium2.PdfDocument(pdf)
    document.init_forms()
    for page in document:
        pypdfium2.raw.FPDFPage_Flatten(page, pypdfium2.raw.FLAT_PRINT)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def on_paper(pdf: bytes, dpi: int = 200) -> tuple[PaperPage, ...]:
    """Return the pages of a PDF as pdfium prints them, which finds a font for what embeds none."""
    return tuple(
        PaperPage(
            pixels=np.ascontiguousarray(
                np.asarray(page.render(scale=dpi / INCH).to_pil().convert("RGB"), np.uint8)[:, :, ::-1]
            ),
            dpi=dpi,
        )
        for page in pypdfium2.PdfDocument(pdf)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Blank:
    """Where a pen finds the places of a PDF as sent."""

    places: Mapping[str, tuple[int, Box]]
    """Path to page and box of the widget; slots as `sig.head`, their days as `sigdate.head`."""
    ticks: Mapping[str, Mapping[str, tuple[int, Box]]]
    """Path to the box of each choice; of a check box: `""`."""


def blank_of(pdf: bytes) -> Blank:
    """Return the places of our PDF as its widgets tell them."""
    places: dict[str, tuple[int, Box]] = {}
    ticks: dict[str, dict[str, tuple[int, Box]]] = {}
    for number, page in enumerate(pypdf.PdfReader(BytesIO(pdf)).pages, start=1):
        high = float(page.mediabox.height)
        for widget in _widgets(page):
            name = _name(widget)
            left, bottom, right, top = (float(edge) for edge in widget["/Rect"])
            at = (number, Box(left, high - top, right, high - bottom))
            if _type(widget) == "/Btn":
                state = _state(widget)
                ticks.setdefault(name, {})["" if "/T" in widget and state == "Yes" else state] = at
            else:
                places.setdefault(name, at)
    return Blank(places=places, ticks=ticks)


def _type_in(widget: Any, answers: Answered) -> None:  # noqa: ANN401 - pypdf's own objects
    path = _name(widget)
    if _type(widget) not in {"/Tx", "/Ch"} or path not in answers.words:
        return
    is_choice = answers.kinds[path] is Kind.CHOICE
    words = str(answers.truth[path]) if is_choice else answers.words[path]
    widget[NameObject("/V")] = TextStringObject(words)
    widget.pop("/AP", None)


def _press(widget: Any, answers: Answered) -> None:  # noqa: ANN401 - pypdf's own objects
    path = _name(widget)
    if _type(widget) != "/Btn" or path not in answers.truth:
        return
    truth, state = answers.truth[path], _state(widget)
    is_on = bool(truth) if isinstance(truth, bool) else truth == state
    widget[NameObject("/AS")] = NameObject(f"/{state}" if is_on else "/Off")
    if is_on:
        group = widget if "/T" in widget else widget["/Parent"].get_object()
        group[NameObject("/V")] = NameObject(f"/{state}")


def _widgets(page: Any) -> list[Any]:  # noqa: ANN401 - pypdf's own objects
    return [each.get_object() for each in page.get("/Annots", ())]


def _name(widget: Any) -> str:  # noqa: ANN401 - pypdf's own objects
    names = [str(part["/T"]) for part in (*_above(widget), widget) if "/T" in part]
    return path_of(".".join(names))


def _above(widget: Any) -> list[Any]:  # noqa: ANN401 - pypdf's own objects
    found: list[Any] = []
    while "/Parent" in widget:
        widget = widget["/Parent"].get_object()
        found.insert(0, widget)
    return found


def _type(widget: Any) -> str:  # noqa: ANN401 - pypdf's own objects
    return next((str(each["/FT"]) for each in (widget, *_above(widget)) if "/FT" in each), "")


def _state(widget: Any) -> str:  # noqa: ANN401 - pypdf's own objects
    return next(str(state).removeprefix("/") for state in widget["/AP"]["/N"] if state != "/Off")


def _written(writer: pypdf.PdfWriter) -> bytes:
    out = BytesIO()
    writer.write(out)
    return out.getvalue()
