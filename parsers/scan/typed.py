"""Whether the places of one page were typed: what a single place is too short to show, the page shows.

Somebody who types a form types all of it with one program, which prints it with strokes of one thickness and
one darkness; somebody who writes by hand writes everywhere, also where it looks like print.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log
from statistics import median
from typing import TypeAlias

from parsers.scan.script import ENOUGH, MANY, Evenness, is_chinese, is_crooked, is_even, is_stepped, script_of
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
_FEET, _BENT = 0.02, 0.025
"""Of their height: how far characters are off their line that stand as the rest of a typed page does."""
_FEET_LATIN = 0.022
_STEP = 0.065
"""Of their height: how far the edges of two or three characters are apart; names have no more to show.  Of
typed ones 97 in 100 are within, by hand 15 in 100."""
_STEP_DIGITS = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class _Type:
    """What surely typed lines of one page have in common."""

    stroke: float
    dark: float
    sizes: tuple[float, ...]


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
    long = [
        (even, text)
        for lines in places
        for even, text in lines
        if even is not None
        and even.characters >= ENOUGH
        and is_chinese(text) is chinese
        and (chinese or even.characters >= MANY or not any(map(str.isalpha, text)))
    ]
    typed = [even for even, text in long if is_even(even, text)]
    level = sum(is_even(even, text) or _is_nearly_even(even, text) for even, text in long)
    if len(typed) < _TYPED or 2 * level < len(long):
        return None
    return _Type(
        stroke=median(even.stroke for even in typed),
        dark=median(even.dark for even in typed),
        sizes=tuple(even.height for even in typed),
    )


def _is_typed(lines: Lines, known: Mapping[bool, _Type | None]) -> bool:
    """Say whether every line of a place looks like what was surely typed on its page."""
    told = [(even, text) for even, text in lines if even is not None]
    return bool(told) and all(_is_alike(even, text, known) for even, text in told)


def _is_alike(even: Evenness, text: str, known: Mapping[bool, _Type | None]) -> bool:
    chinese = is_chinese(text)
    own = known[chinese]
    like = own or (None if chinese else known[True])
    if like is None or is_crooked(even, text):
        return False
    if not _WIDER[0] <= log(even.stroke / like.stroke) <= _WIDER[1]:
        return False
    if abs(log(even.dark / like.dark)) > _DARKER:
        return False
    low, high = _SIZE if own is not None else _SIZE_DIGITS
    if not any(low <= log(even.height / size) <= high for size in like.sizes):
        return False
    return (even.characters >= ENOUGH and is_even(even, text)) or _is_nearly_even(even, text)


def _is_nearly_even(even: Evenness, text: str) -> bool:
    heads, feet = even.steps
    has_letters = any(each.isascii() and each.isalpha() for each in text)
    if even.characters < ENOUGH:
        if even.characters < 2:  # noqa: PLR2004 - one alone has nothing to stand beside
            return False
        if is_chinese(text):
            return max(heads, feet) <= _STEP
        return feet <= _STEP_DIGITS and (has_letters or heads <= _STEP_DIGITS)
    if is_chinese(text):
        return even.bent <= _BENT and min(even.feet, even.heads) <= _FEET and not is_stepped(even, text)
    return has_letters and even.feet <= _FEET_LATIN
