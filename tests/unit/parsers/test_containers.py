"""The files in a ZIP, as if each had been attached by itself."""

import zipfile
from io import BytesIO

import pytest

from parsers.containers import members
from parsers.limits import Limits
from tests.unit.parsers.hand_made import a_docx, a_zip


def test_the_files_come_out_with_safe_names() -> None:
    """Folders vanish into the names, litter is left out, nothing leaves its folder."""
    form = a_docx()
    content = a_zip(
        {
            "报价/": b"",
            "报价/一.docx": form,
            "../../evil.txt": b"x",
            "__MACOSX/._一.docx": b"litter",
            "Thumbs.db": b"litter",
        }
    )

    assert [file.name for file in members(content)] == ["报价_一.docx", "_.._evil.txt"]
    assert members(content)[0].content == form


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_a_name_without_the_utf8_flag_is_read(encoding: str) -> None:
    """Windows in Chinese writes GBK, old macOS UTF-8, both without a flag."""
    name = "协同需求.txt"
    stand_in = "x" * len(name.encode(encoding))
    content = a_zip({stand_in: b"x"}).replace(stand_in.encode(), name.encode(encoding))

    assert [file.name for file in members(content)] == [name]


def test_a_zip_within_is_opened_too_and_a_third_is_not() -> None:
    """As many wrappings as people really use."""
    two = a_zip({"b.txt": b"b", "inner.zip": a_zip({"a.txt": b"a"})})

    assert [(file.name, file.content) for file in members(two)] == [("b.txt", b"b"), ("a.txt", b"a")]
    assert members(a_zip({"two.zip": two})) == ()


def test_a_word_file_within_stays_one() -> None:
    """It is a ZIP, too, but nobody wants its parts."""
    assert [file.name for file in members(a_zip({"f.docx": a_docx()}))] == ["f.docx"]


def test_a_broken_zip_within_stays_a_file() -> None:
    """Whoever sniffs it tells the sender."""
    broken = a_zip({"a.txt": b"a"})[:-10]

    assert [file.name for file in members(a_zip({"in.zip": broken}))] == ["in.zip"]


@pytest.mark.parametrize(
    ("limits", "count"),
    [(Limits(attachments=3), 3), (Limits(zip_members=3), 0), (Limits(unzipped_bytes=50), 0), (Limits(), 10)],
)
def test_what_exceeds_the_limits_stays_inside(limits: Limits, count: int) -> None:
    """Bounded in number and in size."""
    assert len(members(a_zip({f"{n}.txt": b"0123456789" for n in range(10)}), limits)) == count


def test_zips_within_share_one_bound() -> None:
    """Each alone would be within it."""
    inner = a_zip({"x.txt": bytes(range(256)) * 40})
    content = a_zip({f"{n}.zip": inner for n in range(8)})

    assert len(members(content, Limits(unzipped_bytes=30_000))) == 2


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no zip"])
def test_what_is_no_zip_holds_nothing(content: bytes) -> None:
    """Never raises."""
    assert members(content) == ()


def test_compression_that_no_mail_program_uses_is_refused() -> None:
    """bzip2 and LZMA expand too slowly to be bounded by size."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("a", b"x")

    assert members(buffer.getvalue()) == ()
