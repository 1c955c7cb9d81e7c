"""A PDF at first sight: whether it opens, how many pages it has, and which of them have text (pdfium).

Everything here is quick (2 ms a page) and says which of the slower readers is worth asking.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from parsers.limits import Limits
from parsers.pages.page import Box

if TYPE_CHECKING:
    from PIL.Image import Image
    from pypdfium2 import PdfDocument, PdfPage

POINTS_PER_INCH = 72.0
_COVERED = 0.75
"""Of a page's area: a picture this large is the page; words with it are what a scanner's OCR made."""
_FEW = 12
"""Characters; a page with fewer has no text to speak of."""
_ODD = 0.03
"""Of a page's characters: more than this that say nothing, and its font is broken."""
_MOST_OBJECTS = 20_000
"""Objects of one page that are looked at for pictures."""
_ENCRYPTED = 4
"""FPDF_ERR_PASSWORD (fpdfview.h)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLook:
    """One page at first sight."""

    number: int
    """Counted from 1."""
    width: float
    height: float
    """Points, as it is seen: cropped and turned."""
    characters: int
    """Of its text layer, blanks not counted."""
    odd: int
    """How many of them say nothing: private use, replacement and control characters (ISO 32000-2, 9.10.2)."""
    covered: float
    """Which part of it pictures cover, 0 to 1."""
    shows: bool = True
    """Anything is drawn on it."""

    @property
    def is_picture(self) -> bool:
        """Say whether the page is a picture, whatever text lies behind it."""
        return self.covered >= _COVERED

    @property
    def has_text(self) -> bool:
        """Say whether its text layer can be read."""
        return not self.is_picture and self.characters >= _FEW and not self.is_broken

    @property
    def is_broken(self) -> bool:
        """Say whether too many of its characters say nothing, because a font does not tell what they mean."""
        return self.odd > _ODD * self.characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A whole PDF at first sight."""

    pages: tuple[PageLook, ...] = ()
    fault: str = ""
    """A code of `parsers.complaints`: `encrypted`, `unreadable`, `too_many_pages`, `picture_too_big`; empty
    when the file can be read."""


def fault_of(content: bytes, limits: Limits) -> str:
    """Return why a PDF is not read, before a page of it is loaded; empty when it may be read."""
    try:
        with opened(content) as document:
            count = len(document)
    except _Locked:
        return "encrypted"
    except Exception:  # noqa: BLE001 - pdfium and its binding raise many things on a stranger's file
        return "unreadable"
    return "unreadable" if count < 1 else "too_many_pages" if count > limits.pages else ""


def look(content: bytes, limits: Limits) -> Looked:
    """Return what a PDF is at first sight; never raises."""
    try:
        if fault := fault_of(content, limits):
            return Looked(fault=fault)
        with opened(content) as document:
            pages = tuple(_page(document, number) for number in range(1, len(document) + 1))
    except Exception:  # noqa: BLE001 - pdfium and its binding raise many things on a stranger's file
        return Looked(fault="unreadable")
    if any(max(page.width, page.height) > limits.page_points for page in pages):
        return Looked(fault="picture_too_big")
    return Looked(pages=pages)


def render(content: bytes, number: int, dpi: int, limits: Limits, box: Box | None = None) -> bytes | None:
    """Return page `number` as PNG, filled fields and annotations drawn; None when it cannot be.

    Args:
        content: the PDF.
        number: the page, counted from 1.
        dpi: dots per inch; fewer are taken where there would be more than `limits.kept_pixels`.
        limits: how many pixels may come out.
        box: only this part of the page, in points from its upper left corner.
    """
    rendered = picture(content, number, dpi, limits)
    if rendered is None:
        return None
    image, scale = rendered
    if box is not None:
        edges = (box.left, box.top, box.right, box.bottom)
        left, top, right, bottom = (round(each * scale) for each in edges)
        left, top = max(left, 0), max(top, 0)
        image = image.crop((left, top, max(right, left + 1), max(bottom, top + 1)))
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def picture(content: bytes, number: int, dpi: int, limits: Limits) -> "tuple[Image, float] | None":
    """Return page `number` as an RGB image with its pixels per point; None when it cannot be drawn."""
    try:
        with opened(content, forms=True) as document:
            return _drawn(document, number, dpi, limits)
    except Exception:  # noqa: BLE001 - as above
        return None


def pictures(
    content: bytes, numbers: tuple[int, ...], dpi: int, limits: Limits
) -> "dict[int, tuple[Image, float]]":
    """Return several pages as `picture` does, opening the file once; what cannot be drawn is left out."""
    drawn: dict[int, tuple[Image, float]] = {}
    try:
        with opened(content, forms=True) as document:
            for number in numbers:
                if (one := _drawn(document, number, dpi, limits)) is not None:
                    drawn[number] = one
    except Exception:  # noqa: BLE001 - as above
        return drawn
    return drawn


def said(content: bytes, limits: Limits) -> tuple[str, ...]:
    """Return the text layer of every page as pdfium has it, one text a page (1 ms); never raises.

    For looking something up, not for reading values: words have no places here.  Pages that cannot be read,
    and those beyond `limits.pages`, are missing or empty.
    """
    texts: list[str] = []
    try:
        with opened(content) as document:
            for number in range(min(len(document), limits.pages)):
                page = document[number]
                text = page.get_textpage()
                try:
                    texts.append(text.get_text_range(errors="replace")[: limits.page_characters])
                finally:
                    text.close()
                    page.close()
    except Exception:  # noqa: BLE001 - as above
        return tuple(texts)
    return tuple(texts)


class _Locked(Exception):
    """The file wants a password."""


@contextmanager
def opened(content: bytes, *, forms: bool = False) -> "Iterator[PdfDocument]":
    """Open a PDF; with `forms` its fields are drawn, which makes the appearances that they lack.

    Raises:
        Exception: anything at all, on a stranger's file.
    """
    import pypdfium2  # noqa: PLC0415 - only a PDF needs it
    from pypdfium2 import raw  # noqa: PLC0415 - as above

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if raw.FPDF_GetLastError() == _ENCRYPTED or "password" in str(error).casefold():
            raise _Locked from None
        raise
    try:
        if forms:
            document.init_forms()
        yield document
    finally:
        document.close()


def _page(document: "PdfDocument", number: int) -> PageLook:
    page = document[number - 1]
    try:
        return page_look(page, number)
    finally:
        page.close()


def page_look(page: "PdfPage", number: int) -> PageLook:
    """Return what a page is at first sight.

    Raises:
        Exception: anything at all, on a stranger's file.
    """
    width, height = page.get_size()
    text = page.get_textpage()
    try:
        said = text.get_text_range(errors="replace")
    finally:
        text.close()
    letters = [each for each in said if not each.isspace()]
    return PageLook(
        number=number,
        width=width,
        height=height,
        characters=len(letters),
        odd=sum(is_odd(each) for each in letters),
        covered=_covered(page, width * height),
        shows=next(iter(page.get_objects(max_depth=1)), None) is not None,
    )


def is_odd(character: str) -> bool:
    """Say whether a character of a text layer says nothing: its font does not tell what it means."""
    code = ord(character)
    return 0xE000 <= code <= 0xF8FF or code in {0xFFFD, 0xFFFE, 0xFFFF} or code < 0x20 or code >= 0xF0000  # noqa: PLR2004 - Unicode's private areas


def _covered(page: "PdfPage", area: float) -> float:
    from pypdfium2 import raw  # noqa: PLC0415 - see `opened`

    covered = 0.0
    for at, thing in enumerate(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=4)):
        if at > _MOST_OBJECTS:
            break
        left, bottom, right, top = _bounds(thing)
        covered += max(right - left, 0.0) * max(top - bottom, 0.0)
    return min(covered / max(area, 1.0), 1.0)


def _bounds(thing: Any) -> tuple[float, float, float, float]:  # noqa: ANN401 - pypdfium2 has no types
    try:
        left, bottom, right, top = thing.get_bounds()
    except Exception:  # noqa: BLE001 - an image without size covers nothing
        return 0.0, 0.0, 0.0, 0.0
    return float(left), float(bottom), float(right), float(top)


def _drawn(document: "PdfDocument", number: int, dpi: int, limits: Limits) -> "tuple[Image, float] | None":
    if not 0 < number <= len(document):
        return None
    page = document[number - 1]
    try:
        return drawn_page(page, dpi, limits)
    finally:
        page.close()


def drawn_page(
    page: "PdfPage", dpi: int, limits: Limits, *, grey: bool = False
) -> "tuple[Image, float] | None":
    """Return a page as RGB or grey image with its pixels per point; None when it is too large.

    Raises:
        Exception: anything at all, on a stranger's file.
    """
    width, height = page.get_size()
    if min(width, height) <= 0 or max(width, height) > limits.page_points:
        return None
    scale = min(dpi / POINTS_PER_INCH, (limits.kept_pixels / (width * height)) ** 0.5)
    bitmap = page.render(scale=scale, may_draw_forms=True, grayscale=grey)
    try:
        # What pdfium drew upon is freed with the bitmap.
        image = bitmap.to_pil()
        return (image.copy() if grey else image.convert("RGB")), scale
    finally:
        bitmap.close()
