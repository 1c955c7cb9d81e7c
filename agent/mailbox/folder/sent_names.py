"""What the file of a sent mail is called: for people to read, for machines to find again.

`0007 XT-2026-0001 需求确认函 wang@example.com 3f2a9c0d1b7e.eml`: a serial number that sorts in the order of
sending, the subject, the first recipient, and a digest of the Message-ID that makes the name its own.
"""

import re
from hashlib import sha256

from agent.domain.mail import Address, MessageId
from agent.mailbox import heads

_DIGEST = 12
_SUBJECT = 120
_RECIPIENT = 60
"""Bytes; a name has 255 of them, and a Chinese character takes three."""
_NAME = re.compile(rf"^(?P<serial>\d{{4,}}) .*(?P<digest>[0-9a-f]{{{_DIGEST}}})\.eml$", re.DOTALL)
_UNSAFE = re.compile(r"[^\w\-—·（）()\[\]【】《》@+. ]+")


def digest_of(message_id: MessageId) -> str:
    """Return the part of the name by which the mail is found again."""
    return sha256(message_id.encode()).hexdigest()[:_DIGEST]


def name_for(serial: int, message_id: MessageId, recipients: tuple[Address, ...], content: bytes) -> str:
    """Return the file name: safe on Windows, too, and under 255 bytes."""
    subject = heads.own(content).get("Subject", "")
    others = f" +{len(recipients) - 1}" if len(recipients) > 1 else ""
    parts = (
        f"{serial:04}",
        _safe(str(subject), _SUBJECT),
        _safe(recipients[0], _RECIPIENT) + others,
        digest_of(message_id),
    )
    return " ".join(part for part in parts if part) + ".eml"


def understood(name: str) -> tuple[int, str] | None:
    """Return serial number and digest of a file name of ours; None when it is not one."""
    found = _NAME.match(name)
    return (int(found["serial"]), found["digest"]) if found else None


def _safe(text: str, length: int) -> str:
    plain = re.sub(r"\s+", " ", _UNSAFE.sub(" ", text)).strip()
    return plain.encode()[:length].decode(errors="ignore").strip()
