"""The round red seal of a department (公章): a ring, a star, and its name along the ring."""

import math

from PIL import Image, ImageDraw

from agent.letters.fonts import installed

_RED = (205, 40, 45)
_FINE = 2
"""Drawn twice as large and shrunk, so that edges are soft."""
_TURN = 11.0
"""Degrees: nobody presses a seal straight."""


def drawn(words: str, side: int) -> Image.Image:
    """Return a seal on white, `side` pixels wide; where no font knows the words, its ring and star alone."""
    large = side * _FINE
    seal = Image.new("RGB", (large, large), "white")
    pen = ImageDraw.Draw(seal)
    middle, radius = large / 2, large * 0.47
    edges = (middle - radius, middle - radius, middle + radius, middle + radius)
    pen.ellipse(edges, outline=_RED, width=round(radius * 0.055))
    pen.polygon([_at(middle, radius * (0.3 if n % 2 == 0 else 0.115), n * 36) for n in range(10)], fill=_RED)
    if installed().can_draw(words):
        _letter(seal, words, middle, radius)
    turned = seal.rotate(_TURN, Image.Resampling.BICUBIC, fillcolor="white")
    return turned.resize((side, side), Image.Resampling.LANCZOS)


def _letter(seal: Image.Image, words: str, middle: float, radius: float) -> None:
    """Write along the upper part of the ring."""
    chinese = not words.isascii()
    high = round(radius * (0.3 if chinese else 0.2))
    font = installed().at(high, bold=True)
    spread = min(270.0, (32.0 if chinese else 13.0) * len(words))
    for number, each in enumerate(words):
        angle = -spread / 2 + spread * number / max(1, len(words) - 1)
        tile = Image.new("L", (2 * high, 2 * high), 0)
        ImageDraw.Draw(tile).text((high, high), each, font=font, fill=255, anchor="mm")
        tile = tile.rotate(-angle, Image.Resampling.BICUBIC)
        x, y = _at(middle, radius * 0.76, angle)
        seal.paste(_RED, (round(x) - high, round(y) - high), tile)


def _at(middle: float, far: float, degrees: float) -> tuple[float, float]:
    """Return the point so far from the middle, clockwise from the top."""
    angle = math.radians(degrees)
    return middle + far * math.sin(angle), middle - far * math.cos(angle)
