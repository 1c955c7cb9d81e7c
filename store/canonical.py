"""Canonical JSON: the same value is always the same text, so that its digest means something."""

import json
import re
from hashlib import sha256

_ENCODER = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, check_circular=False
)
_LONGEST_NAME = 500
"""Characters, of at most 4 bytes each."""
_SURROGATE = re.compile("[\ud800-\udfff]")


def to_text(value: object) -> str:
    """Return `value` (dicts, lists, strings, numbers, booleans, None) as canonical JSON.

    Control characters and lone surrogates, which hostile mail contains and databases refuse, are
    written as JSON escapes.
    """
    text = _ENCODER.encode(value)
    if not text.isascii() and _SURROGATE.search(text):
        text = _SURROGATE.sub(lambda found: f"\\u{ord(found.group()):04x}", text)
    return text


def digest(text: str) -> str:
    """Return the SHA-256 of `text`, hexadecimal."""
    return sha256(text.encode()).hexdigest()


def column(text: str) -> str:
    """Return `text` as a column may hold it: without NUL, which PostgreSQL refuses, and surrogates."""
    return _SURROGATE.sub("\ufffd", text.replace("\0", "\ufffd"))


def name(text: str) -> str:
    """Return `text` as an indexed column may hold it: PostgreSQL refuses an index entry above 2.7 kB.

    What is longer keeps its beginning and gets its SHA-256, so that different names stay different.
    """
    plain = column(text)
    if len(plain) <= _LONGEST_NAME:
        return plain
    said = sha256(text.encode(errors="surrogatepass")).hexdigest()
    return f"{plain[: _LONGEST_NAME // 2]}…{said}"
