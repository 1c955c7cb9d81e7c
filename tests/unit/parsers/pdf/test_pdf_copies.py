"""One sheet twice in one PDF, form fields of one name that hold several things: a question, never a mix."""

import pikepdf
import pytest

from agent.core.copies import one_of
from agent.domain.answers import Answer, Trust
from agent.domain.reading import Reading
from parsers.pdf.form import read_pdf
from tests.pdf_files import edited, filled_in, flattened, house, joined, pages_of, sent
from tests.unit.parsers.pdf.test_pdf_form import long_form

SHEET = sent("confirmation")
FIRST = {"people": "两人", "time": "两周", "conclusion": "confirm"}


def answers(content: bytes, *paths: str) -> list[Answer]:
    """Return what the copies in a PDF say together of some fields."""
    together = one_of(readings(content))
    found = [together.answers.get(path) for path in paths]
    assert None not in found
    return [each for each in found if each is not None]


def readings(content: bytes) -> tuple[Reading, ...]:
    """Read a PDF that may be the sheet."""
    return read_pdf(content, "a.pdf", house(SHEET))


@pytest.mark.parametrize("flat", [False, True])
def test_two_copies_that_differ_are_a_question(flat: bool) -> None:  # noqa: FBT001 - a parameter
    """Two versions printed or joined into one file: what they agree on counts, the rest is asked."""
    second = FIRST | {"people": "十人", "conclusion": "decline"}
    copies = [filled_in(SHEET.pdf, words) for words in (FIRST, second)]
    file = joined(*map(flattened, copies) if flat else copies)

    assert [each.sheet for each in readings(file)] == [SHEET.sheet] * 2
    people, time, conclusion = answers(file, "people", "time", "conclusion")
    assert (people.trust, people.problem) == (Trust.GUESS, "contradiction")
    assert {each.words for each in people.evidence} == {"两人", "十人"}
    assert (conclusion.trust, conclusion.problem) == (Trust.GUESS, "contradiction")
    assert (time.value, time.problem) == ("两周", "")


def test_the_pages_of_two_copies_are_told_apart() -> None:
    """By the numbers printed on them; a page that one copy lacks is not one that was swapped in."""
    sheet, _ = long_form()
    pages = len(readings(sheet.pdf)[0].lacks) + readings(sheet.pdf)[0].pages
    twice = joined(flattened(sheet.pdf), pages_of(flattened(sheet.pdf), pages))

    whole, rest = read_pdf(twice, "a.pdf", house(sheet))

    assert (whole.lacks, whole.drift) == ((), ())
    assert rest.lacks == tuple(range(1, pages))
    assert one_of((whole, rest)).lacks == ()


def test_form_fields_of_one_name_that_hold_several_things_are_a_question() -> None:
    """Programs that join or repair files leave several; a viewer shows each."""

    def double(pdf: pikepdf.Pdf) -> None:
        (field,) = (each for each in pdf.pages[0].Annots if each.get("/T") == "people")
        copy = pdf.make_indirect(pikepdf.Dictionary(dict(field.items())))
        copy.V = pikepdf.String("十人")
        pdf.pages[0].Annots.append(copy)
        pdf.Root.AcroForm.Fields.append(copy)

    (people,) = answers(edited(filled_in(SHEET.pdf, FIRST), double), "people")

    assert (people.trust, people.problem) == (Trust.GUESS, "contradiction")
    assert {each.words for each in people.evidence} == {"两人", "十人"}
