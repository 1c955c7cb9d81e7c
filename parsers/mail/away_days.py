"""Days as an out-of-office reply names them, and which days they can mean.

Such a text is written once and sent for weeks, so `下周一` counts from a day that nobody knows.  Whoever asks
names a day of writing; `parsers.mail.away_meaning` sees to it that all of them give one answer.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)
_NEAR = 60
"""A day without a year is taken from the twelve months that begin this many days before the reply."""
_LONGEST = 183
"""Days: an absence whose first day bears no year began no longer before its last."""
_TWO_MONTHS = 62
"""Days in which every day of the month comes once at least."""
_NOON = 12
_DECEMBER = 12
_SUNDAY = 6

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_WEEKDAY = (
    r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?"
    r"|sun(?:day)?)\b\.?"
)
_NTH = r"(?:st|nd|rd|th)"
_COUNTED = (
    r"[\d:/%]|\.\d"
    r"|\s*(?:天|周|个|小时|人|days?\b|weeks?\b|months?\b|hours?\b|workdays?\b|business\b|working\b)"
)
"""What follows a number that is no day."""
_TOKEN = re.compile(
    r"(?<!\d)(?P<y1>\d{4})\s*(?:年|[-/.])\s*(?P<m1>\d{1,2})\s*(?:月|[-/.])\s*(?P<d1>\d{1,2})(?!\d)\s*[日号]?"
    r"|(?<!\d)(?P<y2>20\d{2})(?P<m2>[01]\d)(?P<d2>[0-3]\d)(?!\d)"
    r"|(?<!\d)(?P<m3>\d{1,2})\s*月\s*(?P<d3>\d{1,2})(?!\d)\s*[日号]?"
    rf"|(?<![\d/.:])(?P<d4>\d{{1,2}}){_NTH}?(?: of)?[ -]?(?P<m4>{_MONTH})(?:,? ?(?P<y4>\d{{4}})(?!\d))?"
    rf"|\b(?P<m5>{_MONTH}) ?(?:the )?(?P<d5>\d{{1,2}}){_NTH}?(?![\d:])(?:,? (?P<y5>\d{{4}})(?!\d))?"
    r"|(?<![\d/.])(?P<a6>\d{1,2})(?P<s6>[-/.])(?P<b6>\d{1,2})(?P=s6)(?P<y6>\d{4})(?!\d)"
    r"|(?<![\d/.])(?!24/7)(?P<a7>\d{1,2})[/.](?P<b7>\d{1,2})(?![\d/%]|\.\d|\s*(?:小时|元|万|版|hours?\b))"
    r"|(?P<hour>\d{1,2})(?::(?P<minute>\d{2})(?::\d{2})?\s*(?P<half>[ap]\.?m\b\.?)?|\s*(?P<half2>[ap]\.?m\b\.?))"
    r"|(?P<part>上午|早上|早晨|凌晨|中午|下午|傍晚|晚上|晚间|晚)?\s*(?P<clock>\d{1,2})\s*[点时](?!间|段)"
    r"(?:半|整|\d{1,2}分?)?"
    r"|(?P<halfday>上午|早上|早晨|凌晨|中午|下午|傍晚|晚上|晚间"
    r"|(?:in the )?\b(?:morning|noon|midday|afternoon|evening)\b"
    r"|\b(?:close of business|cob|eod|(?:the )?end of (?:the )?(?:business )?day)\b)"
    r"|(?P<rel>本月|这个?月|下个?月)\s*(?P<d8>\d{1,2})(?!\d)\s*[日号]?"
    rf"|(?<![\d./])(?P<d9>\d{{1,2}})(?:\s*[日号](?![楼院室厅馆线门机文台座]|会议室)|{_NTH}\b)"
    r"|(?P<week>下下|上上|本|这个?|下个?|上个?)?(?:周|星期|礼拜)(?P<zh>[一二三四五六日天])"
    rf"|\b(?:(?P<next>next|this coming|this|coming|last) )?(?P<en>{_WEEKDAY})"
    rf"(?:,? (?:the )?(?P<d10>\d{{1,2}}){_NTH}?(?![\d:/.]|\s*(?:[ap]\.?m\b|(?:of )?{_MONTH})))?"
    rf"|(?<![\d./:])(?P<bare>\d{{1,2}})(?!{_COUNTED})(?:,? (?P<y11>\d{{4}})(?!\d))?",
    re.IGNORECASE,
)
_JOINS = re.compile(r"[\s,(]*(?:the |at |by |on )?\s*", re.IGNORECASE)
_WEEKS = {"上上": -2, "上": -1, "本": 0, "这": 0, "下": 1, "下下": 2}
_PARTS = {
    **dict.fromkeys(("上午", "早上", "早晨", "凌晨", "morning"), 9),
    **dict.fromkeys(("中午", "noon", "midday"), 12),
    **dict.fromkeys(("下午", "afternoon"), 14),
    **dict.fromkeys(("傍晚", "晚上", "晚间", "晚", "evening"), 20),
}
_END_OF_DAY = 18


class Order(StrEnum):
    """How `3/6` is to be read; whoever writes Chinese puts the month first."""

    MONTH_FIRST = "month first"
    DAY_FIRST = "day first"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A day, or a time of day, as far as the words name it, and where they stand."""

    begin: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    slashed: tuple[int, int] | None = None
    """Two numbers of which nobody says which one is the month."""
    weekday: int | None = None
    """0 is Monday."""
    week: int | None = None
    """`本周` is 0, `下周` is 1."""
    coming: str = ""
    """`next`, `last`, or `this` beside an English weekday."""
    months_on: int | None = None
    """`本月` is 0, `下月` is 1."""
    hour: int | None = None
    bare: bool = False
    """A number alone, a day only beside another one: `6` of `6 to 13 March`."""

    @property
    def is_day(self) -> bool:
        """Say whether this is more than a time of day or a number."""
        return not self.bare and (
            self.day is not None or self.slashed is not None or self.weekday is not None
        )

    @property
    def has_month(self) -> bool:
        """Say whether the month is named, so that the day does not depend on when the text was written."""
        return self.month is not None or self.slashed is not None

    def meant(self, order: Order) -> "Said | None":
        """Return this with month and day told apart; None when there is no such day in any year."""
        said = self
        if self.slashed is not None:
            month, day = self.slashed if order is Order.MONTH_FIRST else self.slashed[::-1]
            said = replace(self, month=month, day=day, slashed=None)
        if said.month is not None and said.day is not None:
            if _date(said.year or 2000, said.month, said.day) is None:  # a leap year
                return None
        elif said.day is not None and not 1 <= said.day <= 31:  # noqa: PLR2004 - days of a month
            return None
        return said


def days_said(words: str) -> list[Said]:
    """Return the days that `words` name, in their order, each with the weekday and the time beside it."""
    found: list[Said] = []
    for match in _TOKEN.finditer(words):
        said = _said(match)
        before = found[-1] if found else None
        if before is not None and _JOINS.fullmatch(words, before.end, said.begin):
            joined = _joined(before, said)
            if joined is not None:
                found[-1] = joined
                continue
        found.append(said)
    return [each for each in found if each.is_day or each.bare]


def inherited(first: Said, last: Said) -> tuple[Said, Said]:
    """Return both ends of a span, each with the month and the year that only the other one names."""
    if first.has_month and not last.has_month and last.day is not None and last.months_on is None:
        last = replace(last, month=first.month, year=last.year or first.year, bare=False)
    elif last.has_month and not first.has_month and first.day is not None and first.months_on is None:
        first = replace(first, month=last.month, year=last.year, bare=False)
    if last.months_on is None and first.months_on is not None and last.day is not None and not last.has_month:
        last = replace(last, months_on=first.months_on)
    return first, last


def readings(said: Said, written: date, today: date) -> set[date]:
    """Return the days that `said` may mean in a text of the day `written`; `today` is when it was sent."""
    if said.month is not None and said.day is not None:
        if said.year is not None:
            if abs(said.year - today.year) > 1:
                return set()
            days = {_date(said.year, said.month, said.day)}
        else:
            days = {_first(said, today - timedelta(days=_NEAR), 366)}
    elif said.months_on is not None and said.day is not None:
        months = written.month - 1 + said.months_on
        days = {_date(written.year + months // _DECEMBER, months % _DECEMBER + 1, said.day)}
    elif said.day is not None:
        # Written on a 14th, `until the 14th` may mean the day itself and that of the next month.
        day = replace(said, weekday=None)
        days = {_first(day, written, _TWO_MONTHS), _first(day, written + _DAY, _TWO_MONTHS)}
    elif said.weekday is not None:
        days = set(_weekdays(said, said.weekday, written))
    else:
        days = set()
    return {day for day in days if day is not None and _fits(said, day)}


def next_after(said: Said, first: date) -> date | None:
    """Return the first such day from `first` on, of a year for months, else soon."""
    return _first(said, first, 366 if said.month is not None else _TWO_MONTHS)


def last_before(said: Said, last: date) -> date | None:
    """Return the last such day up to `last` that can be the beginning of one absence."""
    for back in range(_LONGEST + 1):
        if _fits(said, last - back * _DAY):
            return last - back * _DAY
    return None


def _first(said: Said, start: date, days: int) -> date | None:
    return next((day for day in (start + ahead * _DAY for ahead in range(days)) if _fits(said, day)), None)


def _fits(said: Said, day: date) -> bool:
    return (
        said.year in (None, day.year)
        and said.month in (None, day.month)
        and said.day in (None, day.day)
        and said.weekday in (None, day.weekday())
    )


def _weekdays(said: Said, weekday: int, written: date) -> Iterator[date]:
    monday = written - written.weekday() * _DAY
    of_week = monday + weekday * _DAY
    soonest = written + (weekday - written.weekday()) % 7 * _DAY
    if said.week is not None:
        yield of_week + said.week * _WEEK
        if written.weekday() == _SUNDAY:  # to some the new week has begun
            yield of_week + (said.week + 1) * _WEEK
    elif said.coming == "next":
        # Of a Friday that is still to come this week English speakers do not agree.
        yield soonest if soonest > written else soonest + _WEEK
        yield of_week + _WEEK
        sunday = written - (written.weekday() + 1) % 7 * _DAY
        yield sunday + (weekday + 1) % 7 * _DAY + _WEEK
    elif said.coming == "last":
        yield soonest - _WEEK
    else:
        yield soonest
        if soonest == written:
            yield soonest + _WEEK


def _said(match: re.Match[str]) -> Said:
    at = Said(begin=match.start(), end=match.end())
    number = {key: int(value) for key, value in match.groupdict().items() if value and value.isdecimal()}
    for mark in "12345":
        if match[f"d{mark}"]:
            words = match[f"m{mark}"]
            month = int(words) if words.isdecimal() else _MONTHS.index(words[:3].casefold()) + 1
            return replace(at, year=number.get(f"y{mark}"), month=month, day=number[f"d{mark}"])
    if match["a6"] or match["a7"]:
        mark = "6" if match["a6"] else "7"
        return replace(at, slashed=(number[f"a{mark}"], number[f"b{mark}"]), year=number.get("y6"))
    if match["hour"] or match["clock"] or match["halfday"]:
        return replace(at, hour=_hour(match))
    if match["rel"]:
        return replace(at, months_on=int(match["rel"].startswith("下")), day=number["d8"])
    if match["zh"]:
        week = _WEEKS[match["week"].removesuffix("个")] if match["week"] else None
        return replace(at, weekday=min("一二三四五六日天".index(match["zh"]), _SUNDAY), week=week)
    if match["en"]:
        coming = (match["next"] or "").casefold()
        weekday = _WEEKDAYS.index(match["en"][:3].casefold())
        return replace(at, weekday=weekday, coming=coming, day=number.get("d10"))
    if match["d9"]:
        return replace(at, day=number["d9"])
    return replace(at, day=number["bare"], year=number.get("y11"), bare=True)


def _hour(match: re.Match[str]) -> int:
    if match["halfday"]:
        words = match["halfday"].casefold().removeprefix("in the ")
        return _PARTS.get(words, _END_OF_DAY)
    hour = int(match["hour"] or match["clock"])
    half = (match["half"] or match["half2"] or "").casefold()
    late = half.startswith("p") or _PARTS.get(match["part"] or "", 0) > _NOON
    return hour + _NOON if late and hour < _NOON else hour


def _joined(one: Said, other: Said) -> Said | None:
    """Return two things said about one day as one: a date, its weekday, the time of day."""
    if one.bare or other.bare:
        return None
    if one.hour is not None and not one.is_day and other.is_day and other.hour is None:
        return replace(other, begin=one.begin, hour=one.hour)
    if one.is_day and other.hour is not None and not other.is_day and one.hour is None:
        return replace(one, end=other.end, hour=other.hour)
    for day, weekday in ((one, other), (other, one)):
        only = weekday.weekday is not None and weekday.day is None
        if only and weekday.hour is None and day.is_day and day.weekday is None:
            return replace(day, begin=one.begin, end=other.end, weekday=weekday.weekday)
    return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
