"""One mail, from MAIL to the reply that follows its last line."""

import re
import smtplib

from agent.domain.errors import TryLater, Unsure, WillNotWork
from agent.domain.mail import Address
from agent.mailbox.port import Refusal
from agent.mailbox.smtp.replies import CLOSING, Reply, check, is_final, is_good, said
from agent.mailbox.wires import shown

_GO_ON = 354
_LINE_END = re.compile(rb"\r\n|\r|\n")
_DOT = re.compile(rb"^\.", re.MULTILINE)
_UNSAFE = re.compile(r"[\x00-\x20\x7f<>]")

BROKEN = (OSError, smtplib.SMTPException, ValueError)
"""What the library raises when the line is dead or speaks no SMTP."""


def deliver(
    smtp: smtplib.SMTP, sender: Address, recipients: tuple[Address, ...], content: bytes, *, last_word: float
) -> tuple[Refusal, ...]:
    """Hand a mail over and return the recipients who were not taken; at least one was.

    Whatever is raised before the last line has been handed to the network, the mail has not left.

    Args:
        smtp: A connection that has been greeted and logged in.
        sender: The envelope sender.
        recipients: The envelope recipients.
        content: The mail; its line ends are made CRLF.
        last_word: Seconds to wait for the reply to the whole mail.

    Raises:
        TryLater: refused for now.
        WillNotWork: refused for good.
        Unsure: the line went dead after the last line (RFC 1047).
    """
    data = on_the_wire(content)
    _begin(smtp, sender, recipients, data)
    refused = [refusal for each in recipients if (refusal := _name(smtp, each))]
    if len(refused) == len(recipients):
        words = "; ".join(f"{each.recipient}: {each.words}" for each in refused)
        raise (WillNotWork if all(each.final for each in refused) else TryLater)(words)
    reply = smtp.docmd("DATA")
    if reply[0] != _GO_ON:
        check(reply, "DATA")
        raise TryLater(f"DATA: {said(reply)}")
    smtp.send(data)
    reply = _last_line(smtp, last_word)
    if not 200 <= reply[0] < 600:  # noqa: PLR2004  # no reply that RFC 5321 knows
        raise Unsure(f"the answer to the whole mail was {said(reply)}")
    check(reply, "the mail is not accepted")
    return tuple(refused)


def on_the_wire(content: bytes) -> bytes:
    """Return a mail with CRLF line ends, leading dots doubled (RFC 5321, 4.5.2), without the last dot."""
    data = _DOT.sub(b"..", _LINE_END.sub(b"\r\n", content))
    return data if data.endswith(b"\r\n") else data + b"\r\n"


def spelt(address: Address) -> str:
    """Return an address as it stands in a command: its domain in ASCII (RFC 5890), safe to send.

    Raises:
        ValueError: it is no address.
    """
    local, at, domain = address.rpartition("@")
    if not (local and at and domain) or _UNSAFE.search(address):
        raise ValueError(f"{address!r} is no mail address")
    return f"{local}@{domain if domain.isascii() else domain.encode('idna').decode()}"


def _begin(smtp: smtplib.SMTP, sender: Address, recipients: tuple[Address, ...], data: bytes) -> None:
    """Open the transaction, asking for the extensions that this mail needs and no other."""
    limit = smtp.esmtp_features.get("size", "")
    if limit.isdecimal() and 0 < int(limit) < len(data):
        raise WillNotWork(f"the mail has {len(data)} bytes, and the server takes no more than {limit}")
    try:
        envelope = spelt(sender)
    except ValueError as error:
        raise WillNotWork(str(error)) from error
    mail_is_plain = data.partition(b"\r\n\r\n")[0].isascii() and envelope.isascii()
    options = [f"SIZE={len(data)}"] if smtp.has_extn("size") else []
    if not data.isascii() and smtp.has_extn("8bitmime"):
        options.append("BODY=8BITMIME")
    if smtp.has_extn("smtputf8"):
        smtp.command_encoding = "utf-8"
        if not (mail_is_plain and all(each.rpartition("@")[0].isascii() for each in recipients)):
            options.append("SMTPUTF8")
    elif not mail_is_plain:
        raise WillNotWork("the server takes no header or sender outside ASCII (SMTPUTF8)")
    check(smtp.docmd("MAIL", " ".join((f"FROM:<{envelope}>", *options))), "MAIL FROM")


def _name(smtp: smtplib.SMTP, recipient: Address) -> Refusal | None:
    """Name one recipient; return the refusal, if any."""
    try:
        reply = smtp.docmd("RCPT", f"TO:<{spelt(recipient)}>")
    except (ValueError, UnicodeError) as error:
        return Refusal(recipient=recipient, words=shown(str(error)), final=True)
    if reply[0] == CLOSING:
        raise TryLater(said(reply))
    if is_good(reply):
        return None
    return Refusal(recipient=recipient, words=said(reply), final=is_final(reply))


def _last_line(smtp: smtplib.SMTP, seconds: float) -> Reply:
    """Send the dot that makes the mail the server's, and return what it says to that."""
    try:
        if smtp.sock is not None:
            smtp.sock.settimeout(seconds)
        smtp.send(b".\r\n")
        return smtp.getreply()
    except BROKEN as error:
        raise Unsure(
            f"the line went dead before the server answered for the mail: {shown(str(error))}"
        ) from error
