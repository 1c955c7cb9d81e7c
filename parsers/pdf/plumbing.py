"""What a page of a PDF draws, letter by letter and line by line: pdfplumber's objects at half their cost.

pdfminer interprets the page and pdfplumber finds its cells.  Between them they tell every object all that is
known of it; here it bears what `parsers.pdf.words` asks for, and the content is taken apart in one go.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from io import BytesIO
from typing import Any

from pdfminer.converter import PDFLayoutAnalyzer
from pdfminer.layout import LTChar, LTContainer, LTCurve, LTLine, LTRect
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager, PDFTextState
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser, PDFStreamParser
from pdfminer.pdftypes import PDFStream, stream_value
from pdfminer.psexceptions import PSEOF
from pdfminer.psparser import KWD, LIT, PSKeyword
from pdfplumber.page import Page
from pdfplumber.pdf import PDF

from parsers.pdf.tokens import tokens

_INVISIBLE = 3
"""The text rendering mode that draws nothing (ISO 32000-2, table 104)."""
_NAMES = {"'": "_q", '"': "_w"}


class Drawn(Page):
    """A page that knows what `parsers.pdf.words` asks of its letters and lines."""

    def parse_objects(self) -> dict[str, list[dict[str, Any]]]:
        """Return the letters (`char`), lines, rectangles and curves that the page draws, in their order."""
        device = _Device(self.pdf.rsrcmgr)
        _Interpreter(self.pdf.rsrcmgr, device).process_page(self.page_obj)
        objects: dict[str, list[dict[str, Any]]] = {}
        for each in device.found:
            kind, drawn = self._told(each)
            objects.setdefault(kind, []).append(drawn)
        return objects

    @property
    def seen(self) -> tuple[float, float, float, float]:
        """Return left, top, right and bottom of what is seen, in points as letters and lines have them.

        pdfplumber turns the crop box with the page as if it lay in the middle of it.
        """
        media, crop = _sorted(self.page_obj.mediabox), _sorted(self.page_obj.cropbox)
        cut = (
            max(crop[0] - media[0], 0.0),
            max(crop[1] - media[1], 0.0),
            max(media[2] - crop[2], 0.0),
            max(media[3] - crop[3], 0.0),
        )
        # What is cut off from left, bottom, right and top becomes what is cut off where each comes to lie.
        turns = self.rotation // 90
        low, left, high, right = (cut[(at + 1 + turns) % 4] for at in (0, 3, 2, 1))
        x, y = float(self.mediabox[0]), float(self.mediabox[1])
        return x + left, y + high, x + float(self.width) - right, y + float(self.height) - low

    def _told(self, each: LTChar | LTCurve) -> tuple[str, dict[str, Any]]:
        left, top = self.mediabox[:2]
        high = self.height + top
        told: dict[str, Any] = {
            "x0": each.x0 + left,
            "x1": each.x1 + left,
            "y0": each.y0,
            "y1": each.y1,
            "top": high - each.y1,
            "bottom": high - each.y0,
            "doctop": high - each.y1,
            "width": each.width,
            "height": each.height,
        }
        if isinstance(each, LTChar):
            told |= {"text": each.get_text(), "size": each.size, "matrix": each.matrix}
            told |= {"upright": each.upright, "object_type": "char"}
            return "char", told
        kind = "rect" if isinstance(each, LTRect) else "line" if isinstance(each, LTLine) else "curve"
        told |= {"pts": [self.point2coord(point) for point in each.pts], "object_type": kind}
        told |= {"stroke": each.stroke, "fill": each.fill, "linewidth": each.linewidth}
        return kind, told


def _sorted(box: Sequence[float]) -> tuple[float, float, float, float]:
    (left, right), (low, high) = sorted(map(float, box[::2])), sorted(map(float, box[1::2]))
    return left, low, right, high


class Opened(PDF):
    """A PDF whose objects are read quickly; everything else is pdfplumber's."""

    def __init__(self, content: bytes) -> None:
        """Open a file.

        Raises:
            Exception: anything at all, on a stranger's file.
        """
        stream = BytesIO(content)
        self.stream, self.stream_is_external, self.path = stream, False, None
        self.pages_to_parse, self.laparams, self.unicode_norm = None, None, None
        self.doc = _Document(_Parser(stream))
        self.rsrcmgr = PDFResourceManager()

    def drawn(self, number: int) -> Drawn:
        """Return page `number`, counted from 1."""
        return Drawn(self, self._objects_of_pages[number - 1], page_number=number)

    @cached_property
    def _objects_of_pages(self) -> tuple[PDFPage, ...]:
        return tuple(PDFPage.create_pages(self.doc))

    def __len__(self) -> int:
        """Return how many pages there are."""
        return len(self._objects_of_pages)


class _Parser(PDFParser):
    """Finds the plain tokens, which nearly all are, by one expression; the others as its base does."""

    def nexttoken(self) -> tuple[int, Any]:
        """Return the next token and where it stands."""
        if self._tokens or self.eof or self._parse1 != self._parse_main:
            return super().nexttoken()
        match = _PLAIN.match(self.buf, self.charpos)
        if match is None:
            return super().nexttoken()
        self.charpos, kind = match.end(), match.lastgroup
        said = match[kind or 0]
        place = self.bufpos + match.start(kind or 0)
        if kind == "number":
            return place, int(said)
        if kind == "name":
            return place, LIT(said.decode("ascii"))
        return place, _TRUTH.get(said) if said in _TRUTH else KWD(said)


_PLAIN = re.compile(
    rb"[ \t\r\n]*(?:(?P<number>[-+]?\d{1,18})(?=[ \t\r\n/\[\]<>()])"
    rb"|/(?P<name>[A-Za-z0-9_.,:+-]+)(?=[ \t\r\n/\[\]<>()])"
    rb"|(?P<word>[A-Za-z]+(?=[ \t\r\n/\[\]<>()])|<<|>>|[\[\]]))"
)
_TRUTH = {b"true": True, b"false": False}


class _Document(PDFDocument):
    """Reads the objects within object streams (7.5.7) as quickly."""

    def _get_objects(self, stream: PDFStream) -> tuple[list[object], int]:
        parser = _StreamParser(stream.get_data())
        parser.set_document(self)
        objects: list[object] = []
        with suppress(PSEOF):
            while True:
                objects.append(parser.nextobject()[1])
        count = stream.get("N", 0)
        return objects, count if isinstance(count, int) else 0


class _StreamParser(_Parser, PDFStreamParser):
    """The objects of one object stream."""


class _Kept(LTContainer[Any]):
    """A page or figure that keeps what it is given in one list with all others."""

    def __init__(self, found: list[LTChar | LTCurve], box: tuple[float, float, float, float]) -> None:
        super().__init__(box)
        self._objs = found


class _Device(PDFLayoutAnalyzer):
    """Takes down letters and shapes; figures are only what they draw, pictures are left out."""

    def __init__(self, manager: PDFResourceManager) -> None:
        super().__init__(manager)
        self.found: list[LTChar | LTCurve] = []
        self._hidden = False

    def render_string(self, textstate: PDFTextState, *more: Any) -> None:  # noqa: ANN401 - pdfminer's own
        """Take down letters, but none that are drawn invisibly (9.3.6): what is recognised of handwriting."""
        self._hidden = textstate.render == _INVISIBLE
        super().render_string(textstate, *more)

    def render_char(self, *told: Any) -> float:  # noqa: ANN401 - likewise
        """Take down a letter; return how far the next one stands from it."""
        wide = super().render_char(*told)
        if self._hidden:
            self.found.pop()
        return wide

    def begin_page(self, *_: object) -> None:
        """Begin a page."""
        self.cur_item = _Kept(self.found, (0, 0, 1, 1))  # type: ignore[assignment]  # only `add` is called

    def end_page(self, *_: object) -> None:
        """End a page."""

    def begin_figure(self, *_: object) -> None:
        """Begin what is drawn from beside the page."""

    def end_figure(self, *_: object) -> None:
        """End it."""

    def render_image(self, *_: object) -> None:
        """Leave out a picture."""


class _Interpreter(PDFPageInterpreter):
    """Reads the content at once; else as its base does."""

    def execute(self, streams: Sequence[object]) -> None:
        """Draw what some streams say; one that is being drawn already is not drawn within itself."""
        self.stream_ids.clear()
        content = b"\n".join(each.get_data() for each in self._allowed(streams))
        operators: dict[str | bytes, tuple[Callable[..., None], int] | None] = {}
        for each in tokens(content):
            if not isinstance(each, PSKeyword):
                self.push(each)  # type: ignore[arg-type]  # one of pdfminer's own kinds
                continue
            if each.name not in operators:
                operators[each.name] = self._operator(each.name)
            known = operators[each.name]
            if known is None:
                continue
            draw, count = known
            if not count:
                draw()
            elif len(operands := self.pop(count)) == count:
                draw(*operands)

    def _allowed(self, streams: Sequence[object]) -> Iterator[PDFStream]:
        for each in streams:
            stream = stream_value(each)
            if stream.objid is not None and stream.objid not in self.parent_stream_ids:
                self.stream_ids.add(stream.objid)
                yield stream

    def _operator(self, name: str | bytes) -> tuple[Callable[..., None], int] | None:
        said = name if isinstance(name, str) else name.decode("latin-1")
        draw = getattr(self, f"do_{_NAMES.get(said, said.replace('*', '_a'))}", None)
        return None if draw is None else (draw, draw.__code__.co_argcount - 1)
