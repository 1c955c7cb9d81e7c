"""What an attached file is, by its content, and what its sender is told when we do not open it."""

import struct
import time
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.domain.words import Language
from parsers.limits import STANDARD, Limits
from parsers.sniff import Kind, Sniffed, sniff
from parsers.sniff_words import FAULTS, KINDS
from tests.mails import a_mail
from tests.unit.parsers.hand_made import TYPES, a_docx, a_zip, an_ole, an_xlsx


def look(content: bytes, limits: Limits = STANDARD) -> tuple[Kind, str]:
    """Return kind and code of the problem, empty when there is none."""
    found = sniff(content, "表单.docx", limits)
    return found.kind, found.problem.code if found.problem else ""


@pytest.mark.parametrize(
    ("content", "kind", "code"),
    [
        (a_docx(), Kind.DOCX, ""),
        (a_zip({"[Content_Types].xml": TYPES, "word/vbaProject.bin": b"x"}), Kind.DOCM, "macros"),
        (an_xlsx(), Kind.XLSX, "wrong_kind"),
        (a_zip({"[Content_Types].xml": TYPES, "ppt/presentation.xml": b"<a/>"}), Kind.OFFICE, "wrong_kind"),
        (an_ole("WordDocument", "1Table"), Kind.DOC, "old_word"),
        (an_ole("EncryptionInfo", "EncryptedPackage"), Kind.ENCRYPTED, "encrypted"),
        (an_ole("__properties_version1.0"), Kind.MSG, "msg"),
        (an_ole("Workbook"), Kind.OFFICE, "wrong_kind"),
        (b"%PDF-1.7\n%\xe2\xe3\n", Kind.PDF, ""),
        (b"\n\n%PDF-1.4\ntrailer<</Encrypt 5 0 R>>", Kind.PDF, ""),
        (b"\x89PNG\r\n\x1a\n\0", Kind.PNG, "read_by_person"),
        (b"\xff\xd8\xff\xe0\0", Kind.JPEG, "read_by_person"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", Kind.HEIC, "read_by_person"),
        (b"II*\0\x08\0", Kind.TIFF, "read_by_person"),
        (b"MM\0+\0\x08", Kind.TIFF, "read_by_person"),
        (b"GIF89a\0", Kind.PICTURE, "read_by_person"),
        (b"{\\rtf1\\ansi}", Kind.RTF, "wrong_kind"),
        (
            a_zip({"mimetype": b"application/vnd.oasis.opendocument.text"}, zipfile.ZIP_STORED),
            Kind.ODT,
            "wrong_kind",
        ),
        (a_zip({"OFD.xml": b"<ofd/>"}), Kind.OFD, "read_by_person"),
        (a_zip({"a.docx": a_docx()}), Kind.ZIP, ""),
        (b"Rar!\x1a\x07\x01\x00", Kind.ARCHIVE, "archive"),
        (b"\x78\x9f\x3e\x22\0\0", Kind.WINMAIL, "winmail"),
        (a_mail(), Kind.EML, ""),
        (b"BEGIN:VCALENDAR\r\n", Kind.CALENDAR, ""),
        (b"<html><body>x</body></html>", Kind.HTML, "wrong_kind"),
        ("确认".encode(), Kind.TEXT, ""),
        ("确认".encode("gbk"), Kind.TEXT, ""),
        (b"", Kind.EMPTY, "empty_file"),
        (b"\0" * 4096, Kind.EMPTY, "empty_file"),
        (bytes(range(256)), Kind.UNKNOWN, "unknown_kind"),
        (b"PK\x03\x04 but nothing more", Kind.ZIP, "broken"),
    ],
)
def test_a_file_is_known_by_its_content(content: bytes, kind: Kind, code: str) -> None:
    """The name says .docx for all of them; only the first is one."""
    assert look(content) == (kind, code)


@pytest.mark.parametrize(
    "talk",
    ["EncryptedPackage".encode("utf-16-le").ljust(128, b"\0"), b"\0" * 7 + an_ole("EncryptedPackage")[1024:]],
    ids=["plain words on the border of an entry", "an entry that is not on its border"],
)
def test_the_name_of_a_stream_in_the_text_is_no_stream(talk: bytes) -> None:
    """A Word file that talks about EncryptedPackage is not encrypted."""
    assert look(an_ole("WordDocument") + talk)[0] is Kind.DOC


def test_a_bomb_is_refused_by_what_it_declares() -> None:
    """654 kB that say they are 600 MB are not even begun."""
    bomb = a_zip({"[Content_Types].xml": TYPES, "word/document.xml": b" " * 30_000_000})

    assert look(bomb, Limits(unzipped_bytes=20_000_000)) == (Kind.DOCX, "zip_bomb")
    assert look(bomb) == (Kind.DOCX, "zip_bomb"), "also by its ratio"


def test_a_bomb_that_only_declares_is_refused_before_anything_is_expanded() -> None:
    """What it says about itself is enough."""
    small = a_zip({"[Content_Types].xml": TYPES, "word/document.xml": b" " * 4_711})
    boast = small.replace(struct.pack("<I", 4_711), struct.pack("<I", 600_000_000))

    assert look(small) == (Kind.DOCX, "")
    assert look(boast) == (Kind.DOCX, "zip_bomb")


def test_a_bomb_that_lies_is_refused_by_what_comes_out() -> None:
    """A directory that declares 10 bytes does not make 30 MB small."""
    honest = a_zip({"[Content_Types].xml": TYPES, "word/document.xml": b" " * 30_000_000})
    lie = honest.replace(struct.pack("<I", 30_000_000), struct.pack("<I", 10))
    assert lie != honest

    began = time.process_time()
    assert look(lie) == (Kind.DOCX, "broken")
    assert time.process_time() - began < 0.5


def test_many_members_are_refused_before_they_are_listed() -> None:
    """A million empty members cost the reader, not the sender."""
    assert look(a_zip({f"{n}": b"" for n in range(60)}), Limits(zip_members=50)) == (
        Kind.ZIP,
        "too_many_members",
    )


def test_zips_within_zips_end_at_a_depth() -> None:
    """A ZIP in a mail is opened, one within it too; a third is not (42.zip)."""
    one = a_zip({"a.txt": b"x"})
    two = a_zip({"one.zip": one})
    three = a_zip({"two.zip": two})

    assert look(two) == (Kind.ZIP, "")
    assert look(three) == (Kind.ZIP, "nested_zip")
    assert look(a_zip({f"{n}.zip": one for n in range(20)})) == (Kind.ZIP, "nested_zip")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("padding", ["", " " * 70_000], ids=["start", "later"])
def test_a_billion_laughs_are_refused(encoding: str, padding: str) -> None:
    """No Office file may declare a DOCTYPE; only bombs and spies need one."""
    laughs = f'<?xml version="1.0"?>{padding}<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><l>&b;</l>'
    docx = a_zip({"[Content_Types].xml": TYPES, "word/document.xml": laughs.encode(encoding)})

    assert look(docx) == (Kind.DOCX, "doctype")
    assert look(a_zip({"data.xml": laughs.encode(encoding)})) == (Kind.ZIP, "")


@pytest.mark.parametrize("before", range(65_525, 65_540))
def test_a_doctype_is_found_wherever_it_stands(before: int) -> None:
    """Also across the border of two chunks."""
    spy = b"<a/>".rjust(before) + b'<!DOCTYPE a SYSTEM "file:///etc/passwd">'

    assert look(a_zip({"[Content_Types].xml": TYPES, "word/document.xml": spy})) == (Kind.DOCX, "doctype")


def test_a_password_on_a_zip_is_named() -> None:
    """The sender can take it away."""
    content = bytearray(a_zip({"a.txt": b"x"}))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1

    assert look(bytes(content)) == (Kind.ZIP, "encrypted_zip")


def test_what_is_too_large_is_named() -> None:
    """A file, and one XML part of it."""
    assert look(a_docx(), Limits(file_bytes=100)) == (Kind.DOCX, "file_too_large")
    assert look(a_docx(), Limits(xml_bytes=100)) == (Kind.DOCX, "xml_too_large")


def test_a_cut_word_file_is_still_called_one() -> None:
    """Its sender is told that the document is damaged, not that some archive is."""
    whole = a_docx()

    assert look(whole[: len(whole) // 2]) == (Kind.DOCX, "broken")


def test_only_what_a_person_reads_does_not_block() -> None:
    """A picture of a kind that nobody scans to goes to a person; what we never read, back to its sender."""
    ofd = a_zip({"OFD.xml": b"<ofd/>"})
    seen, doc = (sniff(content, "x", STANDARD).problem for content in (ofd, an_ole("WordDocument")))

    assert seen is not None
    assert doc is not None
    assert (seen.blocks, doc.blocks) == (False, True)


@pytest.mark.parametrize("words", [*KINDS.values(), *FAULTS.values()])
def test_every_problem_says_what_to_do_in_both_languages(words: object) -> None:
    """No dead ends: each sentence asks for something or promises an answer."""
    zh, en = (getattr(words, language.value) for language in Language)

    assert "请" in zh
    assert zh.endswith("。")
    assert "lease" in en or "you will hear" in en
    assert en.isascii() or "“" in en


def test_every_kind_that_is_refused_has_words() -> None:
    """A kind without words counts as opened or needing none."""
    silent = {kind for kind in Kind if kind.value not in KINDS}

    assert silent == {Kind.DOCX, Kind.ZIP, Kind.TEXT, Kind.CALENDAR, Kind.EML}


SEEDS = (
    a_docx(),
    a_zip({"q.zip": a_zip({"a": b"x"})}),
    an_ole("WordDocument"),
    b"%PDF-1.7 /Encrypt",
    a_mail(),
)


@settings(max_examples=150, deadline=5_000)
@given(st.sampled_from(SEEDS), st.lists(st.tuples(st.integers(0, 40_000), st.integers(0, 255)), max_size=20))
def test_a_damaged_file_is_still_something(seed: bytes, changes: list[tuple[int, int]]) -> None:
    """Never raises."""
    content = bytearray(seed)
    for at, value in changes:
        content[at % len(content)] = value

    assert isinstance(sniff(bytes(content), "x", STANDARD), Sniffed)
