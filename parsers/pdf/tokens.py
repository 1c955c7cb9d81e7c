"""The operators of a content stream with what stands before them (ISO 32000-2, 7.2 and 7.8.2).

pdfminer's own reader goes from state to state for each character class, which is half of what a page costs;
one regular expression finds the same tokens.
"""

import re
from collections.abc import Callable, Iterator, Mapping

from pdfminer.psparser import KWD, LIT, PSKeyword

_TOKEN = re.compile(
    rb"[\s\0]+|%[^\r\n]*"
    rb"|(?P<number>[-+]?(?:\d+\.?\d*|\.\d+))"
    rb"|(?P<word>[A-Za-z][^\s\0/%\[\]()<>{}]*|['\"])"
    rb"|/(?P<name>[^\s\0/%\[\]()<>{}]*)"
    rb"|(?P<text>\()"
    rb"|(?P<opens><<|\[)|(?P<closes>>>|\])"
    rb"|<(?P<hex>[^>]*)>?"
    rb"|[\s\S]"
)
_PLAIN = re.compile(rb"[^()\\]*\)")
_PART = re.compile(rb"\\(?:([0-7]{1,3})|\r\n|([\s\S]))|([()])|[^()\\]+|\\$")
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\r": b"", b"\n": b""}
_NAMED = re.compile(rb"#([0-9A-Fa-f]{2})")
_HEX = re.compile(rb"[0-9A-Fa-f]{2}|[0-9A-Fa-f]$")
_IMAGE = re.compile(rb"\bID[\s\0]")
_IMAGE_END = re.compile(rb"EI(?=[\s\0]|$)")
_ASCII85_END = re.compile(rb"~>")
_ASCII85 = (b"/A85", b"/ASCII85Decode")
_DEEPEST = 20
"""Arrays and dictionaries within one another; 7.8.2 has two."""


def tokens(content: bytes) -> Iterator[object]:
    """Yield operators (`PSKeyword`) and operands of a content stream in order; never raises.

    Pictures within the stream (8.9.7) are left out: nobody asks for them here.

    Args:
        content: the stream, or several joined by white space, decoded.
    """
    held: list[list[object]] = []
    at, end = 0, len(content)
    while at < end and (match := _TOKEN.match(content, at)) is not None:
        at, kind = match.end(), match.lastgroup
        if kind is None:
            continue
        said = match[kind]
        if kind in _PLAINLY:
            found = _PLAINLY[kind](said)
            if found is _BEGIN_IMAGE:
                at = _after_image(content, at)
            if found is _BEGIN_IMAGE or (held and isinstance(found, PSKeyword)):
                continue
        elif kind == "text":
            found, at = _text(content, at)
        else:
            found = _held(kind, said, held)
        if found is None:
            continue
        if held:
            held[-1].append(found)
        else:
            yield found


def _held(kind: str, said: bytes, held: list[list[object]]) -> object:
    """Begin or end an array or a dictionary; return the one that ended."""
    if kind == "opens" and len(held) < _DEEPEST:
        held.append([])
    if kind == "opens" or not held:
        return None
    inside = held.pop()
    return inside if said == b"]" else _dictionary(inside)


_BEGIN_IMAGE = KWD(b"BI")


def _number(said: bytes) -> float:
    return float(said) if b"." in said else int(said[:_LONGEST])


_LONGEST = 40
"""Digits; nothing on a page lies farther away."""


def _word(said: bytes) -> object:
    return {b"true": True, b"false": False}.get(said, KWD(said))


def _name(said: bytes) -> object:
    if b"#" in said:
        said = _NAMED.sub(lambda code: bytes((int(code[1], 16),)), said)
    try:
        return LIT(said.decode())
    except UnicodeDecodeError:
        return LIT(said)


def _text(content: bytes, at: int) -> tuple[bytes, int]:
    """Return a literal string (7.3.4.2) and where it ends."""
    plain = _PLAIN.match(content, at)
    if plain is not None:
        return content[at : plain.end() - 1], plain.end()
    parts: list[bytes] = []
    depth = 1
    while depth and (part := _PART.match(content, at)) is not None:
        at = part.end()
        if part[3] is not None:
            depth += 1 if part[3] == b"(" else -1
            parts.append(part[3] if depth else b"")
        elif part[1] is not None:
            parts.append(bytes((int(part[1], 8) & 0xFF,)))
        elif part[2] is not None:
            parts.append(_ESCAPED.get(part[2], part[2]))
        elif not part[0].startswith(b"\\"):
            parts.append(part[0])
    return b"".join(parts), at


def _hex(said: bytes) -> bytes:
    """Return a hexadecimal string (7.3.4.3); a last digit alone is that of a number, as pdfminer has it."""
    return bytes(int(pair, 16) for pair in _HEX.findall(b"".join(said.split())))


_PLAINLY: Mapping[str, Callable[[bytes], object]] = {
    "number": _number,
    "word": _word,
    "name": _name,
    "hex": _hex,
}


def _dictionary(inside: list[object]) -> dict[object, object]:
    keys, values = inside[::2], inside[1::2]
    return {getattr(key, "name", str(key)): value for key, value in zip(keys, values, strict=False)}


def _after_image(content: bytes, at: int) -> int:
    """Return where a picture within the stream ends."""
    begins = _IMAGE.search(content, at)
    if begins is None:
        return len(content)
    start = begins.end()
    if any(each in content[at:start] for each in _ASCII85):
        coded = _ASCII85_END.search(content, start)
        start = coded.end() if coded is not None else start
    ends = _IMAGE_END.search(content, start)
    return ends.end() if ends is not None else len(content)
