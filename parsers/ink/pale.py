"""Seals that were hardly inked: too pale to count as ink, yet a whole ring redder than the paper around it.

What is ink is told by how dark it is, and a dry seal is no darker than shade.  Its colour stands out of the
noise all the same, and nothing else is a red ring of that size; so somebody is asked.  On a grey scan its
ring alone is left, and hardly anything else is a ring with something written in it.
"""

import cv2
import numpy as np

from parsers.ink.paper import Mask, Shade, View, grown
from parsers.ink.seen import Seen, grey_rings_of, rings_of

_SOFT = 1.2
"""Pixels over which colour is averaged: a picture keeps less of it than of light and shade."""
_QUIET = 0.2
"""Darkness of paper, and of all that shows its own tint."""
_TINT, _NOISE = 0.04, 5.0
"""How much redder than the paper a seal is at least, or darker where there are no colours, and times the
noise (of good scans 0.0003, of photos 0.003, of awful ones 0.008; hardly inked seals have 0.06 to 0.2)."""
_RED_SHARE = 0.7
"""Of its darkness at most it shows in red light; of coffee more."""
_MOST, _COLOUR = 99.5, 12
"""Percentile of how far the lights of a spot differ, and below how many of 256 levels that is no colour."""
_RING = 0.6
"""Of a ring without colour that must be there where print was taken out of it (measured: 0.65 and more)."""
_EDGE = 1.0
"""Points around the ink of other seals."""


def is_pale_seal_in(seen: Seen) -> bool:
    """Say whether a seal, however pale it is, has its centre in the slot.

    In colours it is a red ring with words or a star in it; without, one of which most can be seen.
    """
    ink = _reddish(seen.view) & ~_of_others(seen)
    if any(ring.filled > 0 and seen.is_here(ring) for ring in rings_of(seen.view, ink)):
        return True
    return _is_grey(seen.view) and any(
        ring.share >= _RING and seen.is_here(ring) for ring in grey_rings_of(_shaded(seen))
    )


def _is_grey(view: View) -> bool:
    """Say whether a region has no colours."""
    return float(np.percentile(np.ptp(view.pixels, axis=2), _MOST)) < _COLOUR


def _shaded(seen: Seen) -> Mask:
    """Return where it is darker than paper is, and not by print, rules or other seals."""
    known = seen.view.ink() & ~seen.rest
    return _more_than_paper(_soft(seen.view.dark), seen.view) & ~grown(known, _EDGE)


def _reddish(view: View) -> Mask:
    """Return where it is redder than the paper."""
    dark, cold = _soft(view.dark), _soft(view.cold)
    return np.asarray(_more_than_paper(dark - cold, view) & (cold < _RED_SHARE * dark), np.bool_)


def _more_than_paper(shade: Shade, view: View) -> Mask:
    """Return where something is more than it is on paper, by more than noise."""
    paper = shade[view.dark < _QUIET]
    if not paper.size:
        return np.zeros(shade.shape, dtype=np.bool_)
    usual = float(np.median(paper))
    noise = float(np.median(np.abs(paper - usual)) * 1.48)
    return np.asarray(shade > usual + max(_TINT, _NOISE * noise), np.bool_)


def _of_others(seen: Seen) -> Mask:
    """Return the ink of the seals that were seen as such."""
    red = seen.view.red()
    clear = [each.covers(red.shape) for each in seen.rings if each.is_clear]
    return grown(red & np.logical_or.reduce(clear), _EDGE) if clear else np.zeros_like(red)


def _soft(shade: Shade) -> Shade:
    return np.asarray(cv2.GaussianBlur(shade, (0, 0), _SOFT), dtype=np.float32)
