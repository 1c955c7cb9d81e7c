"""Pictures that were sent in, opened within bounds: scans and photos as upright pixels, one per page.

PNG, JPEG, TIFF with several pages (also of fax machines), HEIC, GIF, BMP and WebP become the same thing:
8 bits of blue, green and red, on white where they were transparent, turned as their EXIF says
(CIPA DC-008, 4.6.5.A), with square pixels.  How large a picture is gets asked before it is unpacked.
"""

import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from parsers.limits import Limits

Pixels = NDArray[Any]
"""Height × width × 3 (blue, green, red), 8 bits each; OpenCV's types say no more than this."""

_FORMATS = ("PNG", "JPEG", "TIFF", "GIF", "BMP", "WEBP", "AVIF")
_SEVERAL = "TIFF"
"""The format of pictures, beside HEIC, whose pages are pages; those of the others are films."""
_HEIF = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"})
_SMALLEST = 100
"""Pixels of the shorter side; a page below that has no letters left."""
_SLIMMEST = 12
"""Longer to shorter side; a page is at most 3 to 1, a receipt 10 to 1."""
_INCH = 25.4
_PAGE_LONG = (150.0, 450.0)
"""Millimetres that the longer side of a page may have: from A6 to A3, beyond that the dpi is a fable."""
_A4_LONG = 297.0
_UNEVEN = 1.2
"""Horizontal to vertical resolution from which pixels are stretched; fax has 204 × 98 and 204 × 196 dpi."""
_DEPTH = 65_535
_KIND, _REDUCED = 0x00FE, 1
"""The TIFF tag NewSubfileType, and its bit for a smaller copy of another page (TIFF 6.0, section 8)."""
_ORIENTATION = 0x0112
"""The EXIF tag."""
_REDUCIBLE = frozenset({"L", "RGB", "RGBA", "CMYK", "LA", "YCbCr"})


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """One picture of a page, or of what was taken for one."""

    pixels: Pixels
    dpi_guess: float
    """Dots per inch as the file says; where it says nothing credible, as if the longer side were A4's."""


class _Refused(Exception):
    """The message is a code of `complain`."""


def open_pictures(content: bytes, limits: Limits) -> tuple[Picture, ...] | str:
    """Return the pictures in a file, at least one; or the code (`parsers.complaints`) of why there is none.

    Codes: `picture_too_big` (more pixels than `limits.picture_pixels`), `too_many_pages` (more than
    `limits.scanned_pages`), `tiny_picture` (too small or too slim to be a page), `unreadable` (damaged,
    cut off, or no picture that we open), `read_by_person` (HEIC where its library is not installed).

    Never raises.  Pictures larger than `limits.kept_pixels` come back smaller, with their `dpi_guess`.
    """
    if len(content) > limits.file_bytes:
        return "too_big"
    try:
        with _silently():
            if content[4:8] == b"ftyp" and content[8:12] in _HEIF:
                return tuple(_heif(content, limits))
            # Told which formats may be opened, Pillow loads none of their plugins by itself.
            Image.init()
            with Image.open(BytesIO(content), formats=_FORMATS) as image:
                return tuple(_pages(image, limits))
    except _Refused as fault:
        return str(fault)
    except (MemoryError, Image.DecompressionBombError):
        return "picture_too_big"
    except ImportError:
        return "read_by_person"
    except Exception:  # noqa: BLE001 - Pillow's plugins raise whatever they like on damaged bytes
        return "unreadable"


@contextmanager
def _silently() -> Iterator[None]:
    """Pillow warns of sizes that we judge ourselves, and of tags that nobody reads."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _pages(image: Image.Image, limits: Limits) -> Iterator[Picture]:
    count = _count(image, limits) if image.format == _SEVERAL else 1
    most = min(limits.kept_pixels, limits.kept_pixels_of_all // count)
    for number in range(count):
        image.seek(number)
        if number and _is_copy(image):
            continue
        _measure(image.size, limits)
        yield _picture(image, most)


def _count(image: Image.Image, limits: Limits) -> int:
    """Return how many pages there are, without walking through ten thousand of them."""
    for number in range(1, limits.scanned_pages + 1):
        try:
            image.seek(number)
        except EOFError:
            return number
    raise _Refused("too_many_pages")


def _is_copy(image: Image.Image) -> bool:
    """Say whether a page of a TIFF shows another one smaller: scanners put such beside it for previews."""
    kind = image.getexif().get(_KIND, 0)
    return isinstance(kind, int) and bool(kind & _REDUCED)


def _measure(size: tuple[int, int], limits: Limits) -> None:
    wide, high = size
    if wide * high > limits.picture_pixels:
        raise _Refused("picture_too_big")
    if min(wide, high) < _SMALLEST or max(wide, high) > _SLIMMEST * min(wide, high):
        raise _Refused("tiny_picture")


def _picture(image: Image.Image, most: int) -> Picture:
    dpi = _dpi(image)
    wide, high = image.size
    shrink = min(1.0, math.sqrt(most / (wide * high)))
    if shrink < 1.0:
        # JPEG can be unpacked at a half, a quarter, an eighth: less work and less memory.
        image.draft("RGB", (round(wide * shrink), round(high * shrink)))
    plain = _plain(_reduced(image, shrink * wide))
    size = _square(wide, high, dpi, shrink)
    if size != plain.size:
        plain = plain.resize(size, Image.Resampling.HAMMING)
    turned = _turned(np.asarray(plain, np.uint8), image.getexif().get(_ORIENTATION, 1))
    pixels = np.ascontiguousarray(turned[:, :, ::-1])
    return Picture(pixels, _credible(dpi[0] * size[0] / wide, pixels))


def _reduced(image: Image.Image, wide: float) -> Image.Image:
    """Return a picture that is far too large as a smaller one, before its colours are changed."""
    factor = int(image.size[0] / wide)
    return image.reduce(factor) if factor > 1 and image.mode in _REDUCIBLE else image


def _turned(pixels: Pixels, orientation: object) -> Pixels:
    match orientation:
        case 2:
            return pixels[:, ::-1]
        case 3:
            return pixels[::-1, ::-1]
        case 4:
            return pixels[::-1]
        case 5:
            return np.swapaxes(pixels, 0, 1)
        case 6:
            return np.rot90(pixels, -1)
        case 7:
            return np.swapaxes(pixels[::-1, ::-1], 0, 1)
        case 8:
            return np.rot90(pixels)
        case _:
            return pixels


def _plain(image: Image.Image) -> Image.Image:
    """Return the picture with 8 bits of red, green and blue."""
    if image.mode.startswith("I;16") or image.mode in {"I", "F"}:
        return Image.fromarray(_eight_bits(np.asarray(image))).convert("RGB")
    if "A" in image.getbands() or "transparency" in image.info:
        layered = image.convert("RGBA")
        paper = Image.new("RGB", layered.size, "white")
        paper.paste(layered, mask=layered.getchannel("A"))
        return paper
    return image.convert("RGB")


def _eight_bits(deep: Pixels) -> Pixels:
    """Return grey of more than 8 bits as 8: of 16 bits as a whole, of anything else as far as it reaches."""
    most = float(deep.max())
    least = 0.0 if float(deep.min()) >= 0 else float(deep.min())
    top = _DEPTH if most > _DEPTH // 4 and most <= _DEPTH else most
    scaled = (deep.astype(np.float32) - least) * (255.0 / max(top - least, 1e-6))
    return np.asarray(np.clip(np.nan_to_num(scaled), 0, 255).astype(np.uint8))


def _dpi(image: Image.Image) -> tuple[float, float]:
    """Return what the file says, (0, 0) when it says nothing."""
    told = image.info.get("dpi", (0, 0))
    try:
        across, down = float(told[0]), float(told[1])
    except (TypeError, ValueError, IndexError, ZeroDivisionError):
        return 0.0, 0.0
    if not (math.isfinite(across) and math.isfinite(down)) or across <= 0 or down <= 0:
        return 0.0, 0.0
    return across, down


def _square(wide: int, high: int, dpi: tuple[float, float], shrink: float) -> tuple[int, int]:
    """Return the size to give the picture, so that its pixels are as wide as high."""
    across, down = dpi
    uneven = across / down if down else 1.0
    if _UNEVEN < uneven < 3 or _UNEVEN < 1 / uneven < 3:  # noqa: PLR2004 - fax machines reach 2.1
        # Stretched the way that keeps every line of the scan; the other one is made no finer.
        if uneven > 1:
            high = round(high * uneven)
        else:
            wide = round(wide / uneven)
    return max(1, round(wide * shrink)), max(1, round(high * shrink))


def _credible(dpi: float, pixels: Pixels) -> float:
    long = max(pixels.shape[:2])
    shortest, longest = _PAGE_LONG
    if dpi > 0 and shortest <= long / dpi * _INCH <= longest:
        return dpi
    return float(long / _A4_LONG * _INCH)


def _heif(content: bytes, limits: Limits) -> Iterator[Picture]:
    """Yield the pictures of a HEIC file; libheif turns them as their `irot` and `imir` boxes say."""
    import pillow_heif  # noqa: PLC0415 - large, and absent without the extra `ocr`

    opened = pillow_heif.open_heif(BytesIO(content), convert_hdr_to_8bit=True)
    if len(opened) > limits.scanned_pages:
        raise _Refused("too_many_pages")
    most = min(limits.kept_pixels, limits.kept_pixels_of_all // len(opened))
    for number, each in enumerate(opened):
        if number != opened.primary_index and min(each.size) < _SMALLEST:
            continue
        _measure(each.size, limits)
        with each.to_pillow() as image:
            image.info.pop("exif", None)
            yield _picture(image, most)
