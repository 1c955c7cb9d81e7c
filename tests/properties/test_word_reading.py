"""What holds of every value and of every damaged document."""

import random
from contextlib import suppress
from datetime import date, datetime, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from agent.domain.answers import Trust
from agent.domain.forms import Choice
from agent.domain.people import Person
from agent.domain.words import Language
from agent.letters.dates import day_words, wall_words
from parsers.dates import read_day, read_moment
from parsers.persons import read_departments, read_persons
from parsers.reading import read_document
from parsers.values import read_choice, read_number, read_tick
from parsers.word.form import read_word
from parsers.word.package import Unreadable
from tests.word_files import PEOPLE, REQUEST, TODAY, W, build, edited, fill, known

FILLED = {
    "project_name": "星河二期",
    "profile": "重大项目推进",
    "department": "研发部",
    "date": "2026-03-05",
    "kickoff": "2026-03-05 14:30",
    "liaison": "李娜",
    "background": "第一行",
    "departments.0.department": "市场部",
    "departments.0.asked": "宣传方案",
    "departments.1.department": "研发部",
    "sig.initiating_head": "李娜",
}
CONTENT = fill(build(), FILLED)
TRUE_VALUES = {a.value for a in read_word(CONTENT, "a.docx", known()).answers.all if a.value is not None}
READ_AS = known()

a_day = st.dates(date(1971, 1, 1), date(2198, 12, 31))
a_moment = st.datetimes(datetime(1971, 1, 1), datetime(2198, 12, 31)).map(  # noqa: DTZ001 - wall-clock time
    lambda moment: moment.replace(second=0, microsecond=0)
)
a_language = st.sampled_from(Language)
a_person = st.sampled_from(PEOPLE.people)
a_choice = st.sampled_from(REQUEST.fields[1].choices)


@given(a_day)
def test_a_day_in_any_of_our_formats_is_read_back(day: date) -> None:
    """What we prefill comes back as it went."""
    english = f"{day.day} {day:%B} {day.year}"
    for words in (day.isoformat(), f"{day.year}年{day.month}月{day.day}日", english, f"{day:%Y/%m/%d}"):
        read = read_day(words, TODAY)
        assert (read.value, read.certain) == (day, True), words


@given(st.integers(-50, 250).map(lambda n: TODAY + timedelta(days=n)), a_language)
def test_a_day_as_our_letters_write_it_is_read_back(day: date, language: Language) -> None:
    """People copy days out of our mails, without a year when it is this year's."""
    assert read_day(day_words(day, language, TODAY), TODAY).value in {day, _around(day)}


def _around(day: date) -> date:
    """Return the day that a person means who leaves the year away: the one around today."""
    start = TODAY - timedelta(days=60)
    near = day.replace(year=start.year)
    return near if near >= start else near.replace(year=start.year + 1)


@given(a_moment, a_language)
def test_a_moment_in_any_of_our_formats_is_read_back(moment: datetime, language: Language) -> None:
    """With a year, that is; the weekday in brackets must be right and is."""
    other_year = date(moment.year - 1, 1, 1)
    for words in (
        f"{moment:%Y-%m-%d %H:%M}",
        f"{moment:%Y-%m-%dT%H:%M}",
        wall_words(moment, language, other_year),
    ):
        assert read_moment(words, TODAY).value == moment, words


@given(st.decimals(-(10**12), 10**12, places=2))
def test_a_number_is_read_back(number: Decimal) -> None:
    """In plain digits and with thousands."""
    assert read_number(f"{number:f}").value == number
    assert read_number(f"{number:,f}").value == number


@given(a_person, st.sampled_from(["{a}", "{n} <{a}>", "{n}（{a}）", "{n}（{d}）", "{d} {n}", "{n}-{d}"]))
def test_a_person_is_read_back(person: Person, form: str) -> None:
    """By mail, by both, or by name and department."""
    words = form.format(n=person.name, a=person.address, d=person.department)

    assert read_persons(words, PEOPLE, several=False).value == person.address


@given(
    st.lists(a_person, min_size=1, unique_by=lambda p: p.address), st.sampled_from(["; ", "、", ",", "\n"])
)
def test_a_list_of_people_is_read_back_in_its_order(people: list[Person], between: str) -> None:
    """The joined value of the domain is itself readable."""
    joined = "; ".join(p.address for p in people)

    words = between.join(f"{p.name}（{p.department}）" for p in people)

    assert read_persons(words, PEOPLE, several=True).value == joined
    assert read_persons(joined, PEOPLE, several=True).value == joined


@given(a_choice, a_language, st.sampled_from(["{}", "☑ {}", "√{}", " {}。"]))
def test_a_choice_is_read_back(choice: Choice, language: Language, form: str) -> None:
    """By its label in either language, ticked or not."""
    words = form.format(choice.label.in_(language))

    assert read_choice(words, REQUEST.fields[1].choices).value == choice.value


@given(st.text(max_size=60))
def test_no_words_are_too_odd_for_a_reader_of_values(words: str) -> None:
    """A sender may write anything; each reader answers."""
    for read in (read_day, read_moment):
        read(words, TODAY)
    read_persons(words, PEOPLE, several=True)
    read_departments(words, PEOPLE, several=True)
    read_number(words)
    read_tick(words)
    read_choice(words, REQUEST.fields[1].choices)


@settings(max_examples=60)
@given(st.integers(0, 2**32 - 1))
def test_what_is_lost_from_a_document_never_makes_a_wrong_value_sure(seed: int) -> None:
    """Controls, bookmarks, runs, cells, rows go missing at random: values may go too, none may be made up."""
    drawn = random.Random(seed)  # noqa: S311 - a test

    def damage(root: etree._Element) -> None:
        every = [
            e for e in root.iter() if e.getparent() is not None and e.tag not in {f"{W}body", f"{W}document"}
        ]
        for each in drawn.sample(every, drawn.randint(1, 12)):
            parent = each.getparent()
            if parent is not None:
                parent.remove(each)

    reading = read_word(edited(CONTENT, damage), "a.docx", READ_AS)

    for answer in reading.answers.all:
        if answer.trust is Trust.SURE and answer.value is not False:
            assert answer.value in TRUE_VALUES, answer


@settings(max_examples=60)
@given(st.integers(0, 2**32 - 1))
def test_a_shuffled_document_is_read_without_an_error(seed: int) -> None:
    """Elements moved to where no schema allows them: the only error is the named one."""
    drawn = random.Random(seed)  # noqa: S311 - a test

    def shuffle(root: etree._Element) -> None:
        every = [e for e in root.iter() if e.getparent() is not None]
        for _ in range(10):
            moved, target = drawn.sample(every, 2)
            if target not in set(moved.iter()):
                target.append(moved)
            for name in list(target.attrib):
                target.set(name, drawn.choice(["", "-1", "99999999999", "☃", "x" * 50]))

    with suppress(Unreadable):
        read_word(edited(CONTENT, shuffle), "a.docx", READ_AS)


@settings(max_examples=80)
@given(st.integers(0, 2**32 - 1))
def test_damaged_bytes_always_get_an_answer(seed: int) -> None:
    """A file broken on its way is a reading with a reason."""
    drawn = random.Random(seed)  # noqa: S311 - a test
    content = bytearray(CONTENT)
    for _ in range(drawn.randint(1, 20)):
        content[drawn.randrange(len(content))] = drawn.randrange(256)
    cut = bytes(content[: drawn.randint(1, len(content))]) if drawn.random() < 0.3 else bytes(content)

    (reading, *_) = read_document(cut, "a.docx", READ_AS)

    assert reading.form or reading.problems
