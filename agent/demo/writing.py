"""Mails as the world's programs write them: each quotes, encodes and names in its own way."""

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email import encoders, policy
from email.header import Header
from email.mime.application import MIMEApplication
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr
from hashlib import sha256

from agent.demo.cast import CLERK, CLERK_NAME, Actor, Program
from agent.demo.seen import Seen
from agent.domain.words import Language

_QUOTED_LINES = 12
"""Lines of the clerk's letter that a reply still shows; people do not cut more."""
_GREETING = {Language.ZH: "您好！", Language.EN: "Hello,"}
_MAILERS = {
    Program.OUTLOOK: "Microsoft Outlook 16.0",
    Program.FOXMAIL: "Foxmail 7.2.25.245[cn]",
    Program.APPLE: "Apple Mail (2.3774.600.62)",
    Program.PHONE: "iPhone Mail (21F90)",
}
_RE = {
    (Program.OUTLOOK, Language.ZH): "答复: ",
    (Program.OUTLOOK, Language.EN): "RE: ",
    (Program.FOXMAIL, Language.ZH): "回复: ",
    (Program.APPLE, Language.ZH): "回复：",
}


SERVER = "mx.xinghe.example"
"""The company's mail server, whose word about a sender counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a person wants to send, before the program makes a mail of it."""

    words: str
    """The text; its first line may be a keyword."""
    subject: str = ""
    """Empty for a reply, which keeps the subject it answers."""
    files: tuple[tuple[str, bytes], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    """What the program adds by itself, such as Auto-Submitted."""
    calendar: bytes = b""
    """The answer to an invitation, as calendars send it."""
    is_greeted: bool = True


def write(  # noqa: PLR0913 - a mail has that many parts
    draft: Draft, *, by: Actor, company: Language, at: datetime, number: int, answers: Seen | None
) -> bytes:
    """Return the mail that `by` sends to the clerk at `at`; `number` makes it unlike every other."""
    language = by.language(company)
    words = draft.words
    if draft.is_greeted:
        words = f"{_GREETING[language]}\n\n{words}\n\n{by.name.in_(company)}\n{by.department.in_(company)}"
    if by.program is Program.PHONE:
        words += "\n\n发自我的 iPhone" if language is Language.ZH else "\n\nSent from my iPhone"
    body = _body(words, by.program, language, answers)
    mail: MIMEBase = body
    if draft.calendar:
        mail = MIMEMultipart("alternative", boundary=_boundary(number, "alternative"))
        mail.attach(body)
        calendar = MIMEText(draft.calendar.decode(), "calendar", "utf-8")
        calendar.set_param("method", "REPLY")
        mail.attach(calendar)
    elif draft.files:
        mail = MIMEMultipart("mixed", boundary=_boundary(number, "mixed"))
        mail.attach(body)
        for name, content in draft.files:
            mail.attach(_file(name, content, by.program))
    charset = "gb18030" if by.program is Program.FOXMAIL else "utf-8"
    subject = draft.subject or _re(answers, by.program, language)
    mail["From"] = formataddr((by.name.in_(company), by.address), charset)
    mail["To"] = formataddr((CLERK_NAME.in_(company), CLERK), charset)
    mail["Subject"] = Header(subject, charset).encode()
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = _message_id(by, number, at)
    mail["X-Mailer"] = _MAILERS[by.program]
    if answers is not None:
        mail["In-Reply-To"] = answers.message_id
        mail["References"] = f"{answers.references} {answers.message_id}".strip()
    for name, value in draft.headers.items():
        mail[name] = value
    return _received(by, at, number) + mail.as_bytes(policy=policy.SMTP)


def _received(by: Actor, at: datetime, number: int) -> bytes:
    """Return what the company's server writes above a mail: that it took it, and whose it is."""
    domain = str(by.address).rpartition("@")[2]
    lines = (
        f"Received: from client.{domain} by {SERVER} with ESMTPSA id {number:08X}; {format_datetime(at)}",
        f"Authentication-Results: {SERVER}; dmarc=pass header.from={domain}",
    )
    return "".join(f"{line}\r\n" for line in lines).encode()


def _body(words: str, program: Program, language: Language, answers: Seen | None) -> MIMEBase:
    quote = _quote(answers, program, language) if answers is not None else ""
    text = f"{words}\n\n{quote}".rstrip() + "\n"
    if program is not Program.OUTLOOK:
        return MIMEText(text, "plain", "gb18030" if program is Program.FOXMAIL else "utf-8")
    both = MIMEMultipart("alternative", boundary=f"_000_{sha256(text.encode()).hexdigest()[:24]}_")
    both.attach(MIMEText(text, "plain", "utf-8"))
    lines = "".join(f'<p class="MsoNormal">{html.escape(line) or "&nbsp;"}</p>' for line in text.split("\n"))
    both.attach(MIMEText(f"<html><body>{lines}</body></html>", "html", "utf-8"))
    return both


def _quote(answers: Seen, program: Program, language: Language) -> str:
    """Return the quoted letter as the program puts it below the reply."""
    chinese = language is Language.ZH
    said = answers.text.strip().split("\n")[:_QUOTED_LINES]
    name = CLERK_NAME.in_(language)
    if program is Program.OUTLOOK:
        day = f"{answers.sent:%Y-%m-%d %H:%M}"
        heads = ("发件人", "发送时间", "主题") if chinese else ("From", "Sent", "Subject")
        above = [f"{heads[0]}: {name} <{CLERK}>", f"{heads[1]}: {day}", f"{heads[2]}: {answers.subject}"]
        return "\n".join(["_" * 32, *above, "", *said])
    if program is Program.FOXMAIL:
        above = [f"发件人： {name}", f"发送时间： {answers.sent:%Y-%m-%d %H:%M}", f"主题： {answers.subject}"]
        return "\n".join(
            [
                "",
                "-" * 18 + " 原始邮件 " + "-" * 18 if chinese else "-----Original Message-----",
                *(above if chinese else [f"From: {name}", f"Subject: {answers.subject}"]),
                "",
                *said,
            ]
        )
    sent = answers.sent
    day = (
        f"{sent.year}年{sent.month}月{sent.day}日 {sent:%H:%M}，{name} <{CLERK}> 写道："
        if chinese
        else f"On {sent:%d %b %Y, at %H:%M}, {name} <{CLERK}> wrote:"
    )
    return "\n".join([day, "", *(f"> {line}" for line in said)])


def _re(answers: Seen | None, program: Program, language: Language) -> str:
    subject = answers.subject if answers is not None else ""
    return f"{_RE.get((program, language), 'Re: ')}{subject}"


def _file(name: str, content: bytes, program: Program) -> MIMEBase:
    part: MIMEBase = MIMEApplication(content)
    if name.endswith(".docx"):
        part = MIMEBase("application", "vnd.openxmlformats-officedocument.wordprocessingml.document")
    elif name.endswith(".png"):
        part = MIMEBase("image", "png")
    elif name.endswith(".jpg"):
        part = MIMEBase("image", "jpeg")
    elif name.endswith(".pdf"):
        part = MIMEBase("application", "pdf")
    if not part.get_payload():
        part.set_payload(content)
        encoders.encode_base64(part)
    if program is Program.FOXMAIL:
        # Foxmail and QQ Mail write the name as RFC 2047 words, where RFC 2231 is what the standard wants.
        named = Header(name, "gb18030", maxlinelen=998).encode()
        part["Content-Disposition"] = f'attachment; filename="{named}"'
    else:
        part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", name))
    return part


def _message_id(by: Actor, number: int, at: datetime) -> str:
    tail = sha256(f"{by.key} {number}".encode()).hexdigest()
    match by.program:
        case Program.OUTLOOK:
            return f"<TY2PR{tail[:24].upper()}@{by.key.replace('.', '')}.apcprd.outlook.example>"
        case Program.FOXMAIL:
            return f"<{at:%Y%m%d%H%M%S}{tail[:10]}@{by.address.partition('@')[2]}>"
        case _:
            parts = (tail[:8], tail[8:12], tail[12:16], tail[16:20], tail[20:32])
            return f"<{'-'.join(parts).upper()}@{by.address.partition('@')[2]}>"


def _boundary(number: int, kind: str) -> str:
    return f"----=_NextPart_{number:04}_{kind}"
