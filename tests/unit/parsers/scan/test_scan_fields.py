"""What a field of a scan holds beyond what we printed into it."""

from agent.domain.answers import Trust
from parsers.known import Known
from parsers.pages.fields import asked_at
from parsers.scan.fields import without_prompt
from parsers.scan.heard import Heard
from parsers.scan.trust import Place, Script, judge
from tests.unit.forms.filled import PEOPLE, SECRET, form_of
from tests.word_files import TODAY

FORM = form_of("request")
PROMPT = "Work or resources needed from them"
KNOWN = Known(forms={FORM.id: FORM}, directory=PEOPLE, secret=SECRET, today=TODAY)


def place(words: str, again: str) -> Place:
    """Return a place that was read twice as `words`, once in doubt, and a third time."""
    return Place(
        place="page 1, 172,345 to 536,364 pt",
        page=Heard(words=words, score=0.97),
        cell=Heard(words=words, score=0.8),
        again=Heard(words=again, score=0.9),
        script=Script.PRINT,
        inked=True,
        whole=True,
    )


def test_a_placeholder_that_was_read_in_doubt_is_no_answer() -> None:
    """Its third reading made an answer of it, and an empty row before two filled ones counted."""
    asked = asked_at(FORM, "departments.0.asked")
    assert asked is not None
    for again in (PROMPT, "Work or resources necded from them"):
        answer = judge("departments.0.asked", asked, without_prompt(place(PROMPT, again), asked, FORM), KNOWN)
        assert (answer.value, answer.trust) == (None, Trust.ABSENT)


def test_words_beside_a_placeholder_are_the_answer_of_all_readings() -> None:
    asked = asked_at(FORM, "departments.0.asked")
    assert asked is not None
    seen = place(f"{PROMPT} Machines", f"{PROMPT} Machines")
    left = without_prompt(seen, asked, FORM)
    assert [each.words.strip() for each in (left.page, left.cell, left.again)] == ["Machines"] * 3
