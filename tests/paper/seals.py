"""Red seals of a company or department (公章): a ring, a star, its name along the ring, unevenly inked."""

import math

import cv2
import numpy as np
from PIL import Image, ImageDraw

from parsers.pages.page import Box
from tests.paper.hands import font
from tests.paper.pages import Mark, Mask, PaperPage, chance

_RED = (58, 48, 208)
_FINER = 2
_RADIUS = 59.5
"""Points: a company's seal measures 42 mm across (GB/T 33481; 国发〔1999〕25号 allows up to 45)."""


def seal(  # noqa: PLR0913 - what, where, and how well it was inked
    page: PaperPage,
    centre: tuple[float, float],
    words: str,
    seed: int,
    *,
    below: str = "",
    radius: float = _RADIUS,
    strength: float = 0.8,
) -> PaperPage:
    """Return the page with a round seal.

    Args:
        page: what to stamp.
        centre: of the seal, in points; it may lie beneath ink, beside it, or reach into a neighbour's place.
        words: along the ring, such as 星河科技有限公司.
        seed: how it was inked and turned.
        below: straight words beneath the star, such as 合同专用章.
        radius: points.
        strength: how much ink, 0 to 1; 0.35 is a seal that nobody inked for a week.
    """
    random = chance("seal", seed, words)
    side = round((radius * 2 + 6) * page.scale)
    fine = _drawn(side * _FINER, radius * page.scale * _FINER, words, below)
    turn = cv2.getRotationMatrix2D((side * _FINER / 2,) * 2, random.normal(0, 12), 1.0)
    fine = cv2.warpAffine(fine, turn, (side * _FINER, side * _FINER))
    cover: Mask = cv2.resize(fine, (side, side), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    cover *= _inking(side, random) * strength
    at = (round(centre[0] * page.scale - side / 2), round(centre[1] * page.scale - side / 2))
    box = Box(centre[0] - radius, centre[1] - radius, centre[0] + radius, centre[1] + radius)
    return page.inked(cover, at, _RED, Mark(kind="seal", box=box, words=words))


def _drawn(side: int, radius: float, words: str, below: str) -> Mask:
    image = Image.new("L", (side, side), 0)
    pen = ImageDraw.Draw(image)
    middle = side / 2
    ring = radius * 0.055
    pen.ellipse(
        [middle - radius, middle - radius, middle + radius, middle + radius], outline=255, width=round(ring)
    )
    star = []
    for number in range(10):
        far = radius * (0.3 if number % 2 == 0 else 0.115)
        angle = math.pi * (number / 5 - 0.5)
        star.append((middle + far * math.cos(angle), middle + far * math.sin(angle)))
    pen.polygon(star, fill=255)
    high = round(radius * 0.3)
    spread = math.radians(min(280, 32 * len(words)))
    for number, each in enumerate(words):
        angle = -spread / 2 + spread * (number / max(1, len(words) - 1)) if len(words) > 1 else 0.0
        tile = Image.new("L", (high * 2, high * 2), 0)
        ImageDraw.Draw(tile).text((high, high), each, font=font(high), fill=255, anchor="mm", stroke_width=1)
        tile = tile.rotate(-math.degrees(angle), resample=Image.Resampling.BICUBIC)
        far = radius * 0.74
        x, y = middle + far * math.sin(angle) - high, middle - far * math.cos(angle) - high
        image.paste(255, (round(x), round(y)), tile)
    if below:
        pen.text(
            (middle, middle + radius * 0.52), below, font=font(round(radius * 0.2)), fill=255, anchor="mm"
        )
    return np.asarray(image, np.uint8)


def _inking(side: int, random: np.random.Generator) -> Mask:
    """Return how well each spot was inked: patches, a weak side, and a grain of dry paper."""
    patches = cv2.resize(random.uniform(0.45, 1.15, (6, 6)).astype(np.float32), (side, side), interpolation=3)
    weak = np.linspace(random.uniform(0.6, 1.0), 1.0, side, dtype=np.float32)[None, :]
    grain = cv2.GaussianBlur(random.normal(0, 1, (side, side)).astype(np.float32), (0, 0), 0.9)
    inked: Mask = np.clip(patches * weak * (1 + 0.5 * grain), 0.05, 1.0).astype(np.float32)
    return inked
