"""Text upon which a seal lies: it breaks off beneath a grey one, and a red one takes strokes away with it.

What is read there is neither as sent nor altered; a person is shown the place.
"""

from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise

import cv2

from parsers.pages.lines import wide
from parsers.pages.page import Box
from parsers.scan.leaf import Leaf
from parsers.scan.marks import is_inked, outside, region
from parsers.scan.second_look import Seen, ink_at
from parsers.scan.spelt import Match, find, origins, spelt
from parsers.scan.thin import differences

_LEAST = 3
"""Characters; fewer are lost at the end of a line that was read badly, which a second look can tell."""
_BESIDE = 1.0
"""Points from the last character that was read to where the rest is looked for."""
_NEXT = 1.2
"""Of a line's height: the next one of its cell is there."""
_LIFTED = 40
"""Levels of 256 by which ink was lightened where a seal lay, beyond what paper varies by."""
_STROKE = 0.5
"""Square points of it that may hold a stroke of a character."""


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


def covered_within(parts: Sequence[Box], leaf: Leaf, words: Iterable[Box]) -> Box | None:
    """Return the gap in a line of print where ink lies that is no word; None when there is none.

    Args:
        parts: what was read of the text, from left to right, in points.
        leaf: the page.
        words: every word that was read on the page, in points.
    """
    known = tuple(words)
    for one, other in pairwise(parts):
        top, bottom = max(one.top, other.top), min(one.bottom, other.bottom)
        gap = Box(one.right + _BESIDE, top, other.left - _BESIDE, bottom)
        if bottom > top and gap.width >= gap.height and _is_covered(leaf, gap, known):
            return gap
    return None


def goes_on_below(text: str, readings: Sequence[Seen], box: Box, leaf: Leaf) -> bool:
    """Say whether a text breaks off at the end of a line below which ink lies that no word accounts for.

    A narrow cell prints `Prototyp` and, where it is too little for a line to be found, `e`.

    Args:
        text: as it was sent.
        readings: of the line.
        box: of the line, in points.
        leaf: its page.
    """
    key = spelt(text)[0]
    lost = [_lost(key, each) for each in readings if each.key]
    if not lost or any(head or not tail for head, tail in lost):
        return False
    below = Box(box.left, box.bottom + _BESIDE, box.right, box.bottom + _BESIDE + _NEXT * box.height)
    return _is_covered(leaf, below, tuple(word.box for word in leaf.page.words))


def stamped(text: str, readings: Sequence[Seen], box: Box, leaf: Leaf) -> bool:
    """Say whether a line differs only where the red of a seal was taken away from it.

    The ink of the seal hides the foot of a `p`, and what is left is a clear `n` to every reading.

    Args:
        text: as it was sent.
        readings: of the line.
        box: of the line, in points.
        leaf: its page.
    """
    if leaf.plain is None:
        return False
    told = [(each, differences(text, each.words, each.key).match) for each in readings if each.key]
    known = [(match.cost, number) for number, (_, match) in enumerate(told) if match is not None]
    if not known:
        return False
    seen, match = told[min(known)[1]]
    return match is not None and bool(match.edits) and _is_stamped(seen, match, box, leaf)


def _is_stamped(seen: Seen, match: Match, box: Box, leaf: Leaf) -> bool:
    ends = list(accumulate((1.0 if wide(each) else 0.5 for each in seen.words), initial=0.0))
    at = origins(seen.words)
    if len(at) != len(seen.key):
        return False
    em = box.width / ends[-1]
    for edit in match.edits:
        first, last = max(0, edit.begin - (not edit.now)), min(len(at), edit.stop + (not edit.now)) - 1
        left, right = ends[at[first]] - 0.5, ends[at[max(first, last)] + 1] + 0.5
        here = Box(box.left + left * em, box.top, box.left + right * em, box.bottom)
        if not _is_lifted(leaf, here):
            return False
    return True


def _is_lifted(leaf: Leaf, box: Box) -> bool:
    """Say whether the red of a seal was taken away from a place."""
    was, now = (region(pixels, box, leaf.scale) for pixels in (leaf.pixels, leaf.readable))
    if not was.size:
        return False
    lifted = cv2.absdiff(was, now).max(axis=2) > _LIFTED
    return int(lifted.sum()) >= _STROKE * leaf.scale**2


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
