"""What people's mail programs make of what they want to say."""

from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any

from tests import mails
from tests.soak.town import CLERK, SERVER, Town

_FILLED_IN = "您好，表单已填好，请见附件。\n"


@dataclass
class Pen:
    """Writes the mails of everybody in a town; no two have the same Message-ID."""

    town: Town
    seed: int
    _number: int = 0

    def reply(  # noqa: PLR0913 - a mail has that many parts
        self,
        letter: EmailMessage,
        by: str,
        at: datetime,
        files: tuple[tuple[str, bytes], ...],
        *,
        text: str = _FILLED_IN,
        proof: str = "pass",
        name: str = "",
    ) -> bytes:
        """Return an answer to a letter of the clerk."""
        answered = str(letter["Message-ID"])
        self._number += 1
        return self.write(
            by,
            at,
            name or f"<reply-{self.seed}-{self._number}@example.com>",
            subject=f"Re: {letter['Subject']}",
            text=text,
            attachments=files,
            in_reply_to=answered,
            references=(answered,),
            proof=proof,
        )

    def forwarded(self, content: bytes, by: str, at: datetime) -> bytes:
        """Return a mail that carries another one whole, as Outlook forwards as an attachment."""
        inner = BytesParser(policy=policy.SMTP).parsebytes(content)
        self._number += 1
        outer = EmailMessage(policy=policy.SMTP)
        outer["From"], outer["To"] = by, CLERK
        outer["Date"] = self.town.local(at)
        outer["Subject"] = f"转发: {inner['Subject']}"
        outer["Message-ID"] = f"<forward-{self.seed}-{self._number}@example.com>"
        outer.set_content("请见同事填好的表单。\n")
        outer.add_attachment(inner)
        outer.set_boundary(f"=_{self.seed}_{self._number}")  # a random one would make every run another
        return proven(bytes(outer))

    def write(self, by: str, at: datetime, name: str, *, proof: str = "pass", **more: Any) -> bytes:  # noqa: ANN401
        """Return a new mail; `proof` is what the company's server says of its sender."""
        moment = self.town.local(at)
        content = mails.a_mail(sender=by, to=(CLERK,), at=moment, message_id=name, **more)
        return proven(content, proof, by.rpartition("@")[2])


def proven(content: bytes, proof: str = "pass", domain: str = "example.com") -> bytes:
    """Return a mail with what the company's server says of its sender."""
    return f"Authentication-Results: {SERVER}; dmarc={proof} header.from={domain}\r\n".encode() + content
