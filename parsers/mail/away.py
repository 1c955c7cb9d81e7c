"""What an out-of-office reply says: until when somebody is away, and whom to turn to.

A day counts only when the whole reply can mean one last day and no other; else it says none.  Relative words
(`下周一`, `next week`) and days such as `5/3/2026` name none.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from agent.domain.absences import Away
from parsers.dates import read_day
from parsers.understood import half_width

_LONGEST_AHEAD = timedelta(days=120)
"""A last day beyond it is told, not believed: it may be last year's text, or a slip of the year."""
_LONGEST_BACK = timedelta(days=60)
"""How long ago an absence may have begun."""
_MOST_LINES = 25
_MOST_CONTACTS = 5
_LONGEST_LINE = 200

_SIGNS = re.compile(
    r"休假|年假|病假|产假|陪产|婚假|事假|调休|请假|外出|出差|不在(?:办公室|岗|公司|国内)|离岗|放假|度假"
    r"|out[ -]of[ -](?:the[ -])?office|\bon (?:\w+ )?(?:leave|vacation|holidays?)\b|\bannual leave\b"
    r"|\b(?:am|be|is) away\b|\bI(?:'|’)m away\b|\bout of office\b|\babsent\b"
    r"|\bbusiness trip\b|\btravell?ing\b",
    re.IGNORECASE,
)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_DAY = (
    r"(?:\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*[日号]?|\d{1,2}\s*月\s*\d{1,2}\s*[日号]?"
    r"|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)"
    r"|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}(?!\d)"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}(?:,? \d{{4}})?"
    rf"|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?!\d)(?:,? \d{{4}})?)"
)
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,? )?"
_AFTER = r"(?:\s*\([^()]{1,12}\))?\s*"
_ANY_DAY = re.compile(_DAY, re.IGNORECASE)
_SPAN = re.compile(
    rf"(?P<first>{_DAY}){_AFTER}(?:-|–|—|~|至|到|\bto\b|\buntil\b|\btill?\b|\bthrough\b)+\s*{_WEEKDAY}"
    rf"(?P<last>{_DAY}|\d{{1,2}}\s*[日号])(?P<half>{_AFTER}(?:上午|中午|早上|morning|noon))?",
    re.IGNORECASE,
)
_BACK_ZH = re.compile(
    rf"(?P<day>{_DAY}){_AFTER}(?:上午|早上|起)?[,，]?\s*(?:才|再|将|可|正式|起)*"
    r"(?:回来|返回|返岗|回到|回公司|上班|恢复|复工|到岗|回办公室|处理邮件)"
)
_BACK_EN = re.compile(
    r"\b(?:back|return(?:ing)?|resume)\b(?: to work| work| (?:in|to|at) (?:the |my )?office)?"
    rf" (?:on |from )?{_WEEKDAY}(?P<day>{_DAY})",
    re.IGNORECASE,
)
_UNTIL_ZH = re.compile(rf"(?:至|到|截至|直到|直至)\s*(?P<day>{_DAY})")
_UNTIL_EN = re.compile(rf"\b(?:until|till?|through|thru)\b {_WEEKDAY}(?P<day>{_DAY})", re.IGNORECASE)
_FROM = re.compile(
    rf"(?:\bfrom\b {_WEEKDAY}|自|从|由)\s*(?P<day>{_DAY})|(?P<other>{_DAY}){_AFTER}起", re.IGNORECASE
)
_CONTACT = re.compile(
    r"联系|联络|代理|代办|代为|转交|请找|请与|接洽|\bcontact\b|\breach out\b|\bdeputy\b"
    r"|\bstand(?:s|ing)? in\b|\bcover(?:s|ed|ing)?\b|\bplease (?:write|turn|speak|refer) to\b"
    r"|\binstead\b|\bbackup\b|\bon my behalf\b",
    re.IGNORECASE,
)


@dataclass(slots=True)
class _Found:
    first: set[date]
    last: set[date]
    understood: list[tuple[int, int]]
    unclear: bool = False


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
    first, last = _days(lines, sent.date())
    return Away(first=first, last=last, contacts=contacts, words=shown)


def _days(lines: list[str], today: date) -> tuple[date | None, date | None]:
    found = _Found(set(), set(), [])
    for line in lines:
        found.understood = []
        for match in _SPAN.finditer(line):
            _span(match, today, found)
        for pattern, before in ((_BACK_ZH, 1), (_BACK_EN, 1), (_UNTIL_ZH, 0), (_UNTIL_EN, 0)):
            for match in pattern.finditer(line):
                if not _is_taken(match.span("day"), found):
                    _last(match, today, found, before)
        for match in _FROM.finditer(line):
            name = "day" if match["day"] else "other"
            if not _is_taken(match.span(name), found):
                _first(match[name], match.span(name), today, found)
        if any(not _is_taken(each.span(), found) for each in _ANY_DAY.finditer(line)):
            found.unclear = True  # a day whose part in this nobody can tell
    if found.unclear or len(found.last) != 1 or len(found.first) > 1:
        return None, None
    (last,) = found.last
    first = next(iter(found.first), None)
    if not today <= last <= today + _LONGEST_AHEAD or (first is not None and first > last):
        return None, None
    return first, last


def _span(match: re.Match[str], today: date, found: _Found) -> None:
    first = _day(match["first"], today)
    words = match["last"]
    if first is not None and re.fullmatch(r"\d{1,2}\s*[日号]", words):  # 11月23日至30日
        words = f"{first.year}年{first.month}月{words}"
    last = _day(words, today)
    found.understood.append(match.span())
    if first is None or last is None or match["half"]:
        found.unclear = True
        return
    found.first.add(first)
    found.last.add(last)


def _last(match: re.Match[str], today: date, found: _Found, before: int) -> None:
    day = _day(match["day"], today)
    found.understood.append(match.span("day"))
    if day is None:
        found.unclear = True
    else:
        found.last.add(day - timedelta(days=before))


def _first(words: str, span: tuple[int, int], today: date, found: _Found) -> None:
    day = _day(words, today)
    found.understood.append(span)
    if day is None:
        found.unclear = True
    else:
        found.first.add(day)


def _is_taken(span: tuple[int, int], found: _Found) -> bool:
    return any(begin <= span[0] and span[1] <= end for begin, end in found.understood)


def _day(words: str, today: date) -> date | None:
    """Return the day; one without a year is the one that is near the reply."""
    read = read_day(words.strip(" .,"), today).value
    day = read.date() if isinstance(read, datetime) else read if isinstance(read, date) else None
    if day is None or not today - _LONGEST_BACK <= day <= today + _LONGEST_AHEAD + timedelta(days=1):
        return None
    return day
