"""A mail as the person sees it who got it: subject, words, attachments, an invitation with its buttons."""

import re
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.utils import getaddresses, parsedate_to_datetime

_DOUBT = re.compile(r"^【(\d+)】(.+)\n((?: {2,}.*\n?)*)", re.MULTILINE)
"""A numbered line of a letter that asks what is right, and what stands indented below it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One place of a form that the clerk could not read for certain."""

    number: int
    label: str
    read: str
    """What it says that it read, and where the picture is."""


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
        return self._ending(".docx")

    @property
    def pdfs(self) -> tuple[tuple[str, bytes], ...]:
        """Return the PDFs among the attachments."""
        return self._ending(".pdf")

    @property
    def asked(self) -> tuple[Asked, ...]:
        """Return the places of a returned form that the mail asks about."""
        return tuple(
            Asked(number=int(found[1]), label=found[2].strip(), read=found[3])
            for found in _DOUBT.finditer(self.text.replace("\r\n", "\n"))
        )

    def _ending(self, ending: str) -> tuple[tuple[str, bytes], ...]:
        return tuple((name, content) for name, content in self.files if name.endswith(ending))


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
