"""Files in a winmail.dat: what Outlook makes of a mail in rich text ([MS-OXTNEF]).

Only what a file needs is read: its bytes and its name, from the attributes of the attachment or from the
MAPI properties among them.  A mail within a mail comes out as another winmail.dat.
"""

import struct
from collections.abc import Iterator, Mapping

from agent.domain.mail import Attachment
from parsers.limits import Limits
from parsers.mail.charsets import guess
from parsers.mail.files import safe_name

_HEAD = 6
"""Bytes of the signature and the key before the first attribute (2.1.2)."""
_ATTRIBUTE = struct.Struct("<BII")
"""Level, number and length; two bytes of a checksum follow the value (2.1.3)."""
_CHECKSUM = 2
_BEGINS_FILE = 0x00069002
_TITLE = 0x00018010
_DATA = 0x0006800F
_PROPERTIES = 0x00069005
_LONG_NAME, _SHORT_NAME, _CONTENT = 0x3707, 0x3704, 0x3701
_UNICODE, _OBJECT = 0x001F, 0x000D
_TEXTS = frozenset({0x001E, _UNICODE, 0x0102, _OBJECT})
"""Types whose value says how long it is: texts, bytes, objects (2.1.3.4)."""
_WIDTHS = {0x0002: 4, 0x0003: 4, 0x0004: 4, 0x000A: 4, 0x000B: 4, 0x0048: 16}
_EIGHT = 8
_MANY = 0x1000
_NAMED = 0x8000
_GUID = 16


def attachments(content: bytes, limits: Limits) -> tuple[Attachment, ...]:
    """Return the files, as many as are whole and within `limits`; never raises."""
    files: list[dict[int, bytes]] = []
    for number, value in _attributes(content):
        if number == _BEGINS_FILE:
            files.append({})
        elif not files:
            continue
        elif number == _TITLE:
            files[-1][_SHORT_NAME] = value
        elif number == _DATA:
            files[-1][_CONTENT] = value
        elif number == _PROPERTIES:
            files[-1] |= _properties(value)
        if len(files) > limits.attachments:
            break
    return tuple(_files(files[: limits.attachments], limits))


def _attributes(content: bytes) -> Iterator[tuple[int, bytes]]:
    at = _HEAD
    while at + _ATTRIBUTE.size <= len(content):
        _, number, length = _ATTRIBUTE.unpack_from(content, at)
        at += _ATTRIBUTE.size
        if at + length > len(content):
            return
        yield number, content[at : at + length]
        at += length + _CHECKSUM


def _files(files: list[dict[int, bytes]], limits: Limits) -> Iterator[Attachment]:
    for number, file in enumerate(files, 1):
        inside = file.get(_CONTENT, b"")
        if not inside or len(inside) > limits.file_bytes:
            continue
        long = file.get(_LONG_NAME, b"").decode("utf-16-le", "replace").strip("\0")
        name = long or guess(file.get(_SHORT_NAME, b"").strip(b"\0"))
        yield Attachment(
            name=safe_name(name, f"file-{number}"), media_type="application/octet-stream", content=inside
        )


def _properties(value: bytes) -> Mapping[int, bytes]:
    """Return those of the properties that make a file: names in UTF-16, bytes as they are."""
    found: dict[int, bytes] = {}
    try:
        for kind, number, inside in _walk(value):
            if number == _LONG_NAME:
                is_wide = kind == _UNICODE
                found[number] = inside if is_wide else guess(inside.strip(b"\0")).encode("utf-16-le")
            elif number == _CONTENT and kind == _OBJECT:
                found[number] = inside[_GUID:]  # an interface comes first, then a winmail.dat of its own
            elif number == _CONTENT:
                found[number] = inside
    except struct.error:
        pass  # cut off: what came before it counts
    return found


def _walk(value: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield type, number and first value of each property; what is no such list raises struct.error."""
    (count,) = struct.unpack_from("<I", value)
    at = 4
    for _ in range(min(count, len(value))):
        kind, number = struct.unpack_from("<HH", value, at)
        at += 4
        if number >= _NAMED:
            (is_text,) = struct.unpack_from("<I", value, at + _GUID)
            at += _GUID + 8
            if is_text:
                (length,) = struct.unpack_from("<I", value, at - 4)
                at += _padded(length)
        values = 1
        plain = kind & ~_MANY
        if kind & _MANY or plain in _TEXTS:
            (values,) = struct.unpack_from("<I", value, at)
            at += 4
        first = b""
        for position in range(min(values, len(value))):
            length = _WIDTHS.get(plain, _EIGHT)
            if plain in _TEXTS:
                (length,) = struct.unpack_from("<I", value, at)
                at += 4
            if at + length > len(value):
                raise struct.error("the value ends too early")
            if position == 0:
                first = value[at : at + length]
            at += _padded(length)
        yield plain, number, first


def _padded(length: int) -> int:
    return (length + 3) // 4 * 4
