"""What lies upon the fields of a PDF and is no text: writing by hand on a tablet, a picture, a stroke.

Such a place is never read as empty, nor believed for the words beside the ink: it is read as a scan's cell
is, and asked about with a crop of the page.  Without the extra `ocr` the crop alone goes to a person.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from agent.domain.answers import Answer, Answers, Trust
from agent.domain.forms import Field, Form, Kind
from parsers.pages.fields import asked_at
from parsers.pages.page import Box, PageWord, Spot
from parsers.pdf.album import Album
from parsers.pdf.answers import Laid
from parsers.pdf.fields import Note, PdfFields
from parsers.pdf.seen import Seen, Shown
from parsers.pdf.ticks import is_dark
from parsers.pdf.widgets import Widget, WidgetKind
from parsers.word.found import Found, Rank

if TYPE_CHECKING:
    from PIL.Image import Image

UNREAD = "□"
"""Stands for marks that say nothing."""
_STROKES = frozenset(
    {
        "Caret",
        "Circle",
        "Ink",
        "Line",
        "PolyLine",
        "Polygon",
        "Redact",
        "Square",
        "Squiggly",
        "Stamp",
        "StrikeOut",
    }
)
"""Annotations that are marks, whatever lies beneath them (ISO 32000-2, 12.5.6)."""
_BORDER = 2.5
"""Points within the border of a place that its ruled lines may fill."""
_ABOUT = 0.3
"""Of a word's height: so far its letters may reach beyond the box that its font claims."""
_BOX = 2.0
"""Points around a box to tick that its own frame and tick may fill."""
_DARKER = 45
"""Of 255; what is so much darker than the ground of a place is drawn upon it."""
_LEAST = 1.2
"""Square points; less is the edge of a letter."""
_LONG = 4.5
"""Points; what reaches less far is no writing."""
_READ = 60
"""Places of one document that are read by OCR; each takes a third of a second."""
_NARROW = 3.0
_PAPER = 120
"""Of 255; what is darker is no ground to write on."""
_BUTTON = 17.0
"""Points; so wide is the button of a list at most."""
_LEAST_BUTTON = 8
"""Pixels."""
_FRAME = 0.4
"""Of the ground's brightness: what a whole column of pixels has where a frame is drawn, or less."""
_FACE = 8
"""Of 255: by so much the face of a button is darker than the ground."""
_MEAN = 4
"""Pillow's BOX."""


@dataclass(frozen=True, slots=True)
class Marks:
    """The places upon which something lies, by their path."""

    spots: Mapping[str, Spot] = field(default_factory=dict)


def look_for_marks(seen: Seen, form: Form, laid: Laid, fields: PdfFields) -> Marks:
    """Return the fields and cells upon which something lies that is no text.

    Args:
        seen: the PDF, held open.
        form: what is asked.
        laid: where everything is on its pages, and their words.
        fields: form fields and annotations.
    """
    over = _Over(laid, fields)
    found: dict[str, Spot] = {}
    places = laid.places
    for path, spot in places.fields.items():
        asked = asked_at(form, path)
        if asked is None or asked.kind is Kind.ROWS:
            continue
        options = places.options.get(path, {})
        for each in (spot, *places.more.get(path, ())):
            shown = seen.page(each.page)
            if shown is not None and over.is_marked(asked, each, shown, options):
                found[path] = each
                break
    return Marks(found)


def hear_marks(marks: Marks, seen: Seen, found: dict[str, list[Found]]) -> None:
    """Add to `found` what is read of each mark, as something to be asked about."""
    heard = _heard(seen, tuple(marks.spots.values())[:_READ]) if marks.spots else {}
    for path, spot in marks.spots.items():
        words = heard.get(spot, "").strip() or UNREAD
        found.setdefault(path, []).append(Found(rank=Rank.LABEL, place=_name(spot), words=words, shaky=True))


def with_crops(answers: Answers, marks: Marks, album: Album) -> Answers:
    """Return the answers, those upon whose place something lies with a crop of it.

    Rows have moved up by now, where some were empty: a place is known by its name.
    """
    places = {_name(spot): spot for spot in marks.spots.values()}
    return Answers(tuple(_with_crop(each, places, album) for each in answers.all))


def _with_crop(answer: Answer, places: Mapping[str, Spot], album: Album) -> Answer:
    spot = next((places[each.place] for each in answer.evidence if each.place in places), None)
    if spot is None or answer.trust is not Trust.GUESS:
        return answer
    answer = replace(answer, picture=album.crop(spot))
    typed = {each.words for each in answer.evidence if each.place not in places}
    if not typed and answer.words == UNREAD:
        return replace(answer, value=None, problem="unread_ink")
    if len(typed) == 1 and answer.problem == "contradiction":
        # Words and the marks upon them are no two copies that differ: is this still what was meant?
        return replace(answer, problem="" if answer.value is not None else "unread_ink")
    return answer


def _name(spot: Spot) -> str:
    return f"{spot.place}, ink"


class _Over:
    """Everything that may lie upon a place and is accounted for, or is a mark by itself."""

    def __init__(self, laid: Laid, fields: PdfFields) -> None:
        self._words: dict[int, tuple[PageWord, ...]] = {page.number: page.words for page in laid.pages}
        self._widgets: dict[int, list[tuple[Widget, Box]]] = {}
        for widget in fields.widgets:
            if widget.spot is not None:
                self._widgets.setdefault(widget.spot.page, []).append((widget, widget.spot.box))
        self._struck = {page.number: page.struck for page in laid.pages}
        self._notes: dict[int, list[Note]] = {}
        for note in fields.notes:
            self._notes.setdefault(note.spot.page, []).append(note)

    def is_marked(self, asked: Field, spot: Spot, shown: Shown, options: Mapping[str, Spot]) -> bool:
        """Say whether something lies upon a place."""
        inner = spot.box.grown(-_BORDER)
        if min(inner.width, inner.height) < _NARROW:
            return False
        for note in self._notes.get(spot.page, ()):
            if note.kind in _STROKES and any(each.common(inner) > 0 for each in note.strokes):
                return True
        if any(spot.box.holds(each) for each in self._struck.get(spot.page, ())):
            return True
        boxes = tuple(each.box for each in options.values() if each.page == spot.page)
        if asked.kind in {Kind.CHOICE, Kind.CHECKBOX} and self._has_dark_box(spot, shown):
            return True
        known = (*self._known(spot, inner), *(each.grown(_BOX) for each in boxes))
        return _is_drawn_upon(shown, inner, known)

    def _known(self, spot: Spot, inner: Box) -> Iterator[Box]:
        """Yield where the words and form fields in a place are, as far as they may be drawn."""
        for word in self._words.get(spot.page, ()):
            if word.box.common(inner.grown(_BORDER)) > 0:
                yield word.box.grown(_ABOUT * word.box.height)
        for widget, box in self._widgets.get(spot.page, ()):
            if box.common(inner) <= 0:
                continue
            if widget.kind in {WidgetKind.CHECK, WidgetKind.RADIO}:
                yield box.grown(_BOX)
            elif widget.values and widget.kind in {WidgetKind.TEXT, WidgetKind.CHOICE}:
                yield box.grown(1.0)
        for note in self._notes.get(spot.page, ()):
            if note.kind == "FreeText" and note.words.strip() and not note.is_painted:
                yield note.spot.box.grown(1.0)

    def _has_dark_box(self, spot: Spot, shown: Shown) -> bool:
        """Say whether a box of a form field that is not ticked has something in it."""
        return any(
            widget.kind in {WidgetKind.CHECK, WidgetKind.RADIO}
            and not widget.ticked
            and widget.shows is not True
            and spot.box.holds(box)
            and is_dark(shown, box)
            for widget, box in self._widgets.get(spot.page, ())
        )


def _is_drawn_upon(shown: Shown, inner: Box, known: Iterable[Box]) -> bool:
    part = shown.part(inner).copy()
    ground = _ground(part)
    _hide_button(part, ground, round(_BUTTON * shown.scale))
    for box in known:
        over = Box(box.left - inner.left, box.top - inner.top, box.right - inner.left, box.bottom - inner.top)
        part.paste(ground, shown.pixels(over))
    least = ground - _DARKER
    place = part.point([255 if value < least else 0 for value in range(256)]).getbbox()
    if place is None:
        return False
    long = max(place[2] - place[0], place[3] - place[1]) / shown.scale
    return long >= _LONG and sum(part.histogram()[:least]) / shown.scale**2 >= _LEAST


def _ground(part: "Image") -> int:
    counts = part.histogram()
    return max(range(_PAPER, len(counts)), key=counts.__getitem__)


def _hide_button(part: "Image", ground: int, wide: int) -> None:
    """Take away the button at the right end of a list, which printing one leaves behind."""
    zone = part.crop((max(part.width - wide, 0), 0, part.width, part.height))
    columns = zone.resize((zone.width, 1), resample=_MEAN).tobytes()
    edge = next((at for at, value in enumerate(columns) if value < ground * _FRAME), None)
    if edge is None:
        return
    behind = zone.crop((max(edge - 2, 0), 0, zone.width, zone.height))
    # A button has a face of its own behind its frame; behind a stroke of a pen there is paper.
    if behind.width > _LEAST_BUTTON and ground - _ground(behind) > _FACE:
        part.paste(ground, (part.width - behind.width, 0, part.width, part.height))


def _heard(seen: Seen, spots: tuple[Spot, ...]) -> Mapping[Spot, str]:
    """Return what the reader of scans makes of some places; nothing where it is not installed."""
    try:
        from parsers.scan.of_pdf import heard  # noqa: PLC0415 - the extra `ocr` may not be installed
    except ImportError:
        return {}
    return heard(seen, spots)
