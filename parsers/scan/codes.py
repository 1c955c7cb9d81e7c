"""QR codes on pictures of pages, also small and blurred ones; the one door to zxing-cpp.

A code of 2 cm is read from any scan and most photos as it is.  What is not gets searched for: the
densest patches of the picture are cut out, freed of noise, enlarged and sharpened, which is what reads
codes of 1.2 cm on photos.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[Any]
Corner = tuple[float, float]

_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_SEARCHED = 900
"""Pixels of the longer side on which patches are searched for."""
_PATCHES = 5
_LEAST, _MOST = 0.025, 0.25
"""Side of a code as a share of the longer side of the picture: 2 cm on A4 are 0.067, on a photo 0.04."""
_ENLARGED = 640
"""Pixels of the side to which a patch is enlarged."""
_LONGEST = 300
"""Characters; a token has fewer than 150, and nobody else's code is of interest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """One QR code."""

    text: str
    corners: tuple[Corner, Corner, Corner, Corner]
    """Its upper left, upper right, lower right and lower left, as the code itself has them, in pixels."""

    @property
    def orientation(self) -> int:
        """Return how the code stands: degrees clockwise from upright, one of 0, 90, 180, 270."""
        (left, top), (right, across) = self.corners[0], self.corners[1]
        angle = np.degrees(np.arctan2(across - top, right - left))
        return round(float(angle) / 90) % 4 * 90

    @property
    def side(self) -> float:
        """Return the mean length of its sides, in pixels."""
        around = zip(self.corners, (*self.corners[1:], self.corners[0]), strict=True)
        return float(np.mean([np.hypot(a[0] - b[0], a[1] - b[1]) for a, b in around]))


def read_image(image: Image.Image) -> tuple[Code, ...]:
    """Return every QR code on a picture in red, green and blue, as `read_codes` does."""
    return read_codes(np.asarray(image)[:, :, ::-1])


def read_codes(pixels: Pixels, *, hard: bool = True) -> tuple[Code, ...]:
    """Return every QR code on a picture; never raises, takes at most about 0.4 seconds.

    Args:
        pixels: the picture, in colours or grey.
        hard: search for codes that cannot be read as they are, when none can.
    """
    grey = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)  # noqa: PLR2004 - grey has no third
    found = _read(grey)
    if found or not hard:
        return found
    every: dict[str, Code] = {}
    for left, top, right, bottom in _patches(grey):
        patch = grey[top:bottom, left:right]
        for scale, better in _enhanced(patch):
            codes = _read(better)
            for code in codes:
                moved = tuple((x / scale + left, y / scale + top) for x, y in code.corners)
                every.setdefault(code.text, Code(text=code.text, corners=moved))  # type: ignore[arg-type] # four
            if codes:
                break
    return tuple(every.values())


def _read(grey: Pixels) -> tuple[Code, ...]:
    try:
        found = zxingcpp.read_barcodes(np.ascontiguousarray(grey), formats=_QR)
    except (RuntimeError, ValueError):
        return ()
    codes = []
    for each in found:
        if each.valid and len(each.text) <= _LONGEST:
            at = each.position
            four = (at.top_left, at.top_right, at.bottom_right, at.bottom_left)
            a, b, c, d = ((float(point.x), float(point.y)) for point in four)
            codes.append(Code(text=each.text, corners=(a, b, c, d)))
    return tuple(codes)


def _patches(grey: Pixels) -> list[tuple[int, int, int, int]]:
    """Return where a code may be: square, and full of edges in both directions."""
    shrink = min(1.0, _SEARCHED / max(grey.shape))
    small = cv2.resize(grey, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    across = np.abs(cv2.Sobel(small, cv2.CV_32F, 1, 0, ksize=3))
    down = np.abs(cv2.Sobel(small, cv2.CV_32F, 0, 1, ksize=3))
    spread = max(3, round(_LEAST * max(small.shape) * 0.5)) | 1
    dense = np.minimum(cv2.blur(across, (spread, spread)), cv2.blur(down, (spread, spread)))
    # In a shadow edges are weaker: what counts is how dense a spot is for its surroundings.
    bright = cv2.blur(small.astype(np.float32), (spread * 4 + 1, spread * 4 + 1)) + 8
    dense = dense / bright
    patches: list[tuple[float, tuple[int, int, int, int]]] = []
    for share in (0.45, 0.65):
        mask = (dense > share * float(dense.max())).astype(np.uint8)
        count, _, stats, _ = cv2.connectedComponentsWithStats(mask)
        for number in range(1, count):
            x, y, wide, high, area = (int(each) for each in stats[number])
            side = max(wide, high)
            if (
                not _LEAST * max(small.shape) < side < _MOST * max(small.shape)
                or min(wide, high) < 0.5 * side
            ):
                continue
            score = float(dense[y : y + high, x : x + wide].mean()) * area / side**2
            middle_x, middle_y, half = x + wide / 2, y + high / 2, side * 0.72 + spread * 0.5
            box = [
                (each / shrink)
                for each in (middle_x - half, middle_y - half, middle_x + half, middle_y + half)
            ]
            left, top = max(0, int(box[0])), max(0, int(box[1]))
            right, bottom = min(grey.shape[1], int(box[2])), min(grey.shape[0], int(box[3]))
            patches.append((score, (left, top, right, bottom)))
    patches.sort(reverse=True)
    return [box for _, box in patches[:_PATCHES]]


def _enhanced(patch: Pixels) -> list[tuple[float, Pixels]]:
    """Return a patch as it may be easier to read, with how much larger it became."""
    if min(patch.shape) < 10:  # noqa: PLR2004 - nothing to enlarge
        return []
    scale = min(4.0, max(1.5, _ENLARGED / max(patch.shape)))
    stretched = cv2.normalize(patch, None, 0, 255, cv2.NORM_MINMAX)  # type: ignore[call-overload] # None is fine
    calm = cv2.fastNlMeansDenoising(stretched, None, h=12, templateWindowSize=5, searchWindowSize=13)
    tries = []
    for source, strength in ((calm, 1.5), (stretched, 0.8), (calm, 3.0)):
        large = cv2.resize(source, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
        soft = cv2.GaussianBlur(large, (0, 0), 1.2 * scale)
        tries.append((scale, cv2.addWeighted(large, 1 + strength, soft, -strength, 0)))
    return tries
