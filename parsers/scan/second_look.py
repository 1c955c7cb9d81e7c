"""A second look at print that seems to differ from what was sent, before anybody is told that it was altered.

The page is read line by line as the engine finds lines; here the very place is cut out and read by its own
ink.  What then reads as it was sent was misread; what nobody can read was not compared.  Told is what both
readings see.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from agent.domain.reading import Drift, DriftKind
from parsers.pages.drift import SURE, Piece, compare, shown
from parsers.pages.drift_text import legible
from parsers.pages.lines import wide
from parsers.pages.page import Box
from parsers.scan.leaf import Leaf
from parsers.scan.marks import halved, ink_of, is_inked, lines_of, outside, region
from parsers.scan.ocr import read_lines

_AROUND = 1.5
_ABOVE = 3.0
"""Points around a place, since print is never quite where it was, and above and below it."""
_PART = 0.6
"""Of the highest line's height: a lower strip is a part of the line above or below."""
_MOST_LINES = 12
"""Lines of one place, and of one page that nobody read."""
_LOWEST, _HIGHEST = 3.5, 16.0
"""Points of height of a strip of ink that is a line of print."""
_NARROWEST = 18.0
_LETTERS_APART = 6.0
"""Points of white within a line."""
_FITS = 0.5
"""Of its width when printed in 10 points: so much of a sentence that is missing an unread line may be."""
_EM = 10.0
_LINE = 480.0
"""Points; a longer sentence has several lines."""
_LABEL = 5
"""Compared characters; that a shorter label was not read says nothing about whether it is there."""
_COARSER = 2


@dataclass(frozen=True, slots=True)
class _Seen:
    words: str
    score: float
    inked: bool

    @property
    def piece(self) -> Piece:
        """Return it as a piece that may be compared."""
        return Piece(text=self.words, score=self.score)


def confirmed(
    drift: Sequence[Drift],
    leaves: Iterable[Leaf],
    sent: Iterable[Piece],
    returned: Iterable[Piece],
    names: Sequence[str],
) -> tuple[Drift, ...]:
    """Return the differences that a second look confirms.

    Args:
        drift: what the first reading found.
        leaves: the pages.
        sent: the pieces as sent, with their places on the pages where these are known.
        returned: the pieces as they were read, with theirs; with what stands in the answers' places.
        names: people and departments.
    """
    if not drift:
        return ()
    pages = {leaf.page.number: leaf for leaf in leaves}
    ours = {shown(each.text): each for each in sent}
    looks = _Looks(pages, tuple(returned), names)
    kept = []
    for each in drift:
        own = ours.get(each.sent)
        piece = own or _on(pages.get(each.page), each.returned)
        if not each.sent or looks.confirms(each, piece, certain=own is not None):
            kept.append(each)
    return tuple(kept)


class _Looks:
    """Second readings of the pages of one sheet."""

    def __init__(self, pages: Mapping[int, Leaf], read: Sequence[Piece], names: Sequence[str]) -> None:
        self._pages = pages
        self._read = read
        self._names = names
        self._unread: list[tuple[Piece, float]] | None = None

    def confirms(self, drift: Drift, piece: Piece | None, *, certain: bool) -> bool:
        """Say whether a difference is there, seen a second time; `certain` where the place is known."""
        leaf = self._pages.get(piece.page) if piece is not None else None
        if leaf is None or piece is None or piece.box is None:
            return not self._is_somewhere(drift)
        if not self._differs(drift, _seen(leaf, piece.box)):
            return False
        if certain:
            return True
        # A line that was cut in two stands in a wider place than either half.
        band = _seen(leaf, Box(0.0, piece.box.top, leaf.page.width, piece.box.bottom))
        return self._lacks(drift.sent, [band.piece]) and not self._is_somewhere(drift)

    def _differs(self, drift: Drift, seen: _Seen) -> bool:
        if not self._lacks(drift.sent, [seen.piece]):
            return False
        if drift.kind is DriftKind.MISSING:
            return not seen.inked or (bool(seen.words) and seen.score >= SURE)
        said_before = Piece(text=drift.returned, score=seen.score)
        return seen.score >= SURE or (bool(seen.words) and not self._lacks(seen.words, [said_before]))

    def _is_somewhere(self, drift: Drift) -> bool:
        """Say whether words that were not found in their place may be on the page all the same."""
        key = legible(drift.sent)
        if len(key) < _LABEL:
            return True
        if self._unread is None:
            self._unread = [each for leaf in self._pages.values() for each in _unread(leaf)]
        every = [*self._read, *(piece for piece, _ in self._unread)]
        if not self._lacks(drift.sent, every):
            return True
        if drift.kind is not DriftKind.MISSING:
            return False
        width = min(_LINE, sum(_EM if wide(letter) else _EM / 2 for letter in drift.sent))
        return any(piece.score < SURE and across >= _FITS * width for piece, across in self._unread)

    def _lacks(self, text: str, pieces: Sequence[Piece]) -> bool:
        return bool(compare([text], pieces, noisy=True, added=False, names=self._names))


def _seen(leaf: Leaf, box: Box) -> _Seen:
    around = Box(box.left - _AROUND, box.top - _ABOVE, box.right + _AROUND, box.bottom + _ABOVE)
    crop = region(leaf.pixels, around, leaf.scale)
    mask = ink_of(crop, leaf.scale)
    strips = list(lines_of(crop, mask, leaf.scale))
    highest = max((each.box.height for each in strips), default=0.0)
    strips = [each for each in strips if each.box.height >= _PART * highest][:_MOST_LINES]
    lines = [line for line in read_lines([each.pixels for each in strips]) if line.text.strip()]
    return _Seen(
        words=" ".join(line.text.strip() for line in lines),
        score=min((line.score for line in lines), default=0.0),
        inked=is_inked(mask, leaf.scale),
    )


def _unread(leaf: Leaf) -> Iterator[tuple[Piece, float]]:
    """Yield the lines of ink that the reading of the page passed over, as they read now, and their widths."""
    scale = leaf.scale / _COARSER
    mask = ink_of(halved(leaf.pixels), scale)
    whole = Box(0.0, 0.0, mask.shape[1] / scale, mask.shape[0] / scale)
    left = outside(mask, tuple(word.box.grown(_AROUND) for word in leaf.page.words), whole, scale)
    across = np.ones((1, max(3, round(_LETTERS_APART * scale))), dtype=np.uint8)
    joined = cv2.morphologyEx(left.astype(np.uint8), cv2.MORPH_CLOSE, across)
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    boxes = [
        Box(x / scale, y / scale, (x + wide_) / scale, (y + high) / scale)
        for x, y, wide_, high, _ in np.asarray(stats[1:], int).tolist()
        if wide_ >= _NARROWEST * scale and _LOWEST * scale <= high
    ]
    for box in sorted(boxes, key=lambda each: -each.width)[:_MOST_LINES]:
        # A line under a seal is one with it, and cannot be read.
        seen = _seen(leaf, box) if box.height <= _HIGHEST else _Seen("", 0.0, inked=True)
        yield Piece(text=seen.words, page=leaf.page.number, score=seen.score, box=box), box.width


def _on(leaf: Leaf | None, words: str) -> Piece | None:
    """Return the longest run of a page that stands in `words`, as a piece; None where there is none."""
    found = [word for word in (leaf.page.words if leaf is not None else ()) if word.text in words]
    best = max(found, key=lambda word: len(word.text), default=None)
    if leaf is None or best is None:
        return None
    return Piece(text=best.text, page=leaf.page.number, score=best.score, box=best.box)
