"""What a form requires follows from the form; every problem names the field and says what is expected."""

from datetime import date
from decimal import Decimal

import pytest

from agent.core.checks.answers import check_answers, doubts, expected
from agent.domain.answers import Answer, Answers, Evidence, Scalar, Trust, Value
from agent.domain.forms import Choice, Field, Form, Kind
from agent.domain.words import Words
from tests.company import at, the_forms
from tests.course import sure
from tests.unit.core.checks.asked import shown

LABEL = Words(zh="字段", en="field")
COLUMN = Field(id="what", label=LABEL, kind=Kind.TEXT, required=True)
FORM = Form(
    id="f",
    version=1,
    title=LABEL,
    instruction=LABEL,
    fields=(
        Field(id="name", label=LABEL, kind=Kind.TEXT, required=True),
        Field(id="day", label=LABEL, kind=Kind.DATE),
        Field(
            id="conclusion",
            label=LABEL,
            kind=Kind.CHOICE,
            choices=(
                Choice(value="agree", label=Words(zh="同意", en="Agree")),
                Choice(value="refuse", label=Words(zh="不同意", en="Refuse")),
            ),
        ),
        Field(id="remarks", label=LABEL, kind=Kind.TEXT, required_if=("conclusion", "refuse")),
        Field(
            id="rows",
            label=LABEL,
            kind=Kind.ROWS,
            required=True,
            columns=(COLUMN, Field(id="by", label=LABEL, kind=Kind.PERSON)),
        ),
        Field(id="shown", label=LABEL, kind=Kind.TEXT, required=True, given=True),
    ),
)
FILLED: dict[str, Value] = {"name": "甲", "rows": ({"what": "乙"},)}


def read(field: str, words: str, value: Scalar | None = None, problem: str = "") -> Answer:
    return Answer(
        field=field,
        value=value,
        trust=Trust.GUESS,
        evidence=(Evidence(place=field, words=words),),
        problem=problem,
    )


def test_a_form_with_everything_required_passes() -> None:
    """What we filled in ourselves is not asked back."""
    assert check_answers(sure(FILLED), FORM) == ()


def test_everything_missing_is_told_at_once_in_the_order_of_the_form() -> None:
    """One mail names each field."""
    found = check_answers(Answers(), FORM)
    assert shown(found) == [("missing", "name"), ("missing", "rows")]
    assert found[0].say.zh.startswith("此项必填")
    assert found[0].say.en.startswith("This is required")


def test_a_field_is_required_when_another_says_so() -> None:
    """A refusal needs its reason."""
    assert check_answers(sure({**FILLED, "conclusion": "agree"}), FORM) == ()
    assert shown(check_answers(sure({**FILLED, "conclusion": "refuse"}), FORM)) == [("missing", "remarks")]


def test_a_step_may_require_more_than_the_form() -> None:
    """A head who countersigns has to conclude."""
    found = check_answers(sure(FILLED), FORM, also_required=frozenset({"conclusion"}))
    assert shown(found) == [("missing", "conclusion")]
    assert "同意、不同意" in found[0].say.zh


def test_a_row_that_was_begun_must_be_finished() -> None:
    """An empty row is no row; one with a person but no task is a question."""
    found = check_answers(sure({"name": "甲", "rows": ({"what": "乙"}, {"by": at("li")})}), FORM)
    assert shown(found) == [("missing", "rows.1.what")]


@pytest.mark.parametrize(
    ("problem", "code", "hint"),
    [
        ("bad_date", "bad_date", "2026-04-30"),
        ("", "bad_value", "2026-04-30"),
        ("contradiction", "contradiction", "keep only the right one"),
    ],
)
def test_words_that_are_no_value_are_repeated_with_what_is_expected(
    problem: str, code: str, hint: str
) -> None:
    """The person sees own words and an example."""
    answers = Answers((*sure(FILLED).all, read("day", "下周三吧", problem=problem)))
    (found,) = check_answers(answers, FORM)
    assert (found.code, found.field, found.found) == (code, "day", "下周三吧")
    assert hint in found.say.en


@pytest.mark.parametrize(
    ("field", "value"),
    [("day", "2026-03-04"), ("conclusion", "maybe"), ("name", Decimal(3)), ("rows.0.by", True)],
)
def test_a_value_of_another_kind_is_refused(field: str, value: Scalar) -> None:
    """Whatever read it: the core relies on kinds."""
    good = [a for a in sure(FILLED).all if a.field != field]
    assert ("bad_value", field) in shown(check_answers(Answers((*good, read(field, "?", value))), FORM))


def test_a_guess_with_a_value_is_a_doubt_and_not_a_problem() -> None:
    """It wants 确认, nothing else; the question shows what was understood."""
    answers = Answers(
        (*sure(FILLED).all, read("day", "3/4", date(2026, 3, 4)), read("conclusion", "同", "agree"))
    )
    assert check_answers(answers, FORM) == ()
    found = doubts(answers, FORM)
    assert shown(found) == [("doubtful", "day"), ("doubtful", "conclusion")]
    assert "2026-03-04" in found[0].say.zh
    assert "Agree" in found[1].say.en


def test_what_was_found_is_shortened_for_a_mail() -> None:
    """Nobody wants ten pages quoted, nor line breaks in a line."""
    answers = Answers((*sure(FILLED).all, read("day", "长\n" * 500)))
    (found,) = check_answers(answers, FORM)
    assert len(found.found) == 60
    assert "\n" not in found.found


@pytest.mark.parametrize("name", sorted(the_forms()))
def test_every_field_that_ships_has_an_expectation_in_both_languages(name: str) -> None:
    """No field of any form can be asked for without words."""
    for _, field in the_forms()[name].walk():
        assert expected(field).zh
        assert expected(field).en


def test_what_differs_is_asked_in_the_words_of_the_form() -> None:
    """A choice by its label, not by the code that a PDF field holds."""
    both = tuple(Evidence(place="form field conclusion", words=words) for words in ("agree", "refuse"))
    answer = Answer(
        field="conclusion", value="agree", trust=Trust.GUESS, evidence=both, problem="contradiction"
    )

    (found,) = doubts(Answers((answer,)), FORM)

    assert found.say.zh == "此处写法不一（同意、不同意），是否以“同意”为准？"
