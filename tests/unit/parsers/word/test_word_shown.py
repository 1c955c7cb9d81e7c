"""Only what Word shows is read: what it passes over is as good as not there."""

from collections.abc import Callable

import pytest
from lxml import etree

from agent.domain.reading import DriftKind, Reading
from parsers.word.form import read_word
from parsers.word.package import W
from tests.pdf_files import house, sent
from tests.word_files import edited, element, row_of

SHEET = sent("confirmation")
_WPS = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
_CHOICE = (
    '<w:r><mc:AlternateContent><mc:Choice xmlns:x="{space}" Requires="x"><w:t>投入人员</w:t></mc:Choice>'
    "<mc:Fallback><w:t>投入十人</w:t></mc:Fallback></mc:AlternateContent></w:r>"
)


def read(content: bytes) -> Reading:
    """Read a Word file that may be the sheet as it was sent."""
    return read_word(content, "a.docx", house(SHEET))


def label(root: etree._Element) -> etree._Element:
    """Return the run that is the label of the people."""
    return next(run for run in root.iter(f"{W}r") if "".join(map(str, run.itertext())).startswith("投入人员"))


def instead(xml: str) -> bytes:
    """Return the form with something in the place of that label."""

    def change(root: etree._Element) -> None:
        old = label(root)
        old.addprevious(element(xml))
        parent = old.getparent()
        assert parent is not None
        parent.remove(old)

    return edited(SHEET.word, change)


@pytest.mark.parametrize("space", ["urn:nobody", "http://example.com/2026"])
def test_of_alternatives_the_one_that_word_can_show_is_read(space: str) -> None:
    """An extension that Word has not sends it to the fallback, whatever stands in the choice."""
    (drift,) = read(instead(_CHOICE.format(space=space))).drift

    assert "投入十人" in drift.returned


def test_an_extension_that_word_has_is_what_it_shows() -> None:
    """The fallback is for programs of before 2010."""
    assert read(instead(_CHOICE.format(space=_WPS))).drift == ()


def _wrapped(root: etree._Element) -> None:
    run = label(root)
    wrapper = etree.Element("{urn:nobody}x")
    run.addprevious(wrapper)
    wrapper.append(run)


def _in_a_hidden_row(root: etree._Element) -> None:
    row = row_of(label(root))
    properties = row.find(f"{W}trPr")
    if properties is None:
        properties = etree.Element(f"{W}trPr")
        row.insert(0, properties)
    properties.append(etree.Element(f"{W}hidden"))


@pytest.mark.parametrize("hide", [_wrapped, _in_a_hidden_row], ids=["a strange element", "a hidden row"])
def test_fixed_words_that_word_passes_over_are_missing(hide: Callable[[etree._Element], None]) -> None:
    """In an element that only another program knows, or in a row that is hidden (17.4.20)."""
    drift = read(edited(SHEET.word, hide)).drift

    assert any(each.kind is DriftKind.MISSING and "投入人员" in each.sent for each in drift)
