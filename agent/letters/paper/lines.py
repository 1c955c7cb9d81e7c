"""Break a paragraph into lines, as Chinese and English are broken (GB/T 15834; UAX 14, simplified)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from agent.letters.paper.faces import Face, Faces
from agent.letters.paper.joining import joined, spaced
from agent.letters.paper.laid import Counted, Line, Said, Shown, Thing, Tick, Widget
from agent.letters.paper.model import (
    Align,
    Break,
    Control,
    Count,
    Inline,
    Look,
    Paragraph,
    Picture,
    Tab,
    Text,
)

_NO_START = frozenset("、，。；：！？）》〉】〕」』”’…—·%‰℃,.;:!?)]}")
"""What never begins a line."""
_NO_END = frozenset("（《〈【〔「『“‘([{")
"""What never ends one."""
_STOP = 36.0
"""Points between the tab stops that nobody set (17.15.1.25)."""
_LATIN_HEIGHT, _CHINESE_HEIGHT = 1.17, 1.32
"""Heights of a line in sizes, as Arial and 微软雅黑 have them."""
_RISE = 0.86
"""How much of a line of one size stands above the baseline."""
_LONGEST_WORD = 100
"""Characters; a longer one may be broken there, so that breaking takes time in proportion to the text."""
_NARROWEST = 60.0
"""Points; a place to write in that is narrower moves to the next line."""

Opened = Callable[[Control], Sequence["Inline | Thing"] | None]
"""What stands on paper for a control within a line; None for a place to write in."""


@dataclass(frozen=True, slots=True)
class _Unit:
    """Something that is never broken; `glued` holds it to the unit before."""

    thing: Thing | Break | Tab
    width: float
    glued: bool = False
    space: bool = False


class Breaker:
    """Breaks paragraphs of one sheet."""

    def __init__(self, faces: Faces, opened: Opened) -> None:
        self._faces = faces
        self._opened = opened

    def lines(self, paragraph: Paragraph, width: float) -> tuple[Line, ...]:
        """Return the lines of `paragraph` in a column of `width` points; at least one."""
        room = max(width - paragraph.left - paragraph.right, 10.0)
        units = list(self._units(paragraph.inlines))
        lines: list[Line] = []
        first = True
        while units or first:
            indent = paragraph.first if first else 0.0
            taken, units, page = self._take(units, room - indent, paragraph)
            line = self._set(taken, room - indent, paragraph, indent)
            lines.append(replace(line, new_page=page))
            first = False
        return spaced(lines, paragraph)

    def said(self, words: str, look: Look, width: float) -> tuple[str, ...]:
        """Return `words` as the lines that a place to write in of this width shows."""
        inlines: list[Inline] = []
        for number, line in enumerate(words.split("\n")):
            if number:
                inlines.append(Break(look))
            inlines.append(Text(line, look))
        found = self.lines(Paragraph(inlines=tuple(inlines), look=look), width)
        return tuple("".join(t.words for _, t in line.things if isinstance(t, Said)) for line in found)

    def height(self, words: str, look: Look) -> float:
        """Return the height of a line of `words`."""
        return look.size * (_CHINESE_HEIGHT if self._is_chinese(words) else _LATIN_HEIGHT)

    def _units(self, inlines: Sequence[Inline | Thing]) -> Iterator[_Unit]:
        glue = False
        for each in inlines:
            match each:
                case Text(words=words, look=look):
                    for unit in self._words(words, look):
                        yield replace(unit, glued=True) if glue and not unit.space else unit
                        glue = False
                    glue = bool(words) and not words[-1].isspace() and self._joins(words[-1], look)
                    continue
                case Break() | Tab():
                    yield _Unit(each, 0.0)
                case Count(whole=whole, look=look):
                    width = self._faces.width("00", look.size, bold=look.bold)
                    yield _Unit(Counted(whole, look, width), width, glued=True)
                case Picture():
                    yield _Unit(Shown(each, each.width), each.width)
                case Control():
                    inside = self._opened(each)
                    if inside is None:
                        yield _Unit(Widget(each.path, 0.0, 0.0, each.look), _NARROWEST)
                    else:
                        yield from self._units(inside)
                case Tick():
                    yield _Unit(each, each.width)
                    glue = True
                    continue
                case _:
                    yield _Unit(each, each.width, glued=glue)
            glue = False

    def _words(self, words: str, look: Look) -> Iterator[_Unit]:
        start = 0
        for place in range(1, len(words) + 1):
            whole = place - start < _LONGEST_WORD
            if place < len(words) and whole and not self._parts(words[place - 1], words[place], look):
                continue
            piece = words[start:place]
            width = self._faces.width(piece, look.size, bold=look.bold)
            yield _Unit(Said(piece, look, width), width, space=piece.isspace())
            start = place

    def _parts(self, before: str, after: str, look: Look) -> bool:
        """Say whether a line may end between two characters."""
        if before == " " or after == " ":
            return before != after
        if after in _NO_START or before in _NO_END:
            return False
        return not (self._joins(before, look) and self._joins(after, look)) or before == "-"

    def _joins(self, character: str, look: Look) -> bool:
        latin = self._faces.face(character, bold=look.bold) in {Face.LATIN, Face.LATIN_BOLD}
        return latin and character not in {" ", "-"}

    def _take(
        self, units: list[_Unit], room: float, paragraph: Paragraph
    ) -> tuple[list[_Unit], list[_Unit], bool]:
        """Return what fits on a line, what is left, and whether a page ends behind it."""
        used, whole = 0.0, len(units)
        place = 0
        while place < whole:
            unit = units[place]
            if isinstance(unit.thing, Break):
                return units[:place], units[place + 1 :] or _after_break(unit), unit.thing.page
            end = place + 1
            while end < whole and units[end].glued:
                end += 1
            width = sum(each.width for each in units[place:end])
            fits = used + width <= room + 0.01 or unit.space or isinstance(unit.thing, Tab)
            if not fits and place:
                return units[:place], units[place:], False
            if not fits:
                return self._force(units, room)
            used = (
                self._tabbed(units[end:], used, room, paragraph)
                if isinstance(unit.thing, Tab)
                else used + width
            )
            place = end
        return units, [], False

    def _force(self, units: list[_Unit], room: float) -> tuple[list[_Unit], list[_Unit], bool]:
        """Cut what is wider than a whole line: at a seam, else within a word, else leave it as it is."""
        used = 0.0
        for place, unit in enumerate(units):
            if used + unit.width <= room:
                used += unit.width
                continue
            if not isinstance(unit.thing, Said) or len(unit.thing.words) == 1:
                cut = max(place, 1)
                return units[:cut], units[cut:], False
            words, look = unit.thing.words, unit.thing.look
            fitting = self._fitting(words, look, room - used)
            if not fitting and place:
                return units[:place], units[place:], False
            halves = [self._unit(part, look) for part in (words[: fitting or 1], words[fitting or 1 :])]
            return [*units[:place], halves[0]], [halves[1], *units[place + 1 :]], False
        return units, [], False

    def _fitting(self, words: str, look: Look, room: float) -> int:
        """Return how many characters of `words` fit into `room`."""
        for count, character in enumerate(words):
            room -= self._faces.width(character, look.size, bold=look.bold)
            if room < 0:
                return count
        return len(words)

    def _unit(self, words: str, look: Look) -> _Unit:
        width = self._faces.width(words, look.size, bold=look.bold)
        return _Unit(Said(words, look, width), width)

    def _set(self, units: list[_Unit], room: float, paragraph: Paragraph, indent: float) -> Line:
        while units and units[-1].space:
            units = units[:-1]
        units = _widened(units, room)
        things: list[tuple[float, Thing]] = []
        at = 0.0
        for place, unit in enumerate(units):
            if isinstance(unit.thing, Tab):
                at = self._tabbed(units[place + 1 :], at, room, paragraph)
            elif not isinstance(unit.thing, Break):
                things.append((at, unit.thing))
                at += unit.width
        slack = max(room - at, 0.0)
        shift = {Align.LEFT: 0.0, Align.CENTRE: slack / 2, Align.RIGHT: slack}[paragraph.align]
        start = paragraph.left + indent + shift
        height, baseline = self._height(things, paragraph)
        return Line(tuple((start + x, thing) for x, thing in joined(things)), height, baseline)

    def _tabbed(self, following: list[_Unit], at: float, room: float, paragraph: Paragraph) -> float:
        """Return where the text behind a tab begins."""
        width = 0.0
        for each in following:
            if isinstance(each.thing, Tab | Break):
                break
            width += each.width
        for stop, align in paragraph.stops:
            start = stop - {Align.LEFT: 0.0, Align.CENTRE: width / 2, Align.RIGHT: width}[align]
            if stop > at + 0.01:
                return max(min(start, room - (0.0 if align is Align.LEFT else width)), at)
        return (at // _STOP + 1) * _STOP

    def _height(self, things: list[tuple[float, Thing]], paragraph: Paragraph) -> tuple[float, float]:
        tallest, letters = 0.0, 0.0
        for _, thing in things:
            match thing:
                case Said(words=words, look=look):
                    letters, own = max(letters, look.size), self.height(words, look)
                case Shown(picture=picture):
                    own = picture.height
                case Widget(height=height, look=look):
                    letters, own = max(letters, look.size), max(height, look.size * 1.6)
                case Tick(width=width, look=look):
                    letters, own = max(letters, look.size), max(width + 3, look.size * 1.5)
                case Counted(look=look):
                    letters, own = max(letters, look.size), look.size * _LATIN_HEIGHT
                case _:
                    assert_never(thing)
            tallest = max(tallest, own)
        if not things:
            letters = paragraph.look.size
            tallest = letters * _LATIN_HEIGHT
        height = max(tallest * paragraph.spacing, paragraph.height)
        baseline = (height - letters) / 2 + letters * _RISE if letters else height
        return height, baseline

    def _is_chinese(self, words: str) -> bool:
        return any(self._faces.face(c, bold=False) is Face.CHINESE for c in words)


def _after_break(unit: _Unit) -> list[_Unit]:
    """Return what a line end at the very end leaves: an empty line."""
    look = unit.thing.look if isinstance(unit.thing, Break) else Look()
    return [_Unit(Said("", look, 0.0), 0.0)]


def _widened(units: list[_Unit], room: float) -> list[_Unit]:
    """Give the places to write in what the words leave of the line."""
    open_ = [u for u in units if isinstance(u.thing, Widget)]
    if not open_:
        return units
    rest = (room - sum(u.width for u in units if not isinstance(u.thing, Widget))) / len(open_)
    width = max(rest, _NARROWEST / 2)
    return [
        _Unit(replace(u.thing, width=width, height=u.thing.look.size * 1.6), width)
        if isinstance(u.thing, Widget)
        else u
        for u in units
    ]
