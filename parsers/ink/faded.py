"""What is too pale to be ink and yet tells what a mark is: a fold that goes on, a hole within its rim."""

import cv2
import numpy as np

from parsers.ink.paper import WORK, Mask, Shade, View, around, cut, points

_FADES, _GOES_ON = 0.3, 0.65
"""Of its darkness that a fold keeps where it fades, and of its way on to the rim of what was seen (measured:
of folds 1.0, of a pen's lines 0.36 at most)."""
_NOTHING = 4.0
"""Times the noise of the picture: as dark may be the darkest of several spots of paper."""
_STEP, _ASIDE = 1.0, 1.4
"""Points along that way, and to either side of it, since folds are not quite straight."""
_SOFT = 1.0
"""Points over which a hole's pale ground is averaged."""
_GROUND, _NOISE, _PALE = 0.05, 1.5, 0.2
"""How dark that ground is at least, likewise in times the noise; and at most: what is darker is ink."""
HOLE, _FULL = (13.0, 20.5), 0.8
"""Points across (ISO 838: 6 mm, and a little for blur), and of the circle around it that its ground fills."""
_DARKER = 1.6
"""Times as dark as that ground is the shadow of its edge."""
_RIM, _BEYOND, _ON_RIM = 0.6, 1.15, 0.9
"""Of its radius, where its rim begins and what lies beyond it; and how much of the shadow lies in between."""


def goes_on(view: View, ink: Mask) -> bool:
    """Say whether a straight line goes on beyond both its ends, paler, as far as can be seen.

    A fold does; a pen's stroke ends.

    Args:
        view: the region.
        ink: the line, in the whole of it.
    """
    ys, xs = np.nonzero(ink)
    middle = np.array([xs.mean(), ys.mean()])
    along = np.linalg.eigh(np.cov(xs, ys))[1][:, 1]
    at = (np.stack([xs, ys], axis=1) - middle) @ along
    least = max(_FADES * float(np.percentile(view.dark[ink], 70)), _NOTHING * view.noise)
    dark = cv2.dilate(view.dark, np.ones((2 * points(_ASIDE) + 1,) * 2, np.uint8))
    return all(
        _share(np.asarray(dark, np.float32), middle + end * along, way * along, least) >= _GOES_ON
        for end, way in ((at.min(), -1.0), (at.max(), 1.0))
    )


def _share(dark: Shade, start: np.ndarray, way: np.ndarray, least: float) -> float:
    """Return how much of the way from a spot to the rim of what was seen is as dark; 1 where it is there."""
    steps = np.arange(1, max(dark.shape))[:, None] * points(_STEP)
    x, y = np.round(start + steps * way).astype(int).T
    inside = (x >= 0) & (y >= 0) & (x < dark.shape[1]) & (y < dark.shape[0])
    return float((dark[y[inside], x[inside]] >= least).mean()) if inside.any() else 1.0


def is_rim(view: View, ink: Mask) -> bool:
    """Say whether a mark lies along the edge of a round spot as large as a punch hole, and darker than paper.

    Args:
        view: the region.
        ink: the mark, in the whole of it.
    """
    part = around(ink, HOLE[1])
    view, ink = cut(view, part), ink[part]
    soft = cv2.GaussianBlur(view.dark, (0, 0), _SOFT * WORK)
    ground = np.asarray(soft > max(_GROUND, _NOISE * view.noise), dtype=np.uint8)
    _, labels = cv2.connectedComponents(ground, connectivity=4)
    numbers = labels[ink & (labels > 0)]
    if not numbers.size:
        return False
    here = labels == np.bincount(numbers).argmax()
    spots = np.argwhere(here)[:, ::-1].astype(np.float32)
    (x, y), radius = cv2.minEnclosingCircle(spots)
    if not HOLE[0] <= 2 * radius / WORK <= HOLE[1] or len(spots) < _FULL * np.pi * radius**2:
        return False
    usual = float(np.median(view.dark[here]))
    ys, xs = np.nonzero(ink)
    far = np.hypot(xs - x, ys - y) / radius
    if usual > _PALE or far.max() > _BEYOND:
        return False
    shadow = far[view.dark[ink] > _DARKER * usual]
    return not shadow.size or float((shadow >= _RIM).mean()) >= _ON_RIM
