"""A page of paper under way: its pixels, its scale, and what was drawn on it."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parsers.pages.page import Box

Pixels = NDArray[np.uint8]
Mask = NDArray[Any]
"""How much ink lies on each pixel, 0 to 1; OpenCV's types do not say more."""

INCH = 72.0
"""Points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Something drawn over the print."""

    kind: str
    """`signature`, `scribble`, `writing`, `tick`, `cross`, `strike`, `seal`, `stain`."""
    box: Box
    """What it covers, in points."""
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperPage:
    """One page as pixels (blue, green, red), with what was drawn on it."""

    pixels: Pixels
    dpi: float
    marks: tuple[Mark, ...] = ()

    @property
    def scale(self) -> float:
        """Return pixels per point."""
        return self.dpi / INCH

    @property
    def width(self) -> float:
        """Return points."""
        return float(self.pixels.shape[1] / self.scale)

    @property
    def height(self) -> float:
        """Return points."""
        return float(self.pixels.shape[0] / self.scale)

    def inked(
        self, cover: Mask, at: tuple[int, int], colour: tuple[int, int, int], mark: Mark
    ) -> "PaperPage":
        """Return the page with ink laid over it, as light through glass: what was dark stays dark.

        Args:
            cover: how much ink lies where, 0 to 1.
            at: left and top of `cover`, in pixels of the page.
            colour: blue, green, red.
            mark: what to remember of it.
        """
        left, top = at
        high, wide = self.pixels.shape[:2]
        x0, y0 = max(left, 0), max(top, 0)
        x1, y1 = min(left + cover.shape[1], wide), min(top + cover.shape[0], high)
        if x1 <= x0 or y1 <= y0:
            return self
        part = cover[y0 - top : y1 - top, x0 - left : x1 - left, None]
        through = 1.0 - part * (1.0 - np.asarray(colour, np.float32) / 255.0)
        pixels = self.pixels.copy()
        pixels[y0:y1, x0:x1] = (pixels[y0:y1, x0:x1] * through).astype(np.uint8)
        return replace(self, pixels=pixels, marks=(*self.marks, mark))


def chance(*seeds: Any) -> np.random.Generator:  # noqa: ANN401 - whatever names a stream of chance
    """Return the stream of chance that these seeds name; the same on every machine and in every process."""
    words = "|".join(str(each) for each in seeds)
    return np.random.default_rng(list(words.encode()))
