"""Mails made to hurt: each is read within bounds, and says what was left out."""

import random
import time
from base64 import encodebytes

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.domain.mail import Address, InboundMail
from parsers.limits import Limits
from parsers.mail.message import read_mail
from tests.mails import a_bounce, a_mail, a_meeting_reply, a_read_receipt, an_out_of_office

NOBODY: frozenset[Address] = frozenset()
TANGLED = (
    b'From: "\xc0\xee\xc4\xc8" <a@b.example>\n'
    b"Content-Disposition: attachment; filename*0*=gbk''%C0; filename*1=b\n"
    b"Content-Type: multipart/mixed; boundary=q\n\n"
    b"--q\nContent-Type: multipart/alternative; boundary=qq\n\n"
    b"--qq\nContent-Transfer-Encoding: quoted-printable\n\n=C4=E3\n--qq--\n"
    b"--q\nContent-Type: message/rfc822\n\nA: b\n\nc\n--q--"
)
SEEDS = (
    a_mail(html="<p>确认</p><blockquote>取消</blockquote>", attachments=[("协同.docx", b"PK\x03\x04" * 20)]),
    a_bounce(),
    an_out_of_office(),
    a_meeting_reply(uid="one@example.com"),
    a_read_receipt(),
    TANGLED,
)
SPLICES = (
    *(
        b"\r\n\r\n",
        b"\n",
        b"--",
        b"=?gb2312?B?",
        b"?=",
        b"=?utf-8?Q?=FF?=",
        b'"',
        b"<",
        b"(",
        b"\\",
        b"\0",
        b"\xff",
    ),
    *(
        b"Content-Type: multipart/mixed; boundary=q\n",
        b"charset=utf-7",
        b"charset=idna",
        b"boundary=",
        b";" * 50,
    ),
    *(b"filename*9999*=x''%", b"BEGIN:VEVENT\r\n", b"PARTSTAT=", b"--q\n", b"Content-Type: text/html\n\n<a"),
)


def timed(raw: bytes, limits: Limits | None = None) -> tuple[InboundMail, float]:
    """Read a mail and say how many seconds of CPU that took."""
    began = time.process_time()
    mail = read_mail(raw, own=NOBODY, limits=limits or Limits())
    return mail, time.process_time() - began


def codes(mail: InboundMail) -> set[str]:
    """Return the codes of a mail's problems."""
    return {problem.partition(":")[0] for problem in mail.problems} - {"no_message_id"}


def test_a_mail_of_30_mb_is_read_and_its_too_large_file_is_named() -> None:
    """Its sender gets an answer: who wrote, what, and which file was too large."""
    head = (
        b"From: li.na@example.com\r\nSubject: big\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
        b"--x\r\n\r\n\xe7\xa1\xae\xe8\xae\xa4\r\n--x\r\nContent-Type: application/pdf; name=scan.pdf\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n"
    )
    raw = (
        head
        + encodebytes(b"%PDF" * 5_600_000)
        + b"--x\r\nContent-Type: image/png; name=a.png\r\n\r\nsmall\r\n--x--"
    )
    assert len(raw) > 30_000_000

    mail, seconds = timed(raw)

    assert (mail.sender, mail.subject, mail.first_line) == ("li.na@example.com", "big", "确认")
    assert codes(mail) == {"file_too_large"}
    assert any("scan.pdf (21.4 MB, at most 20.0 MB)" in problem for problem in mail.problems)
    assert [attached.name for attached in mail.attachments] == ["a.png"]
    assert seconds < 3


def test_of_a_mail_beyond_all_bounds_the_headers_and_the_first_words_are_read() -> None:
    """Even then its sender can be answered."""
    raw = a_mail(text="确认\n" + "x" * 70 + "\n") + b"y" * 2_000_000

    mail, _ = timed(raw, Limits(mail_bytes=1_000_000, text_bytes=1_000))

    assert (mail.sender, mail.first_line) == ("li.na@example.com", "确认")
    assert "mail_too_large" in codes(mail)


def test_40_000_parameters_are_not_read() -> None:
    """The standard library takes minutes for them."""
    parameters = b"".join(b";\r\n name*%d*=a" % n for n in range(40_000))
    mail, seconds = timed(b"From: a@b.example\r\nContent-Type: text/plain" + parameters + b"\r\n\r\nhi")

    assert codes(mail) == {"headers_cut"}
    assert mail.sender == "a@b.example"
    assert seconds < 1


def test_headers_beyond_their_bounds_are_cut_and_named() -> None:
    """In bytes and in number; what came before is read."""
    long, _ = timed(b"From: a@b.example\nX-Junk: " + b"x" * 300_000 + b"\nSubject: late\n\nhi")
    many, _ = timed(b"From: a@b.example\n" + b"X: y\n" * 1_000 + b"Subject: late\n\nhi")

    for mail in (long, many):
        assert codes(mail) == {"headers_cut"}
        assert (mail.sender, mail.subject, mail.first_line) == ("a@b.example", "", "hi")


def test_parts_are_counted_over_the_whole_mail() -> None:
    """Many multiparts with a few parts each are many parts."""
    inner = b"--x\nContent-Type: multipart/mixed; boundary=y\n\n" + b"--y\nContent-Type: image/png\n\np\n" * 8
    head = b"From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n"
    mail, _ = timed(head + (inner + b"--y--\n") * 9, Limits(parts=20))

    assert codes(mail) == {"too_many_parts"}
    assert len(mail.attachments) < 20


def test_3_000_parts_within_parts_end_at_a_limit() -> None:
    """The standard library ends in a RecursionError."""
    nest = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3_000))
    mail, seconds = timed(b"From: a@b.example\n" + nest + b"\nhi")

    assert codes(mail) == {"too_deep"}
    assert seconds < 1


def test_many_large_texts_are_read_up_to_a_bound() -> None:
    """Each alone would be within its limit."""
    part = b"--x\nContent-Type: text/html\n\n" + b"<b>x</b>" * 1_000 + b"\n"
    head = b"From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n"
    mail, _ = timed(head + part * 100, Limits(text_bytes=10_000))

    assert codes(mail) == {"text_cut"}
    assert len(mail.text) < 10_000


def test_a_hundred_thousand_parts_end_at_a_limit() -> None:
    """Small parts cost more than their bytes."""
    head = b"From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n"
    mail, seconds = timed(head + b"--x\nContent-Type: image/png\n\nx\n" * 100_000)

    assert codes(mail) >= {"too_many_parts", "too_many_attachments"}
    assert len(mail.attachments) == Limits().attachments
    assert seconds < 1


@pytest.mark.parametrize(
    "raw",
    [
        b"From: " + b"(" * 200_000 + b"\n\nhi",
        b"From: " + b'"\\' * 100_000 + b"\n\nhi",
        b"To: " + b"a@b.example," * 20_000 + b"\n\nhi",
        b"Subject: " + b"=?a?b?" * 40_000 + b"\n\nhi",
        b"Subject: " + b"=?utf-8?B?" + b"QUFB" * 50_000 + b"?=" + b"\n\nhi",
        b"References: " + b"<a@b>" * 40_000 + b"\n\nhi",
        b"Content-Disposition: attachment" + b';a="\\"' * 20_000 + b"\n\nhi",
        b"x:y\n" * 60_000 + b"\nhi",
        b" \n" * 100_000,
        b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x" * 500_000,
        b"Content-Type: multipart/mixed; boundary=x\n\n--x" + b" " * 2_000_000 + b"y",
        b"Content-Type: text/html\n\n" + b"<blockquote>" * 100_000,
        b"Content-Type: text/html\n\n" + b"<p " * 500_000,
        b"Content-Type: text/html\n\n" + b"&amp;" * 400_000,
        b"Subject: x\n\n" + b"From: a\n" * 200_000,
        b"Subject: x\n\n" + b"on 1 " * 400_000,
        b"Subject: x\n\n" + b"On 1\n" * 200_000,
        b"Content-Type: text/calendar; method=REPLY\n\nBEGIN:VCALENDAR\n" + b"BEGIN:VEVENT\n" * 20_000,
        b"Content-Type: text/plain; charset=utf-7\n\n" + b"+AAA" * 400_000,
    ],
    ids=range(19),
)
def test_a_mail_made_to_take_long_does_not(raw: bytes) -> None:
    """Reading is linear in the bytes, whatever they are (hundreds of kilobytes here)."""
    _, seconds = timed(raw)

    assert seconds < 3


@settings(max_examples=150, deadline=5_000)
@given(seed=st.sampled_from(SEEDS), chance=st.randoms(use_true_random=False), cuts=st.integers(1, 12))
def test_a_mutated_mail_is_read_in_bounded_time(seed: bytes, chance: random.Random, cuts: int) -> None:
    """Never raises; names are safe, text is printable, whatever was cut, doubled or spliced in."""
    raw = seed
    for _ in range(cuts):
        at, to = sorted((chance.randrange(len(raw) + 1), chance.randrange(len(raw) + 1)))
        raw = chance.choice(
            (
                raw[:at] + raw[to:],
                raw[:at] + raw[at:to] * 2 + raw[to:],
                raw[:at] + chance.choice(SPLICES) + raw[at:],
                raw[:at] + bytes([chance.randrange(256)]) + raw[at + 1 :],
            )
        )[:200_000]

    mail = read_mail(raw, own=NOBODY)

    assert mail.message_id
    assert not mail.sender or mail.sender.count("@") == 1
    assert "\n" not in mail.subject
    assert "\n" not in mail.first_line
    assert all(
        attached.name and not set(attached.name) & set('/\\:\0\n<>"|?*') for attached in mail.attachments
    )


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=3000))
def test_any_bytes_are_a_mail(raw: bytes) -> None:
    """There is nothing that cannot be read."""
    assert read_mail(raw, own=NOBODY).problems
