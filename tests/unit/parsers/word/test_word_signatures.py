"""Judging the signature slots of Word forms."""

import pytest
from lxml import etree
from PIL import Image

from agent.domain.forms import SignatureKind
from agent.domain.reading import Reading
from agent.domain.signatures import Signature, Verdict
from parsers.word.form import read_word
from tests.word_files import (
    W,
    build,
    cell_of,
    control_of,
    edited,
    element,
    fill,
    known,
    png,
    replaced,
    row_of,
    signature_png,
    slot_paragraph,
    with_picture,
    without_bookmarks,
    without_controls,
)

SLOT = "sig.initiating_head"
_PICTURE = (
    '<w:r><w:drawing><wp:inline><a:graphic><a:graphicData uri="p"><pic:pic><pic:blipFill>{blip}'
    "</pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
)
_PEN = (
    '<w:r><mc:AlternateContent><mc:Choice Requires="wpi"><w:drawing><wp:anchor><a:graphic><a:graphicData '
    'uri="http://schemas.microsoft.com/office/word/2010/wordprocessingInk"><w14:contentPart r:id="rId9"/>'
    "</a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice><mc:Fallback><w:pict/></mc:Fallback>"
    "</mc:AlternateContent></w:r>"
)
_FREEHAND = (
    "<w:r><w:drawing><wp:inline><a:graphic><a:graphicData uri='wps'><a:custGeom/></a:graphicData>"
    "</a:graphic></wp:inline></w:drawing></w:r>"
)
_WAITING_LINE = (
    '<w:r><w:pict><v:shape><v:imagedata r:id="rId1"/><o:signatureline issignatureline="t"/></v:shape>'
    "</w:pict></w:r>"
)


def read(content: bytes) -> Reading:
    return read_word(content, "form.docx", known())


def signature(content: bytes) -> Signature:
    """Return the only signature of the form."""
    (found,) = read(content).signatures
    return found


def codes(found: Signature) -> list[str]:
    return [reason.partition(":")[0] for reason in found.reasons]


def put_in_slot(content: bytes, xml: str) -> bytes:
    return edited(content, lambda root: slot_paragraph()(root).append(element(xml)))


def test_an_empty_slot_is_unsigned() -> None:
    """The placeholder is ours, and so are the QR code and a logo, wherever they lie."""
    form = with_picture(build(), slot_paragraph(), signature_png(), name="formclerk-qr")

    found = signature(form)

    assert (found.verdict, codes(found)) == (Verdict.UNSIGNED, ["empty_slot"])


@pytest.mark.parametrize("floating", [False, True])
@pytest.mark.parametrize("lose", [lambda c: c, without_controls, without_bookmarks])
def test_a_picture_in_the_slot_is_a_signature(floating: bool, lose) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001, FBT001
    """Its bytes are kept as evidence; a floating one leaves the cell empty in the XML."""
    picture = signature_png()
    reading = read(with_picture(lose_first(lose), _slot_cell_paragraph, picture, floating=floating))
    (found,) = reading.signatures

    assert (found.verdict, found.how) == (Verdict.SIGNED, SignatureKind.PICTURE)
    assert reading.pictures[found.picture] == picture
    assert found.evidence[0].place.startswith("table 3, row 1, cell 2")


def lose_first(lose) -> bytes:  # type: ignore[no-untyped-def]  # noqa: ANN001
    content: bytes = lose(build())
    return content


def _slot_cell_paragraph(root: etree._Element) -> etree._Element:
    """Find the slot's paragraph when neither control nor bookmark is left."""
    table = list(root.iter(f"{W}tbl"))[-1]
    paragraph = list(table.iter(f"{W}tc"))[1].find(f"{W}p")
    assert paragraph is not None
    return paragraph


def test_a_picture_that_floats_from_the_label_cell_counts() -> None:
    """Word anchors what is dragged over a slot at the nearest paragraph, often the label's."""

    def label(root: etree._Element) -> etree._Element:
        paragraph = row_of(control_of(root, SLOT)).find(f"{W}tc/{W}p")
        assert paragraph is not None
        return paragraph

    found = signature(with_picture(build(), label, signature_png(), floating=True))

    assert (found.verdict, codes(found)) == (Verdict.SIGNED, ["floating_beside"])


def test_a_picture_that_floats_elsewhere_is_a_question() -> None:
    """It may cover the slot on paper; the XML cannot say."""

    def last_paragraph(root: etree._Element) -> etree._Element:
        found = root.find(f"{W}body/{W}p[last()]")
        assert found is not None
        return found

    found = signature(with_picture(build(), last_paragraph, signature_png(), floating=True))

    assert (found.verdict, codes(found)) == (Verdict.UNCLEAR, ["picture_elsewhere"])


def test_a_picture_in_a_field_is_no_signature() -> None:
    """A chart in the background field signs nothing."""

    def field(root: etree._Element) -> etree._Element:
        paragraph = cell_of(control_of(root, "background")).find(f"{W}p")
        assert paragraph is not None
        return paragraph

    assert signature(with_picture(build(), field, signature_png())).verdict is Verdict.UNSIGNED


@pytest.mark.parametrize(
    ("picture", "reason"),
    [
        (png(Image.new("RGB", (300, 120), "white")), "blank_picture"),
        (png(Image.new("RGBA", (300, 120), (0, 0, 0, 0))), "blank_picture"),
        (png(Image.new("RGB", (2, 2), "black")), "tiny_picture"),
        (b"no picture at all", "odd_picture"),
        (signature_png()[:200], "odd_picture"),
    ],
)
def test_a_picture_that_shows_nothing_is_unclear(picture: bytes, reason: str) -> None:
    """An empty picture is the cheapest forgery, and the commonest accident."""
    found = signature(with_picture(build(), slot_paragraph(), picture))

    assert (found.verdict, codes(found)) == (Verdict.UNCLEAR, [reason])


def test_a_picture_that_is_not_in_the_file_is_unclear() -> None:
    """Nothing outside the file is ever fetched."""
    missing = put_in_slot(build(), _PICTURE.format(blip='<a:blip r:embed="rIdNowhere"/>'))
    linked = put_in_slot(build(), _PICTURE.format(blip='<a:blip r:link="rIdFar"/>'))

    assert codes(signature(missing)) == ["missing_picture"]
    assert codes(signature(linked)) == ["linked_picture"]


@pytest.mark.parametrize(
    "ink",
    [_PEN, _FREEHAND, '<w:r><w:pict><v:polyline points="0,0 3,4"/></w:pict></w:r>'],
)
def test_drawn_ink_is_a_signature(ink: str) -> None:
    """Word's pen, a freehand line and the old VML line are all drawn by hand."""
    found = signature(put_in_slot(build(), ink))

    assert (found.verdict, found.how) == (Verdict.SIGNED, SignatureKind.INK)


@pytest.mark.parametrize(
    ("xml", "reason"),
    [
        (_WAITING_LINE, "signature_line"),
        ("<w:r><w:pict><v:rect/></w:pict></w:r>", "shape"),
        ("<w:r><w:object><o:OLEObject/></w:object></w:r>", "object"),
    ],
)
def test_other_things_in_a_slot_are_a_question(xml: str, reason: str) -> None:
    """A signature line that waits, a box, an embedded file: nobody has signed, nobody left it empty."""
    found = signature(put_in_slot(build(), xml))

    assert (found.verdict, codes(found)) == (Verdict.UNCLEAR, [reason])


@pytest.mark.parametrize(
    ("typed", "who"),
    [
        ("李娜", "李娜"),
        ("李娜 2026-03-05", "李娜"),
        ("同意 李娜 2026年3月5日", "李娜"),
        ("签字：李娜", "李娜"),
        ("/s/ Peter Smith", "Peter Smith"),
        ("Peter Smith\n5 March 2026", "Peter Smith"),
        ("li.na@example.com", "李娜"),
        ("张伟", "张伟"),
    ],
)
def test_a_typed_name_is_a_typed_signature(typed: str, who: str) -> None:
    """Also with 同意 and the day around it; whether typing is enough, the form decides."""
    found = signature(fill(build(), {SLOT: typed}))

    assert (found.verdict, found.how, found.who) == (Verdict.SIGNED, SignatureKind.TYPED, who)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("同意", "agreement_only"),
        ("已阅，同意。", "agreement_only"),
        ("Approved", "agreement_only"),
        ("同意 2026-03-05", "agreement_only"),
        ("赵六", "unknown_name"),
        ("由李娜代签", "unknown_name"),
    ],
)
def test_words_that_name_nobody_we_know_are_a_question(typed: str, reason: str) -> None:
    """Agreement has no author, and a stranger's name proves nothing."""
    found = signature(fill(build(), {SLOT: typed}))

    assert (found.verdict, codes(found)) == (Verdict.UNCLEAR, [reason])


@pytest.mark.parametrize("left", ["在此签字", "Sign here", "—", "______", "/"])
def test_a_leftover_placeholder_is_no_signature(left: str) -> None:
    """Programs that know no controls leave it standing there as text."""
    assert signature(without_controls(fill(build(), {SLOT: left}))).verdict is Verdict.UNSIGNED


def test_a_picture_with_a_name_below_tells_who() -> None:
    """The mark signs, the name says whose it is meant to be."""
    found = signature(with_picture(fill(build(), {SLOT: "李娜"}), slot_paragraph(), signature_png()))

    assert (found.how, found.who) == (SignatureKind.PICTURE, "李娜")


def test_a_digital_signature_is_not_believed_before_it_is_verified() -> None:
    """It makes the empty slot a question, never an answer."""
    found = signature(replaced(build(), {"_xmlsignatures/sig1.xml": b"<Signature/>"}))

    assert (found.verdict, found.how, codes(found)) == (
        Verdict.UNCLEAR,
        SignatureKind.DIGITAL,
        ["digital_not_verified"],
    )


def test_a_deleted_or_hidden_picture_does_not_sign() -> None:
    """What was taken back or cannot be seen is not there."""
    signed = with_picture(build(), slot_paragraph(), signature_png())

    def delete(root: etree._Element) -> None:
        run = next(root.iter(f"{W}drawing")).getparent()
        assert run is not None
        deletion = element("<w:del/>")
        run.addprevious(deletion)
        deletion.append(run)

    def hide(root: etree._Element) -> None:
        run = next(root.iter(f"{W}drawing")).getparent()
        assert run is not None
        run.insert(0, element("<w:rPr><w:vanish/></w:rPr>"))

    assert signature(edited(signed, delete)).verdict is Verdict.UNSIGNED
    assert signature(edited(signed, hide)).verdict is Verdict.UNSIGNED
