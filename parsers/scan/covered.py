"""Text that breaks off where ink begins: a seal in grey lies upon the rest, and nobody can compare that."""

from collections.abc import Iterable, Sequence

from parsers.pages.page import Box
from parsers.scan.leaf import Leaf
from parsers.scan.marks import is_inked, outside
from parsers.scan.second_look import Seen, ink_at
from parsers.scan.spelt import find, spelt

_LEAST = 3
"""Characters; fewer are lost at the end of a line that was read badly, which a second look can tell."""
_BESIDE = 1.0
"""Points from the last character that was read to where the rest is looked for."""


def covered(text: str, readings: Sequence[Seen], box: Box, leaf: Leaf, words: Iterable[Box]) -> Box | None:
    """Return where the rest of a text should stand when ink lies there that is no word; None when none does.

    Args:
        text: as it was sent.
        readings: of the place in which it seems to stand, none of which goes on to its end or from its
            beginning.
        box: of the line where it breaks off, in points.
        leaf: the page.
        words: every word that was read on the page, in points.
    """
    key = spelt(text)[0]
    lost = [_lost(key, each) for each in readings if each.key]
    if not lost:
        return None
    head, tail = (min(each) for each in zip(*lost, strict=True))
    letter = box.width / max(1, min(len(each.key) for each in readings if each.key))
    after = Box(box.right + _BESIDE, box.top, min(box.right + tail * letter, leaf.page.width), box.bottom)
    before = Box(max(0.0, box.left - head * letter), box.top, box.left - _BESIDE, box.bottom)
    known = tuple(words)
    for count, rest in ((tail, after), (head, before)):
        if count >= _LEAST and rest.width > 0 and _is_covered(leaf, rest, known):
            return rest
    return None


def _lost(key: str, seen: Seen) -> tuple[int, int]:
    """Return how many characters of the beginning and of the end a reading does not have."""
    match = find(key, seen.key)
    if match is None:
        return 0, 0
    head = next((e.end - (e.stop - e.begin) for e in match.edits if e.start == 0), 0)
    tail = next((e.end - e.start - (e.stop - e.begin) for e in match.edits if e.end == len(key)), 0)
    return head, tail


def _is_covered(leaf: Leaf, rest: Box, words: tuple[Box, ...]) -> bool:
    return is_inked(outside(ink_at(leaf, rest), words, rest, leaf.scale), leaf.scale)
