"""What stood on a form is repeated as the form prints it."""

from datetime import UTC, datetime

import pytest

from agent.domain.problems import Problem
from agent.domain.words import Language, Words
from agent.letters.records import view_problem
from agent.letters.values import Tongue
from tests.company import DIRECTORY, SHANGHAI, the_forms


@pytest.mark.parametrize(
    ("field", "found", "said"),
    [
        ("conclusion", "confirm", "确认参与"),
        ("conclusion", "参加", "参加"),
        ("people", "confirm", "confirm"),
        ("head", "confirm", "confirm"),
        ("", "a.docx", "a.docx"),
    ],
)
def test_a_choice_is_repeated_by_its_label(field: str, found: str, said: str) -> None:
    """A field of a PDF holds a code that nobody who filled it in has seen."""
    tongue = Tongue(
        language=Language.ZH, directory=DIRECTORY, workdays=SHANGHAI, now=datetime(2026, 3, 2, tzinfo=UTC)
    )
    problem = Problem(code="bad_value", field=field, found=found, say=Words.same("…"))

    assert view_problem(problem, the_forms()["confirmation"], tongue).found == said
