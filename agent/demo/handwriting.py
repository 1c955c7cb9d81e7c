"""What people write with a pen: signatures, ticks and figures, stroke by stroke, the same each time."""

import io
import math
import random
from itertools import pairwise, zip_longest

from PIL import Image, ImageDraw

_SIZE = (540, 180)
_FINE = 2
"""Drawn twice as large and shrunk, so that strokes have soft edges."""
_INK = (24, 38, 110)


def signature(name: str) -> bytes:
    """Return the signature of a person as a PNG of 540×180 pixels; one name always gives the same bytes."""
    file = io.BytesIO()
    drawn(name).save(file, "PNG")
    return file.getvalue()


def drawn(name: str) -> Image.Image:
    """Return the signature of a person on white, 540×180 pixels."""
    hand = random.Random(f"signature of {name}")  # noqa: S311 - handwriting needs no secrecy
    picture = Image.new("RGB", (_SIZE[0] * _FINE, _SIZE[1] * _FINE), "white")
    pen = ImageDraw.Draw(picture)
    letters = hand.randint(5, 8)
    left, step = 60.0, 820.0 / letters
    for number in range(letters):
        _letter(pen, hand, left + number * step, step)
    _flourish(pen, hand)
    return picture.resize(_SIZE, Image.Resampling.LANCZOS)


def tick(name: str, side: int) -> Image.Image:
    """Return a tick on white, `side` pixels wide and high."""
    hand = random.Random(f"tick of {name}")  # noqa: S311 - as above
    large = side * _FINE
    picture = Image.new("RGB", (large, large), "white")
    corners = ((0.12, 0.52), (0.36, 0.84), (0.92, 0.1))
    points = [((x + hand.uniform(-0.03, 0.03)) * large, y * large) for x, y in corners]
    _stroke(ImageDraw.Draw(picture), hand, _curve(points), max(3.0, large * 0.07))
    return picture.resize((side, side), Image.Resampling.LANCZOS)


def figures(words: str, name: str, high: int, *, over: str = "") -> Image.Image:
    """Return digits and points in the hand of a person on white; digits are `high` pixels high.

    Where `over` has another sign, that one was written first and is written over.

    Raises:
        KeyError: there is something else in `words`.
    """
    hand = random.Random(f"figures of {name}")  # noqa: S311 - as above
    large = high * _FINE
    wide = large * 0.62
    picture = Image.new("RGB", (round(wide * (len(words) + 1)), round(large * 1.5)), "white")
    pen = ImageDraw.Draw(picture)
    left, lean = wide * 0.3, hand.uniform(0.12, 0.2)
    for each, before in zip_longest(words, over[: len(words)]):
        size, rise = hand.uniform(0.92, 1.06), hand.uniform(-0.04, 0.04)
        strokes = _FIGURES[each] + (_FIGURES[before] if before not in {None, each} else ())
        for stroke in strokes:
            points = [
                (
                    left + (x * 0.42 + (1 - y) * lean + hand.uniform(-0.02, 0.02)) * large * size,
                    (0.2 + y * size + rise + hand.uniform(-0.02, 0.02)) * large,
                )
                for x, y in stroke
            ]
            _stroke(pen, hand, _curve(points), max(3.0, large * 0.07))
        left += wide * (0.55 if each == "." else hand.uniform(0.92, 1.05))
    return picture.resize((picture.width // _FINE, picture.height // _FINE), Image.Resampling.LANCZOS)


_FIGURES = {
    "0": (((0.5, 0), (0.1, 0.3), (0.1, 0.75), (0.5, 1), (0.9, 0.72), (0.9, 0.25), (0.5, 0)),),
    "1": (((0.25, 0.22), (0.6, 0.0), (0.55, 1.0)),),
    "2": (((0.1, 0.22), (0.5, 0.0), (0.85, 0.25), (0.55, 0.6), (0.08, 0.98), (0.92, 0.95)),),
    "3": (((0.12, 0.1), (0.6, 0.0), (0.8, 0.24), (0.4, 0.46), (0.88, 0.7), (0.5, 1.0), (0.08, 0.9)),),
    "4": (((0.6, 0.0), (0.1, 0.65), (0.95, 0.62)), ((0.7, 0.35), (0.66, 1.0))),
    "5": (((0.85, 0.02), (0.25, 0.04), (0.18, 0.45), (0.7, 0.42), (0.85, 0.75), (0.45, 1.0), (0.08, 0.9)),),
    "6": (((0.75, 0.0), (0.25, 0.4), (0.15, 0.8), (0.5, 1.0), (0.85, 0.78), (0.5, 0.55), (0.18, 0.75)),),
    "7": (((0.08, 0.06), (0.9, 0.02), (0.55, 0.5), (0.4, 1.0)),),
    "8": (((0.8, 0.15), (0.45, 0.0), (0.2, 0.24), (0.8, 0.7), (0.5, 1.0), (0.15, 0.75), (0.75, 0.3)),),
    "9": (((0.85, 0.25), (0.5, 0.0), (0.15, 0.25), (0.45, 0.5), (0.85, 0.22), (0.75, 0.6), (0.55, 1.0)),),
    ".": (((0.2, 0.93), (0.26, 0.98)),),
}
"""Strokes of each sign through these points, in a box of 1 by 1."""


def _curve(points: list[tuple[float, float]], steps: int = 10) -> list[tuple[float, float]]:
    """Return the smooth line (Catmull–Rom) through points."""
    first, last = points[0], points[-1]
    padded = [first, *points, last]
    found: list[tuple[float, float]] = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        for number in range(steps):
            t = number / steps
            found.append((_between(a[0], b[0], c[0], d[0], t), _between(a[1], b[1], c[1], d[1], t)))
    return [*found, last]


def _between(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)


def _letter(pen: ImageDraw.ImageDraw, hand: random.Random, left: float, wide: float) -> None:
    """Draw one loop that leans to the right, as a quick hand does."""
    high, lean = hand.uniform(40, 120), hand.uniform(10, 50)
    turns, phase = hand.uniform(0.8, 1.7), hand.uniform(0, math.pi)
    points: list[tuple[float, float]] = []
    for number in range(41):
        t = number / 40
        angle = phase + turns * 2 * math.pi * t
        up = math.sin(angle) * high / 2
        points.append((left + wide * 1.15 * t + math.cos(angle) * wide * 0.3 + lean * up / 100, 190 - up))
    _stroke(pen, hand, points, hand.uniform(5, 9))


def _flourish(pen: ImageDraw.ImageDraw, hand: random.Random) -> None:
    low, swing = hand.uniform(255, 300), hand.uniform(12, 34)
    points = [(120.0 + 8 * n, low - swing * math.sin(n / 100 * math.pi * 1.4) - n * 0.4) for n in range(101)]
    _stroke(pen, hand, points, 6)


def _stroke(
    pen: ImageDraw.ImageDraw, hand: random.Random, points: list[tuple[float, float]], thick: float
) -> None:
    """Draw a line whose width follows the speed of the hand."""
    press = hand.uniform(0, math.pi)
    for number, (begin, end) in enumerate(pairwise(points)):
        width = max(2, round(thick * (0.65 + 0.35 * math.sin(press + number / 6))))
        pen.line([begin, end], fill=_INK, width=width)
        x, y = end
        pen.ellipse([x - width / 2, y - width / 2, x + width / 2, y + width / 2], fill=_INK)
