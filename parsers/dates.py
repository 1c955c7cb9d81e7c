"""Days and moments as people write them in China and in English, and only when they can mean one thing.

Relative words (`下周五`, `next Friday`), two-digit years and `5/3/2026`
are left to the person who wrote them.
"""

import re
from datetime import date, datetime, time, timedelta

from parsers.understood import Understood, half_width

BAD = Understood.wrong("bad_date")

_LOOK_BACK = timedelta(days=60)
"""A day without a year is taken from the twelve months that begin this long before today."""
_YEARS = range(1970, 2200)
_NOON = 12
_EARLY = range(1, 7)
"""`2:30` and `2点` may be meant in the afternoon; `02:30` may not."""

_DIGITS = {
    "〇": 0,
    "零": 0,
    "○": 0,
    "一": 1,
    "二": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FULL_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_WEEKDAY_ZH = re.compile(r"\(?(?:周|星期|礼拜)([一二三四五六日天])\)?")
_WEEKDAY_EN = re.compile(
    r"\(?\b(mon|tue|wed|thu|fri|sat|sun)(?:s|nes|rs|ur)?(?:day)?\b\.?\)?,?", re.IGNORECASE
)
_NUMERALS = re.compile(r"(?<![周期拜])([〇零○一二三四五六七八九十廿卅]+)(?=\s*[年月日号时点分])")
_YEAR_FIRST = re.compile(r"(\d{4})\s*(?:年|[-/.])\s*(\d{1,2})\s*(?:月|[-/.])\s*(\d{1,2})(?!\d)\s*[日号]?")
_PACKED = re.compile(r"(\d{4})(\d{2})(\d{2})(?!\d)")
_NO_YEAR = re.compile(r"(\d{1,2})\s*月\s*(\d{1,2})(?!\d)\s*[日号]?")
_DAY_FIRST = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th)?(?:\s+of)?[\s-]*([a-z]{3,9})\b\.?,?(?:[\s-]*(\d{4})(?!\d))?", re.IGNORECASE
)
_MONTH_FIRST = re.compile(
    r"([a-z]{3,9})\b\.?\s*(\d{1,2})(?!\d)(?:st|nd|rd|th)?(?:,?\s*(\d{4})(?!\d))?", re.IGNORECASE
)
_YEAR_MONTH_DAY = re.compile(r"(\d{4})[\s-]+([a-z]{3,9})\b\.?[\s-]+(\d{1,2})(?!\d)", re.IGNORECASE)
_YEAR_LAST = re.compile(r"(\d{1,2})\s*([-/.])\s*(\d{1,2})\s*\2\s*(\d{4})(?!\d)")
_TIME = re.compile(
    r"(?P<half>上午|早上|凌晨|中午|下午|晚上|傍晚|晚)?\s*(?P<hour>\d{1,2})"
    r"(?:\s*(?P<mark>[:时点])\s*(?:(?P<minute>\d{1,2})(?!\d)\s*分?|(?P<thirty>半)|整)?(?::\d{2}(?:\.\d+)?)?)?"
    r"\s*(?P<meridiem>[ap]\.?m\b\.?)?",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"(?:之前|以前|前|前完成)?$")
_ORDERS = (
    (_YEAR_FIRST, ("year", "month", "day")),
    (_PACKED, ("year", "month", "day")),
    (_NO_YEAR, ("month", "day")),
    (_YEAR_MONTH_DAY, ("year", "month", "day")),
    (_DAY_FIRST, ("day", "month", "year")),
    (_MONTH_FIRST, ("month", "day", "year")),
)
"""How each pattern names its groups; `_YEAR_LAST` may mean two things and is handled apart."""


def read_day(text: str, today: date) -> Understood:
    """Understand a day; `today` supplies a missing year, which makes the answer less than certain."""
    words, weekday = _without_weekday(half_width(text))
    by = re.match(r"(?:by|before)\s+", words, re.IGNORECASE)
    words = words[by.end() :] if by else words
    found = _day_at_start(words, today)
    if found is None:
        return BAD
    day, certain, rest = found
    if weekday is not None and day.weekday() != weekday:
        return BAD
    if rest and (moment := _time(rest.removeprefix("T"))) is not None and not moment[1]:
        rest = ""
    if not _BEFORE.fullmatch(rest):
        return BAD
    return Understood(value=day, certain=certain and not rest and by is None)


def with_arabic(text: str) -> str:
    """Return `text` with the Chinese numerals of its dates and times as digits: `三月六日` is `3月6日`."""
    return _NUMERALS.sub(_arabic, text)


def read_moment(text: str, today: date) -> Understood:
    """Understand a day with a time of day; of a span (`14:00-15:30`) its beginning."""
    words, weekday = _without_weekday(half_width(text))
    found = _day_at_start(words, today)
    if found is not None:
        day, certain, rest = found
        rest = re.sub(r"^(?:t(?=\d)|,|at\b|\s)+", "", rest, flags=re.IGNORECASE)
        moment = _time(rest)
    else:
        moment = _time(words)
        if moment is None:
            return BAD
        rest = re.sub(r"^(?:,|on\b|\s)+", "", moment[1], flags=re.IGNORECASE)
        found = _day_at_start(rest, today)
        if found is None:
            return BAD
        day, certain, rest = found
        moment = (moment[0], rest)
    if moment is None or (weekday is not None and day.weekday() != weekday):
        return BAD
    if moment[1] and not _is_end_of_span(moment[1]):
        return BAD
    return Understood(value=datetime.combine(day, moment[0]), certain=certain)


def _without_weekday(text: str) -> tuple[str, int | None]:
    if match := _WEEKDAY_ZH.search(text):
        number = min("一二三四五六日天".index(match[1]), 6)
        # A bare `下周五` must not become an empty text with a weekday, so the words before it stay.
        return _without(text, match), number
    if match := _WEEKDAY_EN.search(text):
        return _without(text, match), _WEEKDAYS.index(match[1].casefold())
    return text, None


def _without(text: str, match: re.Match[str]) -> str:
    return " ".join(f"{text[: match.start()]} {text[match.end() :]}".split()).strip(" ,")


def _day_at_start(text: str, today: date) -> tuple[date, bool, str] | None:
    """Return the day, whether its year was written, and the words behind it."""
    words = with_arabic(text)
    for pattern, order in _ORDERS:
        if (match := pattern.match(words)) is None:
            continue
        parts = dict(zip(order, match.groups()[-3:], strict=False))
        written = parts.get("year")
        month = int(parts["month"]) if parts["month"].isdecimal() else _month(parts["month"])
        if month is not None:
            return _made(match, int(written) if written else None, month, int(parts["day"]), today)
    if match := _YEAR_LAST.match(words):
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        if first == second or second > _NOON:
            return _made(match, year, first, second, today)
        return _made(match, year, second, first, today) if first > _NOON else None
    return None


def _made(
    match: re.Match[str], year: int | None, month: int, day: int, today: date
) -> tuple[date, bool, str] | None:
    rest = match.string[match.end() :].strip()
    if year is not None:
        made = _date(year, month, day)
        return (made, True, rest) if made is not None else None
    start = today - _LOOK_BACK
    for candidate in (_date(start.year + ahead, month, day) for ahead in range(2)):
        if candidate is not None and candidate >= start:
            return candidate, False, rest
    return None


def _date(year: int, month: int, day: int) -> date | None:
    if year not in _YEARS:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _arabic(match: re.Match[str]) -> str:
    words = match[1].replace("廿", "二十").replace("卅", "三十")
    if "十" not in words:
        return "".join(str(_DIGITS[each]) for each in words)
    tens, _, ones = words.partition("十")
    if len(tens) > 1 or len(ones) > 1:
        return match[0]
    return str(_DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0))


def _month(word: str) -> int | None:
    folded = word.casefold()
    if folded in _FULL_MONTHS:
        return _FULL_MONTHS.index(folded) + 1
    short = "sep" if folded == "sept" else folded
    return _MONTHS.index(short) + 1 if short in _MONTHS else None


def _time(text: str) -> tuple[time, str] | None:
    """Return the time of day at the start of `text` and the words behind it."""
    words = with_arabic(text)
    match = _TIME.match(words)
    if match is None or not (match["mark"] or match["meridiem"]):
        return None
    if match["mark"] == ":" and match["minute"] is None:
        return None
    hour = int(match["hour"])
    minute = 30 if match["thirty"] else int(match["minute"] or 0)
    half = match["half"] or (match["meridiem"] or "").replace(".", "").casefold()
    if half in {"下午", "晚上", "傍晚", "晚", "pm"} and hour < _NOON:
        hour += _NOON
    elif half in {"am", "凌晨"} and hour == _NOON:
        hour = 0
    elif not half and hour in _EARLY and not match["hour"].startswith("0"):
        return None
    try:
        return time(hour, minute), words[match.end() :].strip()
    except ValueError:
        return None


def _is_end_of_span(text: str) -> bool:
    match = re.match(r"(?:[-–—~至到]|to\b)\s*", text, re.IGNORECASE)
    if match is None:
        return False
    end = _TIME.match(with_arabic(text[match.end() :]))
    if end is None:
        return False
    behind = with_arabic(text[match.end() :])[end.end() :]
    return not behind.strip()
