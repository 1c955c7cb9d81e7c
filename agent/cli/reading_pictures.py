"""The pictures of a reading as files to look at: pages, slots, answers (`parse --pictures DIR`)."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from agent.domain.reading import Reading

_PAGE = re.compile(r"page-\d{1,4}")
_UNFIT = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST = 100
_PNG = b"\x89PNG"


def save_pictures(reading: Reading, folder: Path) -> tuple[Path, ...]:
    """Write every picture into `folder`, named after what it shows; return the files in order.

    `request-page-1.png` is the page, `slot-head.png` a signature, `field-departments.0.asked.png` an answer.
    Nothing that a sender wrote is part of a name.

    Raises:
        OSError: the folder cannot be made or written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for sight, digest in dict(_sights(reading)).items():
        content = reading.pictures.get(digest)
        if content is None:
            continue
        file = folder / f"{_name(sight, reading)}.png"
        file.write_bytes(_as_png(content))
        written.append(file)
    return tuple(written)


def _sights(reading: Reading) -> Iterator[tuple[str, str]]:
    """Yield names and digests; what the reader itself calls a sight comes last and wins."""
    for answer in reading.answers.all:
        if answer.picture:
            yield f"field.{answer.field}", answer.picture
    for mark in reading.signatures:
        if mark.picture:
            yield f"slot.{mark.slot}", mark.picture
    for number, place in enumerate(reading.uncompared, 1):
        if place.picture:
            yield f"text.{number}", place.picture
    yield from reading.sights.items()


def _as_png(content: bytes) -> bytes:
    """Return a picture as PNG, so that its name can be known beforehand; crops of paper come as JPEG."""
    if content.startswith(_PNG):
        return content
    from PIL import Image  # noqa: PLC0415 - a mail of Word files has no picture

    buffer = BytesIO()
    with Image.open(BytesIO(content)) as image:
        image.save(buffer, "PNG")
    return buffer.getvalue()


def _name(sight: str, reading: Reading) -> str:
    is_page = _PAGE.fullmatch(sight) is not None
    told = f"{reading.form or 'document'}-{sight}" if is_page else sight.replace(".", "-", 1)
    return _UNFIT.sub("_", told).lstrip("._-")[:_LONGEST]
