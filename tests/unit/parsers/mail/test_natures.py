"""What kind of thing a mail is: only a person's letter may move a case."""

import pytest

from agent.domain.mail import MeetingAnswer, MeetingReply, Nature, address
from parsers.mail.message import read_mail
from tests.mails import CLERK, LI_NA, a_bounce, a_mail, a_meeting_reply, a_read_receipt, an_out_of_office

OWN = frozenset({address(CLERK)})


def nature(raw: bytes) -> Nature:
    """Return the nature of a mail to our mailbox."""
    return read_mail(raw, own=OWN).nature


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (a_mail(), Nature.PERSONAL),
        (a_bounce(), Nature.BOUNCE),
        (an_out_of_office(), Nature.AUTO_REPLY),
        (a_meeting_reply(uid="one@example.com"), Nature.MEETING_REPLY),
        (a_read_receipt(), Nature.RECEIPT),
        (a_mail(sender=CLERK), Nature.OWN),
        (a_mail(headers={"X-Formclerk-Key": "ask/1"}), Nature.OWN),
        (a_mail(headers={"List-Id": "<all.example.com>"}), Nature.LIST),
    ],
)
def test_each_nature_is_known_by_its_standard(raw: bytes, expected: Nature) -> None:
    """RFC 3464, 3834, 5546, 8098, 2919, and our own header."""
    assert nature(raw) is expected


@pytest.mark.parametrize(
    ("sender", "subject", "headers"),
    [
        ("MAILER-DAEMON@mx.example.com", "anything", {}),
        ("postmaster@example.com", "Undeliverable: 协同需求", {}),
        ("postmaster@example.com", "未送达: 协同需求", {}),
        ("postmaster@example.com", "report", {"Return-Path": "<>"}),
        ("PostMaster@qq.com", "来自qq.com的退信", {}),
        ("MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@example.com", "协同需求", {}),
        ("PostMaster@163.com", "系统退信", {}),
        ("helper@qq.com", "退信通知：协同需求", {}),
        ("somebody@example.com", "来自 mx 的退信", {"Return-Path": "<>"}),
        ("somebody@example.com", "Delivery Status Notification (Failure)", {"Return-Path": "<>"}),
        ("somebody@example.com", "x", {"X-Failed-Recipients": "gone@example.com"}),
        ("mailer-daemon@googlemail.com", "Delivery", {"Auto-Submitted": "auto-replied"}),
    ],
)
def test_a_bounce_without_a_report_is_a_bounce(sender: str, subject: str, headers: dict[str, str]) -> None:
    """Half of the world's bounces keep to no standard; many also look like automatic replies."""
    assert nature(a_mail(sender=sender, subject=subject, headers=headers)) is Nature.BOUNCE


@pytest.mark.parametrize(
    ("subject", "headers"),
    [
        ("自动答复: 协同需求", {}),
        ("自动回复:协同需求", {}),
        ("自动回复", {}),
        ("【自动回复】协同需求", {}),
        ("Automatic reply: Request", {}),
        ("Auto-Reply: Request", {}),
        ("Out of Office: Request", {}),
        ("外出: 协同需求", {}),
        ("协同需求", {"Auto-Submitted": "auto-generated"}),
        ("协同需求", {"Auto-Submitted": "auto-replied; owner-email=x"}),
        ("协同需求", {"X-Autoreply": "yes"}),
        ("协同需求", {"X-MS-Exchange-Inbox-Rules-Loop": LI_NA}),
        ("协同需求", {"Precedence": "auto_reply"}),
        ("协同需求", {"Return-Path": "<>"}),
    ],
)
def test_an_automatic_reply_is_known_by_any_sign(subject: str, headers: dict[str, str]) -> None:
    """Promise 8: nobody's absence may advance a step."""
    assert nature(a_mail(subject=subject, headers=headers)) is Nature.AUTO_REPLY


@pytest.mark.parametrize(
    ("subject", "text", "expected"),
    [
        ("Recall: Request", 'Li Na would like to recall the message, "Request".', Nature.RECALL),
        ("撤回: 协同需求", "李娜 将撤回邮件“协同需求”。", Nature.RECALL),
        ("撤回: 协同需求", "撤回\n", Nature.PERSONAL),
        ("Re: Recall: Request", 'Li Na would like to recall the message, "Request".', Nature.PERSONAL),
        ("来自李娜的自动回复：协同", "x", Nature.AUTO_REPLY),
    ],
)
def test_outlooks_wish_to_take_a_mail_back_is_no_word_of_ours(
    subject: str, text: str, expected: Nature
) -> None:
    """Its words resemble our keyword 撤回; only a person can say that."""
    assert nature(a_mail(subject=subject, text=text)) is expected


@pytest.mark.parametrize("headers", [{"Precedence": "bulk"}, {"List-Unsubscribe": "<mailto:x@y.z>"}])
def test_bulk_mail_is_a_list(headers: dict[str, str]) -> None:
    """Newsletters are never answered."""
    assert nature(a_mail(headers=headers)) is Nature.LIST


@pytest.mark.parametrize(
    ("sender", "subject", "headers"),
    [
        (LI_NA, "答复: 自动答复: 协同需求", {}),
        (LI_NA, "自动答复功能的需求", {}),
        (LI_NA, "外出申请", {}),
        (LI_NA, "关于退信问题的协同需求", {}),
        (LI_NA, "答复: 退信", {}),
        (LI_NA, "Re: Undeliverable: goods", {}),
        ("postmaster@example.com", "协同需求", {}),
        (LI_NA, "协同需求", {"Auto-Submitted": "no"}),
        (LI_NA, "协同需求", {"X-Auto-Response-Suppress": "All"}),
        (LI_NA, "协同需求", {"Return-Path": f"<{LI_NA}>"}),
    ],
)
def test_a_person_writing_about_such_things_is_a_person(
    sender: str, subject: str, headers: dict[str, str]
) -> None:
    """X-Auto-Response-Suppress only asks for silence; words in the middle of a subject prove nothing."""
    assert nature(a_mail(sender=sender, subject=subject, headers=headers)) is Nature.PERSONAL


@pytest.mark.parametrize("answer", MeetingAnswer)
def test_the_answer_to_an_invitation_is_understood(answer: MeetingAnswer) -> None:
    """UID says which meeting, PARTSTAT says what."""
    mail = read_mail(a_meeting_reply(uid="kickoff@example.com", answer=answer), own=OWN)

    assert mail.meeting_reply == MeetingReply(uid="kickoff@example.com", answer=answer)


def test_of_a_whole_list_the_senders_own_answer_counts() -> None:
    """Some calendars send every participant back."""
    raw = a_meeting_reply(uid="one", sender=LI_NA, answer=MeetingAnswer.DECLINED).replace(
        b"ATTENDEE;PARTSTAT=DECLINED",
        b"ATTENDEE;PARTSTAT=ACCEPTED:mailto:boss@x.y\r\nATTENDEE;PARTSTAT=DECLINED",
    )

    reply = read_mail(raw, own=OWN).meeting_reply

    assert reply == MeetingReply(uid="one", answer=MeetingAnswer.DECLINED)


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"PARTSTAT=ACCEPTED", b"PARTSTAT=DELEGATED"), (b"UID:", b"UIX:"), (b"BEGIN:VEVENT", b"BEGIN:EVENT")],
)
def test_an_answer_that_says_nothing_is_still_no_letter(old: bytes, new: bytes) -> None:
    """It stays a meeting reply, only without an answer."""
    mail = read_mail(a_meeting_reply(uid="one").replace(old, new), own=OWN)

    assert (mail.nature, mail.meeting_reply) == (Nature.MEETING_REPLY, None)


def test_an_invitation_from_a_person_is_a_letter() -> None:
    """Only REPLY and COUNTER answer; a REQUEST asks."""
    raw = a_meeting_reply(uid="one").replace(b"METHOD:REPLY", b"METHOD:REQUEST")
    raw = raw.replace(b'method="REPLY"', b'method="REQUEST"')

    assert nature(raw) is Nature.PERSONAL


def test_a_bounce_says_which_of_our_letters_came_back() -> None:
    """Few servers set In-Reply-To; the letter itself lies within, whole or as headers."""
    headers = a_bounce(of="<ours@example.com>")
    whole = headers.replace(b"text/rfc822-headers", b"message/rfc822")

    assert read_mail(headers, own=OWN).references == ("<ours@example.com>",)
    assert read_mail(whole, own=OWN).references == ("<ours@example.com>",)
    assert read_mail(a_mail(attachments=(("a.eml", a_mail()),)), own=OWN).references == ()
