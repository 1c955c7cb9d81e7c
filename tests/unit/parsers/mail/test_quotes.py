"""What the sender wrote, told apart from every style in which programs quote the old mail."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.mail.html import to_text
from parsers.mail.quotes import first_line, lines_between, own_lines, top_lines

OLD = "取消"
"""Stands in every quotation: it must never be taken for the sender's word."""

STYLES = {
    "Outlook, Chinese": f"""

发件人: 协同办 <clerk@example.com>
发送时间: 2026年11月20日 9:00
收件人: 李娜 <li.na@example.com>
主题: 协同需求

{OLD}
""",
    "Outlook, English": f"""
________________________________
From: Clerk <clerk@example.com>
Sent: Friday, November 20, 2026 9:00 AM
To: Li Na <li.na@example.com>
Subject: Request

{OLD}
""",
    "Outlook without a rule": f"""
From: Clerk <clerk@example.com>
Sent: Friday, November 20, 2026 9:00 AM
To: Li Na <li.na@example.com>
Subject: Request

{OLD}
""",
    "Outlook, classic": f"""
-----邮件原件-----
发件人: clerk@example.com [mailto:clerk@example.com]
{OLD}
""",
    "Outlook, classic English": f"\n-----Original Message-----\nFrom: Clerk\n{OLD}\n",
    "Outlook, bold heads": f"""
**From:** Clerk <clerk@example.com>
**Sent:** Friday, November 20, 2026 9:00 AM
**Subject:** Request
{OLD}
""",
    "Foxmail": f"""

li.na@example.com

发件人： clerk@example.com
发送时间： 2026-11-20 09:00
收件人： li.na
主题： 协同需求
{OLD}
""",
    "Foxmail, English": f"\nFrom: clerk@example.com\nDate: 2026-11-20 09:00\nTo: li.na\nSubject: x\n{OLD}\n",
    "QQ mail": f"""


------------------ 原始邮件 ------------------
发件人: "协同办" <clerk@example.com>;
发送时间: 2026年11月20日(星期五) 上午9:00
{OLD}
""",
    "QQ mail, no-break spaces": f"\n------------------\xa0原始邮件\xa0------------------\n{OLD}\n",
    "QQ mail on a phone": f'\n---Original---\nFrom: "clerk"<clerk@example.com>\n{OLD}\n',
    "WeCom": f"\n------------------ Original ------------------\nFrom: clerk\n{OLD}\n",
    "NetEase": f"""
---- 回复的原邮件 ----
| 发件人 | clerk<clerk@example.com> |
| 日期 | 2026年11月20日 09:00 |
{OLD}
""",
    "NetEase, web": f'\n在 2026-11-20 09:00:00，"协同办" <clerk@example.com> 写道：\n\n{OLD}\n',
    "NetEase, web, English": f'\nAt 2026-11-20 09:00:00, "clerk" <clerk@example.com> wrote:\n\n{OLD}\n',
    "NetEase, replied": f"\n---- Replied Message ----\nFrom clerk\n{OLD}\n",
    "Aliyun": f"""
------------------------------------------------------------------
发件人：协同办 <clerk@example.com>
发送时间：2026年11月20日(星期五) 09:00
收件人：李娜 <li.na@example.com>
主　题：协同需求

{OLD}
""",
    "Gmail": f"\nOn Fri, Nov 20, 2026 at 9:00 AM Clerk <clerk@example.com> wrote:\n\n> {OLD}\n",
    "Gmail, wrapped": f"\nOn Fri, Nov 20, 2026 at 9:00 AM The Clerk <clerk@example.com>\nwrote:\n\n> {OLD}\n",
    "Gmail, Chinese": f"\n协同办 <clerk@example.com> 于2026年11月20日周五 09:00写道：\n\n> {OLD}\n",
    "Apple Mail": f"\n> On 20 Nov 2026, at 09:00, Clerk <clerk@example.com> wrote:\n> \n> {OLD}\n",
    "Apple Mail, Chinese": f"\n> 在 2026年11月20日，09:00，协同办 <clerk@example.com> 写道：\n> \n> {OLD}\n",
    "iPhone, Chinese": f"\n发自我的iPhone\n\n> 在 2026年11月20日，上午9:00，协同办 写道：\n> \n> {OLD}\n",
    "iPhone, marks lost": f"\n在 2026年11月20日，上午9:00，协同办 <clerk@example.com> 写道：\n\n{OLD}\n",
    "Thunderbird, Chinese": f"\n在 2026/11/20 9:00, 协同办 写道:\n> {OLD}\n",
    "forwarded": f"\n---------- Forwarded message ---------\n发件人： clerk\n{OLD}\n",
    "forwarded, Chinese": f"\n-------- 转发的消息 --------\n主题: 协同\n{OLD}\n",
    "forwarded by Apple": f"\n下面是被转发的邮件：\n\n发件人: clerk\n{OLD}\n",
    "signature": f"\n-- \n李娜\n{OLD}\n",
    "ruled signature": f"\n--------------------------------\n李娜　产品部\n{OLD}\n",
    "Outlook on a phone": f"\n获取 Outlook for iOS\n{OLD}\n",
    "Huawei": f"\n发自我的华为手机\n-------- 原始邮件 --------\n发件人：clerk\n{OLD}\n",
}


@pytest.mark.parametrize("quotation", STYLES.values(), ids=STYLES.keys())
def test_the_first_line_is_the_senders_own(quotation: str) -> None:
    """A keyword above a quotation counts, whatever program quotes."""
    assert first_line(f"\n\u200b 确认 \n{quotation}") == "确认"


@pytest.mark.parametrize("quotation", STYLES.values(), ids=STYLES.keys())
def test_an_old_word_never_counts_as_new(quotation: str) -> None:
    """Whoever sends back an old mail without a word of his own has said nothing."""
    assert OLD not in list(own_lines(quotation))
    assert OLD not in list(own_lines(f"收到\n{quotation}"))


@pytest.mark.parametrize("quotation", STYLES.values(), ids=STYLES.keys())
def test_values_are_taken_from_above_any_quotation_alone(quotation: str) -> None:
    """Lines of a confirmation stand at the top; nothing that may be old is among them."""
    assert top_lines(f"确认\n2：2026-04-30\n{quotation}\n3：王芳")[:2] == ("确认", "2：2026-04-30")
    assert not {OLD, "3：王芳"} & set(top_lines(f"确认\n{quotation}\n> x\n3：王芳"))


def test_what_stands_below_a_marked_quotation_is_no_value() -> None:
    """Stricter than for a keyword: between and below quoted lines nothing is believed."""
    assert top_lines(f"> {OLD}\n\n2：2026-04-30") == ()


@pytest.mark.parametrize(
    "text",
    [
        f"> {OLD}\n\n确认\n",
        f"On Fri, Nov 20, 2026 Clerk wrote:\n> {OLD}\n>\n\n确认\n",
        f"在 2026年11月20日，协同办 写道：\n>> {OLD}\n> {OLD}\n\n确认\n",
    ],
)
def test_an_answer_below_marked_lines_is_found(text: str) -> None:
    """Some people answer below; marked lines end where the marks end."""
    assert first_line(text) == "确认"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("确认\n> 【2】\n2026-04-30\n\n> 【3】\n> x\n", ("2026-04-30",)),
        ("> 【1】\n确认\n> 【2】\n\n四月\n三十日\n> 【3】\n王芳", ("确认", "四月", "三十日")),
        ("确认\n\n> a\n> b\n\n张伟\n市场部", ()),
        ("确认\n\nOn Fri, Nov 20, 2026 Clerk wrote:\n> a\n> b", ()),
        (f"> {'您收到本邮件，是因为您是这一事项的办理人，或需要知悉其进展。'}\n本邮件由\n> b", ()),
        ("确认", ()),
    ],
)
def test_an_answer_within_a_quotation_is_found(text: str, lines: tuple[str, ...]) -> None:
    """Between marked lines; above and below them, and the rest of a wrapped line, is none."""
    assert lines_between(text) == lines


@pytest.mark.parametrize(
    "line",
    [
        "转办 wang.wei@example.com",
        "hand over wang.wei@example.com",
        "From: tomorrow we may begin",
        "在附件中，请查收",
        "On Monday I am away",
        "于2026年完成",
        "发件人的问题我再问一下",
    ],
)
def test_an_ordinary_line_is_not_mistaken_for_a_quotation(line: str) -> None:
    """Words that only resemble the beginning of a quotation are the sender's."""
    attribution = "协同办 <clerk@example.com> 于2026年11月20日周五 09:00写道："

    assert first_line(f"{line}\n{attribution}\n\n{OLD}") == line


@pytest.mark.parametrize(
    ("markup", "first"),
    [
        ("<p>确认</p><blockquote><p>取消</p></blockquote>", "确认"),
        ("<div>确认<br></div><div>-----Original Message-----</div><div>取消</div>", "确认"),
        ("<style>p{}</style><script>x()</script><p>确&#8203;认</p>", "确认"),
        ("<blockquote><div>取消</div></blockquote><div>确认</div>", "确认"),
        ("<div><span>确</span><b>认</b></div>", "确认"),
        ("<p><s>确认</s>2：2026-04-30</p>", "2：2026-04-30"),
        ('<p>2：<span style="text-decoration:line-through">四月</span>五月<br></p>', "2：五月"),
        ("<p>确认<o:p></o:p></p><div><p><b>发件人:</b> c<br><b>发送时间:</b> x</p></div><p>取消</p>", "确认"),
        ("", ""),
    ],
)
def test_html_keeps_its_lines_and_quotations(markup: str, first: str) -> None:
    """A body that came only as HTML is read the same way."""
    assert first_line(to_text(markup)) == first


@settings(deadline=None)
@given(st.text(max_size=400))
def test_any_text_gives_lines_of_its_own_or_none(text: str) -> None:
    """Never raises; every line is one of the text's."""
    assert all(line and line == line.strip() for line in own_lines(text))
    assert {line for line in top_lines(text) if line} <= set(own_lines(text))
    to_text(text)
