"""Whatever comes in is answered with what a person needs, or waits for a person with a reason: mail to mail.

Each test hands one mail in at the counter of a running case.  At its end every mail has ended on one shelf,
and a second run over the same folders changes nothing (`counter.open_counter`).
"""

import email
from collections.abc import Callable, Iterator
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import TypeAlias

import pytest
from lxml import etree

from agent.domain.inbox import MailState
from agent.domain.reading import Reading
from agent.domain.words import Language
from tests import mails
from tests.company import at
from tests.houses import CLERK
from tests.journeys.counter import CONFIRMED, Counter, begin, copy, open_counter, signed
from tests.unit.parsers.hand_made import a_docx, a_zip, an_ole, an_xlsx
from tests.word_files import (
    W,
    control_of,
    edited,
    element,
    replaced,
    retyped,
    signature_png,
    without_bookmarks,
    without_controls,
)

ITEMS = {"li": "confirm/研发部/1", "emma": "confirm/质量部/1"}
ENGLISH = {
    "conclusion": "We take part",
    "lead": "Emma Brown",
    "people": "two",
    "time": "two weeks",
    "authority": "full",
}
PDF = b"%PDF-1.7\n%\xe2\xe3\n"

Files: TypeAlias = tuple[tuple[str, bytes], ...]


@pytest.fixture(scope="module")
def beginning(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in which three heads have been asked to confirm a request."""
    folder = tmp_path_factory.mktemp("counter") / "case"
    begin(folder)
    return folder


@pytest.fixture
def counter(beginning: Path, tmp_path: Path) -> Iterator[Counter]:
    """Open the counter of a copy of that case."""
    with open_counter(copy(beginning, tmp_path / "case")) as found:
        yield found


def filled(counter: Counter, who: str) -> bytes:
    """Return the form that `who` was sent, filled as it should be."""
    values = ENGLISH if who == "emma" else CONFIRMED
    return signed(counter.asked[who].word()[1], values)


def returned(counter: Counter, who: str, *files: tuple[str, bytes], **more: str) -> bytes:
    """Return a reply of `who` with these files."""
    return counter.reply(counter.asked[who], attachments=files, **more)


def a_form(make: Callable[[bytes], bytes], name: str = "form.docx") -> Callable[[Counter, str], Files]:
    """Return what attaches the filled form after `make` has changed it."""
    return lambda counter, who: ((name, make(filled(counter, who))),)


def a_file(name: str, content: bytes) -> Callable[[Counter, str], Files]:
    """Return what attaches one file."""
    return lambda _counter, _who: ((name, content),)


def nested(content: bytes) -> bytes:
    return a_zip({"a.zip": a_zip({"b.zip": a_zip({"form.docx": content})})})


CLOSED: dict[str, tuple[Callable[[Counter, str], Files], str, str]] = {
    "encrypted": (
        a_file("form.docx", an_ole("EncryptionInfo", "EncryptedPackage")),
        "文件设有打开密码",
        "remove the password",
    ),
    "macros": (
        a_form(lambda content: replaced(content, {"word/vbaProject.bin": b"x"}), "form.docm"),
        "另存为不带宏",
        "without macros",
    ),
    "old Word": (a_file("form.doc", an_ole("WordDocument", "1Table")), ".docx", ".docx"),
    "a zip bomb": (a_file("form.zip", a_zip({"a.docx": bytes(300 << 20)})), "异常大", "beyond measure"),
    "nested zips": (a_form(nested, "form.zip"), "层层套着", "archives within archives"),
    "30 MB": (a_file("form.docx", bytes(30 << 20)), "30.0 MB", "30.0 MB"),
    "half a file": (a_form(lambda content: content[: len(content) // 2]), "form.docx", "form.docx"),
}


@pytest.mark.parametrize("who", ["li", "emma"])
@pytest.mark.parametrize("closed", CLOSED)
def test_a_file_that_cannot_be_opened_comes_back_with_what_to_do(
    counter: Counter, closed: str, who: str
) -> None:
    """One letter in the case's thread, in the person's language, and the item stays open."""
    attach, zh, en = CLOSED[closed]

    answer = counter.hand_in(returned(counter, who, *attach(counter, who)))

    assert answer.state is MailState.DONE
    assert answer.letter.subject.startswith("[XT-2026-0001]")
    assert answer.letter.to == (at(who),)
    assert (zh if who == "li" else en) in answer.letter.text
    assert ("无法读取" if who == "li" else "cannot be read") in answer.letter.subject
    assert counter.is_open(ITEMS[who])


WRONG: dict[str, tuple[Files, str, str]] = {
    "nothing": ((), "没有附件", "without an attachment"),
    "a workbook": ((("预算.xlsx", an_xlsx()),), "Excel", "Excel"),
    "another document": ((("说明.docx", a_docx()),), "没有认出这是哪一张表格", "none of our forms"),
    "an empty file": ((("form.docx", b""),), "空", "empty"),
}


@pytest.mark.parametrize("who", ["li", "emma"])
@pytest.mark.parametrize("wrong", WRONG)
def test_a_reply_without_the_form_is_told_so(counter: Counter, wrong: str, who: str) -> None:
    """No attachment, or one that is not the form: the answer names it and says what is wanted."""
    files, zh, en = WRONG[wrong]

    answer = counter.hand_in(returned(counter, who, *files, text="好的\n"))

    assert answer.state is MailState.DONE
    assert (zh if who == "li" else en) in answer.letter.text
    assert counter.is_open(ITEMS[who])


def test_of_five_attachments_the_form_is_found(counter: Counter) -> None:
    """Workbook, note, picture and another document come along; nobody is bothered with them."""
    files = (
        ("预算.xlsx", an_xlsx()),
        ("说明.docx", a_docx()),
        ("需求确认函.docx", filled(counter, "li")),
        ("note.txt", b"hello"),
        ("logo.png", signature_png()),
    )

    answer = counter.hand_in(returned(counter, "li", *files))

    assert "已收到" in answer.letter.subject
    filing = counter.case().filing("confirm", "研发部")
    assert filing is not None
    assert [file.name for file in filing.files] == [name for name, _ in files if name != "需求确认函.docx"]


@pytest.mark.parametrize("who", ["li", "emma"])
def test_an_empty_form_comes_back_with_each_missing_place(counter: Counter, who: str) -> None:
    """Conclusion and signature are named as the form labels them, and the form is attached again."""
    answer = counter.hand_in(returned(counter, who, counter.asked[who].word()))

    named = ("确认结论", "部门负责人签字") if who == "li" else ("Answer", "Signature, head of the department")
    assert all(label in answer.letter.text for label in named)
    assert counter.read(answer.letter.word()[1]).sheet is not None
    assert counter.is_open(ITEMS[who])


def test_scans_wait_for_a_person_and_the_sender_knows(counter: Counter) -> None:
    """Two files are one letter, which asks for nothing twice; the coordinator's word files them."""
    files = (("扫描件.pdf", PDF), ("照片.png", signature_png()))

    answer = counter.hand_in(returned(counter, "li", *files))

    assert (answer.state, answer.because.zh) == (MailState.REVIEW, "附件需要人工读取")
    assert "扫描件.pdf、照片.png" in answer.letter.text
    released = counter.hand_in(counter.mail("zhou", text=f"放行 {answer.number}\n"))
    assert f"第 {answer.number} 项已放行" in released.to("zhou").text


def test_a_company_logo_in_a_signature_is_no_scan(counter: Counter) -> None:
    """A reply with words only and a picture of the sender's mail signature lacks the form, nothing else."""
    reply = returned(counter, "li", text="同意\n", html='<p>同意<img src="cid:logo"></p>')
    mail = email.message_from_bytes(reply, policy=policy.SMTP)
    rich = next(part for part in list(mail.walk()) if part.get_content_type() == "text/html")
    assert isinstance(rich, EmailMessage)
    rich.add_related(
        signature_png(), "image", "png", cid="<logo>", filename="image001.png", disposition="inline"
    )

    answer = counter.hand_in(mail.as_bytes())

    assert answer.state is MailState.DONE
    assert "没有附件" in answer.letter.text


def test_a_form_twice_counts_once(counter: Counter) -> None:
    """The second time nothing changes, and the sender learns that it is fine."""
    first = counter.hand_in(returned(counter, "li", ("form.docx", filled(counter, "li"))))
    second = counter.hand_in(returned(counter, "li", ("form.docx", filled(counter, "li")), text="再发一次\n"))

    assert "已收到" in first.letter.subject
    assert "没有重复登记" in second.letter.text
    assert len([f for f in counter.case().filings if f.step == "confirm"]) == 1


def test_an_old_form_after_an_amendment_is_answered_with_the_new_one(counter: Counter) -> None:
    """The liaison amends the request; whoever still answers the old sheet is told, and the new one waits."""
    old = filled(counter, "li")
    question = {"conclusion": "需补充说明", "supplement": "样机数量？"}
    asked = signed(counter.asked["li"].word()[1], question)
    amended = counter.hand_in(returned(counter, "li", ("form.docx", asked))).to("zhang")
    request = signed(amended.word()[1], {"departments.0.asked": "完成样机三台"}, "initiating_head")
    counter.hand_in(counter.reply(amended, attachments=(("request.docx", request),)))

    answer = counter.hand_in(returned(counter, "li", ("form.docx", old), text="补交\n"))

    assert ("新版本" in answer.letter.text) or ("已答复" in answer.letter.text)
    assert counter.is_open("confirm/研发部/2")


@pytest.mark.parametrize("who", ["li", "emma"])
@pytest.mark.parametrize("kind", ["without token", "typed anew"])
def test_a_form_without_our_token_waits_for_a_person(counter: Counter, kind: str, who: str) -> None:
    """The sender is told; the coordinator's word stands in for the token, and the form counts."""
    language = Language.ZH if who == "li" else Language.EN
    values = CONFIRMED if who == "li" else ENGLISH
    if kind == "without token":
        content = signed(counter.house.pack.word("confirmation", language), values)
    else:
        form = counter.house.pack.process.forms["confirmation"]
        content = retyped(form, values | {"sig.head": "李娜" if who == "li" else "Emma Brown"}, language)

    answer = counter.hand_in(returned(counter, who, ("form.docx", content)))

    assert answer.state is MailState.REVIEW
    assert "form.docx" in answer.because.zh
    assert ("已转协调员核对" if who == "li" else "the coordinator will look at it") in answer.letter.text
    assert counter.is_open(ITEMS[who])

    word = "放行" if who == "li" else "release"
    released = counter.hand_in(counter.mail("zhou", text=f"{word} {answer.number}\n"))
    assert "已放行" in released.to("zhou").text
    told = released.to(who)
    if kind == "without token":
        assert ("已收到" if who == "li" else "Received") in told.subject
        assert not counter.is_open(ITEMS[who])
    else:  # a typed name is no signature for a department
        assert ("部门负责人签字" if who == "li" else "Signature, head") in told.text


@pytest.mark.parametrize(
    ("sender", "why"),
    [
        ("chen", "（研发部）未予受理：此表应由李娜办理。"),
        ("liu", "未予受理：您不是本事项的参与方。"),
        ("sun", "未予受理：您不是本事项的参与方。"),
    ],
)
def test_somebody_elses_form_is_refused(counter: Counter, sender: str, why: str) -> None:
    """Another head, a colleague and the executive: neither may answer for the head of research.

    Who sends several forms learns which of them is meant.
    """
    answer = counter.hand_in(
        counter.reply(counter.asked["li"], sender, attachments=(("form.docx", filled(counter, "li")),))
    )

    assert answer.letter.to == (at(sender),)
    assert "未能受理您交回的《需求确认函》" in answer.letter.subject
    assert f"您交回的《需求确认函》{why}" in answer.letter.text
    assert counter.is_open(ITEMS["li"])


def test_a_forwarded_form_moves_nothing_for_whom_it_was_forwarded_to(counter: Counter) -> None:
    """Li Na forwards her sheet to a colleague, who fills it in and sends it."""
    forwarded = counter.mail(
        "yang",
        subject=f"Fw: {counter.asked['li'].subject}",
        attachments=(("form.docx", filled(counter, "li")),),
    )

    answer = counter.hand_in(forwarded)

    assert "未予受理" in answer.letter.text
    assert counter.is_open(ITEMS["li"])


@pytest.mark.parametrize("files", [(), (("来函.pdf", PDF),), (("宏.docm", b"PK"),)])
def test_a_forwarded_letter_is_filed_with_whatever_it_carries(counter: Counter, files: Files) -> None:
    """process.md 3.5: what is worth keeping is kept as it came; nobody has to read it first."""
    answer = counter.hand_in(
        counter.mail("li", subject="转发: [XT-2026-0001] 客户来函", text="请留存。\n", attachments=files)
    )

    assert answer.state is MailState.DONE
    assert "重要沟通留存" in answer.letter.text
    assert len(counter.case().communications) == 1


MACHINES: dict[str, Callable[[Counter], bytes]] = {
    "out of office": lambda counter: mails.an_out_of_office(
        sender=at("li"), to=CLERK, in_reply_to=str(counter.asked["li"].mail["Message-ID"])
    ),
    "a read receipt": lambda _: mails.a_read_receipt(sender=at("li"), to=CLERK),
    "somebody else's bounce": lambda _: mails.a_bounce(to=CLERK, failed=at("li")),
    "our own mail in a loop": lambda counter: counter.asked["li"].mail.as_bytes(),
}


@pytest.mark.parametrize("machine", MACHINES)
def test_machines_are_never_answered_and_move_nothing(counter: Counter, machine: str) -> None:
    """Promises 7 and 8: no loop, and an absence is no answer."""
    answer = counter.hand_in(MACHINES[machine](counter))

    assert answer.state is MailState.IGNORED
    assert answer.because.zh
    assert answer.letters == ()
    assert counter.is_open(ITEMS["li"])


def test_a_bounce_of_our_letter_waits_for_a_person(counter: Counter) -> None:
    """Li Na never got her form: somebody has to know, and with which case it has to do."""
    ours = str(counter.asked["li"].mail["Message-ID"])

    answer = counter.hand_in(mails.a_bounce(to=CLERK, failed=at("li"), of=ours))

    assert answer.state is MailState.REVIEW
    assert "XT-2026-0001" in answer.because.zh
    assert answer.letters == ()


@pytest.mark.parametrize("attached", [False, True], ids=["plain", "with a valid form"])
def test_a_stranger_gets_no_answer_but_a_place_in_the_queue(counter: Counter, *, attached: bool) -> None:
    """Not even with somebody's valid form: we do not confirm addresses."""
    files = (("form.docx", filled(counter, "li")),) if attached else ()
    mail = mails.a_mail(
        sender="li.na@elsewhere.example",
        to=(CLERK,),
        subject="合作",
        at=counter.clock.now(),
        attachments=files,
    )

    answer = counter.hand_in(mail)

    assert (answer.state, answer.letters) == (MailState.REVIEW, ())
    assert "li.na@elsewhere.example" in answer.because.zh
    assert counter.is_open(ITEMS["li"])


def test_an_alias_is_the_same_person(counter: Counter) -> None:
    """The directory knows both addresses of Li Na; the answer goes to where she reads."""
    people = counter.folder / "people.csv"
    people.write_text(
        people.read_text(encoding="utf-8").replace("li@example.com,,", "li@example.com,lina@old.example,", 1),
        encoding="utf-8",
    )
    reply = returned(counter, "li", ("form.docx", filled(counter, "li")))

    answer = counter.hand_in(reply.replace(b"From: li@example.com", b"From: lina@old.example"))

    assert "已收到" in answer.letter.subject
    assert not counter.is_open(ITEMS["li"])


def test_a_mail_in_gb18030_with_chinese_file_names_is_read(counter: Counter) -> None:
    """As Foxmail writes it: gb2312 on the label, GB18030 in the bytes, raw GBK in the file name."""
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"], mail["To"], mail["Subject"] = at("li"), CLERK, "SUBJECT"
    mail["Message-ID"] = "<foxmail@example.com>"
    mail["In-Reply-To"] = str(counter.asked["li"].mail["Message-ID"])
    mail.set_content("BODY", charset="us-ascii")
    mail.add_attachment(
        filled(counter, "li"), maintype="application", subtype="octet-stream", filename="NAME"
    )
    raw = (
        mail.as_bytes()
        .replace(b'charset="us-ascii"', b'charset="gb2312"')
        .replace(b"BODY", "确认函，请查收。㙍".encode("gb18030"))
        .replace(b"SUBJECT", "回复：需求确认函".encode("gbk"))
        .replace(b"NAME", "需求确认函（研发部）.docx".encode("gbk"))
        .replace(b"Content-Transfer-Encoding: 7bit", b"Content-Transfer-Encoding: 8bit")
    )

    answer = counter.hand_in(raw)

    assert "已收到" in answer.letter.subject
    filing = counter.case().filing("confirm", "研发部")
    assert filing is not None
    assert filing.document.name == "需求确认函（研发部）.docx"


def tracked(content: bytes) -> bytes:
    """Return the form with two people struck out and three written instead, as Word tracks it."""

    def track(root: etree._Element) -> None:
        inside = control_of(root, "people").find(f"{W}sdtContent")
        assert inside is not None
        inside.clear()
        for xml in (
            '<w:del w:id="900" w:author="x"><w:r><w:delText>两人</w:delText></w:r></w:del>',
            '<w:ins w:id="901" w:author="x"><w:r><w:t>三人</w:t></w:r></w:ins>',
        ):
            inside.append(element(xml))

    return edited(content, track)


READABLE: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "tracked changes": (tracked, "三人"),
    "no controls": (without_controls, "两人"),
    "labels only": (lambda content: without_bookmarks(without_controls(content)), "两人"),
}


@pytest.mark.parametrize("kind", READABLE)
def test_a_form_that_another_program_changed_is_read(counter: Counter, kind: str) -> None:
    """Tracked changes count as accepted; bookmarks and labels stand in for lost controls."""
    change, people = READABLE[kind]

    answer = counter.hand_in(returned(counter, "li", ("form.docx", change(filled(counter, "li")))))

    filing = counter.case().filing("confirm", "研发部")
    assert filing is not None, answer.letter.text
    assert filing.values["people"] == people


def test_a_coordinator_works_the_queue_by_mail(counter: Counter) -> None:
    """丢弃, 重试 and 放行 with the number of the digest; what cannot be done is said, with the way."""
    stranger = mails.a_mail(sender="x@elsewhere.example", to=(CLERK,), at=counter.clock.now())
    number = counter.hand_in(stranger).number

    def say(words: str, who: str = "zhou") -> str:
        return counter.hand_in(counter.mail(who, text=f"{words}\n")).to(who).text

    assert f"第 {number} 项将重新读取" in say(f"重试 {number}")
    assert f"第 {number} 项已丢弃" in say(f"丢弃　{number}")
    assert f"没有第 {number}" in say(f"放行 {number}")
    assert "已处理" not in say(f"放行 {number}。")
    assert "请在“放行”后写明" in say("放行")
    assert "只有协调员可以这样做" in say(f"放行 {number}", who="li")
    with counter.house.look() as work:
        assert work.inbox.counts()[MailState.IGNORED] == 1


def test_the_reading_of_a_form_never_depends_on_its_file_name(counter: Counter) -> None:
    """`1.docx` from a phone is as good as ours."""
    answer = counter.hand_in(returned(counter, "li", ("1.docx", filled(counter, "li")), subject="1"))

    assert "已收到" in answer.letter.subject
    reading: Reading = counter.read(filled(counter, "li"))
    assert reading.form == "confirmation"
