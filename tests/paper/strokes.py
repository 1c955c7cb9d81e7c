"""Strokes of a pen: smooth curves with pressure, as a cover of ink."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from parsers.pages.page import Box
from tests.paper.pages import Mark, Mask, PaperPage

Line = NDArray[np.float64]
"""Points of the page, one row each: x and y."""

_FINER = 3
"""Strokes are drawn so many times larger and then made small, which smooths their edges."""
_STEPS = 12

PENS = {
    "black": (48, 42, 40),
    "blue": (150, 62, 30),
    "gel": (92, 30, 20),
    "grey": (120, 118, 116),
    "red": (52, 44, 196),
    "brown": (36, 62, 96),
}
"""Colours as blue, green, red; `grey` is a pencil."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pen:
    """A pen: how wide it writes (points) and in which colour."""

    width: float = 1.3
    colour: str = "black"


def smooth(points: Line) -> Line:
    """Return the Catmull–Rom curve through the given points."""
    padded = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    t = np.linspace(0, 1, _STEPS, endpoint=False)[:, None]
    pieces = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        pieces.append(
            0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
        )
    return np.vstack([*pieces, points[-1:]])


def draw(page: PaperPage, lines: list[Line], pen: Pen, mark: Mark, random: np.random.Generator) -> PaperPage:
    """Return the page with curves drawn over it; a slow pen presses harder than a quick one."""
    every = np.vstack(lines)
    edge = pen.width * 2
    left, top = every.min(axis=0) - edge
    right, bottom = every.max(axis=0) + edge
    at = (int(left * page.scale), int(top * page.scale))
    wide, high = int((right - left) * page.scale) + 2, int((bottom - top) * page.scale) + 2
    fine = np.zeros((high * _FINER, wide * _FINER), np.uint8)
    for line in lines:
        _stroke(fine, (line * page.scale - at) * _FINER, pen.width * page.scale * _FINER, random)
    cover: Mask = cv2.resize(fine, (wide, high), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    grain = cv2.GaussianBlur(random.normal(0, 1, cover.shape).astype(np.float32), (0, 0), 0.8)
    cover *= np.clip(0.93 + 0.12 * grain, 0.5, 1.0)
    return page.inked(cover, at, PENS[pen.colour], mark)


def box_of(lines: list[Line]) -> Box:
    """Return what the lines cover."""
    every = np.vstack(lines)
    (left, top), (right, bottom) = every.min(axis=0), every.max(axis=0)
    return Box(float(left), float(top), float(right), float(bottom))


def _stroke(fine: NDArray[np.uint8], line: Line, width: float, random: np.random.Generator) -> None:
    speed = np.linalg.norm(np.diff(line, axis=0), axis=1)
    usual = float(np.median(speed)) or 1.0
    pressure = np.clip(1.25 - 0.35 * speed / usual, 0.55, 1.25)
    ends = np.minimum(1.0, np.minimum(np.arange(len(speed)), np.arange(len(speed))[::-1]) / 5 + 0.5)
    widths = np.maximum(1, width * pressure * ends * random.uniform(0.92, 1.08))
    shift = 4
    points = np.round(line * 2**shift).astype(int)
    for a, b, thick in zip(points, points[1:], widths, strict=False):
        cv2.line(
            fine,
            (int(a[0]), int(a[1])),
            (int(b[0]), int(b[1])),
            color=255,
            thickness=max(1, round(thick)),
            lineType=cv2.LINE_AA,
            shift=shift,
        )
