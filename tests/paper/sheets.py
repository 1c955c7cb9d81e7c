"""Sheets as they come off a printer: forms of the pack, filled and printed by LibreOffice.

Where each control stands on the page is told by LibreOffice, too: it prints the bookmarks of the Word
file as named destinations (ISO 32000-2, 12.3.2.4), and the ruled cell around one is its place.
"""

import re
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pdfplumber
import pypdf

from agent.domain.effects import FormOrder
from agent.domain.forms import Form
from agent.domain.sheets import Sheet
from agent.domain.words import Language
from agent.letters.forms import fill as send
from agent.letters.paper.draw import draw
from parsers.pages.page import Box
from tests import libreoffice
from tests.needs import need
from tests.paper.pages import PaperPage
from tests.unit.forms.filled import LOOK, SECRET, form_of, said, word

__all__ = [
    "SECRET",
    "Order",
    "Printed",
    "drawn",
    "filled",
    "filled_all",
    "printed",
    "read_places",
    "rendered",
]

_BOOKMARK = re.compile(r"[^A-Za-z0-9]")


@dataclass(frozen=True, slots=True)
class Order:
    """What to fill: a form of the pack, its language, words by the tag of their control, and a seed."""

    form: str
    language: Language
    words: tuple[tuple[str, str], ...] = ()
    seed: int = 0

    @property
    def sheet(self) -> Sheet:
        """Return the identity of the sheet; every seed is a case of its own."""
        return Sheet(
            case=f"XT-2026-{self.seed + 1:04d}",
            item="confirm/研发部/1",
            form=self.form,
            version=form_of(self.form).version,
            language=self.language,
        )

    def sent(self) -> bytes:
        """Return the Word file as it leaves us, before anybody fills it."""
        order = FormOrder(sheet=self.sheet, values={})
        return send(order, form_of(self.form), word(self.form, self.language), LOOK).content


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A sheet on paper, with the truth about it."""

    form: Form
    language: Language
    sheet: Sheet
    words: Mapping[str, str]
    """What was filled in, by the tag of the control."""
    word: bytes
    """The Word file, filled and saved by LibreOffice."""
    pdf: bytes
    """Its print."""
    places: Mapping[str, tuple[int, Box]]
    """Tag of each control to the number of its page and the cell that it stands in, in points."""

    @property
    def token(self) -> str:
        """Return the words of its QR code."""
        return self.sheet.token(SECRET)

    @property
    def code(self) -> str:
        """Return its short code."""
        return self.sheet.code(SECRET)

    @property
    def pages(self) -> int:
        """Return how many pages it has."""
        return len(pypdf.PdfReader(BytesIO(self.pdf)).pages)

    def box(self, tag: str) -> Box:
        """Return the cell of a control."""
        return self.places[tag][1]

    def page(self, number: int = 1, dpi: int = 200) -> PaperPage:
        """Return one page as pixels, counted from 1."""
        return rendered(self.pdf, dpi)[number - 1]


def filled(form: str, language: Language, words: Mapping[str, str] | None = None, seed: int = 0) -> Printed:
    """Return one filled sheet; several at once are quicker (`filled_all`)."""
    return filled_all((Order(form, language, tuple((words or {}).items()), seed),))[0]


@lru_cache(maxsize=32)
def filled_all(orders: tuple[Order, ...]) -> tuple[Printed, ...]:
    """Return filled sheets: LibreOffice opens what we send, writes the words, saves and prints."""
    files = {f"{number}.docx": order.sent() for number, order in enumerate(orders)}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        wanted = {
            name: (content, dict(order.words))
            for (name, content), order in zip(files.items(), orders, strict=True)
            if order.words
        }
        if wanted:
            files |= libreoffice.fill(wanted, folder=folder / "fill")
        prints = libreoffice.convert(files, to="pdf+places", folder=folder / "print")
    return tuple(
        _printed(order, files[f"{number}.docx"], prints[f"{number}.pdf"])
        for number, order in enumerate(orders)
    )


def printed(contents: Sequence[bytes]) -> tuple[bytes, ...]:
    """Return the prints of Word files as PDF, in one start of LibreOffice."""
    files = {f"{number}.docx": content for number, content in enumerate(contents)}
    with tempfile.TemporaryDirectory() as place:
        prints = libreoffice.convert(files, to="pdf", folder=Path(place) / "print")
    return tuple(prints[f"{number}.pdf"] for number in range(len(files)))


@lru_cache(maxsize=32)
def drawn(order: Order) -> Printed:
    """Return the PDF that goes out beside the Word file, to be printed and filled in by hand.

    Its places are its widgets, smaller than the cells that they stand in.
    """
    sheet, form = order.sheet, form_of(order.form)
    content = order.sent()
    assert not order.words, "only LibreOffice fills in here"
    pdf = draw(content, form, sheet, SECRET)
    places: dict[str, tuple[int, Box]] = {}
    for number, page in enumerate(pypdf.PdfReader(BytesIO(pdf)).pages, start=1):
        high = float(page.mediabox.height)
        for each in page.get("/Annots", ()):
            widget = each.get_object()
            names = [str(part["/T"]) for part in (widget.get("/Parent", {}), widget) if "/T" in part]
            left, bottom, right, top = (float(edge) for edge in widget["/Rect"])
            places.setdefault(".".join(names), (number, Box(left, high - top, right, high - bottom)))
    return Printed(
        form=form,
        language=order.language,
        sheet=sheet,
        words={},
        word=content,
        pdf=pdf,
        places=places,
    )


@lru_cache(maxsize=24)
def rendered(pdf: bytes, dpi: int = 200) -> tuple[PaperPage, ...]:
    """Return every page of a PDF as poppler draws it."""
    program = need("pdftoppm", package="poppler-utils")
    with tempfile.TemporaryDirectory() as place:
        source = Path(place) / "in.pdf"
        source.write_bytes(pdf)
        subprocess.run([program, "-q", "-r", str(dpi), source, Path(place) / "page"], check=True)
        files = sorted(Path(place).glob("page*.ppm"), key=lambda each: (len(each.name), each.name))
        pages = [cv2.imdecode(np.frombuffer(each.read_bytes(), np.uint8), cv2.IMREAD_COLOR) for each in files]
    return tuple(PaperPage(pixels=np.asarray(each, np.uint8), dpi=dpi) for each in pages)


def _printed(order: Order, content: bytes, pdf: bytes) -> Printed:
    tags = [tag for tag in said(content) if tag]
    return Printed(
        form=form_of(order.form),
        language=order.language,
        sheet=order.sheet,
        words={},
        word=content,
        pdf=pdf,
        places=read_places(pdf, tags),
    )


def read_places(pdf: bytes, tags: list[str]) -> dict[str, tuple[int, Box]]:
    """Return the page and the ruled cell of each control, by the named destinations of a print."""
    reader = pypdf.PdfReader(BytesIO(pdf))
    numbers = {
        page.indirect_reference.idnum: n for n, page in enumerate(reader.pages) if page.indirect_reference
    }
    points: dict[str, tuple[int, float, float]] = {}
    for name, target in reader.named_destinations.items():
        number = numbers[target.raw_get("/Page").idnum]
        high = float(reader.pages[number].mediabox.height)
        points[name.lstrip("/")] = (number, float(str(target["/Left"])), high - float(str(target["/Top"])))
    places = {}
    with pdfplumber.open(BytesIO(pdf)) as document:
        cells = [[c for table in page.find_tables() for c in table.cells] for page in document.pages]
    for tag in tags:
        found = points.get(_coded(_bookmark(tag)))
        if found is None:
            continue
        number, x, y = found
        within = [c for c in cells[number] if c[0] <= x + 1 <= c[2] and c[1] <= y + 4 <= c[3]]
        if within:
            smallest = min(within, key=lambda c: (c[2] - c[0]) * (c[3] - c[1]))
            places[tag] = (number + 1, Box.of(smallest))
    return places


def _bookmark(tag: str) -> str:
    return f"_fld_{tag.replace('.', '_')}"


def _coded(bookmark: str) -> str:
    """Return the name as LibreOffice writes it: everything but letters and digits in hexadecimal."""
    return _BOOKMARK.sub(lambda each: f"{ord(each[0]):02X}", bookmark)
