"""Signatures as people write them: strokes of a pen, drawn and photographed, the same each time."""

import io
import math
import random
from itertools import pairwise

from PIL import Image, ImageDraw

_SIZE = (540, 180)
_FINE = 2
"""Drawn twice as large and shrunk, so that strokes have soft edges."""
_INK = (24, 38, 110)


def signature(name: str) -> bytes:
    """Return the signature of a person as a PNG of 540×180 pixels; one name always gives the same bytes."""
    hand = random.Random(f"signature of {name}")  # noqa: S311 - handwriting needs no secrecy
    picture = Image.new("RGB", (_SIZE[0] * _FINE, _SIZE[1] * _FINE), "white")
    pen = ImageDraw.Draw(picture)
    letters = hand.randint(5, 8)
    left, step = 60.0, 820.0 / letters
    for number in range(letters):
        _letter(pen, hand, left + number * step, step)
    _flourish(pen, hand)
    file = io.BytesIO()
    picture.resize(_SIZE, Image.Resampling.LANCZOS).save(file, "PNG")
    return file.getvalue()


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
