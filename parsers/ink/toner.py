"""Whether ink that no word explains may be print all the same: OCR does not read every printed name."""

import cv2
import numpy as np

from parsers.ink.look import axis_share, is_tinted, levelled, line_height, sharpness
from parsers.ink.marks import Strokes
from parsers.ink.paper import points
from parsers.ink.seen import Seen

_PRINT_HIGH = 12.7
_PRINT_BROAD = 5.5
"""Points: bold print of such a height is thinner, on an awful photo, too (measured: 4.5)."""
_BLUR, _BLURRED = 1.2, 0.2
"""Points by which a picture without focus makes print higher, and how steep its edges are at most."""
_PRINT_HIGHEST = 13.5
_PRINT_MOST = 11.5
_PRINT_PLAIN = 0.17
"""Likewise with slivers of other print on it."""
_PIECES = 3.0
"""Points between pieces of a signature; lines of print are further apart."""
_PRINT = ((11.2, 0.085), (_PRINT_HIGH, 0.1), (14.6, 0.15), (24.0, 0.28))
"""Points that a line of print is high, and how much of its edges is level or upright at least: low print on a
poor scan has 0.11, that of 20 points 0.34 and more; black initials 0.14 at most, names by hand 0.23."""


def may_be_print(seen: Seen, strokes: Strokes) -> bool:
    """Say whether a slot's ink may be print: low lines of level and upright strokes, without a colour."""
    if strokes.high > 3 * _PRINT_HIGH or strokes.width > _PRINT_BROAD or _has_colour(seen):
        return False
    # Where a prompt was taken out of it, a signature is in pieces that look like lines.
    whole = cv2.morphologyEx(
        seen.pen.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((points(_PIECES), 1), np.uint8)
    )
    joined = whole.astype(np.bool_)
    high = min(line_height(joined), line_height(levelled(joined)))
    upright = axis_share(seen.view, seen.pen)
    blurred = _BLUR if sharpness(seen.view, seen.pen) < _BLURRED else 0.0
    is_line = any(high <= most + blurred and upright >= least for most, least in _PRINT)
    # A sliver of the words above makes a line of print a little higher, though most of it is not.
    is_most = high <= _PRINT_HIGHEST and strokes.high <= _PRINT_MOST and upright >= _PRINT_PLAIN
    return is_line or is_most


def _has_colour(seen: Seen) -> bool:
    """Say whether the pen has a colour of its own, and not that of a seal above it."""
    own = seen.pen
    if seen.ring is not None and seen.ring.is_red:
        own = own & ~seen.ring.covers(own.shape)
    return is_tinted(seen.view, own)
