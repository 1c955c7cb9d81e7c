"""What a Word file says beside its body is compared as well: whoever signs has read it."""

from collections.abc import Callable
from io import BytesIO
from zipfile import ZipFile

import pytest
from lxml import etree

from agent.domain.reading import DriftKind, Reading
from parsers.word.form import read_word
from parsers.word.package import R, W
from tests.pdf_files import house, sent
from tests.word_files import build, edited, element, replaced

TERM = "仅在追加预算五十万元后参与"
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_CHAR = '<w:fldChar w:fldCharType="{}"/>'
_SPACE = f'xmlns:w="{W[1:-1]}"'
SHEET = sent("confirmation")


def read(content: bytes) -> Reading:
    """Read a Word file that may be the sheet as it was sent."""
    return read_word(content, "a.docx", house(SHEET))


def told(content: bytes) -> list[tuple[DriftKind, str]]:
    """Return what was found to differ: the kind of each difference, and the words as they came back."""
    return [(each.kind, each.returned) for each in read(content).drift]


def with_part(content: bytes, kind: str, name: str, data: bytes) -> bytes:
    """Return a Word file with one more part that its main document refers to."""

    def refer(root: etree._Element) -> None:
        root.append(etree.Element(_RELATION, Id="rIdMore", Type=f"{_KINDS}{kind}", Target=name))

    return edited(replaced(content, {f"word/{name}": data}), refer, "word/_rels/document.xml.rels")


def noted(kind: str, one: str) -> Callable[[bytes], bytes]:
    """Return how a note with the term is added: a footnote, an endnote or a comment."""
    words = f"<w:p><w:r><w:t>{TERM}</w:t></w:r></w:p>"
    part = f'<w:{kind} {_SPACE}><w:{one} w:id="2">{words}</w:{one}></w:{kind}>'
    return lambda content: with_part(content, kind, f"{kind}.xml", part.encode())


def chunk(name: str, data: bytes) -> Callable[[bytes], bytes]:
    """Return how a whole file is put into the document (`w:altChunk`, ECMA-376 part 1, 17.17.2.1)."""

    def put(root: etree._Element) -> None:
        root[0].insert(1, etree.Element(f"{W}altChunk", {f"{R}id": "rIdMore"}))

    return lambda content: edited(with_part(content, "aFChunk", name, data), put)


def in_footer(xml: str) -> Callable[[bytes], bytes]:
    """Return how runs are added to the footer."""
    runs = f"<w:ins>{xml}</w:ins>"
    return lambda content: edited(
        content, lambda root: next(root.iter(f"{W}p")).append(element(runs)), "word/footer1.xml"
    )


@pytest.mark.parametrize(
    "add",
    [
        noted("footnotes", "footnote"),
        noted("endnotes", "endnote"),
        noted("comments", "comment"),
        chunk("more.html", f"<html><body><p>{TERM}</p></body></html>".encode()),
        chunk("more.txt", TERM.encode("gb18030")),
        chunk(
            "more.docx",
            edited(
                build(), lambda root: root[0].insert(0, element(f"<w:p><w:r><w:t>{TERM}</w:t></w:r></w:p>"))
            ),
        ),
        in_footer(f"<w:r><w:t>{TERM}</w:t></w:r>"),
        in_footer(
            f"<w:r><w:pict><v:shape><v:textbox><w:txbxContent><w:p><w:r><w:t>{TERM}</w:t></w:r></w:p>"
            "</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
        ),
        in_footer(f'<w:fldSimple w:instr=" PAGE "><w:r><w:t>{TERM}</w:t></w:r></w:fldSimple>'),
    ],
    ids=["footnote", "endnote", "comment", "html", "text", "word", "footer", "box", "field"],
)
def test_a_term_beside_the_body_is_told(add: Callable[[bytes], bytes]) -> None:
    """In notes, in the footer, in a file within the file; the digest of the fixed text tells it as well."""
    altered = add(SHEET.word)

    assert any(TERM in words for _, words in told(altered))
    alone = read_word(altered, "a.docx", house())
    assert alone.fixed != read_word(SHEET.word, "a.docx", house()).fixed


def test_a_chunk_that_nobody_can_read_is_told_by_its_name() -> None:
    """What Word would show of it is not known here."""
    (drift,) = told(chunk("more.docx", b"PK\x03\x04 no package")(SHEET.word))

    assert drift == (DriftKind.ADDED, "word/more.docx")


def test_a_footer_that_is_gone_is_told() -> None:
    """A company may have put terms there."""
    gone = edited(SHEET.word, lambda root: etree.strip_elements(root, f"{W}p"), "word/footer1.xml")

    assert [each.kind for each in read(gone).drift] == [DriftKind.MISSING]


@pytest.mark.parametrize(
    "number",
    [
        '<w:fldSimple w:instr=" NUMPAGES "><w:r><w:t>7</w:t></w:r></w:fldSimple>',
        (
            f"<w:r>{_CHAR.format('begin')}</w:r><w:r><w:instrText> PAGE </w:instrText></w:r>"
            f"<w:r>{_CHAR.format('separate')}</w:r><w:r><w:t>12</w:t></w:r><w:r>{_CHAR.format('end')}</w:r>"
        ),
    ],
    ids=["simple", "complex"],
)
def test_the_number_of_a_page_is_no_difference(number: str) -> None:
    """Each program writes down the one it came to last."""
    assert told(in_footer(number)(SHEET.word)) == []


def test_a_second_footer_that_says_the_same_is_no_difference() -> None:
    """Programs give the first page one of its own."""
    with ZipFile(BytesIO(SHEET.word)) as archive:
        footer = archive.read("word/footer1.xml")

    assert told(with_part(SHEET.word, "footer", "footer9.xml", footer)) == []
