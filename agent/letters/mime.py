"""A finished letter as the bytes of a mail: deterministic, and nothing in it can become a header.

The same letter always gives the same bytes, so a repeated delivery is byte for byte the first one.

    multipart/mixed                        only when files travel along
      multipart/alternative
        text/plain
        multipart/related                  only when pictures stand inline
          text/html
          image/png …                      Content-ID
        text/calendar; method=…            only with an invitation (RFC 6047)
      the attached files …
"""

import re
import unicodedata
from collections.abc import Iterator
from email import base64mime, quoprimime
from email.charset import BASE64, Charset
from email.encoders import encode_base64
from email.header import Header
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.utils import format_datetime, quote
from functools import lru_cache
from hashlib import sha256
from typing import cast

from agent.domain.mail import Address, Attachment, Letter, MessageId

_LINE_END = re.compile(r"\r\n|\r|\n")
_UNPRINTED = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
"""Unicode categories that never show: controls, bidirectional overrides, line separators."""
_LAST_TWO = 0xFFFE
"""The last two code points of every plane are no characters, nor are these."""
_NO_CHARACTER = ("\ufdd0", "\ufdef")
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]{1,60}/[A-Za-z0-9!#$&^_.+-]{1,80}")
_FORBIDDEN_IN_NAMES = re.compile(r'[\\/:*?"<>|]')
_ADDRESS = re.compile(r"[^\s<>,;:\"()\[\]\\@]+@[^\s<>,;:\"()\[\]\\@]+")
_LONGEST_NAME = 90
"""Percent-encoded Chinese is nine letters a character, and a line may hold 998 (RFC 5322, 2.1.1)."""
_LINE = 76


def message_id(key: str, domain: str) -> MessageId:
    """Return the Message-ID of the letter that stands for `key`: the same key, the same id, for ever."""
    return MessageId(f"<fc.{_digest(key)[:40]}@{domain}>")


def thread_root(case: str, domain: str) -> MessageId:
    """Return the id that every letter of `case` refers to, so that mail programs show one thread.

    No mail carries it (RFC 5322 does not ask for one): whoever joins late has the same thread.
    """
    return message_id(f"thread/{case}", domain)


def domain_of(sender: Address) -> str:
    """Return the part of `sender` behind the @, for ids that we coin."""
    return sender.rpartition("@")[2] or "formclerk.invalid"


def one_line(text: str) -> str:
    """Return `text` without line breaks and unprinted characters: what a header may hold."""
    if text.isprintable():  # nothing of all that, nor any blank but the plain one
        return " ".join(text.split())
    spaced = "".join(" " if c.isspace() else c for c in text)
    return " ".join("".join(c for c in spaced if not _is_unprinted(c)).split())


def _is_unprinted(c: str) -> bool:
    """Say whether `c` never shows, or is no character at all (Unicode, 23.7), which XML cannot hold."""
    return (
        unicodedata.category(c) in _UNPRINTED
        or ord(c) & _LAST_TWO == _LAST_TWO
        or _NO_CHARACTER[0] <= c <= _NO_CHARACTER[1]
    )


def file_name(text: str) -> str:
    """Return `text` as a file name that every system takes; never a path, never empty."""
    plain = _FORBIDDEN_IN_NAMES.sub("_", one_line(unicodedata.normalize("NFC", text))).strip(". ")
    stem, dot, ending = plain.rpartition(".")
    if dot and len(plain) > _LONGEST_NAME:
        plain = f"{stem[: _LONGEST_NAME - len(ending) - 1]}.{ending[:20]}"
    return plain[:_LONGEST_NAME] or "file"


def to_bytes(letter: Letter) -> bytes:
    """Return the mail as it travels (RFC 5322, CRLF line ends).

    Raises:
        ValueError: an address is no address; the directory and the inbox let none in.
    """
    text = _text("plain", letter.text)
    html: Message = _text("html", letter.html)
    if pictures := [a for a in letter.attachments if a.cid]:
        html = _box("related", letter.key, [html, *(_file(p) for p in pictures)])
        html.set_param("type", "text/html")
    parts = [text, html]
    if letter.invitation is not None:
        parts.append(_calendar(letter.invitation, letter.method))
    whole = _box("alternative", letter.key, parts)
    if files := [a for a in letter.attachments if not a.cid]:
        whole = _box("mixed", letter.key, [whole, *(_file(f) for f in files)])
    for name, value in _headers(letter):
        whole[name] = value
    return "".join(_lines(whole)).encode("ascii")


def _lines(part: Message) -> Iterator[str]:
    """Yield a part as it travels: our headers are folded and our bodies encoded before, all in ASCII.

    The library's generator would look through each header word by word once more.
    """
    for name, value in part.raw_items():
        yield f"{name}: {value}\r\n"
    content = part.get_payload()
    if isinstance(content, str):
        yield "\r\n"
        yield _LINE_END.sub("\r\n", content)
        return
    boundary = part.get_boundary()
    for inner in cast("list[Message]", content):
        yield f"\r\n--{boundary}\r\n"
        yield from _lines(inner)
    yield f"\r\n--{boundary}--\r\n"


def _headers(letter: Letter) -> list[tuple[str, str]]:
    headers = [
        ("From", _mailbox(letter.sender, letter.sender_name, "From")),
        ("To", _mailboxes(letter.to, letter, "To")),
    ]
    if letter.cc:
        headers.append(("Cc", _mailboxes(letter.cc, letter, "Cc")))
    headers += [
        ("Subject", _words(letter.subject, "Subject")),
        ("Date", format_datetime(letter.date)),
        ("Message-ID", _id(letter.message_id)),
    ]
    if letter.in_reply_to is not None:
        headers.append(("In-Reply-To", _id(letter.in_reply_to)))
    if letter.references:
        headers.append(("References", "\r\n ".join(_id(each) for each in letter.references)))
    headers += [
        ("Auto-Submitted", "auto-replied" if letter.answers else "auto-generated"),
        ("X-Auto-Response-Suppress", "All"),
    ]
    if letter.case:
        headers.append(("X-Formclerk-Case", _words(letter.case, "X-Formclerk-Case")))
    return headers


@lru_cache(maxsize=500)
def _words(text: str, name: str) -> str:
    """Return `text` for the header `name`: as it is when plain ASCII, else as encoded words."""
    plain = one_line(text)
    charset = "us-ascii" if plain.isascii() and "=?" not in plain else "utf-8"
    if charset == "us-ascii" and len(name) + len(plain) < _LINE - 2:
        return plain  # nothing to fold
    return Header(plain, charset, maxlinelen=_LINE, header_name=name).encode(linesep="\r\n")


def _mailbox(address: Address, name: str, header: str) -> str:
    if not _ADDRESS.fullmatch(address):
        raise ValueError(f"{address!r} is no mail address")
    plain = one_line(name)
    if not plain:
        return address
    shown = f'"{quote(plain)}"' if plain.isascii() and "=?" not in plain else _words(plain, header)
    return f"{shown} <{address}>"


def _mailboxes(addresses: tuple[Address, ...], letter: Letter, header: str) -> str:
    return ",\r\n ".join(_mailbox(a, letter.names.get(a, ""), header) for a in addresses)


def _id(text: MessageId) -> str:
    return "".join(one_line(text).split())


def _box(kind: str, key: str, parts: list[Message]) -> Message:
    whole = MIMEMultipart(kind, boundary=f"=_fc_{kind}_{_digest(key)[:24]}")
    for part in parts:
        del part["MIME-Version"]
        whole.attach(part)
    return whole


def _text(kind: str, words: str) -> Message:
    """Return a text part: quoted-printable while it is ASCII, base64 for Chinese (a third the size)."""
    sound = words.encode("utf-8", "replace").decode()
    if words.isascii():
        return _part(kind, "quoted-printable", quoprimime.body_encode(sound))
    return _part(kind, "base64", base64mime.body_encode(sound.replace("\n", "\r\n").encode()))


def _part(kind: str, encoding: str, content: str) -> Message:
    part = Message()
    part["Content-Type"] = f'text/{kind}; charset="utf-8"'
    part["MIME-Version"] = "1.0"
    part["Content-Transfer-Encoding"] = encoding
    part.set_payload(content)
    return part


def _calendar(content: bytes, method: str) -> Message:
    part = MIMENonMultipart("text", "calendar", charset="utf-8", method=method)
    charset = Charset("utf-8")
    charset.body_encoding = BASE64
    part.set_payload(content.decode(), charset)
    return part


def _file(file: Attachment) -> Message:
    """Return the part of one file; its name in both spellings that mail programs look for.

    RFC 2231 in Content-Disposition is the standard's way; the encoded word in Content-Type is what
    older Outlook and several Chinese webmails read.
    """
    media = file.media_type if _MEDIA_TYPE.fullmatch(file.media_type) else "application/octet-stream"
    main, _, sub = media.partition("/")
    if main in {"multipart", "message"}:
        main, sub = "application", "octet-stream"
    name = file_name(file.name)
    part = MIMENonMultipart(main, sub)
    part.set_param("name", name if name.isascii() else " ".join(_words(name, "").split()))
    how = "inline" if file.cid else "attachment"
    part.add_header("Content-Disposition", how, filename=name if name.isascii() else ("UTF-8", "", name))
    if file.cid:
        part["Content-ID"] = f"<{_id(MessageId(file.cid)).strip('<>')}>"
    part.set_payload(file.content)
    encode_base64(part)
    return part


def _digest(key: str) -> str:
    return sha256(key.encode()).hexdigest()
