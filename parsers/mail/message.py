"""A mail from its raw bytes: the first reader of everything that comes in."""

import hashlib

from agent.domain.mail import Address, Attachment, InboundMail, MessageId, Nature
from parsers.limits import STANDARD, Limits
from parsers.mail.away import away
from parsers.mail.bounces import read_bounce, returned_ids
from parsers.mail.charsets import decode
from parsers.mail.files import EXTENSIONS, safe_name
from parsers.mail.headers import Headers, date, message_ids, read_headers, split
from parsers.mail.html import to_text
from parsers.mail.mime import Part, walk
from parsers.mail.natures import nature
from parsers.mail.prose import is_encrypted, unflowed, without_armour
from parsers.mail.quotes import first_line, lines_between, top_lines
from parsers.mail.sender import authenticity
from parsers.mail.sender_trust import NOBODY, Trust

_TNEF = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_SIGNATURES = frozenset(
    {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
)
_IN_THE_CLOUD = ("超大附件", "云附件", "从QQ邮箱发来的超大", "mail.qq.com/cgi-bin/ftnExs", "1drv.ms/")


def read_mail(
    raw: bytes,
    *,
    own: frozenset[Address],
    limits: Limits = STANDARD,
    size: int = 0,
    trust: Trust = NOBODY,
) -> InboundMail:
    """Read a mail; never raises, whatever the bytes are.

    What is odd, cut short or left out is named in `problems` as `code: words`.  A file above
    `limits.file_bytes` is left out and named; of a mail above `limits.mail_bytes` only the headers and the
    beginning of the body are read.

    Args:
        raw: the mail as the mailbox gave it.
        own: the addresses of this mailbox; mail from them is our own.
        limits: how much is read.
        size: bytes of the whole mail, where `raw` is only its beginning.
        trust: whose word about the sender counts.
    """
    problems: list[str] = []
    block, body = split(raw)
    if len(raw) > limits.mail_bytes or size > len(raw):
        problems.append(f"mail_too_large: {_megabytes(max(size, len(raw)))}; only its beginning was read")
        body = body[: limits.text_bytes]
    headers = read_headers(block, limits)
    parts = walk(headers, body, limits)
    problems.extend(parts.problems)

    sender_name, sender = _sender(headers, problems)
    text = _text(parts.leaves, limits, problems)
    kind, reply = nature(headers, parts, sender, own, limits)
    sent, top = date(headers.first("date")), top_lines(text)
    whole = size <= len(raw) <= limits.mail_bytes
    is_bounce = kind is Nature.BOUNCE
    returned = returned_ids(parts.leaves, text, limits) if is_bounce else ()
    return InboundMail(
        message_id=_message_id(headers, raw, problems),
        sender=sender,
        sender_name=sender_name,
        to=tuple(dict.fromkeys(found for _, found in headers.mailboxes("to"))),
        cc=tuple(dict.fromkeys(found for _, found in headers.mailboxes("cc"))),
        subject=headers.first("subject"),
        date=sent,
        in_reply_to=message_ids(headers.all("in-reply-to")),
        references=(*message_ids(headers.all("references")), *map(MessageId, returned)),
        text=text,
        first_line=first_line(text),
        top=top,
        between=lines_between(text),
        attachments=_attachments(parts.leaves, limits, problems),
        nature=kind,
        meeting_reply=reply,
        problems=tuple(dict.fromkeys(problems)),
        authenticated=authenticity(raw, headers, sender, trust=trust, own=own, whole=whole),
        bounce=read_bounce(headers, parts.leaves, text, own, limits) if is_bounce else None,
        away=away(headers.first("subject"), top, sent) if kind is Nature.AUTO_REPLY else None,
        handed_in=date(headers.first("received").rpartition(";")[2]),
    )


def _sender(headers: Headers, problems: list[str]) -> tuple[str, Address]:
    found = headers.mailboxes("from")
    if not found:
        problems.append("no_sender: the mail does not say who wrote it")
        return headers.first("from"), Address("")
    if len({one for _, one in found}) > 1 or len(headers.raw("from")) > 1:
        # RFC 5322, 3.6.2 allows several authors; a forger hides behind the second one.
        problems.append("several_senders: " + ", ".join(one for _, one in found[:5]))
    return found[0]


def _message_id(headers: Headers, raw: bytes, problems: list[str]) -> MessageId:
    found = message_ids(headers.all("message-id")[:1])
    if found:
        return found[0]
    problems.append("no_message_id: one was derived from the bytes")
    return MessageId(f"<{hashlib.sha256(raw).hexdigest()}@sha256.invalid>")


def _text(leaves: tuple[Part, ...], limits: Limits, problems: list[str]) -> str:
    """Join the text parts in order; of alternatives the plain one counts unless it is empty."""
    blocks: list[str] = []
    done: set[int] = set()
    bodies = _bodies(leaves, limits, problems)
    for leaf in bodies:
        if leaf.alternative in done:
            continue
        if not leaf.alternative:
            blocks.append(_words(leaf, limits, problems))
            continue
        done.add(leaf.alternative)
        versions = [one for one in bodies if one.alternative == leaf.alternative]
        plain = _joined([one for one in versions if one.media_type == "text/plain"], limits, problems)
        rich = [one for one in versions if one.media_type != "text/plain"]
        blocks.append(plain if plain.strip() else _joined(rich, limits, problems))
    text = "\n".join(block for block in blocks if block.strip())
    if any(sign in text for sign in _IN_THE_CLOUD):
        problems.append("cloud_attachment: a file was left on a server and only a link came")
    return text


def _bodies(leaves: tuple[Part, ...], limits: Limits, problems: list[str]) -> list[Part]:
    """Return the text parts, as many as together stay within the two versions that an honest mail has."""
    found: list[Part] = []
    left = 2 * limits.text_bytes
    for leaf in leaves:
        if not _is_body(leaf):
            continue
        if left <= 0:
            problems.append(f"text_cut: only the first {2 * limits.text_bytes} bytes of all texts were read")
            break
        left -= len(leaf.content)
        found.append(leaf)
    return found


def _is_body(part: Part) -> bool:
    return (
        part.media_type in {"text/plain", "text/html"}
        and part.disposition != "attachment"
        and not part.file_name
    )


def _joined(parts: list[Part], limits: Limits, problems: list[str]) -> str:
    return "\n".join(_words(part, limits, problems) for part in parts)


def _words(part: Part, limits: Limits, problems: list[str]) -> str:
    if len(part.content) > limits.text_bytes:
        problems.append(f"text_cut: only the first {limits.text_bytes} bytes of a text were read")
    label = part.parameters.get("charset", "")
    text, believed = decode(part.content[: limits.text_bytes], label)
    if not believed:
        problems.append(f"unknown_charset: {label[:40]}")
    if part.media_type == "text/html":
        return to_text(text)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n")
    if part.parameters.get("format", "").casefold() == "flowed":
        lines = unflowed(lines, delete_space=part.parameters.get("delsp", "").casefold() == "yes")
    if is_encrypted(lines):
        problems.append("encrypted_mail: the text can be read only by its recipient")
    lines = without_armour(lines)
    return "".join(c for c in lines if c in "\n\t" or c.isprintable() or c.isspace())


def _attachments(leaves: tuple[Part, ...], limits: Limits, problems: list[str]) -> tuple[Attachment, ...]:
    found: list[Attachment] = []
    for leaf in leaves:
        if _is_body(leaf) or _is_frame(leaf):
            continue
        if len(found) == limits.attachments:
            problems.append(f"too_many_attachments: only the first {limits.attachments} files were taken")
            break
        name = _name(leaf, len(found) + 1, limits)
        _remark(leaf, name, problems)
        if len(leaf.content) > limits.file_bytes:
            size, most = _megabytes(len(leaf.content)), _megabytes(limits.file_bytes)
            problems.append(f"file_too_large: {name} ({size}, at most {most})")
            continue
        cid = leaf.headers.first("content-id").strip("<> ")
        found.append(Attachment(name=name, media_type=leaf.media_type, content=leaf.content, cid=cid))
    return tuple(found)


def _is_frame(part: Part) -> bool:
    """Say whether a part belongs to the mail's own frame: nobody attached it, and no program shows it."""
    if part.media_type in _SIGNATURES:
        return True
    another_version = part.alternative and part.media_type.startswith("text/") and not part.file_name
    return bool(another_version) and part.media_type != "text/calendar" and part.disposition != "attachment"


def _name(leaf: Part, number: int, limits: Limits) -> str:
    extension = EXTENSIONS.get(leaf.media_type, "")
    name = leaf.file_name
    if not name and leaf.media_type == "message/rfc822":
        inner = read_headers(split(leaf.content)[0][: limits.header_bytes], limits)
        name = inner.first("subject").strip() and f"{inner.first('subject')}.eml"
    return safe_name(name, f"attachment-{number}{extension}")


def _remark(leaf: Part, name: str, problems: list[str]) -> None:
    if leaf.media_type in _TNEF or name.casefold() == "winmail.dat":
        problems.append(f"winmail: {name} holds its files in Outlook's own format")
    elif leaf.media_type == "application/vnd.ms-outlook" or name.casefold().endswith(".msg"):
        problems.append(f"msg: {name} is a mail in Outlook's own format")
    elif leaf.media_type == "application/pgp-encrypted":
        problems.append(f"encrypted_mail: {name} can be read only by its recipient")


def _megabytes(size: int) -> str:
    return f"{size / 1024 / 1024:.1f} MB"
