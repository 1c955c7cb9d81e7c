"""Attachments that a mail's sender has to send differently, and those that a person reads."""

import re
from collections.abc import Iterator

from agent.core.desk import Desk
from agent.domain.effects import Send
from agent.domain.mail import InboundMail
from agent.domain.problems import Problem
from agent.domain.reading import Reading
from agent.domain.words import Words


def unopened(desk: Desk, readings: tuple[Reading, ...] = ()) -> tuple[Send, ...]:
    """Return one letter about all that its sender can put right, and one about all that a person reads."""
    case, _ = desk.case_of()
    if case is not None and not desk.belongs(case):
        case = None
    to_put_right = (*_closed(readings), *_left_out(desk.mail))
    letters = (desk.letter("unreadable", {}, case, problems=to_put_right),) if to_put_right else ()
    names = tuple(r.file for r in readings if for_a_person(r))
    if not names:
        return letters
    return (*letters, desk.letter("by_person", {"file": Words.listed(names)}, case))


def for_a_person(reading: Reading) -> bool:
    """Say whether a document is none that we read, but a person can: a scan, a photo, a PDF."""
    return not reading.form and any(p.code in BY_PERSON for p in reading.problems)


def _closed(readings: tuple[Reading, ...]) -> Iterator[Problem]:
    for reading in readings:
        problem = next((p for p in reading.problems if p.code in UNOPENED), None)
        if not reading.form and problem is not None:
            yield Problem(code=problem.code, field=reading.file, say=problem.say)


def _left_out(mail: InboundMail) -> Iterator[Problem]:
    """Yield what the reader of the mail had to leave out (its problems are `code: words`)."""
    for said in mail.problems:
        code, _, words = said.partition(": ")
        large = _TOO_LARGE.fullmatch(words) if code == "file_too_large" else None
        if large is not None:
            say = Words(
                zh=f"文件有 {large['size']}，超过 {large['most']} 的上限，未能收取；请压缩或分开发送。",
                en=f"The file has {large['size']}, more than the {large['most']} we take; "
                "please send it smaller or apart.",
            )
            yield Problem(code=code, field=large["name"], say=say)
        elif code in _LEFT_OUT:
            yield Problem(code=code, field="", say=_LEFT_OUT[code])


_TOO_LARGE = re.compile(r"(?P<name>.*) \((?P<size>[^()]*), at most (?P<most>[^()]*)\)", re.DOTALL)

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
    "partial_mail": Words(
        zh="邮件被拆成了几封，未能收取；请不拆分发送。",
        en="The mail came in pieces; please send it whole.",
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
