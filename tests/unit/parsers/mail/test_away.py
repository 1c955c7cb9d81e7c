"""Out-of-office replies: a last day is taken only when the whole reply can mean one day and no other."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from agent.domain.mail import Address
from parsers.mail.away import away
from parsers.mail.message import read_mail
from tests.mails import a_mail, an_out_of_office

SENT = datetime(2026, 11, 23, 1, tzinfo=UTC)
SHANGHAI = timezone(timedelta(hours=8))
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


def _of(text: str, sent: date, subject: str = SUBJECT) -> tuple[date | None, date | None]:
    at = datetime(sent.year, sent.month, sent.day, 10, tzinfo=SHANGHAI)
    found = away(subject, tuple(text.split("\n")), at)
    assert found is not None
    return found.first, found.last


WEDNESDAY = date(2026, 3, 4)
"""The day on which the replies below are sent, where they name no other."""


@pytest.mark.parametrize(
    "text",
    [
        "I am on leave from 6 to 13 March and do not read my mail.",
        "on vacation 6–13 March",
        "I am on vacation from March 6 through March 13.",
        "I'm out of office from Friday, March 6 to Friday, March 13.",
        "I am on holiday from March 6 to 13, 2026 with no access to mail",
        "I will be on annual leave between 6 and 13 March.",
        "I am away from the 6th to the 13th of March, returning on Monday 16 March.",
        "I am on leave from the 6th to the 13th.",
        "I'll be out from 9:00 AM on March 6, 2026 until 6:00 PM on March 13, 2026.",
        "I am on leave 06 Mar 2026 - 13 Mar 2026",
        "on leave 06.03.2026 – 13.03.2026",
        "Out of the office: 6/3 - 13/3",
        "Out of office 3/6-3/13",
        "from 6 March I am on leave, back on 14 March",
        "I am travelling from 6 to 13 March. Please call 010-8888-1234; I will reply after 13 March.",
        "Thank you. I am on leave this spring and shall be away from my desk from\n6 to 13 March 2026.",
        "我于3月6日至3月13日休假，期间不便处理邮件。",
        "3月6日至13日休假",
        "6日到13日出差",
        "本人将于6号至13号休年假，请见谅。",
        "三月六日至十三日休假",
        "休假 3/6-3/13",
        "休假3.6-3.13",
        "休假：2026-03-06~2026-03-13",
        "休假时间：2026年3月6日－13日",
        "3月6日（周五）至3月13日（周五）休假",
        "因公出差（3月6日-3月13日），3月16日返岗",
        "开始时间：2026年3月6日\n结束时间：2026年3月13日\n事由：休假",
        "您好！我正在休假（3月6日至13日），邮件将于3月16日统一回复。",
        "3月6日起休假，3月14日返岗",
        "3月6日09:00至3月13日18:00外出",
        "3月5日下午至3月13日休假",
    ],
)
def test_the_usual_ways_to_name_a_week_of_march(text: str) -> None:
    """The month named once or twice, before or behind, in words or figures, with weekday and hour."""
    assert _of(text, WEDNESDAY) == (date(2026, 3, 6), date(2026, 3, 13))


@pytest.mark.parametrize(
    ("text", "sent", "first", "last"),
    [
        ("本周三至下周一出差", "03-04", "03-04", "03-09"),
        ("本周三至下周一出差", "03-07", "03-04", "03-09"),
        ("我下周一到下周三出差", "03-06", "03-09", "03-11"),
        ("I am out of office until next Monday.", "03-05", None, "03-09"),
        ("休假，下周一回来", "03-05", None, "03-08"),
        ("休假，周五回来", "03-04", None, "03-05"),
        ("出差，9日（周一）返回", "03-04", None, "03-08"),
        ("I am away, back on the 14th", "03-04", None, "03-13"),
        ("I'm out of office through Wed the 11th.", "03-04", None, "03-11"),
        ("休假至本月13日", "03-04", None, "03-13"),
        ("我周五请假", "03-04", "03-06", "03-06"),
        ("I am out of the office today, 4 March.", "03-04", "03-04", "03-04"),
        ("I am away until Friday 13 March, back on Monday 16 March", "03-04", None, "03-13"),
        ("I am away until Monday 16 March; back on Monday 16 March", "03-04", None, "03-15"),
        ("产假 1月1日至5月30日", "03-04", "01-01", "05-30"),
    ],
)
def test_other_days_are_taken_where_every_day_of_writing_gives_the_same(
    text: str, sent: str, first: str | None, last: str
) -> None:
    """A text stays while somebody is away: `下周一` on a Thursday was said this week, or is over."""
    expected = tuple(date.fromisoformat(f"2026-{day}") if day else None for day in (first, last))
    assert _of(text, date.fromisoformat(f"2026-{sent}")) == expected


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("本周三至下周一出差", "03-02"),
        ("本周三至下周一出差", "03-09"),
        ("I am out of office until next Monday.", "03-02"),
        ("I am out of office until next Friday.", "03-04"),
        ("下周一至周五休假", "03-05"),
        ("I am away, back on the 14th", "03-16"),
        ("Back on Tuesday, 9 March. I am travelling", "03-04"),
        ("I am out of the office. Our office hours are Monday to Friday.", "03-04"),
        ("Out on leave 3/6-3/9", "03-04"),
        ("休假至3月13日（不含）", "03-04"),
        ("3月6日至3月13日12:00休假", "03-04"),
        ("休假，大概3月13日回来", "03-04"),
        ("休假，3月13日左右回来", "03-04"),
        ("休假3月6日至8日、12日至13日", "03-04"),
        ("6日至8日、12日休假", "03-04"),
        ("I am out on 6, 7 and 8 March", "03-04"),
        ("Out of the office until the end of March", "03-04"),
        ("休假，今年暑假后回来", "03-04"),
    ],
)
def test_what_was_written_last_week_may_mean_another_day(text: str, sent: str) -> None:
    """Two weeks, two months, two orders of day and month, a habit, a list, a half day, a guess: nothing."""
    assert _of(text, date.fromisoformat(f"2026-{sent}")) == (None, None)


def test_a_span_over_new_year_is_one_absence() -> None:
    """Before and after the turn of the year, with the year at either end or nowhere."""
    for text in (
        "12月28日至1月3日休假",
        "2026年12月28日至1月3日休假",
        "on leave December 28 - January 3, 2027",
    ):
        for sent in (date(2026, 12, 20), date(2027, 1, 2)):
            assert _of(text, sent) == (date(2026, 12, 28), date(2027, 1, 3)), text


def test_the_subject_of_our_own_letter_names_no_absence() -> None:
    """Outlook repeats it behind its mark; IBM Notes writes the return into the subject."""
    assert _of("我在休假", WEDNESDAY, "自动答复: [XT-2026-0001] 请于3月6日至13日休假前确认") == (None, None)
    notes = "AUTO: Wang Wei is out of the office (returning 13/03/2026)"
    assert _of("", WEDNESDAY, notes) == (None, date(2026, 3, 12))


_OUTLOOK = {
    "Auto-Submitted": "auto-generated",
    "X-Auto-Response-Suppress": "All",
    "X-MS-Exchange-Inbox-Rules-Loop": "li.na@example.com",
}
_GMAIL = {"Auto-Submitted": "auto-replied", "Precedence": "bulk", "X-Autoreply": "yes"}
_FOXMAIL = {"X-Mailer": "Foxmail 7.2.25.228[cn]", "X-QQ-Mailer": "QQMail 2.x"}
_WECOM = {"X-Mailer": "WXWork 4.1", "Auto-Submitted": "auto-replied"}
_NETEASE = {"X-Mailer": "Coremail Webmail Server Version XT5.0", "Auto-Submitted": "auto-replied"}


@pytest.mark.parametrize(
    ("headers", "subject", "text"),
    [
        (_OUTLOOK, "自动答复: [XT-2026-0001] 请于3月12日前答复", "我3月6日至13日休年假，急事请找王伟。"),
        (
            _OUTLOOK,
            "Automatic reply: [XT-2026-0001] Confirmation wanted by 12 March",
            "Hello,\n\nI am on annual leave from 6 to 13 March. If urgent please contact Wang Wei.\n\nLi Na",
        ),
        (_GMAIL, "Out of office Re: [XT-2026-0001]", "Hi, I'm away Mar 6 - 13 and will reply when I'm back."),
        (_FOXMAIL, "自动回复：需求确认函", "您好，我正在休假中（3月6日－3月13日），无法亲自回复您的邮件。"),
        (_WECOM, "自动回复:需求确认函", "我于2026/03/06 09:00至2026/03/13 18:00请假，将尽快回复。"),
        (_NETEASE, "自动回复:需求确认函", "邮件已收到。本人出差中：3.6—3.13，有事请联系王伟"),
    ],
)  # fmt: skip
def test_the_mail_programs_that_people_have(headers: dict[str, str], subject: str, text: str) -> None:
    """Outlook, Gmail, Foxmail, WeCom and Coremail, each with its head; days in our subject do not count."""
    raw = a_mail(subject=subject, text=text, headers=headers, at=datetime(2026, 3, 5, 2, tzinfo=UTC))
    mail = read_mail(raw, own=frozenset({Address("clerk@example.com")}))
    assert mail.away is not None
    assert (mail.away.first, mail.away.last) == (date(2026, 3, 6), date(2026, 3, 13))


_EN_MONTHS = [f"{date(2026, month, 1):%B}" for month in range(1, 13)]
_ZH_WEEKDAYS = "一二三四五六日"
_EN_WEEKDAYS = [f"{date(2026, 3, 2 + day):%A}" for day in range(7)]
_WHOLE = (
    "{b.month}月{b.day}日至{e.month}月{e.day}日休假",
    "{b.year}年{b.month}月{b.day}日到{e.year}年{e.month}月{e.day}日出差",
    "{b:%Y-%m-%d}~{e:%Y-%m-%d}休假",
    "{b.month}/{b.day}-{e.month}/{e.day}请假",
    "on leave from {b.day} {bm} to {e.day} {em}",
    "on leave {bm} {b.day} - {em} {e.day}",
)
_EITHER_ORDER = (
    "on leave {b.month}/{b.day}-{e.month}/{e.day}",
    "on leave {b.day}/{b.month}-{e.day}/{e.month}",
    "on leave {b:%d.%m.%Y}-{e:%d.%m.%Y}",
    "on leave {b:%m/%d/%Y}-{e:%m/%d/%Y}",
    "on leave until {en}, {e.day} {em}",
)
_ONE_MONTH = (
    "{b.month}月{b.day}日至{e.day}日休假",
    "on leave {b.day} to {e.day} {em}",
    "on leave {bm} {b.day}-{e.day}",
)
_NO_MONTH = (
    "{b.day}日至{e.day}日休假",
    "{b.day}号-{e.day}号外出",
    "on leave from the {b.day}th to the {e.day}th",
    "休假至{e.day}日",
    "on leave until the {e.day}th",
)
_WEEKS = {
    "本周{bw}至下周{ew}休假": (0, 1),
    "下周{bw}至下周{ew}休假": (1, 1),
    "周{bw}至周{ew}外出": (0, 0),
    "休假至下周{ew}": (None, 1),
    "on leave from {bn} to next {en}": (None, 1),
    "on leave until next {en}": (None, 1),
}
_WAYS = (*_WHOLE, *_EITHER_ORDER, *_ONE_MONTH, *_NO_MONTH, *_WEEKS)


def _is_said(way: str, written: date, begin: date, end: date) -> bool:
    """Say whether somebody would write `way` of this absence on that day."""
    if way in _ONE_MONTH:
        return (begin.year, begin.month) == (end.year, end.month)
    if way in _NO_MONTH:
        return written - timedelta(days=7) < begin and end < written + timedelta(days=28)
    if way in _WEEKS:
        monday = written - timedelta(days=written.weekday())
        of = [(day - monday) // timedelta(days=7) for day in (begin, end)]
        soon = "{bn}" not in way or (begin >= written and end - begin < timedelta(days=7))
        return soon and all(week in (None, is_of) for week, is_of in zip(_WEEKS[way], of, strict=True))
    return True


def _written(way: str, begin: date, end: date) -> str:
    months, weekdays = _EN_MONTHS, _EN_WEEKDAYS
    return way.format(
        b=begin, e=end, bm=months[begin.month - 1], em=months[end.month - 1],
        bw=_ZH_WEEKDAYS[begin.weekday()], ew=_ZH_WEEKDAYS[end.weekday()],
        bn=weekdays[begin.weekday()], en=weekdays[end.weekday()],
    )  # fmt: skip


@given(
    st.sampled_from(_WAYS),
    st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    st.integers(-3, 20),
    st.integers(0, 20),
    st.integers(0, 30),
)
def test_no_absence_is_taken_that_was_not_said(
    way: str, written: date, begins: int, lasts: int, waits: int
) -> None:
    """Written on any day and sent on any later one until the absence is over: the days said, or none."""
    begin = written + timedelta(days=begins)
    end = begin + timedelta(days=lasts)
    sent = written + timedelta(days=waits)
    assume(sent <= end and _is_said(way, written, begin, end))
    text = _written(way, begin, end)
    first, last = _of(text, sent)
    assert last in (None, end), text
    assert first in (None, begin), text


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.integers(0, 20), st.integers(0, 20))
def test_a_span_of_whole_dates_is_always_understood(sent: date, ahead: int, lasts: int) -> None:
    """With both months written there is nothing to doubt, in neither language."""
    begin, end = sent + timedelta(days=ahead), sent + timedelta(days=ahead + lasts)
    for way in _WHOLE:
        assert _of(_written(way, begin, end), sent) == (begin, end)


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


_PIECES = (
    *"年月日号-–~至到上下本周一三日/.(),:、 ",
    *(
        "13",
        "6",
        "2026",
        "31",
        "0",
        "March",
        "Fri",
        "next ",
        "th",
        "until ",
        "back on ",
        "from ",
        "回来",
        "休假",
        "起",
    ),
    *("9:00", "18:00", "下午", "上午", "am", "to", "the "),
)


@given(st.lists(st.lists(st.sampled_from(_PIECES), max_size=40).map("".join), max_size=6))
def test_whatever_a_reply_says_the_last_day_is_near(lines: list[str]) -> None:
    """Never raises; and no day that was taken lies in the past or far ahead."""
    found = away("休假", tuple(lines), SENT)
    assert found is not None
    if found.last is not None:
        assert SENT.date() <= found.last <= date(2027, 3, 23)
        assert found.first is None or found.first <= found.last
