"""Mails for tests, as the programs of the world write them: `a_mail(...)` and its machine-made kin."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr

from agent.domain.mail import MeetingAnswer

CLERK = "clerk@example.com"
LI_NA = "li.na@example.com"
NINE_O_CLOCK = datetime(2026, 11, 23, 1, tzinfo=UTC)
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def a_mail(  # noqa: PLR0913 a test names only what it is about; all of it is by keyword
    *,
    sender: str = LI_NA,
    sender_name: str = "",
    to: Iterable[str] = (CLERK,),
    cc: Iterable[str] = (),
    subject: str = "协同需求",
    text: str = "您好，请见附件。\n",
    html: str = "",
    attachments: Iterable[tuple[str, bytes]] = (),
    at: datetime = NINE_O_CLOCK,
    message_id: str = "",
    in_reply_to: str = "",
    references: Iterable[str] = (),
    headers: Mapping[str, str] | None = None,
) -> bytes:
    """Return the bytes of a mail; the same arguments give the same bytes.

    Args:
        sender: the address in From.
        sender_name: the name beside it.
        to: the recipients.
        cc: who gets a copy.
        subject: the subject.
        text: the plain body.
        html: a second, HTML version of the body when not empty.
        attachments: file names with their bytes.
        at: the Date.
        message_id: with angle brackets; derived from the other arguments when empty.
        in_reply_to: the Message-ID that is answered.
        references: the Message-IDs of the thread.
        headers: further header fields; a field that is already there is replaced.
    """
    files = tuple(attachments)
    message = EmailMessage(policy=SMTP)
    message["From"] = formataddr((sender_name, sender)) if sender_name else sender
    message["To"] = ", ".join(to)
    if copies := ", ".join(cc):
        message["Cc"] = copies
    message["Subject"] = subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = message_id or _an_id(
        sender, subject, text, at.isoformat(), *(f[0] for f in files)
    )
    if in_reply_to:
        message["In-Reply-To"] = in_reply_to
    if thread := " ".join(references):
        message["References"] = thread
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    for name, content in files:
        main, _, sub = (WORD if name.endswith(".docx") else "application/octet-stream").partition("/")
        message.add_attachment(content, maintype=main, subtype=sub, filename=name)
    for name, value in (headers or {}).items():
        del message[name]
        message[name] = value
    return _to_bytes(message)


def a_bounce(*, to: str = CLERK, failed: str = "gone@example.com", of: str = "<letter@example.com>") -> bytes:
    """Return a delivery report (RFC 3464) that says `failed` does not exist, about our letter `of`."""
    report = (
        "Reporting-MTA: dns; mx.example.com\r\n\r\n"
        f"Final-Recipient: rfc822; {failed}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n"
    )
    parts = (
        ("text/plain", "Your message could not be delivered.\r\n"),
        ("message/delivery-status", report),
        ("text/rfc822-headers", f"Message-ID: {of}\r\nTo: {failed}\r\n"),
    )
    return _a_report(
        "delivery-status", parts, to=to, sender="MAILER-DAEMON@mx.example.com", subject="Undelivered Mail"
    )


def an_out_of_office(
    *,
    sender: str = LI_NA,
    to: str = CLERK,
    subject: str = "自动答复: 协同需求",
    text: str = "我正在休假，11 月 30 日回来。紧急事宜请联系王伟。\n",
    in_reply_to: str = "",
) -> bytes:
    """Return an automatic reply as Exchange sends it."""
    return a_mail(
        sender=sender,
        to=(to,),
        subject=subject,
        text=text,
        in_reply_to=in_reply_to,
        headers={
            "Auto-Submitted": "auto-replied",
            "X-Auto-Response-Suppress": "All",
            "X-MS-Exchange-Inbox-Rules-Loop": sender,
        },
    )


def a_meeting_reply(
    *,
    uid: str,
    sender: str = LI_NA,
    answer: MeetingAnswer = MeetingAnswer.ACCEPTED,
    to: str = CLERK,
    text: str = "",
) -> bytes:
    """Return the answer to an invitation (iTIP REPLY, RFC 5546) as Outlook writes it."""
    status = answer.value.upper()
    calendar = (
        "BEGIN:VCALENDAR\r\nPRODID:-//Example//Calendar//EN\r\nVERSION:2.0\r\nMETHOD:REPLY\r\n"
        f"BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20261123T010000Z\r\nDTSTART:20261125T010000Z\r\n"
        f"ORGANIZER:mailto:{to}\r\nATTENDEE;PARTSTAT={status};CN=Li Na:mailto:{sender}\r\n"
        "SEQUENCE:0\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = to
    message["Subject"] = f"{status.title()}: 协同启动会"
    message["Date"] = format_datetime(NINE_O_CLOCK)
    message["Message-ID"] = _an_id(sender, uid, status)
    message.set_content(text)
    message.add_alternative(calendar, subtype="calendar", params={"method": "REPLY"})
    return _to_bytes(message)


def a_read_receipt(*, sender: str = LI_NA, to: str = CLERK, of: str = "<letter@example.com>") -> bytes:
    """Return a read receipt (RFC 8098) for our letter `of`."""
    notice = (
        f"Final-Recipient: rfc822;{sender}\r\nOriginal-Message-ID: {of}\r\n"
        "Disposition: manual-action/MDN-sent-manually; displayed\r\n"
    )
    parts = (("text/plain", "您的邮件已读。\r\n"), ("message/disposition-notification", notice))
    return _a_report("disposition-notification", parts, to=to, sender=sender, subject="已读: 协同需求")


def _a_report(kind: str, parts: Iterable[tuple[str, str]], *, to: str, sender: str, subject: str) -> bytes:
    lines = [
        "Return-Path: <>",
        f"From: {sender}",
        f"To: {to}",
        f"Subject: {_encoded(subject)}",
        f"Date: {format_datetime(NINE_O_CLOCK)}",
        f"Message-ID: {_an_id(kind, sender, subject)}",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/report; report-type={kind}; boundary="=report="',
        "",
    ]
    for media_type, content in parts:
        lines += ["--=report=", f"Content-Type: {media_type}; charset=utf-8", "", content]
    lines += ["--=report=--", ""]
    return "\r\n".join(lines).encode()


def _encoded(subject: str) -> str:
    return subject if subject.isascii() else f"=?utf-8?q?{''.join(f'={b:02X}' for b in subject.encode())}?="


def _an_id(*parts: str) -> str:
    return f"<{hashlib.sha256('|'.join(parts).encode()).hexdigest()[:24]}@mail.example.com>"


def _to_bytes(message: EmailMessage) -> bytes:
    # Boundaries are random unless told.
    for number, part in enumerate(message.walk()):
        if part.is_multipart():
            part.set_boundary(f"=_part_{number}_=")
    return message.as_bytes()
