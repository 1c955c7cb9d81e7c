"""One mail, from MAIL to the reply that follows its last line."""

import re
import smtplib
from collections.abc import Iterator, Sequence

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


class Stale(Exception):
    """A connection that was kept answers no more; nothing of the mail has been taken."""


def deliver(  # noqa: PLR0913 - a mail, its envelope, and what is known of the connection
    smtp: smtplib.SMTP,
    sender: Address,
    recipients: tuple[Address, ...],
    content: bytes,
    *,
    last_word: float,
    kept: bool = False,
) -> tuple[Refusal, ...]:
    """Hand a mail over and return the recipients who were not taken; at least one was.

    Whatever is raised before the last line has been handed to the network, the mail has not left.

    Args:
        smtp: A connection that has been greeted and logged in.
        sender: The envelope sender.
        recipients: The envelope recipients.
        content: The mail; its line ends are made CRLF.
        last_word: Seconds to wait for the reply to the whole mail.
        kept: The connection has served an earlier mail, and may have died since.

    Raises:
        Stale: it had.
        TryLater: refused for now.
        WillNotWork: refused for good.
        Unsure: the line went dead after the last line (RFC 1047).
    """
    data = on_the_wire(content)
    refused = _open(smtp, sender, recipients, data, kept=kept)
    smtp.send(data)
    reply = _last_line(smtp, last_word)
    if not 200 <= reply[0] < 600:  # noqa: PLR2004  # no reply that RFC 5321 knows
        raise Unsure(f"the answer to the whole mail was {said(reply)}")
    check(reply, "the mail is not accepted")
    return refused


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


def _open(
    smtp: smtplib.SMTP, sender: Address, recipients: tuple[Address, ...], data: bytes, *, kept: bool
) -> tuple[Refusal, ...]:
    """Bring the server to where it takes the mail itself; return the recipients whom it does not take.

    Where all are refused and the server wants the mail all the same, our raising ends the connection, and
    with it the transaction.
    """
    everyone = dict.fromkeys(recipients)
    begin = _mail_from(smtp, sender, recipients, data)
    named: dict[Address, bytes] = {}
    refused: list[Refusal] = []
    for each in everyone:
        try:
            named[each] = _line(smtp, f"RCPT TO:<{spelt(each)}>")
        except (ValueError, UnicodeError) as error:
            refused.append(Refusal(recipient=each, words=shown(str(error)), final=True))
    if not named:
        raise _nobody(refused)
    alive = [b"RSET\r\n"] if kept else []
    replies = _replies(smtp, [*alive, begin, *named.values(), b"DATA\r\n"])
    if kept:
        _check_alive(replies)
    check(next(replies), "MAIL FROM")
    refused += [refusal for each in named if (refusal := _refusal(each, next(replies)))]
    if len(refused) == len(everyone):
        raise _nobody(refused)
    if (reply := next(replies))[0] != _GO_ON:
        check(reply, "DATA")
        raise TryLater(f"DATA: {said(reply)}")
    return tuple(refused)


def _replies(smtp: smtplib.SMTP, commands: Sequence[bytes]) -> Iterator[Reply]:
    """Yield the reply to each command; all are said at once where the server takes that (RFC 2920).

    To others each is said when its turn comes: what follows a refusal is not.
    """
    together = smtp.has_extn("pipelining")
    if together:
        smtp.send(b"".join(commands))
    for command in commands:
        if not together:
            smtp.send(command)
        yield smtp.getreply()


def _check_alive(replies: Iterator[Reply]) -> None:
    try:
        alive = is_good(next(replies))
    except BROKEN as error:
        raise Stale from error
    if not alive:
        raise Stale


def _nobody(refused: Sequence[Refusal]) -> TryLater | WillNotWork:
    """Return what to raise when no recipient is left."""
    words = "; ".join(f"{each.recipient}: {each.words}" for each in refused)
    return (WillNotWork if all(each.final for each in refused) else TryLater)(words)


def _mail_from(smtp: smtplib.SMTP, sender: Address, recipients: tuple[Address, ...], data: bytes) -> bytes:
    """Return the command that opens the transaction, with the extensions that this mail needs, no others."""
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
        if not (mail_is_plain and all(each.rpartition("@")[0].isascii() for each in recipients)):
            options.append("SMTPUTF8")
    elif not mail_is_plain:
        raise WillNotWork("the server takes no header or sender outside ASCII (SMTPUTF8)")
    return _line(smtp, " ".join((f"MAIL FROM:<{envelope}>", *options)))


def _line(smtp: smtplib.SMTP, words: str) -> bytes:
    """Return a command as it is said; outside ASCII only to a server that takes it (RFC 6531)."""
    return f"{words}\r\n".encode("utf-8" if smtp.has_extn("smtputf8") else "ascii")


def _refusal(recipient: Address, reply: Reply) -> Refusal | None:
    """Return the refusal of one recipient, if it is one."""
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
