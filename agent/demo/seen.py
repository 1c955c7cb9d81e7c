"""A mail as the person sees it who got it: subject, words, attachments, an invitation with its buttons."""

from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.utils import getaddresses, parsedate_to_datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """See the module."""

    message_id: str
    references: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    subject: str
    sent: datetime
    text: str
    files: tuple[tuple[str, bytes], ...]
    calendar: bytes = b""
    """The invitation, when it is one."""

    @property
    def papers(self) -> tuple[tuple[str, bytes], ...]:
        """Return the Word files among the attachments."""
        return tuple((name, content) for name, content in self.files if name.endswith(".docx"))


def look_at(raw: bytes) -> Seen:
    """Open a mail that the clerk sent."""
    mail = BytesParser(policy=policy.default).parsebytes(raw)
    body = mail.get_body(("plain",))
    parts = [part for part in mail.walk() if not part.is_multipart()]
    return Seen(
        message_id=str(mail["Message-ID"]),
        references=str(mail["References"] or ""),
        to=_addresses(mail, "To"),
        cc=_addresses(mail, "Cc"),
        subject=str(mail["Subject"]),
        sent=parsedate_to_datetime(str(mail["Date"])),
        text=str(body.get_content()) if body is not None else "",
        files=tuple((name, _bytes(part)) for part in parts if (name := part.get_filename())),
        calendar=next((_bytes(part) for part in parts if part.get_content_type() == "text/calendar"), b""),
    )


def _addresses(mail: EmailMessage, header: str) -> tuple[str, ...]:
    return tuple(address for _, address in getaddresses([str(each) for each in mail.get_all(header, [])]))


def _bytes(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
