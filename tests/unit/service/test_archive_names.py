"""Names in an archive: whatever people write, every system can unpack it, and no two files meet."""

import ntpath
import unicodedata
from pathlib import PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.service.archives.names import LONGEST_PATH, Names, is_sound, key, part, units

ANYTHING = st.text(st.characters(), max_size=300)
"""Lone surrogates, controls and unassigned characters included."""


def _is_reserved(name: str) -> bool:
    """Ask Python, which has moved the question (3.13)."""
    asked = getattr(ntpath, "isreserved", None)
    return bool(asked(name)) if asked is not None else PureWindowsPath(name).is_reserved()


@given(ANYTHING)
def test_any_words_become_one_sound_part(text: str) -> None:
    """No words of a sender can name a folder, a device, or nothing at all."""
    name = part(text)
    assert "/" not in name
    assert is_sound(name)
    assert units(name) <= 80
    assert not _is_reserved(name)


@given(st.lists(ANYTHING, max_size=12), st.integers(0, 60))
def test_names_are_handed_out_once(texts: list[str], depth: int) -> None:
    """Names that differ in case or Unicode form are one name on Windows and macOS."""
    names, folder = Names(), "/".join(["甲乙"] * depth)
    paths = [names.claim(folder, text) for text in texts]
    assert len({key(path) for path in paths}) == len(paths)
    assert all(is_sound(path) and units(path) <= LONGEST_PATH for path in paths)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("..\\..\\windows\\system32.docx", "windows system32.docx"),
        ("/etc/passwd", "etc passwd"),
        ("CON", "_CON"),
        ("con.txt", "_con.txt"),
        ("lpt1 .docx", "lpt1.docx"),
        ("计划。", "计划。"),
        ("报告 . . ", "报告"),
        ("截止 18:00 前", "截止 1800 前"),
        ("a／b", "a b"),
        ("", "_"),
        ("...", "_"),
        ("需求（研发部）.docx", "需求（研发部）.docx"),
        ("x" * 300 + ".docx", "x" * 75 + ".docx"),
        ("😀" * 100, "😀" * 40),
        ("\u202egnp.exe", "gnp.exe"),
    ],
)
def test_words_stay_readable(text: str, name: str) -> None:
    """What may stay, stays: a person still recognises the file, and its ending is kept."""
    assert part(text) == name or part(text) == f"_{name}"


def test_the_same_name_gets_a_number() -> None:
    """Case and Unicode form make no difference; the ending stays at the end."""
    names = Names()
    first = names.claim("a", "Plan é.docx")
    second = names.claim("a", unicodedata.normalize("NFD", "PLAN é.DOCX"))
    assert (first, second) == ("a/Plan é.docx", "a/PLAN É (2).DOCX".replace("É", "é"))
    assert names.claim("b", "Plan é.docx") == "b/Plan é.docx"
