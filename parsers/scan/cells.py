"""The second reading of each place on a page: alone, cleaned of everything that is not its own ink."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from statistics import median

import cv2
import numpy as np

from parsers.pages.lines import text_of, words_in, words_of
from parsers.pages.page import Box, PageWord
from parsers.scan.heard import NOTHING, Heard, same
from parsers.scan.leaf import Leaf
from parsers.scan.marks import (
    Mask,
    Strip,
    added,
    amount,
    button,
    halved,
    ink_of,
    is_cut_off,
    is_inked,
    lines_of,
    outside,
    region,
    sent_print,
)
from parsers.scan.ocr import Line, Pixels, read_lines
from parsers.scan.script import evenness
from parsers.scan.strikes import is_struck
from parsers.scan.trust import Place, Script
from parsers.scan.typed import Lines, scripts_of
from parsers.scan.words import chinese_marks, without_rules

_UNREAD = 2.0
"""Square points of ink that no word accounts for; a full stop has one."""
_BESIDE = 9.0
"""Points around a place in which its words may go on where they found no room."""
_SPILT = 4.0
"""Square points of ink there that are no accident; a small character has ten."""
_LOOSE = 2.6
"""Points by which our own print may be off when a whole page is looked over."""
_COARSER = 2
"""A whole page is looked over at half its scale."""
_AROUND = 1.5
"""Points around a word within which ink is its own."""
_MOST_LINES = 40
"""Lines of one place; beyond it somebody pasted a page, and a person reads it."""
_MOST_STRIPS = 400
"""Lines of all places of a page: noise has many, and each takes 20 ms."""
_MEASURED = 12
"""Printed words of a page that are measured to learn in what size it is printed."""
_LARGER = 1.6
"""Times its size: how large a doubtful line is read the third time."""
_WHITE = 0.3
"""Of its height: white around a Chinese line then, which the engine thus sees smaller.  `门` in a thin
typeface was `内` at every size and weight, and `门` with this much around; Latin lines lose letters by it."""
_MEASURABLE = 3
"""Characters of such a word at least."""


@dataclass(slots=True)
class _Look:
    """One place on its way through the reading."""

    leaf: Leaf
    box: Box
    crop: Pixels
    mask: Mask
    fresh: Mask
    """The ink that is not ours; all of it when the page as sent is not known."""
    struck: bool
    words: tuple[PageWord, ...]
    sent: str
    strips: list[Strip] = field(default_factory=list)
    read: list[Line] = field(default_factory=list)
    again: list[Line] = field(default_factory=list)
    """The same lines enlarged and evened out, where the first two readings left a doubt."""


def look_at(leaf: Leaf, boxes: Mapping[str, Box], names: Mapping[str, str]) -> dict[str, Place]:
    """Return what each place of one page shows, by its path.

    Args:
        leaf: the page.
        boxes: path to its region.
        names: path to the name of its place, as evidence says it.
    """
    looks = {
        path: _look(
            leaf, _without_button(leaf, box) if path in leaf.lists else box, leaf.values.get(path, "")
        )
        for path, box in boxes.items()
    }
    _bound(looks)
    strips = [strip.pixels for look in looks.values() for strip in look.strips]
    read = iter(read_lines(strips) if strips else ())
    for look in looks.values():
        look.read = [next(read) for _ in look.strips]
    _read_again(list(looks.values()))
    evens = {path: _evens(look) for path, look in looks.items()}
    scripts = scripts_of(evens, print_height(leaf, tuple(boxes.values())))
    spilt = _spilt(leaf, boxes)
    return {
        path: _place(look, names[path], scripts[path], is_spilt=path in spilt) for path, look in looks.items()
    }


def _without_button(leaf: Leaf, box: Box) -> Box:
    """Return the place without the button that was printed at its right end; all of it when there is none."""
    begins = button(region(leaf.readable, box, leaf.scale), leaf.scale)
    return box if begins is None else replace(box, right=box.left + begins - _AROUND)


def _bound(looks: Mapping[str, _Look]) -> None:
    """Leave places unread beyond what a page can hold; one reading alone is never believed."""
    room = _MOST_STRIPS
    for look in looks.values():
        room -= len(look.strips)
        if room < 0:
            look.strips = []


def _read_again(looks: list[_Look]) -> None:
    """Read what is doubtful a third time, as another picture."""
    doubtful = [look for look in looks if look.strips and _is_doubtful(look)]
    read = iter(
        read_lines(
            [
                _otherwise(strip.pixels, line.text)
                for look in doubtful
                for strip, line in zip(look.strips, look.read, strict=True)
            ]
        )
    )
    for look in doubtful:
        look.again = [next(read) for _ in look.strips]


def _is_doubtful(look: _Look) -> bool:
    page, cell = _page_heard(look), _cell_heard(look, look.read)
    return bool(page.words and cell.words) and not (
        page.is_clear and cell.is_clear and same(page.words, cell.words)
    )


def _otherwise(pixels: Pixels, text: str) -> Pixels:
    """Return a line as another picture: larger, grey, from white to black; Chinese with white around it."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    large = cv2.resize(grey, None, fx=_LARGER, fy=_LARGER, interpolation=cv2.INTER_CUBIC)
    darkest, lightest = int(large.min()), int(large.max())
    even = (large.astype(np.float32) - darkest) * (255.0 / max(lightest - darkest, 1))
    other = cv2.cvtColor(even.astype(np.uint8), cv2.COLOR_GRAY2BGR)
    white = 0 if text.isascii() else round(_WHITE * other.shape[0])
    framed = cv2.copyMakeBorder(other, white, white, white, white, cv2.BORDER_CONSTANT, value=(255, 255, 255))
    return np.asarray(framed, dtype=np.uint8)


def _page_heard(look: _Look) -> Heard:
    return _heard(look.words, words_in(look.leaf.page, look.box))


def _cell_heard(look: _Look, lines: list[Line]) -> Heard:
    alone = tuple(
        PageWord(text=line.text.strip(), box=_moved(strip.box, look.box), score=line.score)
        for line, strip in zip(lines, look.strips, strict=False)
        if line.text.strip()
    )
    alone = without_rules(alone, look.words)
    return _heard(alone, text_of(alone, look.box))


def _evens(look: _Look) -> Lines:
    return [
        (evenness(strip.pixels, strip.mask, look.leaf.scale, line.text), line.text)
        for line, strip in zip(look.read, look.strips, strict=True)
        if line.text.strip()
    ]


def print_height(leaf: Leaf, places: tuple[Box, ...]) -> float | None:
    """Return how high the characters are that the form itself is printed in, in points; None if unknown."""
    heights: list[float] = []
    for word in leaf.page.words:
        if len(word.text) < _MEASURABLE or any(place.common(word.box) for place in places):
            continue
        crop = region(leaf.readable, word.box.grown(_AROUND), leaf.scale)
        strips = list(lines_of(crop, ink_of(crop, leaf.scale), leaf.scale))
        even = evenness(strips[0].pixels, strips[0].mask, leaf.scale) if len(strips) == 1 else None
        if even is not None:
            heights.append(even.height)
        if len(heights) >= _MEASURED:
            break
    return median(heights) if heights else None


def _look(leaf: Leaf, box: Box, sent: str) -> _Look:
    crop = region(leaf.readable, box, leaf.scale)
    mask = ink_of(crop, leaf.scale)
    fresh, blank = mask, None
    if leaf.blank is not None:
        blank = region(leaf.blank, box, leaf.scale)
        fresh = added(mask, sent_print(blank, leaf.scale), leaf.scale)
    look = _Look(
        leaf=leaf,
        box=box,
        crop=crop,
        mask=mask,
        fresh=fresh,
        struck=is_struck(crop, leaf.scale, blank),
        words=words_of(leaf.page, box),
        sent=sent if sent or leaf.sent is None else words_in(leaf.sent, box),
    )
    if is_inked(mask, leaf.scale):
        look.strips = list(lines_of(crop, mask, leaf.scale))[:_MOST_LINES]
    return look


def _spilt(leaf: Leaf, boxes: Mapping[str, Box]) -> frozenset[str]:
    """Return the places beside which somebody wrote in no place; none without the page as sent."""
    if leaf.blank is None or leaf.blank.shape != leaf.readable.shape:
        return frozenset()
    scale = leaf.scale / _COARSER
    fresh = added(ink_of(halved(leaf.readable), scale), sent_print(halved(leaf.blank), scale), scale, _LOOSE)
    whole = Box(0.0, 0.0, fresh.shape[1] / scale, fresh.shape[0] / scale)
    strange = outside(fresh, tuple(box.grown(1.0) for box in boxes.values()), whole, scale)
    spilt = set()
    for path, box in boxes.items():
        around = box.grown(_BESIDE)
        left, top = max(0, round(around.left * scale)), max(0, round(around.top * scale))
        right, bottom = round(around.right * scale), round(around.bottom * scale)
        if amount(strange[top:bottom, left:right], scale) >= _SPILT:
            spilt.add(path)
    return frozenset(spilt)


def _place(look: _Look, name: str, script: Script, *, is_spilt: bool) -> Place:
    scale = look.leaf.scale
    own = tuple(word.box.grown(_AROUND) for word in look.words)
    unread = outside(look.fresh, own, look.box, scale)
    return Place(
        place=name,
        page=_page_heard(look),
        cell=_cell_heard(look, look.read),
        again=_cell_heard(look, look.again),
        script=script,
        inked=is_inked(look.fresh, scale) or look.struck,
        is_compared=look.leaf.blank is not None,
        whole=amount(unread, scale) < _UNREAD
        and not (is_spilt or look.struck or is_cut_off(look.fresh, scale)),
        sent=look.sent,
    )


def _heard(words: tuple[PageWord, ...], text: str) -> Heard:
    return Heard(words=chinese_marks(text), score=min(word.score for word in words)) if words else NOTHING


def _moved(box: Box, corner: Box) -> Box:
    return Box(box.left + corner.left, box.top + corner.top, box.right + corner.left, box.bottom + corner.top)
