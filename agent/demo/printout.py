"""A form on paper: printed, ticked, dated, signed and sealed by hand.

Staff know nothing of the readers: they write where they see a place, with strokes of a pen that are the same
each time (`agent.demo.handwriting`).
"""

from datetime import date

from PIL import Image, ImageChops

from agent.demo import handwriting, seals
from agent.demo.signing import Widget, widgets
from parsers.limits import STANDARD
from parsers.pdf.pages import picture

_DPI = 200
_SIGNED = (150.0, 50.0)
"""Points that a signature takes."""
_WRITTEN = 15.0
"""Points that a written digit is high."""
_SEAL = 60.0
"""Points from the middle of a round seal to its edge: 42 mm across, as the State Council's rules have it."""


class Printout:
    """One page of a PDF form, printed."""

    def __init__(self, form: bytes, page: int = 1) -> None:
        printed = picture(form, page, _DPI, STANDARD)
        if printed is None:
            raise ValueError("the form cannot be printed")
        self.paper, self._scale = printed
        self._places = tuple(each for each in widgets(form) if each.page == page)

    def tick(self, name: str, answer: str = "") -> None:
        """Tick the box of an answer."""
        left, top, _, bottom = self._pixels(self._place(name, answer))
        side = bottom - top
        self._ink(handwriting.tick(f"{name} {answer}", round(side * 1.6)), left - side // 6, top - side // 2)

    def write_day(self, name: str, day: date, by: str, *, over: date | None = None) -> None:
        """Write a day into a place, as digits with points between them; `over` was written there before."""
        left, top, _, bottom = self._pixels(self._place(name))
        high = round(_WRITTEN * self._scale)
        written = handwriting.figures(
            _figures(day), by, high, over=_figures(over) if over is not None else ""
        )
        self._ink(written, left + round(6 * self._scale), (top + bottom - written.height) // 2)

    def sign(self, name: str, by: str) -> None:
        """Sign in a place."""
        wide, high = (round(each * self._scale) for each in _SIGNED)
        left, top, right, bottom = self._pixels(self._place(name))
        mark = handwriting.drawn(by).resize((wide, high), Image.Resampling.LANCZOS)
        self._ink(mark, left + (right - left - wide) // 3, (top + bottom - high) // 2)

    def smudge(self, name: str) -> None:
        """Run a thumb over fresh ink: what stands there is drawn to the right, and pale."""
        left, top, right, bottom = self._pixels(self._place(name))
        inset = round(2 * self._scale)
        box = (left + inset, top + inset, right - inset, bottom - inset)
        wet = self.paper.crop(box)
        for number in range(1, 9):
            shade = Image.blend(wet, Image.new("RGB", wet.size, "white"), 0.62 + number * 0.04)
            moved = ImageChops.offset(shade, round(number * 0.9 * self._scale), number % 3 - 1)
            wet = ImageChops.darker(wet, moved)
        self.paper.paste(wet, box[:2])

    def seal(self, name: str, words: str) -> None:
        """Press the round red seal beside the signature in a place."""
        left, top, right, bottom = self._pixels(self._place(name))
        side = round(2 * _SEAL * self._scale)
        centre = (left + round((right - left) * 0.66), (top + bottom) // 2)
        self._ink(seals.drawn(words, side), centre[0] - side // 2, centre[1] - side // 2)

    def _ink(self, mark: Image.Image, left: int, top: int) -> None:
        """Lay a drawing on white over the paper: ink only darkens."""
        layer = Image.new("RGB", self.paper.size, "white")
        layer.paste(mark, (left, top))
        self.paper = ImageChops.multiply(self.paper, layer)

    def _place(self, name: str, answer: str = "") -> Widget:
        return next(each for each in self._places if each.name == name and each.answer == answer)

    def _pixels(self, place: Widget) -> tuple[int, int, int, int]:
        left, top, right, bottom = (round(each * self._scale) for each in place.box)
        return left, top, right, bottom


def _figures(day: date) -> str:
    return f"{day.year}.{day.month}.{day.day}"
