"""File names that came from outside."""

from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.mail.files import safe_name


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("协同需求（一）：终稿.docx", "协同需求（一）_终稿.docx"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("．．／．．／x.docx", "_.._x.docx"),
        ("C:\\Users\\li\\form.docx", "C__Users_li_form.docx"),
        ("CON.docx", "_CON.docx"),
        ("com¹.txt", "_com¹.txt"),
        ("ＮＵＬ", "_ＮＵＬ"),
        ("form.docx. . ", "form.docx"),
        (".hidden", "hidden"),
        ("a\r\nb\0c\u202excod.docx", "a bcxcod.docx"),
        ("", "otherwise"),
        ("...", "otherwise"),
        ("///", "otherwise"),
    ],
)
def test_a_name_is_safe_on_every_disk(name: str, safe: str) -> None:
    """Windows forbids most, Unix least; the archive must open on both."""
    assert safe_name(name, "otherwise") == safe


def test_a_long_name_keeps_its_extension() -> None:
    """What a file is must still be seen; the file systems count bytes."""
    for letter in "x协":
        short = safe_name(letter * 500 + ".docx")
        assert short.endswith(f"{letter}.docx")
        assert len(short) <= 120
        assert len(short.encode()) <= 200


@settings(deadline=None)
@given(st.text(max_size=300))
def test_no_name_leaves_its_folder(name: str) -> None:
    """Not even after somebody normalises it; and making it safe again changes nothing."""
    safe = safe_name(name, "file")

    for form in (safe, normalize("NFKC", safe)):
        assert not set(form) & set('<>:"/\\|?*\r\n\t\0')
        assert form not in {"", ".", ".."}
        assert not form.endswith((".", " "))
    assert safe_name(safe, "file") == safe
