"""What we send is what we read: every shipped form, prefilled, comes back as it went."""

from zoneinfo import ZoneInfo

import pytest

from agent.domain.answers import Scalar, Trust, Values
from agent.domain.effects import FormOrder
from agent.domain.mail import address
from agent.domain.sheets import Sheet, TokenStatus
from agent.domain.signatures import Verdict
from agent.letters.forms import Look, blank, fill
from parsers.complaints import complain
from parsers.word.form import read_word
from tests.pack_files import FilledForm, filled_forms, pack
from tests.word_files import PEOPLE, SECRET, known

LOOK = Look(directory=PEOPLE, secret=SECRET, zone=ZoneInfo("Asia/Shanghai"), case_title="星河二期")


def gathered(paths: dict[str, Scalar]) -> Values:
    """Return values by path as the values of a form, cells gathered into rows."""
    plain: dict[str, Scalar | tuple[dict[str, Scalar], ...]] = {}
    rows: dict[str, dict[str, dict[str, Scalar]]] = {}
    for path, value in paths.items():
        name, *rest = path.split(".")
        if rest:
            rows.setdefault(name, {}).setdefault(rest[0], {})[rest[1]] = value
        else:
            plain[name] = value
    return {**plain, **{name: tuple(found.values()) for name, found in rows.items()}}


def sheet_of(form: FilledForm) -> Sheet:
    return Sheet(
        case="XT-2026-0001",
        item=f"{form.form.id}/研发部/1",
        form=form.form.id,
        version=form.form.version,
        language=form.language,
    )


@pytest.mark.parametrize("form", filled_forms(), ids=lambda f: f"{f.form.id}-{f.language.value}")
def test_a_prefilled_form_comes_back_as_it_went(form: FilledForm) -> None:
    """Values, rows, identity; the marks of doubtful places and the names of signers say nothing."""
    sheet = sheet_of(form)
    order = FormOrder(
        sheet=sheet,
        values=gathered(dict(form.values)),
        marks=tuple(complain("bad_date", field=path, found="下周五") for path in list(form.values)[:2]),
        signers={slot.id: address("li.na@example.com") for slot in form.form.slots},
    )
    template = pack().word(form.form.id, form.language)

    sent = fill(order, form.form, template, LOOK)
    reading = read_word(sent.content, sent.name, known(*pack().process.forms.values()))

    assert (reading.form, reading.token, reading.sheet) == (form.form.id, TokenStatus.VALID, sheet)
    assert {a.field: a.value for a in reading.answers.all if a.value is not None} == dict(form.values)
    assert {a.trust for a in reading.answers.all if a.value is not None} <= {Trust.SURE, Trust.LIKELY}
    assert {s.verdict for s in reading.signatures} <= {Verdict.UNSIGNED}
    assert reading.problems == ()


@pytest.mark.parametrize("form", filled_forms(), ids=lambda f: f"{f.form.id}-{f.language.value}")
def test_a_blank_form_knows_what_it_is(form: FilledForm) -> None:
    """It has no token, no case and no values, but a form, a version and a language."""
    template = pack().word(form.form.id, form.language)

    content = blank(form.form, form.language, template, LOOK)
    reading = read_word(content, "blank.docx", known(*pack().process.forms.values()))

    assert (reading.form, reading.version, reading.language) == (
        form.form.id,
        form.form.version,
        form.language,
    )
    assert (reading.token, reading.sheet, reading.problems) == (TokenStatus.ABSENT, None, ())
    assert {a.value for a in reading.answers.all} <= {None, False}
