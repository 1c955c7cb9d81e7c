"""How a returned page lies on the one that was sent: shifted and scaled by a printer driver, or not at all.

Only what both print is compared, so a page that shows something else fits nowhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from parsers.pages.page import Box, Page, PageWord, Places, Spot
from parsers.understood import plain

_SHARE = 0.7
"""Of the runs that the sent page prints: so many must be found where they belong."""
_NEAR = 3.0
"""Points."""
_LEAST = 4
"""Runs that both pages show; fewer prove nothing."""
_SCALES = (0.6, 1.6)


@dataclass(frozen=True, slots=True)
class Fit:
    """A place on the sent page becomes one on the returned page."""

    scale: float
    right: float
    down: float

    def box(self, box: Box) -> Box:
        """Return where a region of the sent page lies on the returned one."""
        return Box(
            box.left * self.scale + self.right,
            box.top * self.scale + self.down,
            box.right * self.scale + self.right,
            box.bottom * self.scale + self.down,
        )


def fit(sent: Page, returned: Page) -> Fit | None:
    """Return how `returned` lies on `sent`, None when it is not that page."""
    pairs = _pairs(sent.words, returned.words)
    printed = sum(bool(plain(word.text)) for word in sent.words)
    if len(pairs) < _LEAST:
        return None
    found = _solved(pairs)
    if found is None:
        return None
    there = sum(_is_near(found.box(one.box), other.box) for one, other in pairs)
    return found if there >= _SHARE * printed else None


def moved(places: Places, fits: dict[int, tuple[int, Fit]]) -> Places:
    """Return the places on the returned pages; those of pages that are not there are left out.

    Args:
        places: where everything was sent.
        fits: sent page → number of the returned page, and how it lies.
    """

    def spot(each: Spot) -> Spot:
        number, how = fits[each.page]
        return Spot(page=number, box=how.box(each.box))

    def all_of(spots: dict[str, Spot]) -> dict[str, Spot]:
        return {name: spot(each) for name, each in spots.items() if each.page in fits}

    options = {name: all_of(boxes) for name, boxes in places.options.items()}
    return Places(
        fields=all_of(places.fields),
        slots=all_of(places.slots),
        dates=all_of(places.dates),
        options={name: boxes for name, boxes in options.items() if boxes},
    )


def _pairs(sent: Iterable[PageWord], returned: Iterable[PageWord]) -> list[tuple[PageWord, PageWord]]:
    """Return the runs that stand once on each page."""
    ours, theirs = _once(sent), _once(returned)
    return [(word, theirs[key]) for key, word in ours.items() if key in theirs]


def _once(words: Iterable[PageWord]) -> dict[str, PageWord]:
    found: dict[str, PageWord] = {}
    twice: set[str] = set()
    for word in words:
        key = plain(word.text)
        if key in found:
            twice.add(key)
        elif key:
            found[key] = word
    return {key: word for key, word in found.items() if key not in twice}


def _solved(pairs: list[tuple[PageWord, PageWord]]) -> Fit | None:
    """Return the scale and shift by least squares over the upper left corners (one scale for both axes)."""
    count = len(pairs)
    ours = [(one.box.left, one.box.top) for one, _ in pairs]
    theirs = [(other.box.left, other.box.top) for _, other in pairs]
    middle = [sum(each[axis] for each in ours) / count for axis in (0, 1)]
    other_middle = [sum(each[axis] for each in theirs) / count for axis in (0, 1)]
    spread = sum((each[axis] - middle[axis]) ** 2 for each in ours for axis in (0, 1))
    if spread < 1.0:
        return None
    scale = (
        sum(
            (one[axis] - middle[axis]) * (other[axis] - other_middle[axis])
            for one, other in zip(ours, theirs, strict=True)
            for axis in (0, 1)
        )
        / spread
    )
    if not _SCALES[0] <= scale <= _SCALES[1]:
        return None
    return Fit(scale, other_middle[0] - scale * middle[0], other_middle[1] - scale * middle[1])


def _is_near(one: Box, other: Box) -> bool:
    return abs(one.left - other.left) <= _NEAR and abs(one.top - other.top) <= _NEAR
