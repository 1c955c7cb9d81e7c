"""A letter as bytes, read back by somebody else's parser."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import compat32, default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.domain.mail import Address, Attachment, Letter, MessageId
from agent.letters.mime import file_name, message_id, one_line, to_bytes

TO = Address("wang@example.com")
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LETTER = Letter(
    key="k",
    message_id=message_id("k", "example.com"),
    date=datetime(2026, 3, 5, 1, tzinfo=UTC),
    sender=Address("collab@example.com"),
    sender_name="协同助手",
    to=(TO, Address("ada@example.com")),
    cc=(Address("li@example.com"),),
    subject="[XT-2026-0001] 新一代订单系统 · 请填写《需求确认函》",
    text="您好\n请看附件。\n",
    html="<p>您好</p>",
    attachments=(
        Attachment(name="需求确认函（研发部）.docx", media_type=DOCX, content=b"\x00\x01word"),
        Attachment(name="p.png", media_type="image/png", content=b"png", cid="p@formclerk"),
    ),
    invitation=b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
    in_reply_to=MessageId("<q@example.com>"),
    references=(MessageId("<r@example.com>"), MessageId("<q@example.com>")),
    case="XT-2026-0001",
    names={TO: "王 强", Address("ada@example.com"): 'Ada "A." King, PhD'},
)


def read(letter: Letter) -> EmailMessage:
    """Parse what travels with the standard library."""
    return message_from_bytes(to_bytes(letter), policy=default)


def test_another_parser_finds_every_part() -> None:
    """Text, HTML with its picture, invitation and file, each as it went in."""
    mail = read(LETTER)
    parts = {part.get_content_type(): part for part in mail.walk()}

    assert not any(part.defects for part in mail.walk())
    assert [p.get_content_type() for p in mail.walk() if p.is_multipart()] == [
        "multipart/mixed",
        "multipart/alternative",
        "multipart/related",
    ]
    assert parts["text/plain"].get_content() == "您好\r\n请看附件。\r\n"
    assert parts["text/html"].get_content() == "<p>您好</p>"
    assert parts["image/png"]["Content-ID"] == "<p@formclerk>"
    assert parts["text/calendar"].get_param("method") == "REQUEST"
    assert parts[DOCX].get_filename() == "需求确认函（研发部）.docx"
    assert parts[DOCX].get_content() == b"\x00\x01word"


def test_headers_say_who_what_and_that_a_machine_wrote_it() -> None:
    """RFC 3834 and Exchange's own header keep other machines from answering."""
    mail = read(LETTER)

    assert str(mail["Subject"]) == LETTER.subject
    assert mail["To"].addresses[0].display_name == "王 强"
    assert mail["To"].addresses[1].display_name == 'Ada "A." King, PhD'
    assert mail["From"].addresses[0].addr_spec == "collab@example.com"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["X-Formclerk-Case"] == "XT-2026-0001"
    assert mail["Message-ID"] == LETTER.message_id
    assert mail["In-Reply-To"] == "<q@example.com>"
    assert mail["References"].split() == ["<r@example.com>", "<q@example.com>"]
    assert mail["Precedence"] is None
    assert mail["List-Id"] is None


def test_an_answer_is_marked_as_one() -> None:
    """RFC 3834, 5: auto-replied is for what answers a mail."""
    assert read(replace(LETTER, answers=True))["Auto-Submitted"] == "auto-replied"


def test_both_spellings_of_a_chinese_file_name_are_there() -> None:
    """RFC 2231 for the standard's readers, an encoded word for older Outlook and webmails."""
    raw = to_bytes(LETTER)

    assert b"filename*=UTF-8''%E9%9C%80" in raw
    assert b'name="=?utf-8?b?' in raw


def test_no_line_is_longer_than_mail_allows() -> None:
    """RFC 5322, 2.1.1: 998 octets; the longest Chinese file name keeps to it."""
    name = "长" * 300 + ".docx"
    letter = replace(
        LETTER,
        subject="长" * 500,
        html="<p>" + "a" * 5000,
        text="b" * 5000,
        attachments=(Attachment(name=name, media_type=DOCX, content=b"x" * 5000),),
    )
    raw = to_bytes(letter)

    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert next(read(letter).iter_attachments()).get_filename() == file_name(name)


def test_a_plain_letter_is_no_more_than_it_needs() -> None:
    """Without files, pictures or invitation there is one alternative of two parts."""
    plain = replace(LETTER, attachments=(), invitation=None)

    assert [p.get_content_type() for p in read(plain).walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


def test_a_recipient_that_is_no_address_is_refused() -> None:
    """An address with a line break or a second recipient in it never reaches a header."""
    for bad in ("a@b.c\r\nBcc: x@y.z", "a@b.c, x@y.z", "nobody", "a@b.c>"):
        with pytest.raises(ValueError, match="no mail address"):
            to_bytes(replace(LETTER, to=(Address(bad),)))


@given(st.text(max_size=80), st.text(max_size=40), st.text(max_size=60))
def test_no_words_can_add_a_header(subject: str, name: str, file: str) -> None:
    """Whatever stands in subject, names and file names, the headers are those we wrote."""
    letter = replace(
        LETTER,
        subject=subject,
        sender_name=name,
        names={TO: name},
        attachments=(Attachment(name=file, media_type=DOCX, content=b"x"),),
    )
    mail = message_from_bytes(to_bytes(letter))

    assert sorted(mail.keys()) == sorted(message_from_bytes(to_bytes(LETTER)).keys())
    assert len(mail.get_payload()) == 2


@given(st.text(max_size=200))
def test_a_file_name_is_never_a_path(text: str) -> None:
    """Nothing of what a sender called a file leads out of a folder, or is empty, or ends in a dot."""
    name = file_name(text)

    assert name
    assert not set(name) & set('/\\:*?"<>|\r\n\x00')
    assert name.strip(". ") == name
    assert one_line(name) == name


@given(text=st.text(max_size=300), html=st.text(max_size=300), subject=st.text(max_size=80), file=st.binary())
def test_what_travels_is_what_the_library_would_have_written(
    text: str, html: str, subject: str, file: bytes
) -> None:
    """We write parts down ourselves because it is quicker, and for no other reason: each byte is the same."""
    attached = (Attachment(name="附.bin", media_type="application/x-any", content=file), *LETTER.attachments)
    raw = to_bytes(replace(LETTER, text=text, html=html, subject=subject, attachments=attached))

    again = message_from_bytes(raw, policy=compat32)
    assert again.as_bytes(policy=compat32.clone(linesep="\r\n", max_line_length=None)) == raw
