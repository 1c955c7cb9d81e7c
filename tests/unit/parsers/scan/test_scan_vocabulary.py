"""What is one of a few known values, and like none of the others, was read right whoever wrote it."""

import pytest

from agent.domain.answers import Scalar, Trust
from agent.domain.forms import Choice, Field, Kind
from agent.domain.mail import Address
from agent.domain.people import Directory, Person
from agent.domain.words import Words
from parsers.known import Known
from parsers.scan.heard import Heard
from parsers.scan.trust import Place, Script, judge
from parsers.scan.vocabulary import is_unmistakable
from tests.unit.forms.filled import SECRET
from tests.word_files import TODAY

PEOPLE = Directory(
    tuple(
        Person(name=name, address=Address(f"{mail}@example.com"), department=department)
        for name, mail, department in (
            ("李娜", "li.na", "研发部"),
            ("李娟", "li.juan", "质量部"),
            ("赵敏", "zhao.min", "生产一部"),
            ("欧阳文静", "ouyang.wj", "生产二部"),
        )
    )
)
KNOWN = Known(forms={}, directory=PEOPLE, secret=SECRET, today=TODAY)
LABEL = Words(zh="栏", en="Field")
CHOICES = tuple(
    Choice(value=value, label=Words(zh=zh, en=en))
    for value, zh, en in (
        ("yes", "同意", "Agreed"),
        ("no", "不同意", "Not agreed"),
        ("later", "以后再说", "Later on"),
    )
)
PERSON = Field(id="who", label=LABEL, kind=Kind.PERSON)
DEPARTMENT = Field(id="department", label=LABEL, kind=Kind.DEPARTMENT)
CHOICE = Field(id="choice", label=LABEL, kind=Kind.CHOICE, choices=CHOICES)
TEXT = Field(id="text", label=LABEL, kind=Kind.TEXT)


@pytest.mark.parametrize(
    ("field", "words", "value"),
    [
        (PERSON, "赵敏", "zhao.min@example.com"),
        (PERSON, "欧 阳 文静", "ouyang.wj@example.com"),
        (DEPARTMENT, "研发部", "研发部"),
        (CHOICE, "以后再说", "later"),
        (CHOICE, "Later on", "later"),
        (CHOICE, "Agreed", "yes"),
        (CHOICE, "Not agreed", "no"),
    ],
)
def test_a_known_value_is_unmistakable_when_no_other_is_written_nearly_like_it(
    field: Field, words: str, value: Scalar
) -> None:
    assert is_unmistakable(field, words, value, KNOWN)


@pytest.mark.parametrize(
    ("field", "words", "value"),
    [
        (PERSON, "李娜", "li.na@example.com"),
        (PERSON, "赵敏、李娜", "zhao.min@example.com; li.na@example.com"),
        (DEPARTMENT, "生产一部", "生产一部"),
        (DEPARTMENT, "研发", "研发部"),
        (CHOICE, "同意", "yes"),
        (CHOICE, "不同意", "no"),
        (TEXT, "研发部", "研发部"),
        (DEPARTMENT, "", None),
    ],
)
def test_one_that_a_character_makes_another_is_not_nor_are_words_of_which_there_is_no_list(
    field: Field, words: str, value: Scalar | None
) -> None:
    assert not is_unmistakable(field, words, value, KNOWN)


@pytest.mark.parametrize(
    ("field", "words", "script", "score", "trust"),
    [
        (DEPARTMENT, "研发部", Script.UNCLEAR, 0.98, Trust.LIKELY),
        (DEPARTMENT, "研发部", Script.HAND, 0.98, Trust.GUESS),
        (DEPARTMENT, "研发部", Script.UNCLEAR, 0.93, Trust.GUESS),
        (PERSON, "李娜", Script.UNCLEAR, 0.98, Trust.GUESS),
        (TEXT, "接口联调", Script.UNCLEAR, 0.98, Trust.GUESS),
    ],
)
def test_it_is_taken_where_print_cannot_be_told_from_hand_and_still_never_when_it_is_surely_by_hand(
    field: Field, words: str, script: Script, score: float, trust: Trust
) -> None:
    heard = Heard(words=words, score=score)
    place = Place(place="p", page=heard, cell=heard, script=script, inked=True, whole=True)
    assert judge(field.id, field, place, KNOWN).trust is trust


@pytest.mark.parametrize(
    ("scores", "trust"),
    [
        ((0.98, 0.59, 0.83), Trust.LIKELY),
        ((0.94, 0.99, 0.96), Trust.LIKELY),
        ((0.98, 0.59, 0.7), Trust.GUESS),
    ],
)
def test_its_doubtful_letters_are_no_doubt_when_three_readings_say_the_same(
    scores: tuple[float, float, float], trust: Trust
) -> None:
    page, cell, again = (Heard(words="研发部", score=score) for score in scores)
    place = Place(place="p", page=page, cell=cell, again=again, script=Script.UNCLEAR, inked=True, whole=True)
    assert judge("department", DEPARTMENT, place, KNOWN).trust is trust
