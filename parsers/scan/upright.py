"""A picture of a page becomes the page itself: upright, straight, rectangular, with a known scale.

In this order: the outline of the sheet where it lies on a desk; skew and perspective by its ruled lines;
which of the four sides is up by its QR code, else by how its lines of text run.  Up and down without a
code is a guess, and says so: registration or the words themselves then decide (`Upright.sure`).
"""

from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from agent.domain.sheets import claimed
from parsers.scan.codes import Code, read_codes
from parsers.scan.outline import outlines
from parsers.scan.pictures import Picture
from parsers.scan.straight import straightening

Array = NDArray[Any]
Matrix = NDArray[Any]

A4 = (595.28, 841.89)
"""Points (ISO 216)."""
_LIKE_A4 = 0.12
"""How far the sides of a sheet may be from those of A4 before it is taken for another paper."""
_INCH = 72.0
_FINEST = 300 / _INCH
_COARSEST = 100 / _INCH
_INK = 0.0004
"""Share of a page that is dark before it says anything; a footer alone has 0.001."""
_APART = 0.25
"""Distance of two codes, as a share of the picture, from which they are on two pages."""
_CODE = 56.5
"""Points of the side of our codes, without the white around them: 55.5 to 57.5 on whole pages (measured)."""
_CODE_OFF = 0.14
"""By how much (logarithm) it may be off; where the edge of a shadow was taken for that of the sheet: 0.3."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Upright:
    """One page, upright."""

    pixels: Array
    """Height × width × 3 (blue, green, red), 8 bits each."""
    scale: float
    """Pixels per point."""
    matrix: Matrix
    """3 × 3: pixels of the picture to pixels of the page."""
    sure: bool
    """Somebody said which side is up: the QR code.  Else it may stand on its head."""
    codes: tuple[Code, ...] = ()
    """The QR codes on it, where they are on the page."""
    blank: bool = False
    """There is nothing on it, such as the back of a sheet."""
    two_pages: bool = False
    """More than one page is on the picture; the largest was taken, and a person should look."""

    @property
    def size(self) -> tuple[float, float]:
        """Return width and height in points."""
        return self.pixels.shape[1] / self.scale, self.pixels.shape[0] / self.scale


def upright(picture: Picture) -> Upright:
    """Return the page that a picture shows; never raises, about 0.3 seconds."""
    codes = read_codes(picture.pixels)
    sheets = outlines(picture.pixels)
    ours = [code for code in codes if claimed(code.text) is not None]
    flat, scale, size = _made_flat(picture, sheets, picture.dpi_guess / _INCH)
    if len(ours) == 1 and not _is_square(ours[0], flat, scale):
        # The edge of a shadow across a page is as straight as the edge of a page; and a photo knows no scale.
        sheets = ()
        flat, _, size = _made_flat(picture, sheets, ours[0].side / _CODE)
        scale = _moved(ours[0], flat).side / _CODE
    turn, sure = _turn(picture.pixels, flat, size, codes)
    matrix, size = _turned(flat, size, turn)
    pixels = _warped(picture.pixels, matrix, size)
    moved = tuple(_moved(code, matrix) for code in codes)
    return Upright(
        pixels=pixels,
        scale=scale,
        matrix=matrix,
        sure=sure,
        codes=moved,
        blank=_is_blank(pixels) and not codes,
        two_pages=len(sheets) > 1 or _are_apart(codes, picture.pixels.shape),
    )


def on_its_head(page: Upright) -> Upright:
    """Return the page turned by 180°, for whoever found out that it stands on its head."""
    high, wide = page.pixels.shape[:2]
    turn = np.array([[-1.0, 0, wide - 1], [0, -1.0, high - 1], [0, 0, 1]])
    return replace(
        page,
        pixels=np.ascontiguousarray(page.pixels[::-1, ::-1]),
        matrix=turn @ page.matrix,
        codes=tuple(_moved(code, turn) for code in page.codes),
    )


def _is_square(code: Code, matrix: Matrix, scale: float) -> bool:
    """Say whether one of our codes, moved to the page, is as large there as it was printed, all around."""
    corners = np.array(_moved(code, matrix).corners)
    sides = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1) / scale
    return bool(np.abs(np.log(sides / _CODE)).max() <= _CODE_OFF)


def _made_flat(
    picture: Picture, sheets: tuple[Array, ...], guess: float
) -> tuple[Matrix, float, tuple[int, int]]:
    """Return the matrix to a straight rectangle, its pixels per point, and its size in pixels."""
    flat, scale, size = _of_sheet(sheets[0]) if sheets else _of_picture(picture, guess)
    rough = _warped(picture.pixels, flat, size)
    flat, size = _straightened(flat, rough, size, bent=bool(sheets))
    return flat, scale, size


def _of_picture(picture: Picture, scale: float) -> tuple[Matrix, float, tuple[int, int]]:
    """Return the matrix that brings a picture to a usual scale, its pixels per point, and its size."""
    high, wide = picture.pixels.shape[:2]
    use = min(max(scale, _COARSEST), _FINEST) / scale
    return np.diag([use, use, 1.0]), scale * use, (round(wide * use), round(high * use))


def _of_sheet(quad: Array) -> tuple[Matrix, float, tuple[int, int]]:
    """Return the matrix that makes a sheet a rectangle, its pixels per point, and its size in pixels."""
    sides = np.linalg.norm(np.roll(quad, -1, axis=0) - quad, axis=1)
    across, down = max(sides[0], sides[2]), max(sides[1], sides[3])
    narrow, long = A4 if across <= down else A4[::-1]
    points = np.array([narrow, long])
    mean = (sides[0] + sides[2]) / (sides[1] + sides[3])
    if abs(np.log(mean / (narrow / long))) > _LIKE_A4 * 2:
        # Seen slantwise every paper looks shorter; only what is far from A4 is not A4.
        points = np.array([mean, 1.0]) * (A4[0] * A4[1] / mean) ** 0.5
    scale = min(max(across / points[0], down / points[1], _COARSEST), _FINEST)
    size = (round(points[0] * scale), round(points[1] * scale))
    target = np.array([[0, 0], [size[0], 0], [size[0], size[1]], [0, size[1]]], np.float32)
    return np.asarray(cv2.getPerspectiveTransform(quad.astype(np.float32), target), float), scale, size


def _straightened(
    flat: Matrix, rough: Array, size: tuple[int, int], *, bent: bool
) -> tuple[Matrix, tuple[int, int]]:
    """Return matrix and size after what skew and perspective were left; nothing of the page is cut off."""
    more = straightening(rough)
    if bent:
        # The outline gave the frame: what lines add to it turns within that frame.
        return more @ flat, size
    corners = np.array([[0, 0, 1], [size[0], 0, 1], [size[0], size[1], 1], [0, size[1], 1]], float) @ more.T
    corners = corners[:, :2] / corners[:, 2:]
    if np.abs(corners - np.array([[0, 0], [size[0], 0], size, [0, size[1]]])).max() > 0.4 * max(size):
        return flat, size
    return more @ flat, size


def _turn(pixels: Array, flat: Matrix, size: tuple[int, int], codes: tuple[Code, ...]) -> tuple[int, bool]:
    """Return by how many degrees clockwise the page still has to be turned, and whether that is sure."""
    if codes:
        ways = {_moved(code, flat).orientation for code in codes}
        if len(ways) == 1:
            return -ways.pop() % 360, True
    shrink = min(1.0, 1000 / max(size))
    small = _warped(
        pixels, np.diag([shrink, shrink, 1.0]) @ flat, (round(size[0] * shrink), round(size[1] * shrink))
    )
    ink = _ink(small)
    return (0 if _runs_across(ink) else 90), False


def _runs_across(ink: Array) -> bool:
    """Say whether lines of text run from side to side and not up and down."""
    kernel = max(25, round(0.04 * max(ink.shape)))
    level = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, kernel), np.uint8))
    plumb = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((kernel, 1), np.uint8))
    ruled = cv2.dilate(cv2.bitwise_or(level, plumb), np.ones((5, 5), np.uint8))
    words = np.where(np.asarray(ruled) > 0, 0, ink).astype(np.uint8)
    # Letters of a line melt together sooner than lines do.
    gap = max(3, round(0.009 * max(ink.shape)))
    across = cv2.morphologyEx(words, cv2.MORPH_CLOSE, np.ones((1, gap), np.uint8))
    down = cv2.morphologyEx(words, cv2.MORPH_CLOSE, np.ones((gap, 1), np.uint8))
    return _lengths(across, 0) >= _lengths(down, 1)


def _lengths(mask: Array, way: int) -> float:
    """Return how long, for their thickness, the pieces are in one direction; large pieces count more."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(mask)
    if count <= 1:
        return 0.0
    stats = np.asarray(stats[1:], float)
    along, thick = stats[:, 2 + way], stats[:, 3 - way]
    long = (along > 2 * thick) & (thick > 3)  # noqa: PLR2004 - pixels; thinner is the rest of a line
    return float((along[long] ** 2 / thick[long]).sum())


def _turned(matrix: Matrix, size: tuple[int, int], turn: int) -> tuple[Matrix, tuple[int, int]]:
    wide, high = size
    match turn:
        case 90:
            return np.array([[0.0, -1, high - 1], [1, 0, 0], [0, 0, 1]]) @ matrix, (high, wide)
        case 180:
            return np.array([[-1.0, 0, wide - 1], [0, -1, high - 1], [0, 0, 1]]) @ matrix, size
        case 270:
            return np.array([[0.0, 1, 0], [-1, 0, wide - 1], [0, 0, 1]]) @ matrix, (high, wide)
        case _:
            return matrix, size


def _warped(pixels: Array, matrix: Matrix, size: tuple[int, int]) -> Array:
    if np.allclose(matrix, np.eye(3)) and size == (pixels.shape[1], pixels.shape[0]):
        return pixels
    shrinks = abs(float(np.linalg.det(matrix[:2, :2]))) < 0.6  # noqa: PLR2004 - smaller: average, or lines get lost
    if shrinks:
        factor = float(np.sqrt(abs(np.linalg.det(matrix[:2, :2]))))
        pixels = cv2.GaussianBlur(pixels, (0, 0), 0.4 / factor)
    return np.asarray(
        cv2.warpPerspective(
            pixels,
            matrix,
            size,
            flags=cv2.INTER_LINEAR if shrinks else cv2.INTER_CUBIC,
            borderMode=cv2.BORDER_REPLICATE,
        )
    )


def _moved(code: Code, matrix: Matrix) -> Code:
    corners = np.array([[x, y, 1.0] for x, y in code.corners]) @ matrix.T
    a, b, c, d = ((float(x / w), float(y / w)) for x, y, w in corners)
    return Code(text=code.text, corners=(a, b, c, d))


def _ink(pixels: Array) -> Array:
    """Return what is darker than the paper around it, as 0 and 1."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    paper = cv2.medianBlur(cv2.dilate(grey, np.ones((9, 9), np.uint8)), 31)
    even = cv2.divide(grey, paper, scale=255)
    return (even < 200).astype(np.uint8)  # noqa: PLR2004 - of 255; faint grey print has 190


def _is_blank(pixels: Array) -> bool:
    shrink = min(1.0, 1000 / max(pixels.shape[:2]))
    ink = _ink(cv2.resize(pixels, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA))
    high, wide = (round(0.04 * each) for each in ink.shape)
    inner = cv2.medianBlur(ink[high:-high, wide:-wide], 3)
    return float(inner.mean()) < _INK


def _are_apart(codes: tuple[Code, ...], shape: tuple[int, ...]) -> bool:
    """Say whether codes are so far from each other that each has a page of its own."""
    middles = [np.mean(code.corners, axis=0) for code in codes]
    far = _APART * max(shape[:2])
    return any(float(np.hypot(*(a - b))) > far for a in middles for b in middles)
