"""Headers that an Exchange server received but left out when it wrote the mail anew."""

import re
from collections.abc import Iterable

_NAME = re.compile(rb"^([!-9;-~]+)[ \t]*:", re.MULTILINE)
_SOUND = re.compile(r"[!-9;-~]{1,200}")
_END = re.compile(rb"\r?\n\r?\n")
_HEAD_LIMIT = 256 * 1024
_MORE_LIMIT = 32 * 1024
"""Bytes that are put back at most."""
_OF_ITS_BODY = ("content-", "mime-version")
"""What describes the body must be that of the body we have."""


def restored(mail: bytes, received: Iterable[tuple[str, str]]) -> bytes:
    """Return `mail` with every header in front that its server received and `mail` itself has no longer.

    Whether a mail was written by a machine (RFC 3834, Auto-Submitted) or who vouched for its sender
    (RFC 8601, Authentication-Results) stands in such headers.  A mail that kept all of them comes back as it
    is, byte for byte.
    """
    end = _END.search(mail, 0, _HEAD_LIMIT)
    head = mail[: end.start() if end else _HEAD_LIMIT]
    there = {name.lower().decode("ascii") for name in _NAME.findall(head)}
    more = bytearray()
    for name, value in received:
        known = name.casefold() in there or name.casefold().startswith(_OF_ITS_BODY)
        if known or not _SOUND.fullmatch(name):
            continue
        line = f"{name}: {' '.join(value.split())}\r\n".encode("utf-8", "replace")
        if len(more) + len(line) <= _MORE_LIMIT:
            more += line
    return bytes(more) + mail
