"""A PDF held open while it is looked at: every page is loaded once and drawn once (pdfium).

Loading a page is what costs: fonts that are not embedded are sought, appearances that form fields lack are
made.  First sight, signature slots, boxes to tick and whatever else is drawn share one loading.
"""

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Self

from parsers.limits import Limits
from parsers.pages.page import Box
from parsers.pdf.pages import Looked, PageLook, drawn_page, opened, page_look, picture

if TYPE_CHECKING:
    from PIL.Image import Image
    from pypdfium2 import PdfDocument, PdfPage

DPI = 150
"""A box to tick has 20 pixels, a stroke of a pen two."""
_KEPT = 12
"""Pages kept as drawn, 2 MB each."""
_MOST_NOTES = 20_000
"""Annotations of one page."""
_HELD = 12
"""Pages held open."""


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """A page as the file draws it, form fields and annotations too; no field that leaves that to viewers."""

    image: "Image"
    """Grey."""
    scale: float
    """Pixels per point."""

    def part(self, box: Box) -> "Image":
        """Return what shows in a region; at least one pixel."""
        return self.image.crop(self.pixels(box))

    def pixels(self, box: Box) -> tuple[int, int, int, int]:
        """Return a region, in points, as pixels."""
        left, top = round(box.left * self.scale), round(box.top * self.scale)
        right, bottom = round(box.right * self.scale), round(box.bottom * self.scale)
        return left, top, max(right, left + 1), max(bottom, top + 1)


class Seen:
    """One PDF; to be closed, as a context."""

    def __init__(self, content: bytes, limits: Limits) -> None:
        """Open nothing yet.

        Args:
            content: the PDF.
            limits: how large a page may be, and how many pixels may come of it.
        """
        self.content = content
        self._limits = limits
        self._stack = ExitStack()
        self._document: PdfDocument | None = None
        self._pages: dict[int, PdfPage] = {}
        self._shown: dict[int, Shown | None] = {}

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let the file go."""
        for page in self._pages.values():
            page.close()
        self._pages.clear()
        self._stack.close()

    def look(self) -> Looked:
        """Return what the PDF is at first sight, as `parsers.pdf.pages.look` does for one that opens."""
        try:
            numbers = range(1, len(self._open()) + 1)
            pages = tuple(self._look(number) for number in numbers)
        except Exception:  # noqa: BLE001 - pdfium and its binding raise many things on a stranger's file
            return Looked(fault="unreadable")
        if any(max(page.width, page.height) > self._limits.page_points for page in pages):
            return Looked(fault="picture_too_big")
        return Looked(pages=pages)

    def page(self, number: int) -> Shown | None:
        """Return a page as it looks; None when it cannot be drawn."""
        if number not in self._shown:
            for old in list(self._shown)[: -_KEPT + 1]:
                del self._shown[old]
            self._shown[number] = self._draw(number)
        return self._shown[number]

    def pages(self, numbers: Iterable[int]) -> dict[int, Shown]:
        """Return several pages; what cannot be drawn is left out."""
        return {number: shown for number in numbers if (shown := self.page(number)) is not None}

    def coloured(self, number: int, dpi: int = DPI) -> "tuple[Image, float] | None":
        """Return a page in colours with its pixels per point; None when it cannot be drawn.

        It is drawn as people see it: here fields without an appearance show their values.
        """
        return picture(self.content, number, dpi, self._limits)

    def _draw(self, number: int) -> Shown | None:
        try:
            drawn = drawn_page(self._load(number), DPI, self._limits, grey=True)
        except Exception:  # noqa: BLE001 - as above
            return None
        return Shown(*drawn) if drawn is not None else None

    def _look(self, number: int) -> PageLook:
        return page_look(self._load(number), number)

    def _open(self) -> "PdfDocument":
        if self._document is None:
            self._document = self._stack.enter_context(opened(self.content, forms=True))
        return self._document

    def _load(self, number: int) -> "PdfPage":
        if number not in self._pages:
            for old in list(self._pages)[: -_HELD + 1]:
                self._pages.pop(old).close()
            if not 0 < number <= len(self._open()):
                raise IndexError(number)
            _leave_undrawn(self._open(), number)
            self._pages[number] = self._open()[number - 1]
        return self._pages[number]


def _leave_undrawn(document: "PdfDocument", number: int) -> None:
    """Take away the form fields of a page that bring no appearance, so that pdfium makes none for them.

    Making one takes a font for every script.  What such a field holds is known by its value; the file is
    changed in memory alone.
    """
    from pypdfium2 import raw  # noqa: PLC0415 - only a PDF needs it

    page = raw.FPDF_LoadPage(document, number - 1)
    if not page:
        return
    try:
        for at in reversed(range(min(raw.FPDFPage_GetAnnotCount(page), _MOST_NOTES))):
            annotation = raw.FPDFPage_GetAnnot(page, at)
            is_field = raw.FPDFAnnot_GetSubtype(annotation) == raw.FPDF_ANNOT_WIDGET
            is_bare = is_field and not raw.FPDFAnnot_HasKey(annotation, b"AP")
            raw.FPDFPage_CloseAnnot(annotation)
            if is_bare:
                raw.FPDFPage_RemoveAnnot(page, at)
    finally:
        raw.FPDF_ClosePage(page)
