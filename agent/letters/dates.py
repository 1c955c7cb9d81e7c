"""Days and moments as people write them in mail: `3月5日（周四）12:00`, `Thu 5 March, 12:00`."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from agent.domain.words import Language

_WEEKDAYS_ZH = "一二三四五六日"
_WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS_EN = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def day_words(day: date, language: Language, today: date) -> str:
    """Return `day`, with its weekday; with the year only when it is not the year of `today`."""
    other_year = day.year != today.year
    if language is Language.ZH:
        year = f"{day.year}年" if other_year else ""
        return f"{year}{day.month}月{day.day}日（周{_WEEKDAYS_ZH[day.weekday()]}）"
    year = f" {day.year}" if other_year else ""
    return f"{_WEEKDAYS_EN[day.weekday()]} {day.day} {_MONTHS_EN[day.month - 1]}{year}"


def short_day(day: date, language: Language) -> str:
    """Return `day` for a table or a picture: `3-05` in both languages' charts, month first."""
    return (
        f"{day.month}月{day.day}日"
        if language is Language.ZH
        else f"{day.day} {_MONTHS_EN[day.month - 1][:3]}"
    )


def wall_words(moment: datetime, language: Language, today: date) -> str:
    """Return wall-clock `moment`, to the minute."""
    day = day_words(moment.date(), language, today)
    comma = "" if language is Language.ZH else ", "
    return f"{day}{comma}{moment:%H:%M}"


def moment_words(moment: datetime, language: Language, zone: ZoneInfo, now: datetime) -> str:
    """Return `moment` as the clock on the wall of the site shows it."""
    return wall_words(moment.astimezone(zone), language, now.astimezone(zone).date())
