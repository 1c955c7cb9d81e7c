"""Whatever wraps a form is opened: ZIPs, forwarded mails, Outlook's own files, one within another."""

import os
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.domain.mail import Attachment
from parsers.documents import documents, open_mail
from parsers.limits import STANDARD, Limits
from tests.outlook_files import a_msg, a_winmail, compound, msg_tree
from tests.unit.parsers.hand_made import a_docx, a_zip
from tests.word_files import known

DOCX = a_docx()
PDF = b"%PDF-1.7\n%%EOF\n"
LARGE = os.urandom(9_000)


def a_mail(*files: tuple[str, bytes], cid: bytes = b"") -> bytes:
    """Build a mail as a mail program forwards it."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "li.na@example.com", "collab@example.com", "转发"
    message.set_content("见附件\n")
    for name, content in files:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    if cid:
        message.add_attachment(cid, maintype="image", subtype="png", filename="logo.png", cid="<logo>")
    return bytes(message)


def found(name: str, content: bytes, limits: Limits = STANDARD) -> list[tuple[str, bytes, bool]]:
    """Open one attached file."""
    file = Attachment(name=name, media_type="application/octet-stream", content=content)
    return [(each.name, each.content, each.paper) for each in documents((file,), limits)]


@pytest.mark.parametrize(
    ("name", "wrapped"),
    [
        ("材料.zip", a_zip({"申请表.docx": DOCX, "扫描.pdf": PDF})),
        ("转发.eml", a_mail(("申请表.docx", DOCX), ("扫描.pdf", PDF))),
        ("转发.msg", a_msg({"申请表.docx": DOCX, "扫描.pdf": PDF})),
        ("winmail.dat", a_winmail({"申请表.docx": DOCX, "扫描.pdf": PDF})),
        ("winmail.dat", a_winmail({"申请表.docx": DOCX, "扫描.pdf": PDF}, long_names=False)),
    ],
    ids=["zip", "eml", "msg", "winmail", "old winmail"],
)
def test_what_wraps_a_form_is_opened(name: str, wrapped: bytes) -> None:
    """Each file comes out byte for byte and says where it came from; paper is told from Word."""
    assert found(name, wrapped) == [
        (f"{name}/申请表.docx", DOCX, False),
        (f"{name}/扫描.pdf", PDF, True),
    ]


def test_wrappers_within_wrappers_are_opened() -> None:
    """A mail saved by Outlook, with a mail in it, with a ZIP in that."""
    inner = msg_tree({"材料.zip": a_zip({"一/申请表.docx": DOCX})})
    content = a_msg({"原邮件": inner, "大.bin": LARGE})
    assert found("转发.msg", content) == [
        ("转发.msg/原邮件/材料.zip/一_申请表.docx", DOCX, False),
        ("转发.msg/大.bin", LARGE, False),
    ]
    nested = a_winmail({"原邮件": a_winmail({"申请表.docx": DOCX})})
    assert found("winmail.dat", a_mail(("winmail.dat", nested))) == [
        ("winmail.dat/winmail.dat/原邮件/申请表.docx", DOCX, False)
    ]


def test_wrapping_has_an_end() -> None:
    """Beyond the limit a wrapper stays what it is, and the sender is told."""
    content = DOCX
    for number in range(6):
        content = a_mail((f"{number}.eml" if number else "申请表.docx", content))
    (left,) = found("6.eml", content)
    assert left[0] == "6.eml/5.eml/4.eml/3.eml/2.eml"
    assert found("1.eml", a_mail(("申请表.docx", DOCX)), Limits(wrapped=0))[0][0] == "1.eml"


def test_wrappers_that_hold_nothing_or_too_much_stay_as_they_are() -> None:
    """A forwarded mail without files is a mail; what does not fit is not taken out by half."""
    empty = a_mail()
    assert found("空.eml", empty) == [("空.eml", empty, False)]
    logo = a_mail(cid=b"\x89PNG\r\n\x1a\n")
    assert found("标志.eml", logo) == [("标志.eml", logo, False)]
    large = a_zip({"a.bin": LARGE, "b.bin": LARGE})
    tight = Limits(unzipped_bytes=20_000)
    assert len(found("a.zip", large, tight)) == 2
    assert [
        each[0]
        for each in found("m.eml", a_mail(("a.zip", large), ("b.zip", large)), Limits(unzipped_bytes=45_000))
    ]


def test_a_mail_tells_its_documents() -> None:
    """Pictures inside the text are logos and signatures, not documents."""
    opened = open_mail(a_mail(("申请表.docx", DOCX), cid=b"\x89PNG\r\n\x1a\n"), frozenset(), 1, known())
    assert [each.name for each in opened.documents] == ["申请表.docx"]
    assert len(opened.mail.attachments) == 2


def test_documents_are_read_with_their_mail_unless_paper_is_among_them() -> None:
    """Paper takes seconds a page and is read elsewhere, and its mail with it."""
    opened = open_mail(a_mail(("a.docx", DOCX), ("b.txt", b"x")), frozenset(), 1, known())
    assert [[each.file for each in readings] for readings in opened.readings] == [["a.docx"], ["b.txt"]]
    assert open_mail(a_mail(("a.docx", DOCX), ("b.pdf", PDF)), frozenset(), 1, known()).readings == ()


@given(st.data())
def test_damaged_wrappers_never_raise(data: st.DataObject) -> None:
    """Cut or changed anywhere, Outlook's files give what is whole in them, or stay as they are."""
    whole = data.draw(st.sampled_from([a_msg({"a.docx": DOCX, "b": LARGE}), a_winmail({"a.docx": DOCX})]))
    content = bytearray(whole[: data.draw(st.integers(0, len(whole)))])
    for _ in range(data.draw(st.integers(0, 20))):
        if content:
            content[data.draw(st.integers(0, min(len(content), 4_000) - 1))] = data.draw(st.integers(0, 255))
    for name, inside, _ in found("x", bytes(content)):
        assert name.startswith("x")
        assert len(inside) <= len(whole)


def test_a_compound_file_that_runs_in_circles_ends() -> None:
    """A chain of sectors that leads back to itself is damage, not work for ever."""
    content = bytearray(compound(msg_tree({"a.bin": LARGE})))
    for at in range(len(content) - 512, len(content), 4):
        content[at : at + 4] = (1).to_bytes(4, "little")
    assert len(found("x.msg", bytes(content))) == 1
