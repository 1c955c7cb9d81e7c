"""A sheet as it was sent: its blank pages as pixels, its places, and what stood in them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from agent.domain.forms import Form
from parsers.known import Known, Sent
from parsers.pages.fields import asked_at
from parsers.pages.lines import words_in
from parsers.pages.page import Page, Places
from parsers.pages.places import locate
from parsers.pages.sent import sent_places
from parsers.pdf.fields import read_fields
from parsers.pdf.pages import pictures
from parsers.pdf.widgets import WidgetKind
from parsers.scan.ocr import Pixels

_DPI = 200
_POINTS = 72.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Blank:
    """One page as it was sent."""

    pixels: Pixels
    scale: float
    page: Page
    """Its printed words."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SentSheet:
    """All of it."""

    blanks: Mapping[int, Blank]
    places: Places
    values: Mapping[str, str] = field(default_factory=dict)
    """What we had filled in ourselves, by path."""
    lists: frozenset[str] = frozenset()
    """The paths of lists of which one entry is chosen and shown."""

    @property
    def count(self) -> int:
        """Return how many pages it has."""
        return len(self.blanks)


def sent_sheet(sent: Sent | None, form: Form, known: Known) -> SentSheet | None:
    """Return a sheet as it was sent; None when its PDF is not kept, or cannot be drawn.

    What we filled in for people to read only (`Field.given`) is plain text on it and has no widget; its
    place is found by its label.
    """
    if sent is None or not sent.pdf:
        return None
    pages, places = sent_places(sent.pdf)
    drawn = pictures(sent.pdf, tuple(page.number for page in pages), _DPI, known.limits)
    if not pages or len(drawn) < len(pages):
        return None
    blanks = {}
    for page in pages:
        image, scale = drawn[page.number]
        pixels = np.ascontiguousarray(np.asarray(image.convert("RGB"), dtype=np.uint8)[:, :, ::-1])
        blanks[page.number] = Blank(pixels=pixels, scale=scale, page=page)
    widgets = read_fields(sent.pdf, known.limits).widgets
    filled = {each.name: ", ".join(each.values) for each in widgets if each.values and not each.answer}
    lists = frozenset(each.name for each in widgets if each.kind is WidgetKind.CHOICE and not each.is_list)
    fields = dict(places.fields)
    for path, spot in locate(pages, form, sent.sheet.language).fields.items():
        if path not in fields and is_given(form, path):
            fields[path] = spot
            filled[path] = words_in(blanks[spot.page].page, spot.box)
    return SentSheet(blanks=blanks, places=replace(places, fields=fields), values=filled, lists=lists)


def is_given(form: Form, path: str) -> bool:
    """Say whether a field or cell is filled in by us and only read by people."""
    asked, rows = asked_at(form, path), form.field(path.partition(".")[0])
    return bool((asked is not None and asked.given) or (rows is not None and rows.given))
