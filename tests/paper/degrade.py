"""What happens to paper on its way back: scanners, phones, desks, light, compression; by level and seed."""

from dataclasses import dataclass
from enum import Enum
from io import BytesIO
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.paper.pages import PaperPage, Pixels, chance

Matrix = NDArray[Any]

_ORIENTATION = 0x0112
_STORED = {0: 1, 90: 6, 180: 3, 270: 8}
"""EXIF orientation (CIPA DC-008, 4.6.5.A) by the degrees clockwise that a viewer turns the stored picture."""


class Level(Enum):
    """How badly a page suffers; see the package."""

    CLEAN = "L1"
    OFFICE = "L2"
    PHONE = "L3"
    AWFUL = "L4"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """A picture of a page, as a file, with the truth about where everything went."""

    content: bytes
    name: str
    level: Level
    turned: int
    """Degrees clockwise that the picture, as a viewer shows it, must be turned to be upright."""
    size: tuple[int, int]
    """Width and height as a viewer shows it."""
    matrix: Matrix
    """Points of the page, after `bend`, to pixels of the picture as a viewer shows it."""
    bend: "Bend"

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Return the pixel to which a point of the page went."""
        bent = self.bend.there(np.array([[x, y]]))[0]
        u, v, w = self.matrix @ (bent[0], bent[1], 1.0)
        return float(u / w), float(v / w)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bend:
    """A curl of the paper: how far each spot is pulled aside, in points, as a smooth wave."""

    reach: float = 0.0
    phase: tuple[float, float] = (0.0, 0.0)
    wave: tuple[float, float] = (600.0, 900.0)

    def back(self, points: Matrix) -> Matrix:
        """Return which points of the flat page show at these points of the curled one."""
        if not self.reach:
            return points
        x, y = points[:, 0], points[:, 1]
        dx = self.reach * np.sin(2 * np.pi * y / self.wave[1] + self.phase[0]) * 0.5
        dy = self.reach * np.sin(2 * np.pi * x / self.wave[0] + self.phase[1])
        return np.stack([x + dx, y + dy], axis=1)

    def there(self, points: Matrix) -> Matrix:
        """Return where points of the flat page are on the curled one."""
        found = points.astype(float)
        for _ in range(8):
            found = found - (self.back(found) - points)
        return found


def degrade(page: PaperPage, level: Level, seed: int, *, turn: int | None = None) -> Shot:
    """Return a picture of `page` as it would arrive.

    Args:
        page: rendered at the dpi to be scanned at (L1, L2); 200 is enough for photos.
        level: how badly it suffers.
        seed: the accident; the same one gives the same bytes.
        turn: degrees clockwise that the file is turned by; by default chance decides for photos.
    """
    random = chance(level.value, seed)
    match level:
        case Level.CLEAN | Level.OFFICE:
            return _scanned(page, level, random, seed, turn or 0)
        case Level.PHONE | Level.AWFUL:
            return _photographed(page, level, random, seed, turn)


def _scanned(page: PaperPage, level: Level, random: np.random.Generator, seed: int, turn: int) -> Shot:
    clean = level is Level.CLEAN
    high, wide = page.pixels.shape[:2]
    angle = random.uniform(-0.3, 0.3) if clean else random.uniform(-2, 2)
    matrix = np.vstack([cv2.getRotationMatrix2D((wide / 2, high / 2), angle, 1.0), [0, 0, 1]])
    matrix[:2, 2] += random.normal(0, 2 if clean else 8, 2)
    paper = float(random.uniform(246, 255))
    pixels: Matrix = cv2.warpPerspective(
        page.pixels, matrix, (wide, high), flags=cv2.INTER_AREA if clean else cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT, borderValue=(255, 255, 255),
    ).astype(np.float32) * (paper / 255)  # fmt: skip
    if not clean:
        pixels = cv2.GaussianBlur(pixels, (0, 0), random.uniform(0.5, 0.9))
        pixels = 255 - (255 - pixels) * random.uniform(0.75, 1.0)
    pixels += _noise(pixels.shape, random) * (1.5 if clean else 6)
    done: Matrix = np.clip(pixels, 0, 255).astype(np.uint8)
    if not clean and random.random() < 0.3:
        done = cv2.cvtColor(cv2.cvtColor(done, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    points = matrix @ np.diag([page.scale, page.scale, 1.0])
    done, points = _turned(done, points, turn)
    quality = 92 if clean else 75
    return Shot(
        content=_jpeg(done, quality, dpi=page.dpi),
        name=f"scan-{seed}.jpg",
        level=level,
        turned=-turn % 360,
        size=(done.shape[1], done.shape[0]),
        matrix=points,
        bend=Bend(),
    )


def _photographed(
    page: PaperPage, level: Level, random: np.random.Generator, seed: int, turn: int | None
) -> Shot:
    awful = level is Level.AWFUL
    bend = Bend(
        reach=random.uniform(2, 5) if awful else random.uniform(0, 1.0),
        phase=(random.uniform(0, 6.28), random.uniform(0, 6.28)),
        wave=(random.uniform(500, 900), random.uniform(700, 1300)),
    )
    upright = page.height >= page.width
    long = random.uniform(1500, 1750) if awful else random.uniform(2300, 2900)
    size = (round(long * 0.75), round(long)) if upright else (round(long), round(long * 0.75))
    matrix = _view(page, size, random, 0.05 if awful else 0.035)
    pixels: Matrix = _placed(page, matrix, bend, size, _desk(size, random))
    pixels = _lit(pixels, random, awful=awful)
    if awful:
        pixels = cv2.GaussianBlur(pixels, (0, 0), random.uniform(0.9, 1.4))
    else:
        pixels = cv2.GaussianBlur(pixels, (0, 0), random.uniform(0.6, 1.1))
    pixels += _noise(pixels.shape, random) * (9 if awful else 5)
    done = np.clip(pixels, 0, 255).astype(np.uint8)
    way = int(random.choice([0, 90, 180, 270], p=[0.4, 0.2, 0.2, 0.2])) if turn is None else turn
    quality = 50 if awful else 60
    if turn is None and random.random() < 0.5:
        # The phone was held anyhow, and says so in EXIF: a viewer shows the picture upright.
        stored, _ = _turned(done, matrix, way)
        content, shown, points, turned = _jpeg(stored, quality, exif=_STORED[-way % 360]), done, matrix, 0
    else:
        shown, points = _turned(done, matrix, way)
        content, turned = _jpeg(shown, quality), -way % 360
    return Shot(
        content=content,
        name=f"IMG_{seed:04d}.jpg",
        level=level,
        turned=turned,
        size=(shown.shape[1], shown.shape[0]),
        matrix=points,
        bend=bend,
    )


def _view(page: PaperPage, size: tuple[int, int], random: np.random.Generator, loose: float) -> Matrix:
    """Return how the camera sees the page: points to pixels."""
    wide, high = size
    fill = random.uniform(0.8, 0.93)
    scale = min(wide / page.width, high / page.height) * fill
    half = np.array([page.width, page.height]) * scale / 2
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half
    corners += random.uniform(-loose, loose, (4, 2)) * half.mean() * 2
    angle = np.radians(random.normal(0, 3))
    spin = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    corners = corners @ spin.T + np.array([wide, high]) / 2 + random.normal(0, 0.01, 2) * wide
    flat = np.array([[0, 0], [page.width, 0], [page.width, page.height], [0, page.height]])
    return np.asarray(cv2.getPerspectiveTransform(flat.astype(np.float32), corners.astype(np.float32)), float)


def _placed(page: PaperPage, matrix: Matrix, bend: Bend, size: tuple[int, int], desk: Matrix) -> Matrix:
    wide, high = size
    xs, ys = np.meshgrid(np.arange(wide, dtype=np.float32), np.arange(high, dtype=np.float32))
    inverse = np.linalg.inv(matrix).astype(np.float32)
    w = inverse[2, 0] * xs + inverse[2, 1] * ys + inverse[2, 2]
    x = (inverse[0, 0] * xs + inverse[0, 1] * ys + inverse[0, 2]) / w
    y = (inverse[1, 0] * xs + inverse[1, 1] * ys + inverse[1, 2]) / w
    flat = bend.back(np.stack([x.ravel(), y.ravel()], axis=1)) * page.scale
    map_x = flat[:, 0].reshape(high, wide).astype(np.float32)
    map_y = flat[:, 1].reshape(high, wide).astype(np.float32)
    # Made as small as it will be seen before it is looked at, or fine print would glitter.
    shrink = float(np.sqrt(abs(np.linalg.det(matrix[:2, :2])))) / page.scale
    source = cv2.GaussianBlur(page.pixels, (0, 0), max(0.3, 0.45 / max(shrink, 0.1) - 0.2))
    seen = cv2.remap(source, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE).astype(
        np.float32
    )
    high_px, wide_px = page.pixels.shape[:2]
    inside = (map_x >= 0) & (map_y >= 0) & (map_x < wide_px) & (map_y < high_px)
    cover = cv2.GaussianBlur(inside.astype(np.float32), (0, 0), 0.8)[..., None]
    small = cv2.GaussianBlur(cv2.resize(inside.astype(np.float32), (wide // 8, high // 8)), (0, 0), 2)
    shade = cv2.resize(small, (wide, high))[..., None]
    return np.asarray(seen * cover + desk * (1 - cover) * (1 - 0.35 * shade), np.float32)


def _desk(size: tuple[int, int], random: np.random.Generator) -> Matrix:
    wide, high = size
    kinds = ((60, 90, 130), (70, 75, 80), (120, 150, 180), (40, 40, 45), (185, 190, 195))
    base = np.array(kinds[int(random.integers(len(kinds)))], np.float32)
    grain = cv2.resize(random.normal(0, 1, (high // 6, 24)).astype(np.float32), (wide, high))
    blots = cv2.resize(
        random.normal(0, 1, (9, 9)).astype(np.float32), (wide, high), interpolation=cv2.INTER_CUBIC
    )
    return np.asarray(base * (1 + 0.05 * grain + 0.06 * blots)[..., None], np.float32)


def _lit(pixels: Matrix, random: np.random.Generator, *, awful: bool) -> Matrix:
    high, wide = pixels.shape[:2]
    coarse = random.uniform(0.55 if awful else 0.7, 1.0, (3, 3)).astype(np.float32)
    light = cv2.resize(coarse, (wide, high), interpolation=cv2.INTER_CUBIC)
    # The shadow of the hand and the phone: a soft edge somewhere across the page.
    x, y = np.meshgrid(np.linspace(-1, 1, wide, dtype=np.float32), np.linspace(-1, 1, high, dtype=np.float32))
    angle = random.uniform(0, 6.28)
    edge = (np.cos(angle) * x + np.sin(angle) * y - random.uniform(0.1, 0.7)) * random.uniform(6, 30)
    shadow = 1 - random.uniform(0.2, 0.5) / (1 + np.exp(-np.clip(edge, -30, 30)))
    tint = np.array([random.uniform(0.8, 1.0), random.uniform(0.92, 1.0), 1.0], np.float32)
    strength = random.uniform(0.55, 0.75) if awful else random.uniform(0.8, 1.0)
    return np.asarray(pixels * (light * shadow * strength)[..., None] * tint, np.float32)


def _noise(shape: tuple[int, ...], random: np.random.Generator) -> Matrix:
    return random.standard_normal(shape, dtype=np.float32)


def _turned(pixels: Pixels, matrix: Matrix, way: int) -> tuple[Pixels, Matrix]:
    """Return picture and truth turned clockwise by `way` degrees."""
    high, wide = pixels.shape[:2]
    match way % 360:
        case 90:
            move = np.array([[0, -1, high - 1], [1, 0, 0], [0, 0, 1]])
            return np.ascontiguousarray(np.rot90(pixels, -1)), move @ matrix
        case 180:
            move = np.array([[-1, 0, wide - 1], [0, -1, high - 1], [0, 0, 1]])
            return np.ascontiguousarray(np.rot90(pixels, 2)), move @ matrix
        case 270:
            move = np.array([[0, 1, 0], [-1, 0, wide - 1], [0, 0, 1]])
            return np.ascontiguousarray(np.rot90(pixels, 1)), move @ matrix
        case _:
            return pixels, matrix


def _jpeg(pixels: Pixels, quality: int, *, dpi: float | None = None, exif: int = 1) -> bytes:
    image = Image.fromarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB))
    tags = Image.Exif()
    if exif != 1:
        tags[_ORIENTATION] = exif
    buffer = BytesIO()
    density = {} if dpi is None else {"dpi": (round(dpi), round(dpi))}
    image.save(buffer, "JPEG", quality=quality, exif=tags, **density)
    return buffer.getvalue()
