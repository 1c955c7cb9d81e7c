"""The words of delivery reports: who did not get the letter, which code, for now or for good.

Taken from reports of Exchange (Chinese and English), QQ, Tencent Exmail, NetEase 163, Aliyun, Coremail,
Gmail, Postfix, Exim, qmail and sendmail.
"""

import re

_ADDRESS = re.compile(
    r"[A-Za-z0-9_.!#$%&'*+/=?^`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}"
)
_MACHINE = re.compile(r"postmaster@|mailer-?daemon|(?:[^@]*-)?bounces?[+@-]")
"""Whom a report tells to turn to, or who sent it."""
_TEXT = 8_000
"""Characters of a report's prose; the letter that came back follows, and its addresses are other people's."""
_RETURNED = re.compile(
    r"(?im)^[ \t>*-]*(?:original message headers|reporting-mta:|generating server|-+ ?(?:this is a copy"
    r"|below this line|original message|the body of your message)|原始邮件标头|生成服务器|正在生成服务器"
    r"|原始邮件|原邮件内容|return-path:|received:)"
)
_MARKED = re.compile(
    r"(?i)recipient|n[o'’]t (?:be |get )?(?:delivered|found|sent)|deliver|failed to|no such|unknown"
    r"|does not exist|not found"
    r"|收件人|收件者|收信人|无法送达|无法投递|无法发送|未能送达|未能投递|投递失败|不存在|被退回|发往|发送到|发送给|送达"
)
_ENHANCED = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<![\d.:])([45][0-5]\d)(?![\d.])(?=[ \-#:：;,)）'\"]|\Z)", re.MULTILINE)
_PASSING = re.compile(
    r"(?i)mailbox (?:is )?full|over ?quota|quota exceeded|out of storage|insufficient (?:system )?storage"
    r"|try again|temporar|greylist|timed? ?out|connection refused|rate limit|too many"
    r"|(?:邮箱|信箱|空间|容量)[^。\n]{0,6}(?:已满|满|不足)|稍后|暂时|频率|超时|重试"
)
_DELAY = re.compile(
    r"(?i)delayed|delivery delay|warning: (?:could not send|message)|still (?:trying|being retried)"
    r"|will (?:keep|continue) (?:on )?(?:trying|to try)|has not (?:yet )?been delivered"
    r"|you do not need to resend"
    r"|not yet been delivered|延迟|仍在尝试|将继续尝试|继续投递|尚未(?:送达|投递)|无需重新发送|不需要重新发送"
)
_GIVEN_UP = re.compile(
    r"(?i)gave up|given up|giving up|permanent|will not be retried|不再(?:尝试|重试)|已放弃|失败"
)
_TELLING = re.compile(
    r"(?i)\b[45]\d\d[ \-#]|[45]\.\d\.\d|user|mailbox|recipient|quota|reject|denied|spam|host|domain"
    r"|不存在|已满|拒收|拒绝|退信原因|退回原因|失败原因|原因|域名|无法|未能|垃圾"
)
_FULL = frozenset({"5.2.2", "4.2.2", "552", "452"})
"""A mailbox that is full: many servers call that permanent, its owner does not."""


def recipients(text: str, *, marked: bool = False) -> tuple[str, ...]:
    """Return the addresses in the prose of a report, in lower case, each once.

    Args:
        text: the prose, or a field.
        marked: only those on a line, or the one below it, that speaks of recipients or of a failure, or that
            stand alone on their line, as qmail, Exim and Exchange write them.
    """
    lines = _prose(text).split("\n")
    found: dict[str, None] = {}
    for at, line in enumerate(lines):
        named = (each.casefold().strip(".'").removeprefix("smtp=") for each in _ADDRESS.findall(line))
        here = [each for each in named if _MACHINE.match(each) is None]
        if not here:
            continue
        alone = len(line.casefold().replace(here[0], "", 1).strip(" <>()（）:：\t,;")) == 0
        if not marked or alone or any(_MARKED.search(near) for near in lines[max(0, at - 2) : at + 1]):
            found.update(dict.fromkeys(here))
    return tuple(found)


def status_in(text: str) -> str:
    """Return the enhanced status code in `text` (RFC 3463), else an SMTP reply code, else nothing."""
    said = text[:_TEXT]
    match = _ENHANCED.search(said) or _REPLY.search(said)
    return match[1] if match is not None else ""


def is_passing(status: str, words: str) -> bool:
    """Say whether a failure may pass by itself: class 4, a full mailbox, or words that say so."""
    if status in _FULL or status.startswith("4"):
        return True
    return not status.startswith("5") and _PASSING.search(words[:_TEXT]) is not None


def is_delay(subject: str, text: str) -> bool:
    """Say whether a report only tells that the server is still trying."""
    said = _prose(text)
    if _DELAY.search(subject) is not None:
        return True
    return _DELAY.search(said) is not None and _GIVEN_UP.search(f"{subject}\n{said}") is None


def telling_line(text: str) -> str:
    """Return the line of a report that says why: one with a code, else one with a word of a cause."""
    lines = [" ".join(line.split()) for line in _prose(text).split("\n")]
    coded = (line for line in lines if _ENHANCED.search(line) or re.search(r"\b[45]\d\d[ \-#]", line))
    caused = (line for line in lines if _TELLING.search(line) and not _ADDRESS.fullmatch(line))
    return next(coded, "") or next(caused, "")


def _prose(text: str) -> str:
    said = text[:_TEXT]
    end = _RETURNED.search(said)
    return said[: end.start()] if end is not None and end.start() > 0 else said
