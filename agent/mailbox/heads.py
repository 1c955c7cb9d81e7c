"""The little that a mailbox itself must know of a mail's header.  Reading mail is the parsers' work."""

import re
from datetime import UTC, datetime
from email import policy
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime
from typing import BinaryIO

HEAD_LIMIT = 64 * 1024
"""Bytes of a mail in which its header is looked for."""

_CHUNK = 8 * 1024
_END = re.compile(rb"\r?\n\r?\n")
_DATE = re.compile(rb"^date[ \t]*:(?P<value>[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)", re.IGNORECASE | re.MULTILINE)
_DATE_LENGTH = 200


def head_of(source: BinaryIO) -> bytes:
    """Read a mail from `source` up to the end of its header, or as far as we look."""
    head = b""
    while len(head) < HEAD_LIMIT:
        chunk = source.read(_CHUNK)
        head += chunk
        if not chunk or _END.search(head, max(0, len(head) - len(chunk) - 3)):
            break
    return head


def date_of(content: bytes) -> datetime | None:
    """Return the moment of the Date header, aware; None when it is missing or no date."""
    end = _END.search(content, 0, HEAD_LIMIT)
    found = _DATE.search(content, 0, end.start() if end else min(len(content), HEAD_LIMIT))
    if found is None:
        return None
    try:
        moment = parsedate_to_datetime(found["value"].decode("ascii", "replace").strip()[:_DATE_LENGTH])
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def own(content: bytes) -> Message:
    """Return the header of a mail that we wrote ourselves, decoded."""
    return BytesHeaderParser(policy=policy.default).parsebytes(content)
