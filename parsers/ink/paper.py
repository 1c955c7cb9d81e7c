"""A region of paper as ink on paper: how dark each spot is, whatever the light, the tint and the resolution.

Everything later is measured at one scale (`WORK` pixels per point), so that a mark is as long and as wide
on a phone's photo as on a scan at 600 dpi.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from parsers.pages.page import Box

Pixels = NDArray[np.uint8]
"""Rows of pixels: blue, green, red; or grey alone."""
Mask = NDArray[np.bool_]
Shade = NDArray[np.float32]

WORK = 200 / 72
"""Pixels per point at which ink is judged: 200 dpi."""

_LONGEST = 3_000
"""Pixels of either side at which a region is still judged; a whole page at `WORK` has 2,340."""
_SMALLEST = 6
"""Pixels of either side; less shows nothing."""
_PAPER = 20.0
"""Points: what is narrower and darker than its surroundings is ink, what is wider is shade."""
_COARSE = 4
"""The paper is looked for in a picture so many times smaller."""
_DARK = 0.20
"""Darker than the paper by this share: ink, where it is not noise."""
_NOISE = 5.0
"""Times the noise of the picture that ink is darker than paper, at least."""
_WEAK = 0.6
"""Of the threshold: what is so dark and touches ink belongs to it."""
_RED = 0.16
"""How much lighter in red light a red mark is than in the light that shows it best."""
_RED_SHARE = 0.6
"""Of its darkness at most a red mark shows in red light."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A region, `WORK` pixels per point; each spot from 0, as light as the paper, to 1, black."""

    dark: Shade
    """In the light that shows the ink best."""
    cold: Shade
    """In red light alone, in which red ink hardly shows."""
    noise: float
    """Standard deviation of the paper's own darkness."""
    pixels: Pixels
    """The region itself at this scale, three channels."""

    @property
    def threshold(self) -> float:
        """Return the darkness from which on a spot is ink."""
        return float(np.clip(max(_DARK, _NOISE * self.noise), 0, 0.6))

    def ink(self) -> Mask:
        """Return where there is ink of any colour."""
        return hysteresis(self.dark, self.threshold, self.threshold * _WEAK)

    def red(self) -> Mask:
        """Return where there is red ink and no other over it."""
        reddish = (self.dark - self.cold > _RED) & (self.cold < _RED_SHARE * self.dark)
        return np.asarray(reddish & (self.dark > self.threshold * _WEAK), dtype=np.bool_)


def cut(shown: View, part: tuple[slice, slice]) -> View:
    """Return a part of a region."""
    dark, cold, pixels = shown.dark[part], shown.cold[part], shown.pixels[part]
    return View(dark=dark, cold=cold, noise=shown.noise, pixels=pixels)


def around(mask: Mask, by: float) -> tuple[slice, slice]:
    """Return the part of a region that holds a mask which is not empty, and `by` points more."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    far = points(by)
    return (
        slice(max(0, int(rows[0]) - far), int(rows[-1]) + far + 1),
        slice(max(0, int(columns[0]) - far), int(columns[-1]) + far + 1),
    )


def view(crop: Pixels, scale: float) -> View | None:
    """Return a region as ink on paper; None when it is too small to show anything, or no picture.

    Args:
        crop: blue, green and red, or grey.
        scale: its pixels per point.
    """
    pixels = at_work_scale(crop, scale)
    if pixels is None:
        return None
    light = cv2.GaussianBlur(pixels, (0, 0), 0.7).astype(np.float32)
    shown = 1.0 - light / np.maximum(_paper(light), 24.0)
    blue, green, red = (np.ascontiguousarray(shown[:, :, n]) for n in range(3))
    dark = np.asarray(np.clip(cv2.max(cv2.max(blue, green), red), 0, 1), dtype=np.float32)
    quiet = dark[dark < _DARK]
    noise = float(np.median(np.abs(quiet - np.median(quiet))) * 1.48) if quiet.size else 0.0
    cold = np.asarray(np.clip(red, 0, 1), dtype=np.float32)
    return View(dark=dark, cold=cold, noise=noise, pixels=pixels)


def at_work_scale(crop: Pixels, scale: float) -> Pixels | None:
    """Return the region at `WORK` pixels per point and in three channels; None when that cannot be."""
    if crop.dtype != np.uint8 or crop.ndim not in {2, 3}:
        return None
    if min(crop.shape[:2]) < _SMALLEST or not np.isfinite(scale) or scale <= 0:
        return None
    if crop.ndim == 2:  # noqa: PLR2004 - grey has no axis of channels
        crop = np.repeat(crop[:, :, None], 3, axis=2)
    elif crop.shape[2] == 1:
        crop = np.repeat(crop, 3, axis=2)
    elif crop.shape[2] not in {3, 4}:
        return None
    size = tuple(round(side * WORK / scale) for side in (crop.shape[1], crop.shape[0]))
    if min(size) < _SMALLEST or max(size) > _LONGEST:
        return None
    crop = np.ascontiguousarray(crop[:, :, :3])
    if size != (crop.shape[1], crop.shape[0]):
        way = cv2.INTER_AREA if scale > WORK else cv2.INTER_CUBIC
        crop = np.asarray(cv2.resize(crop, (size[0], size[1]), interpolation=way), dtype=np.uint8)
    return crop


def hysteresis(shade: Shade, strong: float, weak: float) -> Mask:
    """Return what is darker than `weak` and connected with something darker than `strong`."""
    count, labels = cv2.connectedComponents((shade > weak).astype(np.uint8), connectivity=8)
    if count <= 1:
        return np.zeros(shade.shape, dtype=np.bool_)
    kept = np.zeros(count, dtype=np.bool_)
    kept[np.unique(labels[shade > strong])] = True
    kept[0] = False
    return np.asarray(kept[labels], dtype=np.bool_)


def points(length: float) -> int:
    """Return a length in points as whole pixels at `WORK`, at least one."""
    return max(1, round(length * WORK))


def disc(radius: float) -> Pixels:
    """Return a round kernel with a radius in points."""
    side = 2 * points(radius) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), dtype=np.uint8)


def area(shape: tuple[int, ...], box: Box) -> Mask:
    """Return which pixels of a region lie in a box, in points from the region's upper left corner."""
    found = np.zeros(shape, dtype=np.bool_)
    top, bottom = max(0, round(box.top * WORK)), max(0, round(box.bottom * WORK))
    left, right = max(0, round(box.left * WORK)), max(0, round(box.right * WORK))
    found[top:bottom, left:right] = True
    return found


def grown(mask: Mask, by: float) -> Mask:
    """Return a mask with `by` points more all around."""
    return np.asarray(cv2.dilate(mask.astype(np.uint8), disc(by)), dtype=np.bool_)


def _paper(light: Shade) -> Shade:
    """Return how light the paper would be under every spot, per channel."""
    high, wide = light.shape[:2]
    size = (max(4, wide // _COARSE), max(4, high // _COARSE))
    small = cv2.resize(light, size, interpolation=cv2.INTER_AREA)
    side = max(3, round(_PAPER * WORK / _COARSE))
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((side, side), dtype=np.uint8))
    smooth = cv2.blur(closed, (side // 2, side // 2))
    return np.asarray(cv2.resize(smooth, (wide, high), interpolation=cv2.INTER_LINEAR), dtype=np.float32)
