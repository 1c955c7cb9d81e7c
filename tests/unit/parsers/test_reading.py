"""The one door to the readers: every file gets an answer."""

from io import BytesIO
from zipfile import ZipFile

import pytest

from agent.domain.reading import Source
from parsers.known import Known
from parsers.limits import Limits
from parsers.reading import read_document
from tests.word_files import PEOPLE, REQUEST, SECRET, SUMMARY, TODAY, build, known, replaced, retyped

BODY = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>'


def codes(content: bytes, name: str = "a.docx", limits: Limits | None = None) -> list[str]:
    """Return the problems of the first reading."""
    house = Known(
        forms={REQUEST.id: REQUEST},
        directory=PEOPLE,
        secret=SECRET,
        today=TODAY,
        limits=limits or Limits(),
    )
    return [problem.code for problem in read_document(content, name, house)[0].problems]


def test_several_forms_in_one_zip_are_several_readings() -> None:
    """Each is named by the archive and its own name."""
    bundle = BytesIO()
    with ZipFile(bundle, "w") as archive:
        archive.writestr("一/申请.docx", build())
        archive.writestr("总结.docx", retyped(SUMMARY, {"highlights": "配合好"}))
        archive.writestr("说明.txt", "见附件")

    readings = read_document(bundle.getvalue(), "材料.zip", known())

    assert [(r.form, r.source) for r in readings] == [
        ("request", Source.DOCX),
        ("summary", Source.DOCX),
        ("", Source.NONE),
    ]
    assert readings[0].file.startswith("材料.zip/")
    assert len({r.digest for r in readings}) == 3


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"%PDF-1.7\n1 0 obj", "form.pdf"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 20, "photo.png"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 20, "photo.jpg"),
    ],
)
def test_what_only_a_person_can_read_yet_says_so(content: bytes, name: str) -> None:
    """A PDF, a scan or a photo goes to a person on our side; its sender need not act."""
    (reading,) = read_document(content, name, known())

    assert (reading.source, reading.form) == (Source.NONE, "")
    assert not reading.problems[0].blocks
    assert reading.problems[0].say.zh
    assert reading.problems[0].say.en


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"hello", "not_a_document"),
        (b"PK\x03\x04 broken", "broken"),
        (replaced(build(), {"word/document.xml": b"<not xml"}), "unreadable"),
        (replaced(build(), {"word/document.xml": BODY}), "unreadable"),
        (replaced(build(), {"word/document.xml": b"<x/>"}), "not_a_document"),
        (replaced(build(), {"word/vbaProject.bin": b"x"}), "macros"),
        (replaced(build(), {"word/document.xml": b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"}), "doctype"),
    ],
)
def test_a_file_that_cannot_be_read_gets_a_reason(content: bytes, code: str) -> None:
    """Nothing is opened that is not sound, and nobody is left without an answer."""
    assert codes(content) == [code]


def test_limits_hold_for_word_files_too() -> None:
    """What lies beyond them is refused before it is expanded."""
    assert codes(build(), limits=Limits(file_bytes=1000)) == ["file_too_large"]
    assert codes(build(), limits=Limits(zip_members=3)) != []
    assert codes(build(), limits=Limits(xml_bytes=100)) == ["xml_too_large"]


def test_an_element_nested_without_end_is_refused() -> None:
    """A document as deep as a well costs no stack."""
    deep = BODY[:-2] + b"><w:body>" + b"<w:p>" * 5000 + b"</w:p>" * 5000 + b"</w:body></w:document>"

    assert codes(replaced(build(), {"word/document.xml": deep})) == ["unreadable"]


def test_a_strict_document_is_read_like_any_other() -> None:
    """Word can save in the strict namespaces of ISO 29500."""
    with ZipFile(BytesIO(build())) as archive:
        document = archive.read("word/document.xml")
    strict = document.replace(
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
    )

    (reading,) = read_document(replaced(build(), {"word/document.xml": strict}), "a.docx", known())

    assert reading.form == "request"
