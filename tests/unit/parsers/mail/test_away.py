"""Out-of-office replies: a last day is taken only when the whole reply can mean one day and no other."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.domain.mail import Address
from parsers.mail.away import away
from parsers.mail.message import read_mail
from tests.mails import a_mail, an_out_of_office

SENT = datetime(2026, 11, 23, 1, tzinfo=UTC)
SUBJECT = "自动答复: 需求确认"


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("我正在休假，11 月 30 日回来。紧急事宜请联系王伟。", None, "2026-11-29"),
        ("本人11月23日至30日休假，12月1日返岗，期间由李娜代理。", "2026-11-23", "2026-11-30"),
        ("您好，本人自2026年11月20日起休年假，至2026年12月4日。", "2026-11-20", "2026-12-04"),
        ("出差中，2026年11月25日上午回公司", None, "2026-11-24"),
        ("休假至2027年1月8日，有事请找刘洋", None, "2027-01-08"),
        ("外出期间：11.23，无法处理邮件", None, None),
        ("I am out of the office until 30 November 2026. Please contact Li Na.", None, "2026-11-30"),
        ("I'm on leave from Nov 23 to Dec 4 and will be back on December 5.", "2026-11-23", "2026-12-04"),
        ("Out of office, returning on Monday, 30 November.", None, "2026-11-29"),
        ("I am on vacation 23.11.2026 - 30.11.2026", "2026-11-23", "2026-11-30"),
        ("本人休假中，12月1日返岗。\nI am on leave and will be back on 1 December 2026.", None, "2026-11-30"),
    ],
)
def test_a_day_that_can_mean_one_thing_is_taken(text: str, first: str | None, last: str | None) -> None:
    """Returning on a day means away up to the day before; until a day means that day, too."""
    found = away(SUBJECT, tuple(text.split("\n")), SENT)
    assert found is not None
    assert found.first == (date.fromisoformat(first) if first else None)
    assert found.last == (date.fromisoformat(last) if last else None)


@pytest.mark.parametrize(
    "text",
    [
        "本人休假，下周一回来。",
        "I am out of office. Back on 12/01/2026",
        "外出，11月23日-11月25日上午",
        "休假至2027年11月30日",
        "休假至2026年11月20日",
        "我在11月20日至12月3日休年假。会议改到12月10日",
        "I am away until 30 November.\nI am away until 3 December.",
        "I will be away until further notice",
        "休假，12月4日至11月30日",
        "休假至2月30日",
    ],
)
def test_a_day_that_can_mean_more_is_not_taken(text: str) -> None:
    """Relative days, two last days, other days beside it, last year's text: a person looks."""
    found = away(SUBJECT, tuple(text.split("\n")), SENT)
    assert found is not None
    assert found.first is None
    assert found.last is None
    assert found.words


def test_without_a_date_of_its_own_no_day_is_certain() -> None:
    """11 月 30 日 of which year?"""
    found = away(SUBJECT, ("休假，11 月 30 日回来",), None)
    assert found is not None
    assert found.last is None


@pytest.mark.parametrize(
    "text", ["感谢来信，我们会在3个工作日内回复。", "Thank you, your ticket is 4711.", ""]
)
def test_an_automatic_reply_that_speaks_of_no_absence_says_none(text: str) -> None:
    """A ticket system is not on holiday."""
    assert away("自动回复", (text,), SENT) is None


def test_only_an_automatic_reply_tells_of_an_absence() -> None:
    """Somebody who writes about their holidays is there; what they quote is not theirs."""
    own = frozenset({Address("clerk@example.com")})
    reply = read_mail(an_out_of_office(), own=own)
    assert reply.away is not None
    assert reply.away.last == date(2026, 11, 29)
    assert reply.away.contacts
    assert read_mail(a_mail(text="我正在休假，11 月 30 日回来。\n"), own=own).away is None
    quoting = an_out_of_office(
        text="谢谢\n\n------------------ 原始邮件 ------------------\n休假至11月30日\n"
    )
    assert read_mail(quoting, own=own).away is None


@given(st.lists(st.text(alphabet="0123456789年月日-至到休假 回来until/.()", max_size=200), max_size=6))
def test_whatever_a_reply_says_the_last_day_is_near(lines: list[str]) -> None:
    """Never raises; and no day that was taken lies in the past or far ahead."""
    found = away("休假", tuple(lines), SENT)
    assert found is not None
    if found.last is not None:
        assert SENT.date() <= found.last <= date(2027, 3, 23)
        assert found.first is None or found.first <= found.last
