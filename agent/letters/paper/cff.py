"""Write a subset of a font as a CID-keyed CFF table (Adobe technical note 5176), ready to embed in a PDF.

Outlines come as Type 2 charstrings (note 5177) on a grid of 1000 units; glyph 0 is the missing one.
"""

from collections.abc import Sequence

_FIRST_STRING = 391
"""The standard strings end here; ours follow."""
_LONG = 29


def cff(name: str, charstrings: Sequence[bytes], box: tuple[int, int, int, int]) -> bytes:
    """Return the table; the number of a glyph is its character identifier as well.

    Args:
        name: PostScript name, ASCII.
        charstrings: One per glyph, widths included, without subroutines.
        box: Left, bottom, right and top of all of them.
    """
    strings = _index((b"Adobe", b"Identity"))
    head = b"\x01\x00\x04\x04" + _index((name.encode("ascii"),))
    size = len(_index((_top(len(charstrings), box, 0, 0, 0, 0),)))
    charset = b"\x02" + b"\x00\x01" + (len(charstrings) - 2).to_bytes(2) if len(charstrings) > 1 else b"\x00"
    select = b"\x03\x00\x01\x00\x00\x00" + len(charstrings).to_bytes(2)
    glyphs = _index(charstrings)
    private = _integer(0) + b"\x14" + _integer(0) + b"\x15"
    at_charset = len(head) + size + len(strings) + 2
    at_select = at_charset + len(charset)
    at_glyphs = at_select + len(select)
    at_private = at_glyphs + len(glyphs)
    at_fonts = at_private + len(private)
    fonts = _index((_integer(len(private)) + _long(at_private) + b"\x12",))
    top = _index((_top(len(charstrings), box, at_charset, at_select, at_glyphs, at_fonts),))
    return b"".join((head, top, strings, b"\x00\x00", charset, select, glyphs, private, fonts))


def _top(  # noqa: PLR0913 - the entries of one dictionary
    count: int, box: tuple[int, int, int, int], charset: int, select: int, glyphs: int, fonts: int
) -> bytes:
    registry = _integer(_FIRST_STRING) + _integer(_FIRST_STRING + 1) + _integer(0) + b"\x0c\x1e"
    bounds = b"".join(map(_integer, box)) + b"\x05"
    return b"".join(
        (
            registry,
            bounds,
            _integer(count) + b"\x0c\x22",
            _long(charset) + b"\x0f",
            _long(select) + b"\x0c\x25",
            _long(glyphs) + b"\x11",
            _long(fonts) + b"\x0c\x24",
        )
    )


def _index(entries: Sequence[bytes]) -> bytes:
    if not entries:
        return b"\x00\x00"
    offsets, at = [1], 1
    for each in entries:
        at += len(each)
        offsets.append(at)
    size = (at.bit_length() + 7) // 8
    listed = b"".join(each.to_bytes(size) for each in offsets)
    return len(entries).to_bytes(2) + bytes((size,)) + listed + b"".join(entries)


def _integer(number: int) -> bytes:
    """Return an operand in the three bytes that any small number fits in."""
    return b"\x1c" + number.to_bytes(2, signed=True)


def _long(number: int) -> bytes:
    """Return an operand of always the same length: offsets are known only when all sizes are."""
    return bytes((_LONG,)) + number.to_bytes(4, signed=True)
