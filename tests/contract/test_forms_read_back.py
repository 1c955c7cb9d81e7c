"""What we fill, the readers read: both sides of a form agree about every value."""

from datetime import date

import pytest

from agent.domain.problems import Problem
from agent.domain.sheets import TokenStatus
from agent.domain.signatures import Verdict
from agent.domain.words import Language, Words
from agent.letters.paper.draw import draw
from agent.packs import load_forms
from parsers.known import Known
from parsers.limits import Limits
from parsers.reading import read_document
from tests.unit.forms.filled import EVERY, FOLDER, PEOPLE, SECRET, everything, filled, form_of, order

_ASKED = tuple((name, language) for name, language in EVERY if not form_of(name).compiled)
_KNOWN = Known(
    forms=load_forms(FOLDER), directory=PEOPLE, secret=SECRET, today=date(2026, 3, 1), limits=Limits()
)


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_a_filled_and_marked_form_is_read_back_exactly(name: str, language: Language) -> None:
    """A form sent back with every place marked comes back with our values, never with our notes."""
    form = form_of(name)
    values = everything(form, rows=3)
    say = Words(zh="请改正此处", en="Please correct this")
    places = [path.replace("*", "1") for path, _ in form.walk()] + [slot.id for slot in form.slots]
    marks = tuple(Problem(code="odd", field=place, say=say) for place in places)
    [reading] = read_document(filled(name, language, values, marks), "form.docx", _KNOWN)
    assert reading.answers.values() == values
    assert reading.token is TokenStatus.VALID
    assert {signature.verdict for signature in reading.signatures} <= {Verdict.UNSIGNED}
    assert reading.problems == ()


@pytest.mark.parametrize(("name", "language"), _ASKED)
def test_its_pdf_is_read_back_as_exactly(name: str, language: Language) -> None:
    """Every value that somebody could change comes back from the PDF as from the Word file, marked or not."""
    form = form_of(name)
    values = everything(form, rows=3)
    say = Words(zh="请改正此处", en="Please correct this")
    places = [path.replace("*", "1") for path, _ in form.walk()] + [slot.id for slot in form.slots]
    marks = tuple(Problem(code="odd", field=place, say=say) for place in places)
    word = filled(name, language, values, marks)
    [reading] = read_document(draw(word, form, order(name, language).sheet, SECRET), "form.pdf", _KNOWN)
    given = {each.id for each in form.fields if each.given}
    read = {key: value for key, value in reading.answers.values().items() if key not in given}
    assert read == {key: value for key, value in values.items() if key not in given}
    assert reading.token is TokenStatus.VALID
    assert {signature.verdict for signature in reading.signatures} <= {Verdict.UNSIGNED}


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_an_empty_form_says_nothing(name: str, language: Language) -> None:
    """No hint is taken for an answer; only a box that is not ticked is one."""
    [reading] = read_document(filled(name, language), "form.docx", _KNOWN)
    assert [value for value in reading.answers.values().values() if value is not False] == []
    assert {signature.verdict for signature in reading.signatures} <= {Verdict.UNSIGNED}
