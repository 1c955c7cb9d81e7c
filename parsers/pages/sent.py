"""Where everything is on the PDF as we sent it: its form fields say so by their names."""

import re
from functools import lru_cache

from parsers.limits import STANDARD, Limits
from parsers.pages.page import Page, Places, Spot
from parsers.pdf.fields import read_fields
from parsers.pdf.pages import fault_of
from parsers.pdf.widgets import Widget, WidgetKind
from parsers.pdf.words import read_words

SLOT = "sig."
"""What the names of signature fields begin with."""
_DATE = re.compile(r"sigdate\.(.+)|sig\.(.+)\.date")
"""The dates beside them."""
_KEPT = 8
"""Documents remembered: the sheet is asked for again for each page and each comparison of one return."""


@lru_cache(maxsize=_KEPT)
def sent_places(pdf: bytes, limits: Limits = STANDARD) -> tuple[tuple[Page, ...], Places]:
    """Return the pages of our own PDF with their words, and the places of its fields.

    The words are those outside form fields: what a blank sheet shows.  Empty bytes give nothing.

    Args:
        pdf: the fillable PDF of one sheet as it was sent (`Sent.pdf`).
        limits: how many pages are looked at.
    """
    if not pdf or fault_of(pdf, limits):
        return (), empty_places()
    pages = read_words(pdf, None, limits)
    return pages, places_of(read_fields(pdf, limits).widgets)


def places_of(widgets: tuple[Widget, ...]) -> Places:
    """Return the places that widgets with our names mark."""
    places = empty_places()
    for widget in widgets:
        name, spot = widget.name, widget.spot
        if spot is None:
            continue
        if (day := _DATE.fullmatch(name)) is not None:
            places.dates.setdefault(day[1] or day[2], spot)
            continue
        if name.startswith(SLOT):
            places.slots.setdefault(name.removeprefix(SLOT), spot)
            continue
        if widget.kind in {WidgetKind.RADIO, WidgetKind.CHECK}:
            answer = widget.answer if widget.kind is WidgetKind.RADIO else ""
            places.options.setdefault(name, {}).setdefault(answer, spot)
        known = places.fields.get(name)
        if known is None:
            places.fields[name] = spot
        elif known.page == spot.page:
            places.fields[name] = Spot(page=spot.page, box=known.box.around(spot.box))
    return places


def empty_places() -> Places:
    """Return places of nothing."""
    return Places(fields={}, slots={}, dates={}, options={})
