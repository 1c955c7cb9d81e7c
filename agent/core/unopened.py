"""Attachments that a mail's sender has to send differently, and those that a person reads."""

from collections.abc import Iterator

from agent.core.desk import Desk
from agent.domain.effects import Send
from agent.domain.mail import InboundMail
from agent.domain.reading import Reading
from agent.domain.words import Words


def left_out(desk: Desk) -> Iterator[Send]:
    """One letter for each thing that the reader of the mail had to leave out."""
    for code, why in _LEFT_OUT.items():
        if odd(desk.mail, code):
            facts = {"file": Words(zh="邮件附件", en="the attachment"), "why": why}
            yield desk.letter("unreadable", facts, about=code)


def unopened(desk: Desk, readings: tuple[Reading, ...]) -> Iterator[Send]:
    """One letter for each attachment that could not be opened, or that a person has to read."""
    for reading in readings:
        problem = next((p for p in reading.problems if p.code in UNOPENED | BY_PERSON), None)
        if not reading.form and problem is not None:
            facts = {"file": Words.same(reading.file), "why": problem.say}
            yield desk.letter("unreadable", facts, about=reading.file)


UNOPENED = frozenset(
    {
        "macros",
        "old_word",
        "encrypted",
        "encrypted_zip",
        "zip_bomb",
        "nested_zip",
        "too_many_members",
        "doctype",
        "xml_too_large",
        "file_too_large",
        "broken",
        "empty_file",
        "archive",
        "msg",
        "winmail",
    }
)
"""Problems of a file that its sender can put right (`parsers.sniff`)."""

BY_PERSON = frozenset({"read_by_person", "needs_person"})
"""Problems of a file that a person reads: a scan, a photo, a PDF."""

_LEFT_OUT = {
    "file_too_large": Words(
        zh="附件过大，未能收取；请压缩或分开发送。",
        en="An attachment is too large; please send it smaller or apart.",
    ),
    "mail_too_large": Words(
        zh="邮件过大，未能收取；请分几封发送。", en="The mail is too large; please send it in several mails."
    ),
    "cloud_attachment": Words(
        zh="收到的是网盘或超大附件链接；请以普通附件发送。",
        en="A link to a cloud file came; please attach the file itself.",
    ),
    "too_many_attachments": Words(
        zh="附件过多，后面的未能收取；请分几封发送。",
        en="There were too many attachments; please send the rest in another mail.",
    ),
    "encrypted_mail": Words(
        zh="邮件已加密，无法读取；请不加密发送。",
        en="The mail is encrypted; please send it without encryption.",
    ),
}
"""What the reader of a mail had to leave out, and what its sender can do about it."""


def odd(mail: InboundMail, code: str) -> bool:
    """Say whether the reader of a mail noted a problem by its code."""
    return any(problem.partition(":")[0] == code for problem in mail.problems)
