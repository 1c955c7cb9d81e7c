"""What an out-of-office reply says: until when somebody is away, and whom to turn to.

A day counts only when the whole reply can mean one last day and no other; else it says none.
"""

import re
from collections.abc import Iterator
from datetime import datetime

from agent.domain.absences import Away
from parsers.dates import with_arabic
from parsers.mail.away_meaning import meaning
from parsers.mail.away_roles import told
from parsers.understood import half_width

_MOST_LINES = 25
_MOST_CONTACTS = 5
_LONGEST_LINE = 200
_WRAPPED = 60
"""Characters: a line as long as this goes on in the next one."""

_SIGNS = re.compile(
    r"休假|年假|病假|产假|陪产|婚假|丧假|事假|探亲假|调休|轮休|补休|请假|外出|出差|出国|公出|不在(?:办公室|岗|公司|国内)|离岗"
    r"|放假|度假|住院|脱产"
    r"|out[ -]of[ -](?:the[ -])?office|\bon (?:\w+ )?(?:leave|vacation|holidays?|pto)\b|\bannual leave\b"
    r"|\b(?:am|be|is|are|I(?:'|’)m) (?:currently )?(?:away|off|out|abroad)\b|\babsent\b|\booo\b"
    r"|\bout of town\b"
    r"|\bnot (?:be )?(?:in the office|available|at my desk)\b|\bunavailable\b"
    r"|\baway from (?:the|my) (?:office|desk|mail)\b"
    r"|\b(?:taking|take) (?:\w+ )?(?:leave|time off|vacation|holidays?)\b"
    r"|\bbusiness trip\b|\btravell?ing\b|\b(?:parental|maternity|paternity) leave\b|\bsabbatical\b",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"联系|联络|代理|代办|代为|转交|请找|请与|接洽|\bcontact\b|\breach out\b|\bdeputy\b"
    r"|\bstand(?:s|ing)? in\b|\bcover(?:s|ed|ing)?\b|\bplease (?:write|turn|speak|refer) to\b"
    r"|\binstead\b|\bbackup\b|\bon my behalf\b",
    re.IGNORECASE,
)
_MARK = re.compile(
    r"[\s\[【(]*(?:来自.{1,40}的)?(?:自动答复|自动回复|自動回覆|自動答覆|自动应答|automatic reply"
    r"|auto(?:mated)?[ -]?(?:reply|response)|auto|out of (?:the )?office(?: auto-?reply)?)"
    r"\s*[\])】]?\s*[:-]\s*",
    re.IGNORECASE,
)
_ECHO = re.compile(r"[\[【]|(?:re|aw|fwd?|答复|回复|转发)\s*:", re.IGNORECASE)
"""How the subject of the mail that is answered begins."""
_SENTENCE = re.compile(r"(?<=[。!?;])|(?<=[A-Za-z\d)])\.\s+(?=[A-Z\u3400-\u9fff])")
_ENDED = ("。", ".", "!", "?", ";", ":")


def away(subject: str, top: tuple[str, ...], sent: datetime | None) -> Away | None:
    """Return what an automatic reply says about an absence; None when it speaks of none.

    Args:
        subject: its subject.
        top: the lines above any quotation.
        sent: its Date; without one no day is certain.
    """
    lines = [half_width(line)[:_LONGEST_LINE] for line in (subject, *top[:_MOST_LINES]) if line.strip()]
    telling = next((line for line in lines if _SIGNS.search(line)), None)
    if telling is None:
        return None
    contacts = tuple(line for line in lines[1:] if _CONTACT.search(line))[:_MOST_CONTACTS]
    shown = next((line for line in lines[1:] if _SIGNS.search(line)), telling)
    if sent is None:
        return Away(contacts=contacts, words=shown)
    own = half_width(subject)[:_LONGEST_LINE]
    first, last = meaning(told(_sentences(own, lines[bool(own) :])), sent)
    return Away(first=first, last=last, contacts=contacts, words=shown)


def _sentences(subject: str, lines: list[str]) -> Iterator[tuple[str, bool]]:
    """Yield each sentence, and whether it speaks of an absence; of a subject only the sender's own words."""
    title = _MARK.sub("", subject, count=1)
    if _SIGNS.search(title) and not _ECHO.match(title):
        yield with_arabic(title), True
    joined: list[str] = []
    for line in lines:
        if joined and len(joined[-1]) >= _WRAPPED and not joined[-1].endswith(_ENDED):
            joined[-1] += f" {line}"
        else:
            joined.append(line)
    for line in joined:
        for sentence in _SENTENCE.split(line):
            yield with_arabic(sentence), _SIGNS.search(sentence) is not None
