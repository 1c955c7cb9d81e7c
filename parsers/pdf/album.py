"""Pictures of a PDF for people: crops of what is doubtful, and pages with everything drawn on them.

Made with Pillow alone, so that they are there without the extra `ocr`; named, sized and coloured as those of
paper are (`parsers.scan.album`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING

from agent.domain.answers import Answer, Trust
from agent.domain.signatures import Signature, Verdict
from parsers.limits import Limits
from parsers.pages.page import Box, Places, Spot
from parsers.pdf.seen import Seen

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

_DPI = 150
_AROUND = 6.0
"""Points of the page around a place, so that a person sees where it is."""
_CROP = (600, 420)
"""Pixels at most: as wide as a mail shows."""
_PAGE_WIDTH = 1100
_QUALITY = 80
_LETTER = 12
"""Pixels."""
_GREEN, _ORANGE, _GREY, _RED = (0, 140, 60), (240, 120, 0), (160, 160, 160), (220, 40, 40)
_COLOURS: dict[Trust | Verdict, tuple[int, int, int]] = {
    Trust.SURE: _GREEN,
    Trust.LIKELY: _GREEN,
    Trust.GUESS: _ORANGE,
    Trust.ABSENT: _GREY,
    Verdict.SIGNED: _GREEN,
    Verdict.UNCLEAR: _ORANGE,
    Verdict.UNSIGNED: _RED,
}
"""Green is taken, orange is asked, grey is empty, red is missing."""


@dataclass(slots=True, kw_only=True)
class Album:
    """Pictures by their SHA-256, and what there is to look at by its name."""

    seen: Seen
    limits: Limits
    pictures: dict[str, bytes] = field(default_factory=dict)
    sights: dict[str, str] = field(default_factory=dict)
    _drawn: "dict[int, tuple[Image, float] | None]" = field(default_factory=dict)

    def crop(self, spot: Spot) -> str:
        """Keep the part of a page around a place; return its SHA-256, empty when it cannot be had."""
        drawn = self._page(spot.page)
        if drawn is None:
            return ""
        image, scale = drawn
        part = image.crop(_pixels(spot.box.grown(_AROUND), scale, image.size))
        part.thumbnail(_CROP)
        return self._keep(part)

    def add(self, pictures: Mapping[str, bytes]) -> None:
        """Keep pictures that somebody else made, by their SHA-256."""
        for digest, content in pictures.items():
            if self._has_room(content):
                self.pictures.setdefault(digest, content)

    def page(
        self, number: int, places: Places, answers: Iterable[Answer], signatures: Iterable[Signature]
    ) -> None:
        """Keep a page with every place on it drawn, named and coloured by its trust or verdict."""
        from PIL import ImageDraw  # noqa: PLC0415 - only who asks for pictures needs it

        drawn = self._page(number)
        if drawn is None:
            return
        image = drawn[0].copy()
        image.thumbnail((_PAGE_WIDTH, 4 * _PAGE_WIDTH))
        scale = drawn[1] * image.width / drawn[0].width
        pen = ImageDraw.Draw(image)
        trusts = {each.field: each.trust for each in answers}
        for path, spot in places.fields.items():
            trust = trusts.get(path, Trust.ABSENT)
            for each in (spot, *places.more.get(path, ())):
                if each.page == number:
                    _mark(pen, each.box, scale, _COLOURS[trust], f"{path} {trust.value}")
        verdicts = {each.slot: each.verdict for each in signatures}
        for slot, spot in places.slots.items():
            if spot.page == number and slot in verdicts:
                _mark(pen, spot.box, scale, _COLOURS[verdicts[slot]], f"{slot} {verdicts[slot].value}")
        if digest := self._keep(image):
            self.sights[f"page-{number}"] = digest

    def each(self, places: Places, answers: Iterable[Answer], signatures: Iterable[Signature]) -> None:
        """Keep a crop of every place in which something was found, and of every slot."""
        for answer in answers:
            spot = places.fields.get(answer.field)
            if spot is None or answer.trust is Trust.ABSENT:
                continue
            # A row may have moved up since: then its places are those of another row.
            own = (f"form field {answer.field}", spot.place, f"{spot.place}, ink")
            if "." not in answer.field or any(each.place in own for each in answer.evidence):
                self.sights[f"field.{answer.field}"] = answer.picture or self.crop(spot)
        for mark in signatures:
            spot = places.slots.get(mark.slot)
            if spot is not None:
                self.sights[f"slot.{mark.slot}"] = mark.picture or self.crop(spot)

    def _page(self, number: int) -> "tuple[Image, float] | None":
        if number not in self._drawn:
            self._drawn.clear()  # one page at a time is enough; it has 6 MB
            self._drawn[number] = self.seen.coloured(number, _DPI)
        return self._drawn[number]

    def _keep(self, image: "Image") -> str:
        out = BytesIO()
        image.save(out, "JPEG", quality=_QUALITY)
        content = out.getvalue()
        if not self._has_room(content):
            return ""
        digest = sha256(content).hexdigest()
        self.pictures[digest] = content
        return digest

    def _has_room(self, content: bytes) -> bool:
        kept = sum(map(len, self.pictures.values()))
        return len(content) <= self.limits.picture_bytes and kept + len(content) <= self.limits.pictures_bytes


def _pixels(box: Box, scale: float, size: tuple[int, int]) -> tuple[int, int, int, int]:
    wide, high = size
    left, top = min(max(0, round(box.left * scale)), wide - 1), min(max(0, round(box.top * scale)), high - 1)
    right, bottom = min(wide, round(box.right * scale)), min(high, round(box.bottom * scale))
    return left, top, max(right, left + 1), max(bottom, top + 1)


def _mark(pen: "ImageDraw", box: Box, scale: float, colour: tuple[int, int, int], words: str) -> None:
    left, top, right, bottom = (each * scale for each in (box.left, box.top, box.right, box.bottom))
    pen.rectangle((left, top, max(left, right), max(top, bottom)), outline=colour, width=2)
    wide = pen.textlength(words)
    if 2 * wide > right - left:
        pen.text((max(left, right - wide), top - _LETTER), words, fill=colour)
        return
    at = right - wide - 4
    pen.rectangle((at - 2, top + 2, at + wide + 2, top + _LETTER + 2), fill=(255, 255, 255))
    pen.text((at, top + 2), words, fill=colour)
