"""Whether a picture shows anything at all, and its bytes in a form that every mail program shows."""

import warnings
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO

from PIL import Image

_LARGEST = 60_000_000
"""Pixels; a photo of a page has 12 million."""
_LOOKED_AT = (400, 400)
_SMALLEST = 8
"""Pixels of either side; less is a dot, not a signature."""
_FAINT = 16
"""Difference of grey between the lightest and the darkest spot of a picture that shows nothing."""
_KEPT = {"PNG", "JPEG"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A picture that could be opened, or the reason why it shows no signature."""

    digest: str = ""
    content: bytes = b""
    """PNG or JPEG."""
    size: tuple[int, int] = (0, 0)
    """Pixels, width and height."""
    fault: str = ""
    """`blank_picture`, `tiny_picture`, `odd_picture`; empty when the picture shows something."""


def look_at(content: bytes) -> Seen:
    """Open a picture within bounds; never raises."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content)) as image:
                return _seen(image, content)
    except Exception:  # noqa: BLE001 - Pillow's plugins raise whatever they like on damaged bytes
        return Seen(fault="odd_picture")


def _seen(image: Image.Image, content: bytes) -> Seen:
    width, height = image.size
    if width * height > _LARGEST or image.format in {"WMF", "EMF", "EPS", "PDF"}:
        return Seen(size=image.size, fault="odd_picture")
    if min(width, height) < _SMALLEST:
        return Seen(size=image.size, fault="tiny_picture")
    kept = content
    if image.format not in _KEPT:
        buffer = BytesIO()
        image.convert("RGBA").save(buffer, "PNG")
        kept = buffer.getvalue()
    fault = "blank_picture" if _is_blank(image) else ""
    return Seen(digest=sha256(kept).hexdigest(), content=kept, size=(width, height), fault=fault)


def _is_blank(image: Image.Image) -> bool:
    image.draft("RGB", _LOOKED_AT)
    if "A" in image.getbands() or "transparency" in image.info:
        rgba = image.convert("RGBA")
        grey = Image.new("L", rgba.size, "white")
        grey.paste(rgba.convert("L"), mask=rgba.getchannel("A"))
    else:
        grey = image.convert("L")
    low, high = grey.getextrema()
    return not isinstance(low, int | float) or not isinstance(high, int | float) or high - low < _FAINT
