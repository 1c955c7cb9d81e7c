"""What the sender wrote, told apart from what is quoted below it.

Every style that ends the own words is a rule here: the separators of Outlook, Foxmail, QQ mail, NetEase,
Aliyun, WeCom, Gmail, Apple Mail and Thunderbird in Chinese and English.  Erring is one-sided: a line that
might be quoted is taken as quoted, since nothing old may count as a new word (an old 确认 must not confirm).
"""

import re
from collections.abc import Iterator

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\xad"))
_LONGEST_LINE = 400
_MOST_LINES = 2_000
_MOST_OWN = 100
"""Lines that are kept of what somebody wrote above a quotation."""

_RULE = re.compile(r"[-_=*—─－＿]{8,}\Z")
_TITLED_RULE = re.compile(
    r"[-—─－_* ]{2,}\s*"
    r"(?:original\b|reply message|replied message|forwarded (?:message|by)|forward message"
    r"|原始|邮件原件|原邮件|回复的原邮件|回复的邮件|转发的?原邮件|转发的?邮件|转发的消息|转发邮件信息|原信息|原文)",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(
    r"--\s*\Z"
    r"|(?:sent from my|sent via|get outlook for|获取 ?outlook for|发自我的|发送自|来自我的|从我的.{1,9}发送)",
    re.IGNORECASE,
)
_FORWARDED = re.compile(
    r"(?:begin forwarded message|开始转发的邮件|下面是被转发的邮件|以下是转发的邮件)\s*[:：]", re.IGNORECASE
)
_HEAD = re.compile(r"[|*\s]*(?:from|发件人|寄件者|寄件人)[*\s|]*[:：|]", re.IGNORECASE)
_HEAD_MORE = re.compile(
    r"[|*\s]*(?:sent|date|to|subject|cc|发送时间|发送日期|发件时间|日\s*期|时\s*间|收件人|收件者"
    r"|主\s*题|主旨|抄\s*送|寄件日期)"
    r"[*\s|]*[:：|]",
    re.IGNORECASE,
)
_TO = re.compile(r"[|*\s]*(?:to|收件人|收件者)[*\s|]*[:：|]", re.IGNORECASE)
_SUBJECT = re.compile(r"[|*\s]*(?:subject|主\s*题|主旨)[*\s|]*[:：|]", re.IGNORECASE)
_ATTRIBUTION = re.compile(r"(?:on|at|in)\b|在|于|\S.{0,200}(?:@|\d{4})", re.IGNORECASE)
_ATTRIBUTION_WRAPPED = re.compile(r"(?:(?:on|at)\b|在).*\d", re.IGNORECASE)
_ATTRIBUTION_END = re.compile(r"(?:wrote|writes|写道|写到|寫道)\s*[:：]?\s*\Z", re.IGNORECASE)
_ATTRIBUTION_LINES = 3
_WRAPPED = 60
"""Columns; programs wrap lines at 72 to 78 of them (RFC 3676, 4.2), a Chinese character takes two."""
_NARROW = "\u2e7f"
"""The last character before those that take two columns."""
_HEAD_LINES = 4


def first_line(text: str) -> str:
    """Return the first non-empty line that the sender wrote; empty when nothing stands before what is old."""
    return next(own_lines(text), "")


def own_lines(text: str) -> Iterator[str]:
    """Yield the non-empty lines that the sender wrote, stripped, until a signature or an old mail begins.

    Lines marked with `>` are passed over, so an answer below its quotation is found, too.
    """
    lines = [_plain(line) for line in text.split("\n", _MOST_LINES)[:_MOST_LINES]]
    at = 0
    while at < len(lines):
        line = lines[at]
        if not line or line[0] in ">＞":
            at += 1
        elif (length := _attribution(lines, at)) > 0:
            # Without marks nobody can tell where the quotation ends: the rest of the mail is old.
            if not _is_marked(lines, at + length):
                return
            at += length
        elif _ends(lines, at):
            return
        else:
            yield line
            at += 1


def top_lines(text: str) -> tuple[str, ...]:
    """Return the lines that stand above any quotation, stripped; empty ones stay as empty lines.

    Stricter than `own_lines`: the first sign of anything old, a mark, an attribution, a rule or a signature,
    ends them.  What values are taken from must not come from behind it.
    """
    lines = [_plain(line) for line in text.split("\n", _MOST_LINES)[:_MOST_LINES]]
    found: list[str] = []
    for at, line in enumerate(lines):
        if line and (line[0] in ">＞" or _attribution(lines, at) > 0 or _ends(lines, at)):
            break
        found.append(line)
    while found and not found[-1]:
        found.pop()
    while found and not found[0]:
        found.pop(0)
    return tuple(found[:_MOST_OWN])


def lines_between(text: str) -> tuple[str, ...]:
    """Return the lines that stand between marked ones: what somebody answered within the quotation.

    What follows a long marked line at once may be its rest, which a program has wrapped and not marked.
    """
    lines = [_plain(line) for line in text.split("\n", _MOST_LINES)[:_MOST_LINES]]
    found: list[str] = []
    since: list[str] = []
    before = ""
    quoted = False
    for line in lines:
        if line and line[0] in ">＞":
            found += since
            since, quoted = [], True
        elif line and quoted and before and _is_full(before):
            continue
        elif line and quoted:
            since.append(line)
        before = line if not line or line[0] in ">＞" else ""
    return tuple(found[:_MOST_OWN])


def _is_full(line: str) -> bool:
    """Say whether a line is so wide that a program may have wrapped it."""
    return sum(2 if each > _NARROW else 1 for each in line) >= _WRAPPED


def _plain(line: str) -> str:
    return line[:_LONGEST_LINE].translate(_INVISIBLE).strip()


def _ends(lines: list[str], at: int) -> bool:
    line = lines[at]
    if _RULE.match(line) or _TITLED_RULE.match(line) or _SIGNATURE.match(line) or _FORWARDED.match(line):
        return True
    # Lotus Notes begins its head with a bare address: recipients and subject are the first lines that tell.
    more = _HEAD_MORE if _HEAD.match(line) else _SUBJECT if _TO.match(line) else None
    return more is not None and any(
        more.match(later) for later in lines[at + 1 : at + 1 + 2 * _HEAD_LINES] if later
    )


def _attribution(lines: list[str], at: int) -> int:
    """Return how many lines an “On … wrote:” takes from `at`; 0 when there is none."""
    if not _ATTRIBUTION.match(lines[at]):
        return 0
    # Only a beginning that is sure may run on: `hand over li@example.com` above a quotation is no part of it.
    most = _ATTRIBUTION_LINES if _ATTRIBUTION_WRAPPED.match(lines[at]) else 1
    for length in range(1, most + 1):
        last = lines[at + length - 1 : at + length]
        if not last or not last[0]:
            return 0
        if _ATTRIBUTION_END.search(last[0]):
            return length
    return 0


def _is_marked(lines: list[str], at: int) -> bool:
    return next((line[0] in ">＞" for line in lines[at:] if line), False)
