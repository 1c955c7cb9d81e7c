"""What delivery reports say, as the servers of the world write them."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.domain.bounces import Bounce, Fate, Undelivered
from agent.domain.mail import InboundMail, Nature, address
from parsers.limits import Limits
from parsers.mail.bounces import read_bounce
from parsers.mail.headers import Headers
from parsers.mail.message import read_mail
from tests.mails import CLERK, a_bounce, a_mail

OWN = frozenset({address(CLERK)})
GONE = "gone@example.com"
OURS = "<fc.1@example.com>"


def read(raw: bytes) -> InboundMail:
    """Read a mail to our mailbox."""
    mail = read_mail(raw, own=OWN)
    assert mail.nature is Nature.BOUNCE
    return mail


def one(mail: InboundMail) -> Undelivered:
    """Return the only recipient of a report."""
    assert mail.bounce is not None
    (found,) = mail.bounce.of
    return found


PROSE: Mapping[str, tuple[str, str, str, str, bool]] = {
    "Exchange, English": (
        "postmaster@example.com",
        "Undeliverable: 请填写《需求确认函》",
        (
            f"Delivery has failed to these recipients or groups:\n\nGone ({GONE})\nThe email address you "
            "entered couldn't be found. Please check the recipient's email address.\n\n"
            "Diagnostic information for administrators:\n\nGenerating server: mx.example.com\n\n"
            "other@example.com\nRemote Server returned "
            "'550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found'\n"
        ),
        "",
        True,
    ),
    "Exchange, Chinese": (
        "postmaster@example.com",
        "未送达: 请填写《需求确认函》",
        (
            f"传递到以下收件人或组失败:\n\n王芳 ({GONE})\n找不到您输入的电子邮件地址。\n请检查收件人地址，"
            "然后尝试重新发送。\n错误 550 5.1.1 RESOLVER.ADR.RecipNotFound; not found\n\n正在生成服务器: mx\n"
        ),
        "5.1.1",
        True,
    ),
    "Exchange, full, Chinese": (
        "postmaster@example.com",
        "无法传递: 请填写《需求确认函》",
        f"未能传递给以下收件人:\n\n{GONE}\n收件人的邮箱已满，现在无法接受邮件。\n#554 5.2.2 mailbox full\n",
        "5.2.2",
        False,
    ),
    "Microsoft 365": (
        "MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@example.com",
        "Undeliverable: Request",
        (
            f"Your message to {GONE} couldn't be delivered.\ngone wasn't found at example.com.\n"
            "Status code: 550 5.1.10\n"
        ),
        "5.1.10",
        True,
    ),
    "QQ mail": (
        "PostMaster@qq.com",
        "来自qq.com的退信",
        (
            f"抱歉，您的邮件被退回来了……\n原邮件信息：\n时间 2026-11-20\n主题 请填写\n收件人 {GONE}\n"
            f"退信原因\n发件人({CLERK})\n该邮件无法送达：{GONE}，收件人邮件地址不存在。\n"
            "550 Mailbox not found\n"
        ),
        "550",
        True,
    ),
    "QQ mail, full": (
        "PostMaster@qq.com",
        "系统退信",
        f"很抱歉您发送的邮件被退回。\n收件人：{GONE}\n退信原因：对方邮箱空间已满，请稍后再试。\n",
        "",
        False,
    ),
    "Tencent Exmail": (
        "postmaster@exmail.example",
        "系统退信/Systems bounce",
        f"邮件发送失败\n你的邮件无法发送到 {GONE}\n原因：收件人不存在 (550 5.1.1 User unknown)\n",
        "5.1.1",
        True,
    ),
    "NetEase 163": (
        "Postmaster@163.com",
        "系统退信",
        (
            f"亲爱的 {CLERK}：\n很抱歉，您的邮件被退回。\n收件人：{GONE}\n失败原因：User not found: {GONE}\n"
            "SMTP 550 User not found\n"
        ),
        "550",
        True,
    ),
    "Aliyun": (
        "postmaster@mail.aliyun.example",
        "邮件被退回：请填写《需求确认函》",
        f"您好，您发送的邮件未能送达以下收件人：\n{GONE}\n退信原因：对方服务器拒收该邮件。\n554 rejected\n",
        "554",
        True,
    ),
    "Coremail": (
        "postmaster@corp.example",
        "系统退信",
        f"您的邮件投递失败：\n<{GONE}>\n原因：451 4.7.1 服务器暂时拒绝\n",
        "4.7.1",
        False,
    ),
    "Gmail": (
        "mailer-daemon@googlemail.com",
        "Delivery Status Notification (Failure)",
        (
            f"** Address not found **\n\nYour message wasn't delivered to {GONE} because the address "
            "couldn't be found.\n\nThe response from the remote server was:\n550 5.1.1 no such user\n"
        ),
        "5.1.1",
        True,
    ),
    "Postfix": (
        "MAILER-DAEMON@mx.example.com",
        "Undelivered Mail Returned to Sender",
        (
            "Mail system at mx.example.com.\nFor help, <postmaster@example.com>\nI'm sorry to have "
            "to inform you that your message could not\nbe delivered to one or more recipients.\n\n"
            f"<{GONE}>: host mx.example.com[192.0.2.1] said: 550 5.1.1\n    <{GONE}>: user unknown\n"
        ),
        "5.1.1",
        True,
    ),
    "Exim": (
        "Mailer-Daemon@mx.example.com",
        "Mail delivery failed: returning message to sender",
        (
            "A message that you sent could not be delivered to one or more of its\nrecipients. This is a "
            f"permanent error. The following address(es) failed:\n\n  {GONE}\n    host mx [192.0.2.1]\n    "
            "SMTP error from remote mail server after RCPT TO:\n    552 mailbox full\n"
        ),
        "552",
        False,
    ),
    "qmail": (
        "MAILER-DAEMON@mx.example.com",
        "failure notice",
        (
            "Hi. This is the qmail-send program at mx.example.com.\nI'm afraid I wasn't able to deliver your "
            f"message to the following addresses.\n\n<{GONE}>:\n192.0.2.1 does not like recipient.\n"
            "Remote host said: 550 sorry, no mailbox here by that name.\nGiving up on 192.0.2.1.\n\n"
            f"--- Below this line is a copy of the message.\n\nReturn-Path: <{CLERK}>\n"
            "To: other@example.com\n"
        ),
        "550",
        True,
    ),
}


@pytest.mark.parametrize("style", PROSE)
def test_prose_names_whom_a_letter_did_not_reach(style: str) -> None:
    """Who, which code, and whether it can pass; nobody else in the report is taken for the recipient."""
    sender, subject, text, status, permanent = PROSE[style]
    found = one(read(a_mail(sender=sender, subject=subject, text=text, headers={"Return-Path": "<>"})))

    assert (found.recipient, found.fate, found.permanent) == (GONE, Fate.FAILED, permanent)
    assert found.status == status or (not status and found.status in {"", "5.1.10"})
    assert found.words


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Warning: could not send message for past 4 hours", "THIS IS A WARNING MESSAGE ONLY"),
        ("Undelivered: delayed", "Your message has not been delivered yet. The server will keep trying."),
        ("Mail delivery system", "YOU DO NOT NEED TO RESEND YOUR MESSAGE. It is still being retried."),
        ("邮件投递延迟通知", "您的邮件暂时未送达，系统将继续尝试投递。"),
        ("系统退信提醒", "您的邮件尚未送达，系统仍在尝试，您无需重新发送。"),
    ],
)
def test_a_delay_is_no_failure(subject: str, text: str) -> None:
    """The server still tries: nobody has to do anything."""
    raw = a_mail(sender="MAILER-DAEMON@mx.example.com", subject=subject, text=f"{text}\n{GONE}\n")
    mail = read(raw)

    assert mail.bounce is not None
    assert mail.bounce.fate is Fate.DELAYED
    assert not one(mail).permanent


@pytest.mark.parametrize(
    ("action", "status", "words", "fate", "permanent"),
    [
        ("failed", "5.1.1", "550 5.1.1 no such user", Fate.FAILED, True),
        ("failed", "5.2.2", "552 5.2.2 mailbox full", Fate.FAILED, False),
        ("failed", "4.4.7", "expired", Fate.FAILED, False),
        ("Failed (given up)", "5.0.0", "", Fate.FAILED, True),
        ("delayed", "4.4.1", "timed out", Fate.DELAYED, False),
        ("relayed", "2.0.0", "", Fate.DELIVERED, False),
        ("expanded", "2.1.5", "", Fate.DELIVERED, False),
        ("", "4.0.0", "", Fate.DELAYED, False),
    ],
)
def test_a_report_is_read_by_its_standard(
    action: str, status: str, words: str, fate: Fate, *, permanent: bool
) -> None:
    """RFC 3464: action and status say it, the prose is not asked."""
    report = a_bounce(failed=GONE).replace(b"Action: failed", f"Action: {action}".encode())
    report = report.replace(b"5.1.1\r\nDiag", f"{status}\r\nDiag".encode())
    report = report.replace(b"smtp; 550 5.1.1 no such user", f"smtp; {words}".encode())
    found = one(read(report))

    assert (found.recipient, found.fate, found.permanent) == (GONE, fate, permanent)
    assert found.status == status


def test_the_address_that_we_wrote_to_counts() -> None:
    """A forwarded letter fails at an address that we never wrote to (RFC 3464, 2.3.1)."""
    report = a_bounce(failed="elsewhere@example.net").replace(
        b"Final-Recipient", f"Original-Recipient: rfc822; {GONE}\r\nFinal-Recipient".encode()
    )

    assert one(read(report)).recipient == GONE


def test_each_recipient_of_a_report_is_told() -> None:
    """Two in one report, one of them reached."""
    second = b"\r\nFinal-Recipient: rfc822; here@example.com\r\nAction: delivered\r\nStatus: 2.0.0\r\n"
    report = a_bounce(failed=GONE).replace(b"no such user\r\n", b"no such user\r\n" + second)
    bounce = read(report).bounce

    assert bounce is not None
    assert [(each.recipient, each.fate) for each in bounce.of] == [
        (GONE, Fate.FAILED),
        ("here@example.com", Fate.DELIVERED),
    ]
    assert bounce.fate is Fate.FAILED


@pytest.mark.parametrize("where", ["attached", "named .eml", "in the prose"])
def test_the_letter_is_found_by_its_message_id(where: str) -> None:
    """As a mail within, as a file, or as headers copied into the prose."""
    letter = a_mail(sender=CLERK, to=(GONE,), subject="请填写", message_id=OURS)
    files = (("letter.eml", letter),) if where == "named .eml" else ()
    text = (
        f"550 no such user\n\nReturn-Path: <x@y.z>\nMessage-ID: {OURS}\n"
        if where == "in the prose"
        else "x\n"
    )
    raw = a_mail(
        sender="MAILER-DAEMON@mx.example.com", subject="failure notice", text=text, attachments=files
    )
    if where == "attached":
        raw = a_bounce(of=OURS)
    mail = read(raw)

    assert OURS in mail.references
    if files:
        assert (one(mail).recipient, mail.bounce and mail.bounce.subject) == (GONE, "请填写")


def test_of_a_report_without_words_nothing_is_known() -> None:
    """It is still a failure, of somebody."""
    mail = read(a_mail(sender="MAILER-DAEMON@mx.example.com", subject="failure notice", text="\n"))

    assert mail.bounce == Bounce(of=(Undelivered(recipient="", fate=Fate.FAILED, permanent=True),))


def test_raw_bytes_in_the_sender_of_a_report_do_no_harm() -> None:
    """Chinese servers write their names unencoded."""
    raw = (
        a_bounce()
        .replace(b"From: MAILER-DAEMON", b"From: \xcf\xb5\xcd\xb3 <MAILER-DAEMON")
        .replace(b"mx.example.com\r\nTo", b"mx.example.com>\r\nTo")
    )

    assert one(read(raw)).recipient == GONE


@given(st.text(max_size=500))
def test_any_prose_is_a_report(text: str) -> None:
    """Never raises; whom it names is an address."""
    bounce = read_bounce(Headers(()), (), text, OWN, Limits())

    assert bounce.of
    assert all("@" in each.recipient or not each.recipient for each in bounce.of)
