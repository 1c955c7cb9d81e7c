"""What form fields show, held against what they hold: a value that nobody sees is not believed.

Whoever fills a form, and whoever signs it, sees the appearance of a field (ISO 32000-2, 12.5.5), a program
reads its value (12.7.4); a file can make them differ.  A field without appearance shows its value in any
viewer that draws it (12.7.4.3, `NeedAppearances`), so that nothing speaks against it.
"""

from collections.abc import Iterable
from ctypes import byref, c_double
from typing import TYPE_CHECKING

from agent.domain.forms import Form, Kind
from parsers.pages.drift_text import visible
from parsers.pages.fields import asked_at
from parsers.pages.page import Box, Spot
from parsers.pdf.pages import opened
from parsers.pdf.widgets import Widget, WidgetKind
from parsers.word.found import Found, Rank

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

_FINE = 100
"""Parts of a point in which a place is told to pdfium."""
_UNSHOWN = "□"
"""Where nothing can be read that is shown."""
_WRITTEN = frozenset({WidgetKind.TEXT, WidgetKind.CHOICE})
_BUTTONS = frozenset({WidgetKind.RADIO, WidgetKind.CHECK})


def look_at_fields(
    content: bytes, form: Form, widgets: Iterable[Widget], found: dict[str, list[Found]]
) -> None:
    """Add to `found` what form fields with our names show where it is not what they hold.

    Args:
        content: the PDF.
        form: what is asked.
        widgets: its form fields.
        found: what was found in each place; changed.
    """
    ours = [each for each in widgets if asked_at(form, each.name) is not None and each.spot is not None]
    for widget, shown in untrue(content, ours):
        asked = asked_at(form, widget.name)
        if asked is not None and asked.kind is Kind.CHECKBOX:
            shown = "☑" if widget.shows else "☐"  # noqa: PLW2901 - a box shows a tick, not its value
        place = f"what form field {widget.name} shows"
        found.setdefault(widget.name, []).append(Found(rank=Rank.LABEL, place=place, words=shown, shaky=True))


def untrue(content: bytes, widgets: Iterable[Widget]) -> Iterable[tuple[Widget, str]]:
    """Yield the form fields that show something else than they hold, or nothing, each with what it shows."""
    everywhere = [each for each in widgets if each.spot is not None]
    yield from ((each, _UNSHOWN) for each in everywhere if each.is_hidden and each.values)
    placed = [each for each in everywhere if not each.is_hidden]
    written = [each for each in placed if each.kind in _WRITTEN and each.is_drawn and not each.is_list]
    words = drawn_words(content, (each.spot for each in written if each.spot is not None))
    for each in written:
        shown = words.get(each.spot) if each.spot is not None else None
        said = visible(" ".join(each.shown or each.values))
        if shown is None or visible(shown) == said:
            continue
        # An appearance that draws no words, as of an empty place, is not one of another value.
        if visible(shown) or each.is_painted:
            yield each, " ".join(shown.split()) or _UNSHOWN
    for each in placed:
        if each.kind in _BUTTONS and each.shows is not None and each.shows is not each.ticked:
            yield each, each.answer if each.shows else f"☐ {each.answer}"


def drawn_words(content: bytes, spots: Iterable[Spot]) -> dict[Spot, str]:
    """Return the words that a viewer draws in some places, appearances of form fields too; never raises.

    Places on pages that cannot be drawn are left out.
    """
    from pypdfium2 import raw  # noqa: PLC0415 - only a PDF needs it

    by_page: dict[int, list[Spot]] = {}
    for spot in spots:
        by_page.setdefault(spot.page, []).append(spot)
    found: dict[Spot, str] = {}
    try:
        with opened(content) as document:
            for number, here in by_page.items():
                flat = document[number - 1]
                raw.FPDFPage_Flatten(flat, raw.FLAT_NORMALDISPLAY)
                flat.close()
                page = document[number - 1]
                text = page.get_textpage()
                try:
                    for spot in here:
                        found[spot] = text.get_text_bounded(*_on_page(page, spot.box), errors="replace")
                finally:
                    text.close()
                    page.close()
    except Exception:  # noqa: BLE001 - pdfium and its binding raise many things on a stranger's file
        return found
    return found


def _on_page(page: "PdfPage", box: Box) -> tuple[float, float, float, float]:
    """Return a region as it is seen in the page's own coordinates, however the page is turned and cropped."""
    from pypdfium2 import raw  # noqa: PLC0415 - see `drawn_words`

    wide, high = (round(side * _FINE) for side in page.get_size())
    found: list[tuple[float, float]] = []
    for x, y in ((box.left, box.top), (box.right, box.bottom)):
        across, up = c_double(), c_double()
        raw.FPDF_DeviceToPage(
            page, 0, 0, wide, high, 0, round(x * _FINE), round(y * _FINE), byref(across), byref(up)
        )
        found.append((across.value, up.value))
    (left, right), (low, top) = (sorted(each) for each in zip(*found, strict=True))
    return left, low, right, top


__all__ = ["drawn_words", "look_at_fields", "untrue"]
