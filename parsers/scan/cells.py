"""The second reading of each place on a page: alone, cleaned of everything that is not its own ink."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import TypeAlias

from parsers.pages.lines import text_of, words_in, words_of
from parsers.pages.page import Box, PageWord
from parsers.scan.leaf import Leaf
from parsers.scan.marks import (
    Mask,
    Strip,
    added,
    amount,
    halved,
    ink_of,
    is_inked,
    is_struck,
    lines_of,
    outside,
    print_of,
    region,
)
from parsers.scan.ocr import Line, Pixels, read_lines
from parsers.scan.script import Evenness, evenness, is_measurable, script_of
from parsers.scan.trust import NOTHING, Heard, Place, Script
from parsers.scan.words import chinese_marks

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
_HANDS = 3
"""Places that look printed for each that is surely written by hand, at most, on a page filled in by hand."""
_TYPED = 2
"""Lines that were surely typed and tell in what size."""
_MEASURABLE = 3
"""Characters of such a word at least."""

_Lines: TypeAlias = list[tuple[Evenness | None, str]]


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


def look_at(leaf: Leaf, boxes: Mapping[str, Box], names: Mapping[str, str]) -> dict[str, Place]:
    """Return what each place of one page shows, by its path.

    Args:
        leaf: the page.
        boxes: path to its region.
        names: path to the name of its place, as evidence says it.
    """
    looks = {path: _look(leaf, box, leaf.values.get(path, "")) for path, box in boxes.items()}
    _bound(looks)
    strips = [strip.pixels for look in looks.values() for strip in look.strips]
    read = iter(read_lines(strips) if strips else ())
    for look in looks.values():
        look.read = [next(read) for _ in look.strips]
    evens = {path: _evens(look) for path, look in looks.items()}
    scripts = _scripts(evens, print_height(leaf, tuple(boxes.values())))
    spilt = _spilt(leaf, boxes)
    return {
        path: _place(look, names[path], scripts[path], is_spilt=path in spilt) for path, look in looks.items()
    }


def _bound(looks: Mapping[str, _Look]) -> None:
    """Leave places unread beyond what a page can hold; one reading alone is never believed."""
    room = _MOST_STRIPS
    for look in looks.values():
        room -= len(look.strips)
        if room < 0:
            look.strips = []


def _evens(look: _Look) -> _Lines:
    return [
        (evenness(strip.pixels, strip.mask, look.leaf.scale), line.text)
        for line, strip in zip(look.read, look.strips, strict=True)
        if line.text.strip()
    ]


def _scripts(evens: Mapping[str, _Lines], printed: float | None) -> dict[str, Script]:
    """Return how each place was filled in.

    Somebody who types a form types it in one size; a name of two characters, which shows nothing else, is
    measured by what is typed in other places before it is measured by the form's own print.  And somebody
    who writes by hand writes by hand everywhere, also where it looks like print.
    """
    scripts = {path: script_of(lines, printed) for path, lines in evens.items()}
    if _by_hand(scripts):
        return {
            path: Script.UNCLEAR if script is Script.PRINT else script for path, script in scripts.items()
        }
    typed = [
        even.height
        for path, lines in evens.items()
        for even, text in lines
        if scripts[path] is Script.PRINT and even is not None and is_measurable(even, text)
    ]
    if len(typed) < _TYPED:
        return scripts
    size = median(typed)
    return {
        path: script_of(evens[path], size) if script is Script.UNCLEAR else script
        for path, script in scripts.items()
    }


def _by_hand(scripts: Mapping[str, Script]) -> bool:
    hands = sum(script is Script.HAND for script in scripts.values())
    prints = sum(script is Script.PRINT for script in scripts.values())
    return hands > 0 and hands * _HANDS >= prints


def print_height(leaf: Leaf, places: tuple[Box, ...]) -> float | None:
    """Return how high the characters are that the form itself is printed in, in points; None if unknown."""
    heights: list[float] = []
    for word in leaf.page.words:
        if len(word.text) < _MEASURABLE or any(place.common(word.box) for place in places):
            continue
        crop = region(leaf.pixels, word.box.grown(_AROUND), leaf.scale)
        strips = list(lines_of(crop, ink_of(crop, leaf.scale), leaf.scale))
        even = evenness(strips[0].pixels, strips[0].mask, leaf.scale) if len(strips) == 1 else None
        if even is not None:
            heights.append(even.height)
        if len(heights) >= _MEASURED:
            break
    return median(heights) if heights else None


def _look(leaf: Leaf, box: Box, sent: str) -> _Look:
    crop = region(leaf.pixels, box, leaf.scale)
    mask = ink_of(crop, leaf.scale)
    fresh, blank = mask, None
    if leaf.blank is not None:
        blank = region(leaf.blank, box, leaf.scale)
        fresh = added(mask, print_of(blank, leaf.scale), leaf.scale)
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
    if leaf.blank is None or leaf.blank.shape != leaf.pixels.shape:
        return frozenset()
    scale = leaf.scale / _COARSER
    fresh = added(ink_of(halved(leaf.pixels), scale), print_of(halved(leaf.blank), scale), scale, _LOOSE)
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
    found = [(line, strip) for line, strip in zip(look.read, look.strips, strict=True) if line.text.strip()]
    alone = tuple(
        PageWord(text=line.text.strip(), box=_moved(strip.box, look.box), score=line.score)
        for line, strip in found
    )
    own = tuple(word.box.grown(_AROUND) for word in look.words)
    unread = outside(look.fresh, own, look.box, scale)
    return Place(
        place=name,
        page=_heard(look.words, words_in(look.leaf.page, look.box)),
        cell=_heard(alone, text_of(alone, look.box)),
        script=script,
        inked=is_inked(look.fresh, scale) or look.struck,
        is_compared=look.leaf.blank is not None,
        whole=amount(unread, scale) < _UNREAD and not is_spilt and not look.struck,
        sent=look.sent,
    )


def _heard(words: tuple[PageWord, ...], text: str) -> Heard:
    return Heard(words=chinese_marks(text), score=min(word.score for word in words)) if words else NOTHING


def _moved(box: Box, corner: Box) -> Box:
    return Box(box.left + corner.left, box.top + corner.top, box.right + corner.left, box.bottom + corner.top)
