"""Draw the PDF of a sheet from its filled Word file: one source, so that both say the same."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

import pikepdf
from pikepdf import Dictionary, Name, String

from agent.domain.errors import WillNotWork
from agent.domain.forms import Form
from agent.domain.pdf_names import INFO_FORM, INFO_TOKEN
from agent.domain.sheets import Sheet
from agent.domain.words import Language, Words
from agent.letters.form_builder import phrases
from agent.letters.form_builder.look import FAINT
from agent.letters.paper.acroform import AcroForm, Spot
from agent.letters.paper.cells import Layout, TooTall
from agent.letters.paper.faces import Faces
from agent.letters.paper.fonts import Fonts
from agent.letters.paper.ink import Ink, image
from agent.letters.paper.laid import (
    At,
    Coded,
    Counted,
    Covered,
    Filled,
    Leaf,
    Mark,
    Ruled,
    Said,
    Shown,
    Tick,
    Widget,
)
from agent.letters.paper.model import Align, Block, Count, Lack, Look, Paragraph, Tab, Text, WordFile
from agent.letters.paper.outlines import machine_outlines
from agent.letters.paper.pages import Pages
from agent.letters.paper.places import Place, places
from agent.letters.paper.word_file import read
from agent.letters.qr import qr_png

_LONG = Words(zh="内容太长，一页放不下", en="something too long for a page")
_HEADROOM = 24.0
_BESIDE = 80.0
"""Points that the QR code and the repeated head of a table take from a page, at most."""
_LANGUAGE = {Language.ZH: "zh-CN", Language.EN: "en-GB"}


class CannotDraw(WillNotWork):
    """The Word file has something that the PDF would lack; nobody may sign less than was sent."""

    def __init__(self, lacks: tuple[Lack, ...]) -> None:
        """Keep what cannot be drawn."""
        super().__init__("; ".join(f"{each.what.en} ({each.near})" for each in lacks))
        self.lacks = lacks


def draw(word: bytes, form: Form, sheet: Sheet, secret: bytes, *, embed: bool = True) -> bytes:
    """Return the fillable PDF of a filled Word file; the same file gives the same bytes on one machine.

    Args:
        word: What `agent.letters.forms.fill` or `blank` made.
        form: The form that it is.
        sheet: Which copy; one of no case (a blank) has no token and no QR code.
        secret: The key of its token.
        embed: Whether to embed the letters of the machine's Chinese font.  Without, the bytes are the same
            on every machine.

    Raises:
        CannotDraw: the Word file shows something that paper here cannot.
        WillNotWork: it is no Word file.
    """
    file = read(word)
    if file.lacks:
        raise CannotDraw(file.lacks)
    token = sheet.token(secret) if sheet.case else ""
    if token:
        file = _identified(file, sheet, f"FC-{sheet.code(secret)}")
    faces = Faces(machine_outlines() if embed else None, chinese=sheet.language is Language.ZH)
    found = places(file, form, sheet.language)
    paper = file.paper
    layout = Layout(faces, found, paper.height - paper.top - paper.bottom - _HEADROOM - _BESIDE)
    try:
        leaves = Pages(file, layout, coded=bool(token)).leaves()
    except TooTall as fault:
        raise CannotDraw((Lack(what=_LONG, near=str(fault)),)) from fault
    return _Drawing(file, Fonts(faces), found, layout, sheet.language).written(
        leaves, token, form.title.in_(sheet.language), f"{form.id}/{form.version}/{sheet.language.value}"
    )


class _Drawing:
    """Writes one PDF."""

    def __init__(
        self, file: WordFile, fonts: Fonts, found: dict[str, Place], layout: Layout, language: Language
    ) -> None:
        self._pdf = pikepdf.new()
        self._file = file
        self._fonts = fonts
        self._places = found
        self._language = language
        self._form = AcroForm(self._pdf, fonts, layout.breaker, language)
        self._images: dict[bytes, str] = {}
        self._objects = Dictionary()
        self._spots: dict[str, list[Spot]] = {}

    def written(self, leaves: tuple[Leaf, ...], token: str, title: str, form: str) -> bytes:
        pdf, paper = self._pdf, self._file.paper
        resources = pdf.make_indirect(Dictionary())
        code = qr_png(token) if token else b""
        for leaf in leaves:
            page = pdf.add_blank_page(page_size=(paper.width, paper.height))
            page.obj.Resources = resources
            page.obj.Tabs = Name("/R")
            ink = Ink(self._fonts, paper.height)
            for mark in _in_order(leaf.marks):
                self._mark(mark, ink, page.obj, code)
            page.obj.Contents = pikepdf.Stream(pdf, ink.stream())
        for path, place in self._places.items():
            if path in self._spots:
                self._form.add(place, self._spots[path])
        if token:
            self._form.hide(pdf.pages[0].obj, token)
        fonts = self._fonts.resources(pdf, self._form.typing)
        resources.Font = fonts
        resources.XObject = self._objects
        pdf.Root.AcroForm = pdf.make_indirect(self._form.close(fonts))
        pdf.Root.Lang = String(_LANGUAGE[self._language])
        pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        pdf.docinfo["/Title"] = title
        pdf.docinfo["/Producer"] = "formclerk"
        pdf.docinfo[INFO_FORM] = form
        if token:
            pdf.docinfo[INFO_TOKEN] = token
        out = BytesIO()
        pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return out.getvalue()

    def _mark(self, mark: Mark, ink: Ink, page: pikepdf.Object, code: bytes) -> None:
        match mark:
            case Filled():
                ink.fill(mark)
            case Ruled():
                ink.rule(mark)
            case Coded(x=x, y=y, side=side):
                if code:
                    ink.show(self._image(code), x, y, side, side)
            case Covered(path=path, x=x, y=y, width=width, height=height, look=look):
                self._spot(path, page, (x, y, width, height), look)
            case At(x=x, y=y, thing=thing):
                match thing:
                    case Said(words=words, look=look):
                        ink.say(words, look, x, y)
                    case Counted(look=look):
                        ink.say("?", look, x, y)
                    case Shown(picture=picture):
                        ink.show(self._image(picture.content), x, y, picture.width, picture.height)
                    case Tick(path=path, value=value, width=side, look=look):
                        ink.box(x, y, side, look.colour)
                        self._spot(path, page, (x, y, side, side), look, value)
                    case Widget(path=path, width=width, height=height, look=look):
                        self._spot(path, page, (x, y, width, height), look)

    def _spot(
        self,
        path: str,
        page: pikepdf.Object,
        place: tuple[float, float, float, float],
        look: Look,
        value: str = "",
    ) -> None:
        x, y, width, height = place
        top = self._file.paper.height - y
        self._spots.setdefault(path, []).append(Spot(page, (x, top - height, x + width, top), look, value))

    def _image(self, content: bytes) -> str:
        if content not in self._images:
            name = f"/Im{len(self._images) + 1}"
            self._images[content] = name
            self._objects[name] = image(self._pdf, content)
        return self._images[content]


def _in_order(marks: tuple[Mark, ...]) -> Iterator[Mark]:
    """Yield colours first, so that no cell covers the line or the words of another."""
    yield from (each for each in marks if isinstance(each, Filled))
    yield from (each for each in marks if not isinstance(each, Filled))


def _identified(file: WordFile, sheet: Sheet, code: str) -> WordFile:
    """Say case, code and page at the foot of every page if the Word file does not."""
    if all(
        _tells(head, foot, sheet.case, code)
        for head, foot in (
            (file.header, file.footer),
            (file.first_header or file.header, file.first_footer or file.footer),
        )
    ):
        return file
    look = Look(size=8, colour=FAINT)
    before, rest = phrases.PAGE.in_(sheet.language).split("{page}")
    between, after = rest.split("{pages}")
    width = file.paper.width - file.paper.left - file.paper.right
    line = Paragraph(
        inlines=(
            Text(f"{phrases.CASE.in_(sheet.language)}  {sheet.case}   {code}", look),
            Tab(look),
            Text(before, look),
            Count(whole=False, look=look),
            Text(between, look),
            Count(whole=True, look=look),
            Text(after, look),
        ),
        look=look,
        stops=((width, Align.RIGHT),),
    )
    first = (*file.first_footer, line) if file.first_footer is not None else None
    return replace(file, footer=(*file.footer, line), first_footer=first)


def _tells(head: tuple[Block, ...], foot: tuple[Block, ...], case: str, code: str) -> bool:
    inlines = [
        each
        for block in (*head, *foot)
        for paragraph in (
            (block,)
            if isinstance(block, Paragraph)
            else tuple(p for row in block.rows for cell in row.cells for p in cell.paragraphs)
        )
        for each in paragraph.inlines
    ]
    words = "".join(each.words for each in inlines if isinstance(each, Text))
    pages = {each.whole for each in inlines if isinstance(each, Count)}
    return case in words and code in words and pages == {True, False}
