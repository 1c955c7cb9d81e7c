"""Days and moments as people write them."""

from datetime import date, datetime

import pytest

from parsers.dates import read_day, read_moment

TODAY = date(2026, 3, 2)
FIFTH = date(2026, 3, 5)


@pytest.mark.parametrize(
    "words",
    [
        "2026-03-05",
        "2026/3/5",
        "2026.3.5",
        "2026 - 3 - 5",
        "２０２６－０３－０５",
        "20260305",
        "2026年3月5日",
        "2026年3月5号",
        "2026 年 3 月 5 日",
        "二〇二六年三月五日",
        "二零二六年三月五号",
        "2026年3月5日（周四）",
        "2026年3月5日 星期四",
        "2026-03-05 00:00:00",
        "2026-03-05T00:00:00",
        "5 March 2026",
        "5th of March, 2026",
        "Mar 5, 2026",
        "March 5th 2026",
        "Thu, 5 Mar 2026",
        "05-Mar-2026",
        "2026 March 5",
    ],
)
def test_every_usual_form_of_a_day_is_read(words: str) -> None:
    """What can mean one day only is that day, without a doubt."""
    read = read_day(words, TODAY)

    assert (read.value, read.problem, read.certain) == (FIFTH, "", True)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("25/3/2026", date(2026, 3, 25)),
        ("3/25/2026", date(2026, 3, 25)),
        ("5/5/2026", date(2026, 5, 5)),
        ("二〇二六年十二月三十一日", date(2026, 12, 31)),
        ("2026年十月二十日", date(2026, 10, 20)),
        ("2024-02-29", date(2024, 2, 29)),
    ],
)
def test_the_order_of_day_and_month_is_taken_from_the_numbers_when_they_say_it(words: str, day: date) -> None:
    """A number above twelve is no month."""
    assert read_day(words, TODAY).value == day


@pytest.mark.parametrize(
    "words",
    [
        "5/3/2026",
        "3.5.2026",
        "26-3-5",
        "3/5",
        "2026-02-30",
        "2026年13月1日",
        "2026年3月",
        "下周五",
        "周五",
        "明天",
        "月底",
        "3月底",
        "尽快",
        "next Friday",
        "ASAP",
        "TBD",
        "2026年3月5日（周五）",
        "2026-03-05至2026-03-08",
        "2026-03-05 or later",
        "202603055",
        "March 2026",
        "12 Foo 2026",
        "１",
        "",
    ],
)
def test_what_may_mean_two_days_or_none_is_asked_back(words: str) -> None:
    """Also a weekday that does not belong to the day: one of the two is a slip."""
    read = read_day(words, TODAY)

    assert (read.value, read.problem) == (None, "bad_date")


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("3月5日", date(2026, 3, 5)),
        ("三月五日", date(2026, 3, 5)),
        ("5 March", date(2026, 3, 5)),
        ("1月8日", date(2026, 1, 8)),
        ("12月20日", date(2026, 12, 20)),
        ("2026年3月5日前", date(2026, 3, 5)),
    ],
)
def test_an_inferred_day_is_less_than_certain(words: str, day: date) -> None:
    """A year that was left out is the one around today, and nobody pretends that it stood there."""
    read = read_day(words, TODAY)

    assert (read.value, read.certain) == (day, False)


def test_a_day_without_a_year_leaps_into_the_next_year() -> None:
    """In November `1月8日` is next January."""
    assert read_day("1月8日", date(2026, 11, 20)).value == date(2027, 1, 8)


@pytest.mark.parametrize(
    "words",
    [
        "2026-03-05 14:30",
        "2026-03-05 14:30:00",
        "2026-03-05T14:30",
        "2026/3/5 14：30",
        "2026年3月5日14:30",
        "2026年3月5日 14时30分",
        "2026年3月5日 下午2点半",
        "2026年3月5日（周四）下午2:30",
        "2026年3月5日 14:30-16:00",
        "2026年3月5日14:30至16:00",
        "5 March 2026, 14:30",
        "5 March 2026 at 2:30 pm",
        "2:30 p.m., 5 March 2026",
        "Mar 5, 2026 2:30PM",
    ],
)
def test_every_usual_form_of_a_moment_is_read(words: str) -> None:
    """Of a span, a meeting begins at its beginning."""
    assert read_moment(words, TODAY).value == datetime(2026, 3, 5, 14, 30)  # noqa: DTZ001


@pytest.mark.parametrize(
    "words",
    [
        "2026-03-05",
        "2026-03-05 2:30",
        "2026年3月5日 2点",
        "2026-03-05 25:00",
        "2026-03-05 14:30+08:00",
        "2026-03-05 14:30Z",
        "14:30",
        "下周五 14:30",
        "2026-03-05 下午",
        "",
    ],
)
def test_a_moment_needs_a_day_and_an_unmistakable_time(words: str) -> None:
    """2点 may be meant in the afternoon; another zone is not ours to convert."""
    assert read_moment(words, TODAY).problem == "bad_date"
