"""Paper on its way back: photographed with a phone on a desk, or laid on the scanner in the corridor."""

import io
import random
from collections.abc import Sequence
from time import struct_time

from PIL import Image, ImageChops, ImageFilter

_DESK = (122, 98, 76)
_PHOTO = (1800, 2400)
"""Pixels of a photo, held upright."""
_DPI = 200
_MADE = struct_time((2026, 1, 1, 0, 0, 0, 3, 1, 0))
"""When the scanner believes it is: nobody ever set its clock."""
_MARGIN = (0.03, 0.075)
"""Of the photo: between these a corner of the paper lies from its edges."""


def photographed(paper: Image.Image, seed: str) -> bytes:
    """Return a photo (JPEG) of the paper on a desk: askew, from one side, under a lamp."""
    chance = random.Random(f"photo {seed}")  # noqa: S311 - an accident needs no secrecy
    wide, high = _PHOTO if paper.height >= paper.width else _PHOTO[::-1]
    corners = [
        tuple(abs(at * edge - chance.uniform(*_MARGIN) * edge) for at, edge in ((x, wide), (y, high)))
        for x, y in ((0, 0), (1, 0), (1, 1), (0, 1))
    ]
    flat = [(0.0, 0.0), (paper.width, 0.0), (paper.width, paper.height), (0.0, paper.height)]
    matrix = _perspective(corners, flat)
    sheet = paper.transform((wide, high), Image.Transform.PERSPECTIVE, matrix, Image.Resampling.BICUBIC)
    where = Image.new("L", paper.size, 255).transform(
        (wide, high), Image.Transform.PERSPECTIVE, matrix, Image.Resampling.BILINEAR
    )
    photo = Image.composite(sheet, Image.new("RGB", (wide, high), _DESK), where)
    photo = ImageChops.multiply(photo, _lamp(photo.size))
    photo = _noisy(photo.filter(ImageFilter.GaussianBlur(0.7)), chance, 0.035)
    return _jpeg(photo, 78)


def scanned(paper: Image.Image, seed: str) -> bytes:
    """Return a scan as the machine in the corridor mails it: a PDF of one picture, a little askew, grey."""
    chance = random.Random(f"scan {seed}")  # noqa: S311 - as above
    askew = paper.rotate(
        chance.choice((-1, 1)) * chance.uniform(0.5, 1.1), Image.Resampling.BICUBIC, fillcolor="white"
    )
    grey = _noisy(askew.filter(ImageFilter.GaussianBlur(0.3)), chance, 0.012).convert("L")
    file = io.BytesIO()
    grey.save(file, "PDF", resolution=_DPI, quality=88, creationDate=_MADE, modDate=_MADE, producer="MFP")
    return file.getvalue()


def _lamp(size: tuple[int, int]) -> Image.Image:
    """Return how bright each spot is: bright at the upper left, darker to the lower right."""
    light = Image.radial_gradient("L").resize((size[0] * 2, size[1] * 2))
    light = light.crop(
        (size[0] * 2 // 3, size[1] * 2 // 3, size[0] * 2 // 3 + size[0], size[1] * 2 // 3 + size[1])
    )
    return light.point(lambda far: 250 - far * 0.32).convert("RGB")


def _noisy(picture: Image.Image, chance: random.Random, much: float) -> Image.Image:
    grain = Image.frombytes("L", picture.size, chance.randbytes(picture.width * picture.height))
    return Image.blend(picture, grain.filter(ImageFilter.GaussianBlur(0.6)).convert("RGB"), much)


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=quality)
    return file.getvalue()


def _perspective(seen: Sequence[tuple[float, ...]], flat: Sequence[tuple[float, ...]]) -> tuple[float, ...]:
    """Return the eight numbers by which Pillow finds the flat point of each that is seen."""
    rows: list[list[float]] = []
    for (x, y), (u, v) in zip(seen, flat, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    return _solved(rows)


def _solved(rows: list[list[float]]) -> tuple[float, ...]:
    """Return the solution of linear equations, each with its right side last (Gauss and Jordan)."""
    for at in range(len(rows)):
        pivot = max(range(at, len(rows)), key=lambda number: abs(rows[number][at]))
        rows[at], rows[pivot] = rows[pivot], rows[at]
        rows[at] = [each / rows[at][at] for each in rows[at]]
        for number, row in enumerate(rows):
            if number != at:
                rows[number] = [each - row[at] * other for each, other in zip(row, rows[at], strict=True)]
    return tuple(row[-1] for row in rows)
