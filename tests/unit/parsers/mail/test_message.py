"""Reading a mail from its raw bytes."""

from base64 import b64encode
from datetime import UTC, datetime

import pytest

from agent.domain.mail import Address, InboundMail, Nature
from parsers.limits import Limits
from parsers.mail.message import read_mail
from parsers.mail.sender_domains import aligned
from tests.mails import a_mail

NOBODY: frozenset[Address] = frozenset()


def read(raw: bytes | str, limits: Limits | None = None) -> InboundMail:
    """Read a mail; text is sent as UTF-8 with the line ends of mail."""
    if isinstance(raw, str):
        raw = raw.replace("\n", "\r\n").encode()
    return read_mail(raw, own=NOBODY, limits=limits or Limits())


def header(name: str, value: bytes) -> InboundMail:
    """Read a mail with one interesting header."""
    return read(b"From: a@b.example\r\n" + name.encode() + b": " + value + b"\r\n\r\nhi")


def test_an_ordinary_mail_is_read_whole() -> None:
    """What a person sees in a mail program is what we have."""
    mail = read(
        a_mail(
            sender="Li.Na@Example.com",
            sender_name="李娜",
            to=("clerk@example.com", "wang.wei@example.com"),
            cc=("zhao@example.com",),
            subject="答复: 多部门协同需求申请表（第一季度），请各部门负责人尽快确认并签字后发回",
            text="确认\n\n谢谢！\n",
            attachments=[("协同需求（一）.docx", b"PK-word"), ("图.png", b"\x89PNG")],
            message_id="<one@example.com>",
            in_reply_to="<sent@example.com>",
            references=("<first@example.com>", "<sent@example.com>"),
        )
    )

    assert (mail.sender, mail.sender_name) == ("li.na@example.com", "李娜")
    assert mail.to == ("clerk@example.com", "wang.wei@example.com")
    assert mail.cc == ("zhao@example.com",)
    assert mail.subject == "答复: 多部门协同需求申请表（第一季度），请各部门负责人尽快确认并签字后发回"
    assert mail.date == datetime(2026, 11, 23, 1, tzinfo=UTC)
    assert (mail.message_id, mail.in_reply_to) == ("<one@example.com>", ("<sent@example.com>",))
    assert mail.references == ("<first@example.com>", "<sent@example.com>")
    assert (mail.text.strip(), mail.first_line) == ("确认\n\n谢谢！", "确认")
    assert [(a.name, a.content) for a in mail.attachments] == [
        ("协同需求（一）.docx", b"PK-word"),
        ("图.png", b"\x89PNG"),
    ]
    assert mail.nature is Nature.PERSONAL
    assert mail.problems == ()


@pytest.mark.parametrize(
    "value",
    [
        b"=?utf-8?B?" + b64encode("协同镕".encode()) + b"?=",
        b"=?gb2312?B?" + b64encode("协同镕".encode("gbk")) + b"?=",
        b"=?GBK?Q?" + "".join(f"={b:02X}" for b in "协同镕".encode("gbk")).encode() + b"?=",
        b"=?utf-8?B?5Y2P5ZCM?=\r\n =?utf-8?B?6ZWV?=",
        b"=?utf-8?B?5Y2P5Q==?= =?utf-8?B?kIzplZU=?=",
        b"=?utf-8?B?5Y2P5ZCM6ZWV?= ",
        b"=?utf-8?B?5Y2P5ZCM6ZWV",
        "协同镕".encode(),
        "协同镕".encode("gbk"),
        b"=?x-unknown-charset?B?" + b64encode("协同镕".encode()) + b"?=",
        b"=?zlib?B?" + b64encode("协同镕".encode()) + b"?=",
        b"=?utf-8*zh?B?5Y2P5ZCM6ZWV?=",
    ],
    ids=range(12),
)
def test_a_subject_is_read_however_it_was_written(value: bytes) -> None:
    """RFC 2047 and what Chinese mailers make of it: gb2312 that is GBK, characters cut in two, raw bytes."""
    subject = header("Subject", value).subject

    assert subject == "协同镕" or (subject == "=?utf-8?B?5Y2P5ZCM6ZWV" and value.endswith(b"6ZWV"))


def test_a_subject_is_one_line_without_tricks() -> None:
    """No control or direction character reaches a screen or a header."""
    subject = header("Subject", b"a=?utf-8?Q?=0D=0ABcc:_x=E2=80=AEcod=00?=\tz").subject

    assert subject == "a Bcc: xcod z"


@pytest.mark.parametrize(
    ("value", "name", "sender"),
    [
        ('"李, 娜" <li.na@example.com>', "李, 娜", "li.na@example.com"),
        ("li.na@example.com (Li Na)", "", "li.na@example.com"),
        ("<LI.NA@EXAMPLE.COM>", "", "li.na@example.com"),
        ("李娜 li.na@example.com", "李娜 li.na@example.com", ""),
        ("undisclosed-recipients:;", "undisclosed-recipients:;", ""),
        ("", "", ""),
    ],
)
def test_the_sender_is_an_address_or_nobody(value: str, name: str, sender: str) -> None:
    """A From that names nobody gives no address, and says so."""
    mail = read(f"From: {value}\n\nhi")

    assert (mail.sender_name, mail.sender) == (name, sender)
    assert any(p.startswith("no_sender:") for p in mail.problems) is (sender == "")


def test_a_domain_with_a_sharp_s_is_not_the_one_with_two() -> None:
    """Both can be registered (RFC 5894, 7.2): a letter to the one must not go to the other."""
    assert read("From: <Li@Straße.example>\n\nhi").sender == "li@straße.example"
    assert not aligned("straße.example", "strasse.example")


def test_an_encoded_name_cannot_pose_as_a_sender() -> None:
    """Encoded words are decoded after the addresses were found, as RFC 2047, 6.2 has it."""
    hidden = b64encode(b"Boss <boss@example.com>, x").decode()
    mail = read(f"From: =?utf-8?B?{hidden}?= <thief@evil.example>\n\nhi")

    assert mail.sender == "thief@evil.example"


@pytest.mark.parametrize(
    "head",
    [
        "From: boss@example.com, thief@evil.example",
        "From: boss@example.com\nFrom: thief@evil.example",
        "From: boss@example.com\nFrom: boss@example.com",
    ],
)
def test_several_senders_are_named(head: str) -> None:
    """A forger hides behind the second one; who decides must know."""
    mail = read(f"{head}\n\nhi")

    assert mail.sender == "boss@example.com"
    assert any(p.startswith("several_senders:") for p in mail.problems)


def test_the_house_took_a_mail_when_its_topmost_received_field_says() -> None:
    """Servers write above what they got (RFC 5321, 4.4); what stands below is any sender's to write."""
    own = b"Received: from a by mx.example.com\r\n\tid 1; Mon, 23 Nov 2026 09:00:00 +0800 (CST)\r\n"
    forged = b"Received: from b by mx.example.com; Mon, 2 Nov 2026 09:00:00 +0800\r\n"
    odd = b"Received: by mx.example.com; yesterday\r\n"

    assert read(own + forged + a_mail()).handed_in == datetime(2026, 11, 23, 1, tzinfo=UTC)
    assert read(odd + forged + a_mail()).handed_in is None
    assert read(a_mail()).handed_in is None


def test_a_mail_without_message_id_gets_one_from_its_bytes() -> None:
    """The same bytes are the same mail, other bytes another."""
    one, same, other = (read(f"From: a@b.example\n\n{body}") for body in ("hi", "hi", "ho"))

    assert one.message_id == same.message_id != other.message_id
    assert one.message_id.endswith("@sha256.invalid>")
    assert any(p.startswith("no_message_id:") for p in one.problems)


@pytest.mark.parametrize("value", ["yesterday", "", "Mon, 99 Foo 2026 99:99:99", "9" * 5000])
def test_a_date_that_is_none_is_none(value: str) -> None:
    """Nothing is invented."""
    assert read(f"From: a@b.example\nDate: {value}\n\nhi").date is None


@pytest.mark.parametrize(
    ("body", "charset"),
    [
        ("确认镕", "gb2312"),
        ("确认镕", "utf-8"),
        ("确认镕", ""),
        ("确认镕", "us-ascii"),
        ("确认镕", "nonsense"),
    ],
)
@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_a_body_is_read_whatever_its_label_says(body: str, charset: str, encoding: str) -> None:
    """Mislabelled bodies are daily bread."""
    label = f"; charset={charset}" if charset else ""
    raw = f"From: a@b.example\r\nContent-Type: text/plain{label}\r\n\r\n".encode() + body.encode(encoding)

    mail = read(raw)

    assert mail.first_line == body
    assert any(p.startswith("unknown_charset:") for p in mail.problems) is (charset == "nonsense")


def test_an_html_only_mail_has_text() -> None:
    """Some programs send no plain version at all."""
    mail = read(
        "From: a@b.example\nContent-Type: text/html; charset=utf-8\n\n<p>确认</p><p>谢谢</p><img src=x>"
    )

    assert (mail.text, mail.first_line) == ("确认\n谢谢", "确认")


def test_an_empty_plain_version_gives_way_to_the_html() -> None:
    """Foxmail and phones send an empty plain part beside the real one."""
    assert read(a_mail(text=" \n", html="<p>确认</p>")).first_line == "确认"
    assert read(a_mail(text="plain\n", html="<p>rich</p>")).text.strip() == "plain"


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ("filename*=utf-8''%E5%8D%8F%E5%90%8C.docx", "协同.docx"),
        ("filename*0*=utf-8''%E5%8D%8F; filename*1*=%E5%90%8C; filename*2=.docx", "协同.docx"),
        ('filename="=?gb2312?B?0K3NrA==?=.docx"', "协同.docx"),
        ("filename=\"plain.docx\"; filename*=gb2312''%D0%AD%CD%AC.docx", "协同.docx"),
        ("filename*=gb2312''%D0%AD%CD%AC.docx; filename=\"plain.docx\"", "协同.docx"),
        ("filename=协同.docx", "协同.docx"),
        ('filename="..\\\\..\\\\evil.docx"', "_.._evil.docx"),
        ('filename="/etc/passwd"', "_etc_passwd"),
        ("", "attachment-1.docx"),
        ('filename=""', "attachment-1.docx"),
    ],
)
def test_a_file_name_is_read_and_made_safe(disposition: str, name: str) -> None:
    """RFC 2231, RFC 2047 inside quotes, raw bytes, and names that try to leave their folder."""
    mail = read(
        "From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nhi\n--x\n"
        "Content-Type: application/vnd.openxmlformats-officedocument.wordprocessingml.document\n"
        f"Content-Disposition: attachment; {disposition}\n\nPK\n--x--\n"
    )

    assert [(a.name, a.content) for a in mail.attachments] == [(name, b"PK")]


def test_inline_and_nameless_files_are_kept() -> None:
    """Forms arrive inline from Apple Mail, pictures by cid from Outlook; none may be lost."""
    mail = read(
        "From: a@b.example\nContent-Type: multipart/related; boundary=x\n\n"
        '--x\nContent-Type: text/html\n\n<img src="cid:logo@1">\n'
        "--x\nContent-Type: image/png\nContent-ID: <logo@1>\nContent-Transfer-Encoding: base64\n\niVBO\n"
        "--x\nContent-Type: text/plain; name=list.txt\nContent-Disposition: inline\n\n1\n2\n"
        "--x\nContent-Type: application/octet-stream\n\nfile\n--x--\n"
    )

    assert [(a.name, a.cid) for a in mail.attachments] == [
        ("attachment-1.png", "logo@1"),
        ("list.txt", ""),
        ("attachment-3", ""),
    ]
    assert mail.attachments[1].content == b"1\r\n2"


def test_the_frame_of_a_signed_mail_is_no_attachment() -> None:
    """Nobody attached the signature of an S/MIME mail, nor the third version of a body."""
    mail = read(
        "From: a@b.example\nContent-Type: multipart/signed; boundary=x\n\n--x\n"
        "Content-Type: multipart/alternative; boundary=y\n\n--y\n\n确认\n"
        "--y\nContent-Type: text/x-amp-html\n\n<x>\n--y--\n"
        "--x\nContent-Type: application/pkcs7-signature; name=smime.p7s\n\nDER\n--x--\n"
    )

    assert (mail.first_line, mail.attachments) == ("确认", ())


def test_a_boundary_counts_only_at_the_start_of_a_line() -> None:
    """Dashes within a text are text."""
    head = "From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n"

    assert read(head + "--x\n\na --x\nb\n--xy\nc\n--x--\nafter").text == "a --x\nb\n--xy\nc"


def test_the_parts_of_a_digest_are_mails() -> None:
    """Without a type of their own they are message/rfc822 (RFC 2046, 5.1.5)."""
    head = "From: a@b.example\nContent-Type: multipart/digest; boundary=x\n\n"
    (one,) = read(head + "--x\n\nSubject: one\n\nhi\n--x--\n").attachments

    assert (one.name, one.media_type) == ("one.eml", "message/rfc822")


def test_of_an_endless_thread_the_latest_mails_count() -> None:
    """They are the ones that may be ours."""
    references = read("References: " + "\n ".join(f"<{n}@x>" for n in range(500)) + "\n\nhi").references

    assert (len(references), references[-1]) == (200, "<499@x>")


def test_words_between_encoded_words_stay() -> None:
    """Only the blanks between two encoded words belong to nobody (RFC 2047, 6.2)."""
    subject = header("Subject", b"Re: =?gb2312?B?0K3NrA==?= and =?utf-8?B?5Y2P?= =?gbk?B?zaw=?= end").subject

    assert subject == "Re: 协同 and 协同 end"


def test_a_forwarded_mail_is_kept_as_its_very_bytes() -> None:
    """It is evidence; nothing is written anew."""
    inner = "From: c@d.example\nSubject: =?utf-8?B?5Y2P5ZCM?=\n\n--x\nodd   \n body\n"
    mail = read(
        "From: a@b.example\nContent-Type: multipart/mixed; boundary=y\n\n--y\n\nsee below\n--y\n"
        f"Content-Type: message/rfc822\n\n{inner}\n--y--\n"
    )

    (attached,) = mail.attachments
    assert (attached.name, attached.media_type) == ("协同.eml", "message/rfc822")
    assert attached.content == inner.replace("\n", "\r\n").encode()


@pytest.mark.parametrize(
    ("media_type", "name", "code"),
    [
        ("application/ms-tnef", "winmail.dat", "winmail"),
        ("application/octet-stream", "WINMAIL.DAT", "winmail"),
        ("application/vnd.ms-outlook", "x", "msg"),
        ("application/octet-stream", "原件.msg", "msg"),
        ("application/pkcs7-mime; smime-type=enveloped-data", "smime.p7m", "encrypted_mail"),
    ],
)
def test_what_only_outlook_can_open_is_named_and_kept(media_type: str, name: str, code: str) -> None:
    """The sender can be told what to do; nothing is thrown away."""
    mail = read(
        f"From: a@b.example\nContent-Type: {media_type}\n"
        f'Content-Disposition: attachment; filename="{name}"\n\ndata'
    )

    assert len(mail.attachments) == 1
    assert [p.partition(":")[0] for p in mail.problems if "message_id" not in p] == [code]


def test_a_file_left_in_the_cloud_is_named() -> None:
    """QQ mail and NetEase send large files as a link; the sender believes to have attached them."""
    mail = read(a_mail(text="您好\n\n从QQ邮箱发来的超大附件\n\n协同需求.docx (56.1M)\n"))

    assert any(p.startswith("cloud_attachment:") for p in mail.problems)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\r\n",
        b"\0" * 1000,
        b"no header at all",
        b"From: a@b.example",
        b"Content-Type: multipart/mixed\r\n\r\nno boundary",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\nno parts",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n--x--\r\n",
        b"Content-Type: ;;;;\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!a",
        b"Content-Type: text/html\r\n\r\n<" + b"<div>" * 5000,
    ],
)
def test_broken_mails_are_mails(raw: bytes) -> None:
    """Never raises, for any bytes."""
    assert read(raw).message_id


def test_the_first_line_of_an_mbox_is_no_header() -> None:
    """People export mails that way."""
    mail = read(">From a@b\nFrom x@y.example Mon Nov 23 09:00:00 2026\nFrom: a@b.example\nSubject: s\n\nhi")

    assert (mail.sender, mail.subject, mail.first_line) == ("a@b.example", "s", "hi")


def test_a_body_without_an_empty_line_before_it_is_a_body() -> None:
    """Careless programs forget it, in the mail or in a part of it."""
    mail = read("From: a@b.example\nSubject: s\n确认\nand so on")
    part = read("From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n--x\nX: y\n确认\n\n--x--\n")

    assert (mail.subject, mail.first_line) == ("s", "确认")
    assert part.first_line == "确认"


def test_a_subject_broken_without_indenting_hides_no_header() -> None:
    """Its rest is lost, the sender is not."""
    mail = read("Subject: first half\nsecond half\nFrom: a@b.example\n\n确认")

    assert (mail.sender, mail.first_line) == ("a@b.example", "确认")


def test_a_multipart_that_cannot_be_cut_is_read_as_text() -> None:
    """A broken frame hides nothing."""
    for head in ("multipart/mixed", "multipart/mixed; boundary=x"):
        mail = read(f"From: a@b.example\nContent-Type: {head}\n\n确认\n")
        assert mail.first_line == "确认"
        assert any(p.startswith("broken_mime:") for p in mail.problems)
