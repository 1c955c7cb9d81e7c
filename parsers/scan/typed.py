"""Whether the places of one page were typed: what a single place is too short to show, the page shows.

Somebody who types a form types all of it with one program, which prints it with strokes of one thickness and
one darkness; somebody who writes by hand writes everywhere, also where it looks like print.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log
from statistics import median
from typing import TypeAlias

from parsers.scan.script import (
    ENOUGH,
    MANY,
    STEP,
    STRAIGHT_DIGITS,
    Evenness,
    by_letters,
    is_chinese,
    is_crooked,
    is_even,
    is_stepped,
    script_of,
)
from parsers.scan.stance import is_latin
from parsers.scan.trust import Script

Lines: TypeAlias = Sequence[tuple[Evenness | None, str]]
"""The lines of one place: how even each is, and what it says."""

_HANDS = 3
"""Places that look printed for each that is surely written by hand, at most, on a page filled in by hand."""
_TYPED = 2
"""Lines that were surely typed and tell how."""
_WIDER, _DARKER = (-0.25, 0.2), 0.25
"""By how much (logarithm) the strokes of a line may differ from those of what was surely typed.  Nineteen in
twenty typed lines are within; three in four lines written with a usual pen are wider."""
_SIZE = (-0.3, 0.07)
"""The same of the height of its characters: not larger than what was surely typed, and hardly smaller."""
_SIZE_DIGITS = (-0.5, 0.04)
"""Digits and Latin letters beside Chinese are lower, and may be set smaller in their field."""
_SIZE_LATIN = (-0.3, 0.12)
"""Capitals and digits among Latin letters are higher than the line that has small letters, too."""
_SIZE_CHINESE = (0.12, 0.42)
"""Chinese beside Latin letters and digits is higher by this, in the fonts of one size."""
_NEIGHBOURS = 5
"""Lines of about its size that a line is held against: larger print has wider strokes."""
_FEET, _BENT = 0.02, 0.025
"""Of their height: how far characters are off their line that stand as the rest of a typed page does."""
_FEET_LATIN = 0.022
_EXACT, _EXACT_TWO, _SAME_SIZE = 0.03, 0.02, 0.025
"""Of their height: how far the edges of all characters of a line (of a line of two) are apart that was set in
a size of the page, and by how much (logarithm) that may differ.  By hand 4 of 94 stand so, in other sizes."""
_SAME_DIGITS, _SAME_INK = 0.03, 0.15
"""By how much (logarithm) height and darkness of a short number may differ from those of typed lines."""
_STEP_DIGITS = 0.055
_LEVEL_DIGITS = 0.02
"""How far their heads and feet are off their line; 69 in 72 typed dates are within both, by hand 1 in 23."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Type:
    """What surely typed lines of one page have in common."""

    lines: tuple[Evenness, ...]

    def nearest(self, height: float, sizes: tuple[float, float]) -> "_Line | None":
        """Return how lines are written that may be of one size with one so high; None when none may be."""
        low, high = sizes
        off = {
            id(line): abs(larger - (low + high) / 2)
            for line in self.lines
            if low <= (larger := log(height / line.height)) <= high
        }
        near = sorted((line for line in self.lines if id(line) in off), key=lambda line: off[id(line)])
        if not near:
            return None
        return _Line(
            stroke=median(line.stroke for line in near[:_NEIGHBOURS]),
            dark=median(line.dark for line in near[:_NEIGHBOURS]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """How the lines of one size are written."""

    stroke: float
    dark: float


def scripts_of(places: Mapping[str, Lines], print_height: float | None) -> dict[str, Script]:
    """Return how each place of one page was filled in.

    Args:
        places: path to its lines.
        print_height: height of the characters that the form itself is printed in, in points.
    """
    scripts = {path: script_of(lines, print_height) for path, lines in places.items()}
    if _is_by_hand(scripts.values()):
        return {
            path: Script.UNCLEAR if script is Script.PRINT else script for path, script in scripts.items()
        }
    known = {True: _type_of(places.values(), chinese=True), False: _type_of(places.values(), chinese=False)}
    return {
        path: Script.PRINT if script is Script.UNCLEAR and _is_typed(places[path], known) else script
        for path, script in scripts.items()
    }


def _is_by_hand(scripts: Iterable[Script]) -> bool:
    said = list(scripts)
    hands, prints = said.count(Script.HAND), said.count(Script.PRINT)
    return hands > 0 and hands * _HANDS >= prints


def _type_of(places: Iterable[Lines], *, chinese: bool) -> _Type | None:
    """Return what the even lines of a page have in common; None unless most long lines are nearly even."""
    told = [(even, text, by_letters(even)) for lines in places for even, text in lines if even is not None]
    long = [
        (even, text, letters)
        for even, text, letters in told
        if is_chinese(text) is chinese
        and (letters is not None or even.characters >= _needed(text, chinese=chinese))
    ]
    typed = [
        e for e, text, letters in long if letters is Script.PRINT or (letters is None and is_even(e, text))
    ]
    level = len(typed) + sum(
        letters is None and not is_even(e, text) and _is_nearly_even(e, text) for e, text, letters in long
    )
    if len(typed) < _TYPED or 2 * level < len(long):
        return None
    return _Type(lines=tuple(typed))


def _needed(text: str, *, chinese: bool) -> int:
    """Return how many characters of a line tell how even it is."""
    return ENOUGH if chinese or not any(map(str.isalpha, text)) else MANY


def _is_typed(lines: Lines, known: Mapping[bool, _Type | None]) -> bool:
    """Say whether every line of a place looks like what was surely typed on its page."""
    told = [(even, text) for even, text in lines if even is not None]
    return bool(told) and all(_is_alike(even, text, known) for even, text in told)


def _is_alike(even: Evenness, text: str, known: Mapping[bool, _Type | None]) -> bool:
    if (letters := by_letters(even)) is not None:
        return letters is Script.PRINT
    if _is_set(even, text, known[True]):
        return True
    is_level = (even.characters >= ENOUGH and is_even(even, text)) or _is_nearly_even(even, text)
    if not is_level or is_crooked(even, text):
        return False
    return _is_one_of_a_set(even, text, known[False]) or any(
        _WIDER[0] <= log(even.stroke / like.stroke) <= _WIDER[1]
        and abs(log(even.dark / like.dark)) <= _DARKER
        for like in _like(even, known, chinese=is_chinese(text))
    )


def _is_one_of_a_set(even: Evenness, text: str, own: _Type | None) -> bool:
    """Say whether a number of few digits is of one size, width and darkness with what was surely typed.

    On a page on which we printed something, too, most lines of about its size may be ours and darker.
    """
    if own is None or not is_latin(text) or even.characters < 2:  # noqa: PLR2004 - one alone has nothing to stand beside
        return False
    alike = [
        line
        for line in own.lines
        if abs(log(even.height / line.height)) <= _SAME_DIGITS
        and abs(log(even.dark / line.dark)) <= _SAME_INK
        and _WIDER[0] <= log(even.stroke / line.stroke) <= _WIDER[1]
    ]
    return len(alike) >= _TYPED


def _is_set(even: Evenness, text: str, own: _Type | None) -> bool:
    """Say whether characters stand so exactly beside each other, in a size typed elsewhere, as no hand's do.

    Of two characters that touch the frame of their place, how wide the strokes are shows least of all.
    """
    if own is None or even.characters < 2 or not is_chinese(text):  # noqa: PLR2004 - one alone has nothing to stand beside
        return False
    if max(even.steps) > (_EXACT if even.characters > 2 else _EXACT_TWO):  # noqa: PLR2004 - two
        return False
    alike = [
        line
        for line in own.lines
        if abs(log(even.height / line.height)) <= _SAME_SIZE and abs(log(even.dark / line.dark)) <= _DARKER
    ]
    return len(alike) >= _TYPED


def _like(even: Evenness, known: Mapping[bool, _Type | None], *, chinese: bool) -> Iterator[_Line]:
    """Yield how a line would be written if it was typed with the others of its size, by either measure."""
    own, other = known[chinese], known[not chinese]
    if own is not None and (like := own.nearest(even.height, _SIZE if chinese else _SIZE_LATIN)) is not None:
        yield like
    if other is not None and (own is None or not chinese):
        sizes = _SIZE_CHINESE if chinese else _SIZE_DIGITS
        if (like := other.nearest(even.height, sizes)) is not None:
            yield like


def _is_nearly_even(even: Evenness, text: str) -> bool:
    heads, feet = even.steps
    has_letters = any(each.isascii() and each.isalpha() for each in text)
    if even.characters < ENOUGH:
        if even.characters < 2:  # noqa: PLR2004 - one alone has nothing to stand beside
            return False
        if is_chinese(text):
            return max(heads, feet) <= STEP
        return feet <= _STEP_DIGITS and (has_letters or heads <= _STEP_DIGITS)
    if is_chinese(text):
        return even.bent <= _BENT and min(even.feet, even.heads) <= _FEET and not is_stepped(even, text)
    if not any(map(str.isalpha, text)):
        return max(even.feet, even.heads) <= _LEVEL_DIGITS and even.bent <= STRAIGHT_DIGITS
    return has_letters and min(even.feet, even.heads) <= _FEET_LATIN
