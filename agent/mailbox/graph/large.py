"""A mail that is longer than one request may be: taken apart, so that its files can travel on their own.

Graph takes 4 MB in a request, and a mail in base64 grows by a third.  What is left of the mail keeps every
header and every part that is no plain attachment; nothing is written anew but the boundaries between.
"""

from dataclasses import dataclass
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from email.utils import collapse_rfc2231_value

_AS_WRITTEN = compat32.clone(linesep="\r\n", max_line_length=None)
_NAMELESS = "attachment"


@dataclass(frozen=True, slots=True, kw_only=True)
class LooseFile:
    """An attached file, outside its mail."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenApart:
    """A mail without some of its attachments, and these."""

    mail: bytes
    files: tuple[LooseFile, ...]
    """In the order in which they were attached."""


def take_apart(content: bytes, limit: int) -> TakenApart | None:
    """Take the largest attachments out of a mail of our own until it has at most `limit` bytes.

    Args:
        content: the mail, written by us.
        limit: bytes that the rest may have.

    Returns:
        The rest and the files, in their order; None when even without them it is longer.
    """
    whole = BytesParser(policy=_AS_WRITTEN).parsebytes(content)
    payload = whole.get_payload()
    if whole.get_content_type() != "multipart/mixed" or not isinstance(payload, list):
        return None
    parts = [part for part in payload if isinstance(part, Message)]
    loose = sorted((part for part in parts if _is_file(part)), key=_size, reverse=True)
    taken: set[int] = set()
    rest = content
    for part in loose:
        if len(rest) <= limit:
            break
        taken.add(id(part))
        whole.set_payload([each for each in parts if id(each) not in taken])
        rest = whole.as_bytes(policy=_AS_WRITTEN)
    if len(rest) > limit:
        return None
    return TakenApart(mail=rest, files=tuple(_loose(part) for part in parts if id(part) in taken))


def _is_file(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" and not part.is_multipart()


def _size(part: Message) -> int:
    return len(str(part.get_payload()))


def _loose(part: Message) -> LooseFile:
    content = part.get_payload(decode=True)
    return LooseFile(
        name=_name(part),
        media_type=part.get_content_type(),
        content=content if isinstance(content, bytes) else b"",
    )


def _name(part: Message) -> str:
    given = part.get_param("filename", header="content-disposition")
    if given is not None:
        return collapse_rfc2231_value(given) or _NAMELESS
    named = part.get_param("name")
    return str(make_header(decode_header(collapse_rfc2231_value(named)))) if named else _NAMELESS
