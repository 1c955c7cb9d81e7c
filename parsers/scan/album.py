"""The pictures that a reading leaves: crops of what is doubtful, and pages with everything drawn on them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import cv2
import numpy as np

from agent.domain.answers import Answer, Trust
from agent.domain.signatures import Signature, Verdict
from parsers.limits import Limits
from parsers.pages.page import Box, Places
from parsers.scan.leaf import Leaf
from parsers.scan.marks import region
from parsers.scan.ocr import Pixels

CROP_WIDTH = 600
"""Pixels at most: as wide as a mail shows."""
_AROUND = 6.0
"""Points of the page around a place, so that a person sees where it is."""
_HIGHEST = 420
_SMALLEST = 2
_QUALITY = 80
_PAGE_WIDTH = 1100
_LETTERS = 0.36
_COLOURS = {
    Trust.SURE: (60, 140, 0),
    Trust.LIKELY: (60, 140, 0),
    Trust.GUESS: (0, 120, 240),
    Trust.ABSENT: (160, 160, 160),
    Verdict.SIGNED: (60, 140, 0),
    Verdict.UNCLEAR: (0, 120, 240),
    Verdict.UNSIGNED: (40, 40, 220),
}
"""Blue, green, red: green is taken, orange is asked, grey is empty, red is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Album:
    """Pictures by their SHA-256, and what there is to look at by its name."""

    limits: Limits
    pictures: dict[str, bytes] = field(default_factory=dict)
    sights: dict[str, str] = field(default_factory=dict)

    def crop(self, leaf: Leaf, box: Box) -> str:
        """Keep the part of a page around `box`; return its SHA-256, empty when there is no room for it."""
        cut = region(leaf.pixels, box.grown(_AROUND), leaf.scale)
        if min(cut.shape[:2]) < _SMALLEST:
            return ""
        shrink = min(1.0, CROP_WIDTH / cut.shape[1], _HIGHEST / cut.shape[0])
        return self._keep(_resized(cut, shrink))

    def add(self, pictures: dict[str, bytes]) -> None:
        """Keep pictures that somebody else made, by their SHA-256."""
        for digest, content in pictures.items():
            if self._has_room(content):
                self.pictures.setdefault(digest, content)

    def page(
        self, leaf: Leaf, places: Places, answers: Iterable[Answer], signatures: Iterable[Signature]
    ) -> None:
        """Keep a page with every place on it drawn, named and coloured by its trust or verdict."""
        shrink = min(1.0, _PAGE_WIDTH / leaf.pixels.shape[1])
        drawn = _resized(leaf.pixels, shrink).copy()
        scale = leaf.scale * drawn.shape[1] / leaf.pixels.shape[1]
        trusts = {each.field: each.trust for each in answers}
        for path, spot in places.fields.items():
            if spot.page == leaf.page.number:
                trust = trusts.get(path, Trust.ABSENT)
                _draw(drawn, spot.box, scale, _COLOURS[trust], f"{path} {trust.value}")
        verdicts = {each.slot: each.verdict for each in signatures}
        for slot, spot in places.slots.items():
            if spot.page == leaf.page.number and slot in verdicts:
                verdict = verdicts[slot]
                _draw(drawn, spot.box, scale, _COLOURS[verdict], f"{slot} {verdict.value}")
        if digest := self._keep(drawn):
            self.sights[f"page-{leaf.came or leaf.page.number}"] = digest

    def _keep(self, pixels: Pixels) -> str:
        done, coded = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
        content = coded.tobytes() if done else b""
        if not content or not self._has_room(content):
            return ""
        digest = sha256(content).hexdigest()
        self.pictures[digest] = content
        return digest

    def _has_room(self, content: bytes) -> bool:
        kept = sum(map(len, self.pictures.values()))
        return len(content) <= self.limits.picture_bytes and kept + len(content) <= self.limits.pictures_bytes


def _resized(pixels: Pixels, shrink: float) -> Pixels:
    if shrink >= 1.0:
        return pixels
    small = cv2.resize(pixels, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.uint8)


def _draw(pixels: Any, box: Box, scale: float, colour: tuple[int, int, int], words: str) -> None:  # noqa: ANN401 - drawn on in place
    left, top, right, bottom = (round(each * scale) for each in (box.left, box.top, box.right, box.bottom))
    cv2.rectangle(pixels, (left, top), (right, bottom), colour, 2)
    (wide, high), _ = cv2.getTextSize(words, cv2.FONT_HERSHEY_SIMPLEX, _LETTERS, 1)
    at = max(left + 3, right - wide - 4)
    cv2.rectangle(pixels, (at - 2, top + 2), (at + wide + 2, top + high + 6), (255, 255, 255), -1)
    cv2.putText(
        pixels, words, (at, top + high + 3), cv2.FONT_HERSHEY_SIMPLEX, _LETTERS, colour, 1, cv2.LINE_AA
    )
