"""How Latin letters and digits stand on their line: what tells four typed letters from written ones.

In print every letter that does not go below the line ends exactly on it, letters of a word are close
together, and all blanks of a line are equally wide.  A hand keeps none of the three, however neat it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from parsers.scan.marks import Mask

_ENOUGH = 4
"""Letters, touching ones counted once, that stand on the line."""
_ON_LINE, _ON_LONG_LINE = 0.036, 0.045
"""Of the height of the line: how far letters are off it.  Of 240 typed lines 19 in 20 are set so (17 in 20
on photos), of 64 written neatly in black none."""
_HEADS, _TALL = 0.05, 0.8
"""The same of the heads of digits, which a slash may overtop; and how high they are at least."""
_LONG = 15
"""Letters that make a line long."""
_OFF_LINE = 0.055
"""Beyond it no printer set them: none of the typed ones, nine in ten of the written ones."""
_CLOSE = 0.25
"""Of that height: the widest gap within a word of print."""
_BLANKS = (0.24, 0.62)
"""Of that height: how wide the blanks of a line are."""
_UNLIKE = 1.8
"""How many times wider the widest of them is than the narrowest, at most."""
_MANY = 10
"""Letters of which one may be worn, or touch what is below it."""
_LOW = 0.35
"""Of that height: what is lower is a hyphen, a dot or a comma."""
_STEEPEST = 0.03
_BELOW = frozenset("gjpqyQJ()[]{}/|@$;,&§")
"""What goes below the line, in one typeface or another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stance:
    """How the letters of one line stand."""

    letters: int
    """How many of them stand on the line, touching ones counted once."""
    off: float
    """How far the worst of these is off the line, in parts of the height of all; one in ten is left out."""
    gap: float
    """The widest gap within a word, in the same measure."""
    blanks: tuple[float, ...] = ()
    """Those between words."""
    is_number: bool = False
    """There are digits and marks alone: beside a `1` there is a gap, and the engine loses blanks."""

    @property
    def is_set(self) -> bool:
        """Say whether only a printer sets letters so."""
        if self.letters < _ENOUGH or self.off > (_ON_LINE if self.letters < _LONG else _ON_LONG_LINE):
            return False
        return self.is_number or (
            self.gap <= _CLOSE
            and all(_BLANKS[0] <= each <= _BLANKS[1] for each in self.blanks)
            and max(self.blanks, default=1.0) <= _UNLIKE * min(self.blanks, default=1.0)
        )

    @property
    def is_written(self) -> bool:
        """Say whether no printer sets letters so."""
        return self.letters >= _ENOUGH and self.off > _OFF_LINE


def is_latin(text: str) -> bool:
    """Say whether a text has letters or digits, and none that stand otherwise than Latin ones."""
    return text.isascii() and any(map(str.isalnum, text))


def stance(fine: Mask, text: str) -> Stance | None:
    """Return how the letters of a line stand; None for other than Latin ones, or when too few stand apart.

    Args:
        fine: the ink of the line, enlarged.
        text: what it says.
    """
    if not is_latin(text) or not fine.any():
        return None
    rows = np.flatnonzero(fine.any(axis=1))
    height = int(rows[-1]) + 1 - int(rows[0])
    runs = _runs(fine)
    gaps = sorted(((right[0] - left[1]) / height for left, right in pairwise(runs)), reverse=True)
    between = len(text.split()) - 1
    feet = [(run, *_ends(fine, run)) for run in runs]
    high = [((run[0] + run[1]) / 2, foot) for run, head, foot in feet if foot - head >= _LOW * height]
    below = sum(each in _BELOW for each in text)
    on_line = sorted(high, key=lambda each: each[1])[: max(0, len(high) - below)]
    if len(on_line) < 2 or len(gaps) < between:  # noqa: PLR2004 - one alone stands on any line
        return None
    is_number = not any(map(str.isalpha, text))
    off = _off(on_line)
    if is_number:
        # Digits are all of one height: their heads stand on a line, too.
        heads = [((run[0] + run[1]) / 2, head) for run, head, foot in feet if foot - head >= _TALL * height]
        off = max(off, _off(heads) * _ON_LINE / _HEADS)
    return Stance(
        letters=len(on_line),
        off=off / height,
        gap=gaps[between] if len(gaps) > between else 0.0,
        blanks=tuple(gaps[:between]),
        is_number=is_number,
    )


def _runs(fine: Mask) -> list[tuple[int, int]]:
    columns = fine.any(axis=0).astype(np.int8)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], columns, [0]])))
    pairs = zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
    return [(left, right) for left, right in pairs if right - left > 1]


def _ends(fine: Mask, run: tuple[int, int]) -> tuple[int, int]:
    """Return the head and the foot of a letter."""
    rows = np.flatnonzero(fine[:, run[0] : run[1]].any(axis=1))
    return int(rows[0]), int(rows[-1]) + 1


def _off(feet: Sequence[tuple[float, int]]) -> float:
    """Return how far the worst foot is off the line that most of them stand on, in pixels."""
    if len(feet) < 2:  # noqa: PLR2004 - one alone stands on any line
        return 0.0
    points: NDArray[np.float64] = np.array(sorted(feet), dtype=np.float64)
    xs, ys = points[:, 0], points[:, 1]
    one, other = np.triu_indices(len(xs), 1)
    slopes = (ys[other] - ys[one]) / np.maximum(xs[other] - xs[one], 1.0)
    slope = float(np.clip(np.median(slopes), -_STEEPEST, _STEEPEST)) if len(xs) > 2 else 0.0  # noqa: PLR2004 - two
    level = ys - slope * xs
    away = np.sort(np.abs(level - np.median(level)))
    return float(away[-1 - len(away) // _MANY])
