"""Lines of ink that the reading of a page passed over: under a seal, too faint, or no line at all."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from parsers.pages.page import Box
from parsers.scan.codes import read_codes
from parsers.scan.leaf import Leaf
from parsers.scan.marks import halved, ink_of, outside, region
from parsers.scan.second_look import Seen, look
from parsers.scan.spelt import find, widened

_AROUND = 1.5
"""Points around a word within which ink is its own."""
_LOWEST, _HIGHEST = 3.5, 26.0
"""Points of height of a strip of ink that is a line of print."""
_NARROWEST = 18.0
_APART = 11.0
"""Points from one line of the smallest print to the next."""
_LETTERS_APART = 14.0
"""Points of white within a line; a Chinese comma leaves ten."""
_MOST_LINES = 12
"""Lines of one page."""
_QUIET = 4.0
"""Points of white around a QR code, without which nobody reads it."""
_COARSER = 2
_CLEAR = 0.9


@dataclass(frozen=True, slots=True)
class Unread:
    """One line, as it reads now."""

    page: int
    box: Box
    readings: tuple[Seen, ...]

    def says(self, key: str) -> bool:
        """Say whether compared characters stand in it as they are, and not as part of a longer number."""
        return any(
            (match := find(key, seen.key)) is not None
            and not widened(match, key, seen.key, 0, len(seen.key)).edits
            for seen in self.readings
        )

    @property
    def room(self) -> float:
        """Return how many points of a line find room in it."""
        return self.box.width * max(1, int(self.box.height / _APART))

    @property
    def is_clear(self) -> bool:
        """Say whether its words are known now."""
        return any(each.key and min(each.scores) >= _CLEAR for each in self.readings)


def read_again(leaf: Leaf, box: Box) -> Unread:
    """Return what stands where words were read in doubt: two lines of a narrow cell may look like one."""
    (looked,) = look([(leaf, box)])
    return Unread(leaf.page.number, box, looked.readings)


def unread_lines(leaves: Iterable[Leaf]) -> tuple[Unread, ...]:
    """Return the lines of ink that stand outside all words of the pages."""
    return tuple(line for leaf in leaves for line in _of(leaf))


def _of(leaf: Leaf) -> Iterator[Unread]:
    boxes = sorted(_boxes(leaf), key=lambda each: -each.width)[:_MOST_LINES]
    # A line under a seal is one with it, and cannot be read.
    lines = [box for box in boxes if box.height <= _HIGHEST]
    for box, looked in zip(lines, look([(leaf, box) for box in lines]), strict=True):
        yield Unread(leaf.page.number, box, looked.readings)
    for box in boxes:
        crop = region(leaf.pixels, box.grown(_QUIET), leaf.scale)
        if box.height > _HIGHEST and not read_codes(crop, hard=False):
            yield Unread(leaf.page.number, box, ())


def _boxes(leaf: Leaf) -> Iterator[Box]:
    scale = leaf.scale / _COARSER
    mask = ink_of(halved(leaf.pixels), scale)
    whole = Box(0.0, 0.0, mask.shape[1] / scale, mask.shape[0] / scale)
    left = outside(mask, tuple(word.box.grown(_AROUND) for word in leaf.page.words), whole, scale)
    across = np.ones((1, max(3, round(_LETTERS_APART * scale))), dtype=np.uint8)
    connected = cv2.morphologyEx(left.astype(np.uint8), cv2.MORPH_CLOSE, across)
    _, _, stats, _ = cv2.connectedComponentsWithStats(connected, connectivity=8)
    for x, y, wide, high, _ in np.asarray(stats[1:], int).tolist():
        if wide >= _NARROWEST * scale and high >= _LOWEST * scale:
            yield Box(x / scale, y / scale, (x + wide) / scale, (y + high) / scale)
