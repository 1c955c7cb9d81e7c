"""Files that old programs put into the text itself: uuencode (POSIX, uuencode)."""

import binascii
import re
from itertools import islice

from parsers.limits import Limits

_BEGIN = re.compile(rb"(?m)^begin(?:-base64)? [0-7]{3,4} ([^\r\n]{1,200}?)[ \t]*\r*$")
_END = re.compile(rb"(?m)^(?:end|====)[ \t]*\r*$")
_LENGTHS = frozenset(bytes([code]) for code in range(0x20, 0x61))
_LONGEST = 62
"""Characters of a line: the length, and 45 bytes as 60; some write one more."""


def files_in(text: bytes, limits: Limits) -> tuple[bytes, tuple[tuple[bytes, bytes], ...]]:
    """Return the text without its uuencoded files, and each file as (name, content).

    A `begin` without an `end`, or with lines that are no uuencode, is ordinary text and stays.
    """
    kept: list[bytes] = []
    found: list[tuple[bytes, bytes]] = []
    at = 0
    for begin in islice(_BEGIN.finditer(text), limits.attachments):
        if begin.start() < at:
            continue
        end = _END.search(text, begin.end())
        if end is None:
            break
        content = _decoded(text[begin.end() : end.start()], based=begin[0].startswith(b"begin-base64"))
        if content is None:
            continue
        kept.append(text[at : begin.start()])
        found.append((begin[1], content))
        at = end.end()
    return b"".join((*kept, text[at:])), tuple(found)


def decoded(text: bytes) -> bytes | None:
    """Return what a part with `Content-Transfer-Encoding: x-uuencode` holds, None when it is none."""
    begin = _BEGIN.search(text)
    end = _END.search(text, begin.end()) if begin is not None else None
    if begin is None or end is None:
        return None
    return _decoded(text[begin.end() : end.start()], based=False)


def _decoded(block: bytes, *, based: bool) -> bytes | None:
    lines = block.replace(b"\r", b"").strip(b"\n").split(b"\n")
    try:
        if based:
            return binascii.a2b_base64(b"".join(lines))
        return b"".join(_line(line) for line in lines if line)
    except (binascii.Error, ValueError):
        return None


def _line(line: bytes) -> bytes:
    if line[:1] not in _LENGTHS or len(line) > _LONGEST + 2:
        raise ValueError("no uuencoded line")
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        # Some encoders pad differently (https://bugs.python.org/issue1531): the length says what counts.
        return binascii.a2b_uu(line[: (((line[0] - 32) & 63) * 4 + 5) // 3 + 1])
