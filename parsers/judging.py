"""Turn what stands in the places of a field into its answer: agreement is trust, contradiction a question.

One judgement for Word, PDF and paper: what differs is only how the places were found.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import count

from agent.domain.answers import Answer, Answers, Evidence, Scalar, Trust
from agent.domain.forms import Field, Form, Kind
from parsers.known import Known
from parsers.per_form import PerForm
from parsers.understood import Understood
from parsers.values import TICKED, understand
from parsers.word.found import Found, Prompts, Rank
from parsers.word.tables import MOST_ROWS

_SHOWN = 300
"""Characters of a text that is too long which its evidence shows."""
_ROW_NUMBER = re.compile(r"\d{1,3}[.、]?")
_NUMBERS = re.compile(r"\d+")
_CENTURY = 100

prompts_of = PerForm(Prompts)
"""The placeholders of a form, which are never values."""

Row = dict[str, list[Found]]
"""What was found in each column of one row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldsRead:
    """The answers of one document, and what is wrong with it as a whole."""

    answers: Answers
    problems: tuple[tuple[str, str], ...]
    """(code, field)."""


def read_found(
    form: Form,
    single: Mapping[str, Iterable[Found]],
    listed: Mapping[str, Iterable[Row]],
    known: Known,
    problems: Iterable[tuple[str, str]] = (),
) -> FieldsRead:
    """Return an answer for every field of `form`; rows that nobody filled are left out, gaps closed.

    Args:
        form: what was asked.
        single: field id → what stands in each of its places.
        listed: rows field → its rows in order, empty ones too.
        known: the people and the day to understand words by.
        problems: what is wrong with the document as a whole already.
    """
    prompts = prompts_of(form)
    said = list(problems)
    answers: list[Answer] = []
    for field in form.fields:
        if field.kind is not Kind.ROWS:
            found = prompts.cleaned(single.get(field.id, ()), field)
            answers.append(judge(field.id, field, found, known))
            continue
        numbers = count()
        for row in listed.get(field.id, ()):
            cells = {c.id: list(prompts.cleaned(row.get(c.id, ()), c)) for c in field.columns}
            if not is_filled(field, cells):
                continue
            if (number := next(numbers)) >= MOST_ROWS:
                said.append(("too_many_rows", field.id))
                break
            answers.extend(judge(f"{field.id}.{number}.{c.id}", c, cells[c.id], known) for c in field.columns)
    return FieldsRead(answers=Answers(tuple(answers)), problems=tuple(said))


def is_filled(field: Field, cells: Row) -> bool:
    """Say whether a person, or we, put anything into this row; a printed row number is nothing."""
    for number, column in enumerate(field.columns):
        for found in cells[column.id]:
            words = found.words
            if column.kind is Kind.CHECKBOX and not any(mark in words for mark in TICKED):
                continue
            if words and not (number == 0 and _ROW_NUMBER.fullmatch(words)):
                return True
    return False


def judge(path: str, field: Field, found: Iterable[Found], known: Known) -> Answer:
    """Return the answer that the places of one field give together."""
    filled = sorted((each for each in found if each.words), key=lambda each: each.rank)
    meanings: dict[tuple[str, str, bool], Understood] = {}  # the places of a field mostly say the same
    meant: list[tuple[Found, Understood]] = []
    for each in filled:
        key = (each.words, each.day, bool(each.offers))
        if key not in meanings:
            meanings[key] = _meaning(field, each, known)
        meant.append((each, meanings[key]))
    meant = [(each, what) for each, what in meant if what.value is not None or what.problem]
    if not meant:
        return Answer(field=path, value=None, trust=Trust.ABSENT)
    evidence = tuple(_evidence(each, what) for each, what in meant)
    value = next((what.value for _, what in meant if what.value is not None), None)
    if len({_compared(each, what) for each, what in meant}) > 1:
        return Answer(field=path, value=value, trust=Trust.GUESS, evidence=evidence, problem="contradiction")
    if value is None:
        return Answer(
            field=path, value=None, trust=Trust.GUESS, evidence=evidence, problem=meant[0][1].problem
        )
    return Answer(field=path, value=value, trust=_trust(meant), evidence=evidence)


def _trust(meant: list[tuple[Found, Understood]]) -> Trust:
    if any(each.shaky for each, _ in meant):
        return Trust.GUESS
    ranks = {each.rank for each, _ in meant}
    certain = all(what.certain for _, what in meant)
    return Trust.SURE if certain and (Rank.CONTROL in ranks or len(ranks) > 1) else Trust.LIKELY


def _meaning(field: Field, found: Found, known: Known) -> Understood:
    meaning = understand(
        field, found.words, directory=known.directory, today=known.today, offers=found.offers
    )
    if meaning.problem == "bad_date" and field.kind is Kind.DATE:
        return _picked(found) or meaning
    return meaning


def _picked(found: Found) -> Understood | None:
    """Return the day that a date picker stores, when the words are that day in some order of its numbers."""
    try:
        day = date.fromisoformat(found.day)
    except ValueError:
        return None
    said = sorted(int(number) for number in _NUMBERS.findall(found.words[:_SHOWN]))
    for year in (day.year, day.year % _CENTURY):
        if said == sorted((year, day.month, day.day)):
            return Understood(value=day)
    return None


def _compared(found: Found, meaning: Understood) -> Scalar | tuple[str, str]:
    if isinstance(meaning.value, str):
        return "".join(meaning.value.split())
    return meaning.value if meaning.value is not None else ("words", "".join(found.words.split()))


def _evidence(found: Found, meaning: Understood) -> Evidence:
    words = found.words
    if meaning.problem == "too_long":
        words = f"{words[:_SHOWN]}…"
    return Evidence(place=found.place, words=words)
