"""What every form says, in order: a change of a shipped form shows here, and is meant."""

from pathlib import Path

import pytest

from agent.domain.words import Language
from agent.letters.form_filling.xml import w
from tests.unit.forms.filled import EVERY, document, word

_GOLDEN = Path(__file__).parents[2] / "golden" / "forms"


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_a_form_says_what_it_said(name: str, language: Language) -> None:
    """To accept a change: delete the file under tests/golden/forms and run this test once."""
    lines = [
        " | ".join(t.text or "" for t in paragraph.iter(w("t")))
        for paragraph in document(word(name, language)).iter(w("p"))
    ]
    now = "\n".join(line.rstrip() for line in lines if line.strip()) + "\n"
    path = _GOLDEN / f"{name}.{language.value}.txt"
    if not path.exists():
        path.write_text(now, "utf-8")
        pytest.fail(f"{path.name} was missing; it has been written, look at it")
    assert now == path.read_text("utf-8")
