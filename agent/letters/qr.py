"""The QR code that leads a printed sheet back to its case."""

from functools import lru_cache
from io import BytesIO

import segno

_SCALE = 8
_QUIET = 2
"""Light modules around the code; the white of the page adds the rest of the four that ISO 18004 asks for."""


@lru_cache(maxsize=256)
def qr_png(text: str) -> bytes:
    """Return a PNG of `text` as a QR code; error level M stands a stain or a fold."""
    buffer = BytesIO()
    segno.make(text, error="m", micro=False, boost_error=False).save(
        buffer, kind="png", scale=_SCALE, border=_QUIET
    )
    return buffer.getvalue()
