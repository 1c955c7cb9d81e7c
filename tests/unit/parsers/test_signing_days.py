"""The day beside a signature is read wherever a form has a place for it, and kept with the signature."""

import pytest

from agent.domain.answers import Evidence
from agent.domain.reading import Reading
from agent.domain.signatures import Signature, Verdict
from agent.domain.words import Language
from parsers.pages.page import Spot
from parsers.pages.sent import sent_places
from parsers.pdf.form import read_pdf
from parsers.reading import read_document
from parsers.signing_days import DAY, with_days
from parsers.word.form import read_word
from tests.paper import degrade, ink, sheets
from tests.paper.degrade import Level
from tests.pdf_files import filled_in, flattened, house, sent
from tests.tablets import typed
from tests.unit.forms.filled import filled

SLOT = "initiating_head"


def days(reading: Reading) -> list[str]:
    """Return the words of each day beside the signature of the head."""
    (mark,) = (each for each in reading.signatures if each.slot == SLOT)
    return [each.words for each in mark.evidence if each.place.startswith(DAY)]


def place() -> Spot:
    return sent_places(sent("summary").pdf)[1].slots[SLOT]


@pytest.mark.parametrize("flat", [True, False])
def test_the_day_in_a_pdf_is_kept_with_the_signature(*, flat: bool) -> None:
    """As a form field, and as the words that are left when the form is flattened."""
    pdf = filled_in(sent("summary").pdf, {f"sigdate.{SLOT}": "2026-03-05"})
    pdf = typed(flattened(pdf) if flat else pdf, place(), "王强")
    (reading,) = read_pdf(pdf, "a.pdf", house(sent("summary")))

    assert days(reading) == ["2026-03-05"]


def test_a_day_without_a_signature_is_no_signature() -> None:
    """The slot stays unsigned, and without evidence: a later page that is signed takes its place."""
    pdf = filled_in(sent("summary").pdf, {f"sigdate.{SLOT}": "2026-03-05"})
    (reading,) = read_pdf(pdf, "a.pdf", house(sent("summary")))

    assert [(each.verdict, each.evidence) for each in reading.signatures] == [(Verdict.UNSIGNED, ())]


def test_the_day_in_a_word_form_is_kept_with_the_signature() -> None:
    """Its own control stands beside that of the slot; as sent it shows a placeholder, which is no day."""
    signed = filled("summary", Language.ZH, {f"sig.{SLOT}": "王强", f"sig.{SLOT}.date": "2026年3月5日"})
    known = house(sent("summary"))

    assert days(read_word(signed, "a.docx", known)) == ["2026年3月5日"]
    assert days(read_word(filled("summary", Language.ZH, {f"sig.{SLOT}": "王强"}), "a.docx", known)) == []


def test_the_day_on_a_scan_is_kept_with_the_signature() -> None:
    """What the reading of the whole page found there."""
    own = sent("summary")
    pdf = flattened(filled_in(own.pdf, {f"sigdate.{SLOT}": "2026-03-05"}))
    page = ink.sign(sheets.rendered(pdf)[0], place().box, seed=4)
    shot = degrade.degrade(page, Level.OFFICE, seed=5)
    (reading,) = read_document(shot.content, shot.name, house(own))

    assert [each.verdict for each in reading.signatures] == [Verdict.SIGNED]
    assert days(reading) == ["2026-03-05"]


@pytest.mark.parametrize("words", ["", "日期", "  Pick a date ", "____"])
def test_a_placeholder_is_no_day(words: str) -> None:
    """LibreOffice lets placeholders come back as text."""
    seen = (Evidence(place="page 1", words="ink"),)
    mark = Signature(slot="head", verdict=Verdict.UNCLEAR, reasons=("x: y",), evidence=seen)

    assert with_days([mark], {"head": ("page 1", words)}) == (mark,)
