"""Words that are struck out by their format: of a value a question, of the form itself a difference."""

from collections.abc import Callable

import pytest
from lxml import etree

from agent.domain.answers import Answer, Trust
from agent.domain.reading import DriftKind, Reading
from agent.domain.signatures import Verdict
from parsers.word.form import read_word
from parsers.word.package import W
from tests.pdf_files import house, sent
from tests.unit.parsers.pages.test_drift_strict import sheet as given_sheet
from tests.word_files import control_of, edited, element, fill, put

SHEET = given_sheet("confirmation")
FILLED = fill(SHEET.word, {"people": "两人", "sig.head": "李娜"})


def read(content: bytes) -> Reading:
    """Read a Word file that may be the sheet as it was sent."""
    return read_word(content, "a.docx", house(SHEET))


def people(content: bytes) -> Answer:
    """Return what a file says of the people."""
    found = read(content).answers.get("people")
    assert found is not None
    return found


def strike(within: etree._Element, how: str = "strike", value: str = "") -> None:
    """Strike out every run within an element."""
    for run in list(within.iter(f"{W}r")):
        properties = run.find(f"{W}rPr")
        if properties is None:
            properties = etree.Element(f"{W}rPr")
            run.insert(0, properties)
        mark = etree.SubElement(properties, f"{W}{how}")
        if value:
            mark.set(f"{W}val", value)


def struck(tag: str, how: str = "strike", value: str = "") -> bytes:
    """Return the filled form with what stands in a control struck out."""
    return edited(FILLED, lambda root: strike(control_of(root, tag), how, value))


@pytest.mark.parametrize(("how", "value"), [("strike", ""), ("dstrike", ""), ("color", "FFFFFF")])
def test_a_value_that_was_struck_out_or_is_white_is_asked_about(how: str, value: str) -> None:
    """Does it stand, or was it taken back?  Has anybody seen it?"""
    crossed = struck("people", how, value)
    answer = people(crossed)

    assert (answer.value, answer.trust) == ("两人", Trust.GUESS)
    assert read(crossed).drift == ()


def test_what_was_written_beside_a_struck_value_is_proposed() -> None:
    """As on paper: the old words are crossed out, the new ones stand behind."""

    def rewrite(root: etree._Element) -> None:
        control = control_of(root, "people")
        strike(control)
        inside = control.find(f"{W}sdtContent")
        assert inside is not None
        inside.append(element("<w:r><w:t>三人</w:t></w:r>"))

    answer = people(edited(FILLED, rewrite))

    assert (answer.value, answer.trust) == ("三人", Trust.GUESS)


@pytest.mark.parametrize(
    ("how", "value"), [("strike", "0"), ("color", "auto"), ("color", "FF0000"), ("color", "7F7F7F")]
)
def test_other_formats_strike_nothing(how: str, value: str) -> None:
    """Programs write `w:val="0"` where a style is overridden (ECMA-376 part 1, 17.17.4)."""
    assert people(struck("people", how, value)).trust is Trust.SURE


def test_a_cell_of_a_table_is_asked_about_too() -> None:
    """Rows are read in the same way."""
    sheet = sent("request")

    def cross(root: etree._Element) -> None:
        put(control_of(root, "departments.0.asked"), "完成样机")
        strike(control_of(root, "departments.0.asked"))

    found = read_word(edited(sheet.word, cross), "a.docx", house(sheet)).answers.get("departments.0.asked")

    assert found is not None
    assert (found.value, found.trust) == ("完成样机", Trust.GUESS)


def test_a_name_that_was_struck_out_signs_nothing() -> None:
    """Somebody took the signature back."""
    (before,), (after,) = read(FILLED).signatures, read(struck("sig.head")).signatures

    assert (before.verdict, after.verdict) == (Verdict.SIGNED, Verdict.UNSIGNED)


def _label(root: etree._Element) -> etree._Element:
    return next(each for each in root.iter(f"{W}p") if "投入人员" in "".join(map(str, each.itertext())))


@pytest.mark.parametrize(("how", "value"), [("strike", ""), ("color", "FFFFFF")])
@pytest.mark.parametrize(
    ("where", "words"),
    [(_label, "投入人员"), (lambda root: control_of(root, "asked"), "完成样机")],
    ids=["a label", "what we had filled in"],
)
def test_fixed_words_that_were_struck_out_or_are_white_are_told(
    where: Callable[[etree._Element], etree._Element], words: str, how: str, value: str
) -> None:
    """They stand there still, and nobody agreed to them; the digest of the fixed text tells it as well."""
    crossed = edited(SHEET.word, lambda root: strike(where(root), how, value))

    (drift,) = read(crossed).drift

    assert drift.kind is DriftKind.MISSING
    assert words in drift.sent
    assert digest(crossed) != digest(SHEET.word)


def digest(content: bytes) -> str:
    """Return what a file says of its fixed text to whom the sheet as it was sent is not at hand."""
    return read_word(content, "a.docx", house()).fixed
