"""The form fields and annotations of a PDF, with values and places (pypdf; ISO 32000-2, 12.5, 12.7)."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from parsers.limits import Limits
from parsers.pages.page import Box, Spot
from parsers.pdf.nesting import is_wild
from parsers.pdf.objects import entry, items, name, number, resolved, text
from parsers.pdf.widgets import DEEPEST, Widget, is_painted, widget_of

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

TOKEN_FIELD = "_fc_token"  # noqa: S105 - the name of a field, not a secret
"""The hidden field of our PDFs that carries the token of the sheet."""
TOKEN_INFO = "/FormclerkToken"  # noqa: S105 - the name of an entry
"""The entry of the document information that carries it too."""

_HIDDEN = 1 << 1
_THIN = 0.5
"""Points on each side of a stroke."""
_MOST_NOTES = 2_000
_MOST_POINTS = 8_000
"""Numbers of one annotation's strokes; a signature has 600."""

logging.getLogger("pypdf").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One annotation that somebody put upon the page: text, ink, a stamp."""

    kind: str
    """The subtype: `FreeText`, `Ink`, `Stamp`, `Line`, …"""
    words: str
    spot: Spot
    strokes: tuple[Box, ...] = ()
    """Where it draws, as nearly as it says; at least its place."""
    is_drawn: bool = False
    """It brings an appearance of its own."""
    is_painted: bool = False
    """Its appearance draws pictures or curves, which may be words without being text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfFields:
    """Everything of a PDF that is filled in or put upon its pages."""

    widgets: tuple[Widget, ...] = ()
    notes: tuple[Note, ...] = ()
    tokens: tuple[str, ...] = ()
    """What claims to be the identity: the hidden field, then the document information."""
    wild: frozenset[int] = frozenset()
    """Pages that would draw without end; they are not read word by word."""
    is_xfa: bool = False
    """The form is an XFA form, whose values may stand in XML that we do not read (12.7.8, deprecated)."""
    is_fault: bool = False
    """The structure could not be read through; what is here may not be all."""


def read_fields(content: bytes, limits: Limits) -> PdfFields:
    """Return the fields and annotations of a PDF; never raises.

    A value is what the field holds, not what its appearance shows: viewers that leave the drawing to
    others (`NeedAppearances`) fill in no appearance at all.
    """
    from pypdf import PdfReader  # noqa: PLC0415 - only a PDF needs it

    try:
        reader = PdfReader(BytesIO(content), strict=False)
        return _Walk(reader, limits).all()
    except Exception:  # noqa: BLE001 - pypdf raises many things on a stranger's file
        return PdfFields(is_fault=True)


def files_within(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of each file in a PDF (7.11.4), until one is damaged; never raises."""
    from pypdf import PdfReader  # noqa: PLC0415 - only a PDF needs it

    try:
        for each in PdfReader(BytesIO(content), strict=False).attachment_list:
            yield each.name, each.content
    except Exception:  # noqa: BLE001 - pypdf raises many things on a stranger's file
        return


class _Walk:
    def __init__(self, reader: "PdfReader", limits: Limits) -> None:
        self._reader = reader
        self._limits = limits
        self._fault = False
        self._wild: set[int] = set()
        self._seen: set[tuple[int, int]] = set()

    def all(self) -> PdfFields:
        widgets: list[Widget] = []
        notes: list[Note] = []
        for at, page in enumerate(self._reader.pages, start=1):
            if at > self._limits.pages:
                break
            try:
                if is_wild(page, self._limits):
                    self._wild.add(at)
                self._page(page, at, widgets, notes)
            except Exception:  # noqa: BLE001 - one odd page; the others are still read
                self._fault = True
        form = entry(self._root(), "/AcroForm")
        placed = {widget.name for widget in widgets}
        widgets.extend(each for each in self._unplaced(form) if each.name not in placed)
        return PdfFields(
            widgets=tuple(widgets),
            notes=tuple(notes),
            tokens=self._tokens(widgets),
            wild=frozenset(self._wild),
            is_xfa=entry(form, "/XFA") is not None,
            is_fault=self._fault,
        )

    def _root(self) -> object:
        return entry(self._reader.trailer, "/Root")

    def _tokens(self, widgets: Iterable[Widget]) -> tuple[str, ...]:
        fields = [w.values[0] for w in widgets if w.name == TOKEN_FIELD and w.values]
        info = text(entry(entry(self._reader.trailer, "/Info"), TOKEN_INFO))
        return tuple(dict.fromkeys(each for each in (*fields, info) if each))

    def _page(self, page: "PageObject", on: int, widgets: list[Widget], notes: list[Note]) -> None:
        frame = _Frame.of(page)
        for at, each in enumerate(items(entry(page, "/Annots"))):
            if at > _MOST_NOTES:
                self._fault = True
                return
            annotation = resolved(each)
            subtype = name(entry(annotation, "/Subtype"))
            box = frame.seen(entry(annotation, "/Rect"))
            spot = Spot(page=on, box=box) if box is not None else None
            if subtype == "Widget":
                is_off = spot is not None and frame.is_off(spot.box)
                if (widget := widget_of(annotation, spot, off_page=is_off)) is not None:
                    widgets.append(widget)
            elif (
                spot is not None
                and subtype not in {"", "Link", "Popup"}
                and not int(number(entry(annotation, "/F"))) & _HIDDEN
            ):
                notes.append(_note(subtype, annotation, spot, frame))

    def _unplaced(self, form: object) -> Iterator[Widget]:
        """Yield fields that stand on no page."""
        waiting = [(each, 0) for each in items(entry(form, "/Fields"))]
        while waiting:
            each, depth = waiting.pop()
            key = (getattr(each, "idnum", id(each)), getattr(each, "generation", 0))
            if key in self._seen or depth > DEEPEST or len(self._seen) > self._limits.page_edges:
                continue
            self._seen.add(key)
            held = resolved(each)
            kids = [kid for kid in items(entry(held, "/Kids")) if entry(resolved(kid), "/T") is not None]
            waiting.extend((kid, depth + 1) for kid in kids)
            if not kids and (widget := widget_of(held, None)) is not None:
                yield widget


def _note(kind: str, annotation: object, spot: Spot, frame: "_Frame") -> Note:
    return Note(
        kind=kind,
        words=text(entry(annotation, "/Contents")),
        spot=spot,
        strokes=tuple(_strokes(annotation, frame)) or (spot.box,),
        is_drawn=entry(entry(annotation, "/AP"), "/N") is not None,
        is_painted=is_painted(annotation),
    )


def _strokes(annotation: object, frame: "_Frame") -> Iterator[Box]:
    """Yield where an annotation draws: between the points of its strokes, or where text is struck out."""
    room = _MOST_POINTS
    for line in items(entry(annotation, "/InkList")):
        points = items(line)[:room]
        room -= len(points)
        for at in range(0, len(points) - 3, 2):
            if (box := frame.seen(points[at : at + 4], thin=True)) is not None:
                yield box
    quads = items(entry(annotation, "/QuadPoints"))[:_MOST_POINTS]
    for at in range(0, len(quads) - 7, 8):
        xs, ys = (
            [number(each) for each in quads[at : at + 8 : 2]],
            [number(each) for each in quads[at + 1 : at + 8 : 2]],
        )
        if (box := frame.seen([min(xs), min(ys), max(xs), max(ys)])) is not None:
            yield box


@dataclass(frozen=True, slots=True)
class _Frame:
    """From the space of a PDF page to points from the upper left corner of what is seen."""

    left: float
    bottom: float
    width: float
    height: float
    turned: int

    @classmethod
    def of(cls, page: "PageObject") -> "_Frame":
        crop = page.cropbox
        left, bottom = float(min(crop.left, crop.right)), float(min(crop.bottom, crop.top))
        width, height = abs(float(crop.width)), abs(float(crop.height))
        return cls(left, bottom, width, height, int(page.rotation or 0) % 360)

    def seen(self, rectangle: object, *, thin: bool = False) -> Box | None:
        """Return a rectangle as it is seen; None when it has no size, unless it may be `thin`."""
        numbers = [number(each) for each in items(rectangle)][:4]
        if len(numbers) != 4:  # noqa: PLR2004 - a rectangle
            return None
        corners = [self._point(numbers[0], numbers[1]), self._point(numbers[2], numbers[3])]
        (left, right), (top, bottom) = (sorted(each) for each in zip(*corners, strict=True))
        box = Box(left, top, right, bottom)
        return box.grown(_THIN) if thin else box if box.area > 1.0 else None

    def is_off(self, box: Box) -> bool:
        """Say whether a region as it is seen lies beyond the edges of the page."""
        wide, high = (self.height, self.width) if self.turned in {90, 270} else (self.width, self.height)
        return box.common(Box(0.0, 0.0, wide, high)) <= 0

    def _point(self, x: float, y: float) -> tuple[float, float]:
        across, up = x - self.left, y - self.bottom
        match self.turned:
            case 90:
                return up, across
            case 180:
                return self.width - across, up
            case 270:
                return self.height - up, self.width - across
            case _:
                return across, self.height - up
