"""How much a page of a PDF would draw: drawings may use each other, and themselves (ISO 32000-2, 8.10)."""

import re
from collections.abc import Iterator

from parsers.limits import Limits
from parsers.pdf.objects import entry, items, name, resolved

_DO = re.compile(rb"/([^\s/<>\[\](){}%]+)\s+Do\b")
_DEEPEST = 12


def is_wild(page: object, limits: Limits) -> bool:
    """Say whether reading a page word by word could take for ever; it is then only looked at.

    Args:
        page: the page's dictionary.
        limits: how much may be drawn.
    """
    try:
        return _drawings(page, limits) > limits.page_drawings
    except Exception:  # noqa: BLE001 - what cannot be judged is not read word by word either
        return True


def _drawings(page: object, limits: Limits) -> int:
    """Return how many drawings a page leads to, those of its form fields and notes too."""
    content = entry(page, "/Contents")
    streams = items(content) or [content]
    drawn = b" ".join(_data(each) for each in streams)
    if len(drawn) > limits.page_content_bytes:
        return limits.page_drawings + 1
    known: dict[int, int] = {}
    weight = _weight(drawn, entry(page, "/Resources"), limits, known, ())
    for each in _appearances(page):
        weight += _weight(_data(each), entry(each, "/Resources"), limits, known, (id(each),))
    return weight


def _appearances(page: object) -> Iterator[object]:
    """Yield what annotations and form fields draw upon the page (12.5.5)."""
    for annotation in items(entry(page, "/Annots")):
        normal = entry(entry(annotation, "/AP"), "/N")
        if hasattr(normal, "get_data"):
            yield normal
        elif isinstance(normal, dict):
            yield from (entry(normal, state) for state in normal)


def _weight(
    content: bytes, resources: object, limits: Limits, known: dict[int, int], above: tuple[int, ...]
) -> int:
    """Return how many drawings some content leads to; too many where one contains itself."""
    total = 0
    drawings = entry(resources, "/XObject")
    for match in _DO.finditer(content):
        drawing = entry(drawings, f"/{match[1].decode('latin-1')}")
        if drawing is None or name(entry(drawing, "/Subtype")) != "Form":
            total += 1
            continue
        if id(drawing) in above or len(above) > _DEEPEST:
            return limits.page_drawings + 1
        if id(drawing) not in known:
            inside = _data(drawing)
            own = entry(drawing, "/Resources") or resources
            size = len(inside) > limits.page_content_bytes
            known[id(drawing)] = (
                limits.page_drawings + 1
                if size
                else 1 + _weight(inside, own, limits, known, (*above, id(drawing)))
            )
        total += known[id(drawing)]
        if total > limits.page_drawings:
            return total
    return total


def _data(stream: object) -> bytes:
    held = resolved(stream)
    return bytes(held.get_data()) if hasattr(held, "get_data") else b""
