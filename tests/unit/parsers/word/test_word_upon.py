"""What is drawn upon a place of a Word form is seen, and never read as an empty place or passed over."""

import pytest
from lxml import etree

from agent.domain.answers import Answer, Trust
from agent.domain.reading import Reading
from parsers.word.form import read_word
from parsers.word.package import W
from tests.pdf_files import house, sent
from tests.word_files import (
    cell_of,
    control_of,
    edited,
    element,
    fill,
    put,
    signature_png,
    with_picture,
)

SHEET = sent("confirmation")
_INK = "http://schemas.microsoft.com/office/word/2010/wordprocessingInk"
INK = (
    f'<w:r><mc:AlternateContent><mc:Choice xmlns:wpi="{_INK}" Requires="wpi"><w:drawing><wp:anchor>'
    f'<a:graphic><a:graphicData uri="{_INK}"><w14:contentPart r:id="rId9"/>'
    "</a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice><mc:Fallback><w:drawing><wp:inline>"
    '<a:graphic><a:graphicData uri="p"><a:blip r:embed="rIdPicink"/></a:graphicData></a:graphic>'
    "</wp:inline></w:drawing></mc:Fallback></mc:AlternateContent></w:r>"
)
BOX = (
    '<w:r><w:pict><v:shape style="position:absolute"><v:textbox><w:txbxContent><w:p><w:r><w:t>三人</w:t>'
    "</w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
)
PICTURE = INK[INK.index("<w:drawing><wp:inline>") : INK.index("</mc:Fallback>")].join(("<w:r>", "</w:r>"))


def drawn(xml: str, words: str = "", tag: str = "people") -> bytes:
    """Return the form with something drawn upon a place, and perhaps words in it."""
    filled = fill(SHEET.word, {tag: words}) if words else SHEET.word
    ready = with_picture(filled, _nowhere, signature_png(), name="ink")

    def draw(root: etree._Element) -> None:
        paragraph = cell_of(control_of(root, tag)).find(f"{W}p")
        assert paragraph is not None
        paragraph.append(element(xml))

    return edited(ready, draw)


def _nowhere(_: etree._Element) -> etree._Element:
    return etree.Element(f"{W}p")


def read(content: bytes) -> Reading:
    """Read a Word file that may be the sheet."""
    return read_word(content, "a.docx", house(SHEET))


def answer(content: bytes, path: str = "people") -> Answer:
    """Return what a file says in a place."""
    found = read(content).answers.get(path)
    assert found is not None
    return found


def test_words_that_a_pen_crosses_are_asked_about() -> None:
    """Were they struck out, underlined or corrected?"""
    found = answer(drawn(INK, "两人"))

    assert (found.value, found.trust, found.problem) == ("两人", Trust.GUESS, "")
    assert found.words == "两人"
    assert found.picture in read(drawn(INK, "两人")).pictures


@pytest.mark.parametrize("xml", [INK, PICTURE], ids=["ink", "picture"])
@pytest.mark.parametrize("tag", ["people", "conclusion", "lead"])
def test_what_was_drawn_into_an_empty_place_is_not_missing(xml: str, tag: str) -> None:
    """Somebody wrote it by hand: its picture is shown, and a person says what it says."""
    reading = read(drawn(xml, tag=tag))
    found = reading.answers.get(tag)

    assert found is not None
    assert (found.value, found.trust, found.problem) == (None, Trust.GUESS, "unread_ink")
    assert found.picture in reading.pictures


def test_the_words_of_a_text_box_are_an_answer_to_confirm() -> None:
    """People lay a box over the place; over other words it is a contradiction."""
    alone, over = answer(drawn(BOX)), answer(drawn(BOX, "两人"))

    assert (alone.value, alone.trust, alone.problem) == ("三人", Trust.GUESS, "")
    assert (over.value, over.trust, over.problem) == ("两人", Trust.GUESS, "contradiction")


def test_a_picture_beside_words_illustrates_them() -> None:
    """A screenshot in the middle of a text takes nothing from it."""
    assert answer(drawn(PICTURE, "两人")).trust is Trust.SURE


def test_a_row_that_was_written_by_hand_is_a_row() -> None:
    """Of a table nothing that was drawn is lost."""
    sheet = sent("request")

    def draw(root: etree._Element) -> None:
        put(control_of(root, "departments.0.department"), "研发部")
        paragraph = cell_of(control_of(root, "departments.0.asked")).find(f"{W}p")
        assert paragraph is not None
        paragraph.append(element(INK))

    reading = read_word(edited(sheet.word, draw), "a.docx", house(sheet))
    found = reading.answers.get("departments.0.asked")

    assert found is not None
    assert (found.value, found.problem) == (None, "unread_ink")


def test_our_own_pictures_are_no_marks() -> None:
    """The code of the sheet stands on it."""
    assert all(each.trust is not Trust.GUESS for each in read(SHEET.word).answers.all)
