"""A form field that shows something else than it holds is asked about, whoever wrote which of the two."""

from collections.abc import Callable
from dataclasses import replace

import pikepdf
import pytest

from agent.domain.answers import Answer, Trust
from agent.domain.signatures import Verdict
from parsers.pdf.form import read_pdf
from tests import certificates as pki
from tests.pdf_files import edited, filled_in, house, sent
from tests.signed_pdfs import sign
from tests.unit.forms.filled import form_of


def answer_to(pdf: bytes, name: str, field: str) -> Answer:
    (reading,) = read_pdf(pdf, "a.pdf", house(sent(name)))
    found = reading.answers.get(field)
    assert found is not None
    return found


def shows(field: str, drawn: bytes) -> Callable[[pikepdf.Pdf], None]:
    """Return a change that gives a field an appearance of its own, whatever it holds."""

    def change(pdf: pikepdf.Pdf) -> None:
        widget = _widget(pdf, field)
        left, low, right, high = (float(each) for each in widget.Rect)
        stream = pdf.make_stream(drawn)
        stream.Type, stream.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
        stream.BBox = pikepdf.Array([0, 0, right - left, high - low])
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        stream.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
        widget.AP = pikepdf.Dictionary(N=stream)

    return change


def _widget(pdf: pikepdf.Pdf, field: str) -> pikepdf.Object:
    return next(w for page in pdf.pages for w in page.Annots if str(w.get("/T", "")) == field)


@pytest.mark.parametrize(
    ("held", "drawn", "trust"),
    [
        ("Approved", b"BT /F 9 Tf 3 5 Td (Approved) Tj ET", Trust.SURE),
        ("Approved", b"/Tx BMC EMC", Trust.SURE),
        ("Approved", b"BT /F 9 Tf 3 5 Td (Rejected) Tj ET", Trust.GUESS),
        ("Approved", b"BT /F 9 Tf 3 5 Td (Not Approved) Tj ET", Trust.GUESS),
        ("Approved", b"1 1 m 2 9 7 9 9 1 c S", Trust.GUESS),
        ("", b"BT /F 9 Tf 3 5 Td (Rejected) Tj ET", Trust.GUESS),
    ],
)
def test_a_value_is_believed_when_it_is_what_the_field_shows(held: str, drawn: bytes, trust: Trust) -> None:
    """Same words, or none at all, are fine; other words, curves, words without a value are a question."""
    pdf = edited(filled_in(sent("summary").pdf, {"highlights": held}), shows("highlights", drawn))
    answer = answer_to(pdf, "summary", "highlights")

    assert answer.trust is trust
    if trust is Trust.GUESS and held:
        assert answer.problem == "contradiction"
        assert len(answer.evidence) == 2


def _in_a_layer(widget: pikepdf.Object) -> None:
    widget.OC = pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name=pikepdf.String("off"))


@pytest.mark.parametrize(
    "hide",
    [
        lambda widget: setattr(widget, "F", 1 << 1),
        lambda widget: setattr(widget, "F", 1 << 2 | 1 << 5),
        lambda widget: setattr(widget, "Rect", pikepdf.Array([2000, 2000, 2100, 2020])),
        _in_a_layer,
    ],
    ids=["hidden", "not viewed", "off the page", "in a layer"],
)
def test_a_value_that_nobody_can_see_is_asked_about(hide: Callable[[pikepdf.Object], None]) -> None:
    """Whoever filled in or signed the form has not seen it."""
    filled = filled_in(sent("summary").pdf, {"highlights": "Approved"})

    answer = answer_to(edited(filled, lambda pdf: hide(_widget(pdf, "highlights"))), "summary", "highlights")

    assert (answer.value, answer.trust, answer.problem) == ("Approved", Trust.GUESS, "contradiction")
    assert [each.words for each in answer.evidence] == ["Approved", "□"]


def test_a_field_on_no_page_says_nothing() -> None:
    """Its place was taken off the page; what it still holds is shown nowhere."""

    def take_away(pdf: pikepdf.Pdf) -> None:
        for page in pdf.pages:
            page.Annots = pikepdf.Array([w for w in page.Annots if str(w.get("/T", "")) != "highlights"])

    filled = filled_in(sent("summary").pdf, {"highlights": "Approved"})

    assert answer_to(edited(filled, take_away), "summary", "highlights").trust is Trust.ABSENT


def test_a_button_that_shows_another_state_is_asked_about() -> None:
    """The field says agreed, the box is drawn empty."""
    field = next(f for f in form_of("deliverable").fields if f.id == "conclusion")
    pdf = filled_in(sent("deliverable").pdf, {"conclusion": field.choices[0].value})

    def off(opened: pikepdf.Pdf) -> None:
        for page in opened.pages:
            for widget in page.Annots:
                if "/AS" in widget and str(widget.AS) == f"/{field.choices[0].value}":
                    widget.AS = pikepdf.Name.Off

    assert answer_to(pdf, "deliverable", "conclusion").trust is Trust.SURE
    assert answer_to(edited(pdf, off), "deliverable", "conclusion").trust is Trust.GUESS


@pytest.mark.parametrize(
    ("drawn", "verdict"), [(b"Approved", Verdict.SIGNED), (b"Not approved", Verdict.UNCLEAR)]
)
def test_who_signed_other_words_than_the_field_holds_is_a_question(drawn: bytes, verdict: Verdict) -> None:
    """The certificate is in order; what its holder saw is not what would be filed."""
    own = sent("deliverable")
    appearance = shows("remarks", b"BT /F 9 Tf 3 5 Td (" + drawn + b") Tj ET")
    pdf = edited(filled_in(own.pdf, {"remarks": "Approved"}), appearance)
    known = replace(house(own), roots=(pki.root().der,))
    (reading,) = read_pdf(sign(pdf, pki.li_na(), field="sig.owner"), "a.pdf", known)
    (slot,) = (each for each in reading.signatures if each.slot == "owner")

    assert slot.verdict is verdict
    assert any(each.startswith("other_words_shown: ") for each in slot.reasons) is (
        verdict is Verdict.UNCLEAR
    )
