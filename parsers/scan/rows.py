"""The answers of a form in its order: rows that nobody filled are left out, and the gaps closed.

A row in which we had printed something keeps its place, whether or not it could be read: whoever filled in
the row below it did not answer for the task of this one.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from itertools import count

from agent.domain.answers import Answer, Answers, Trust
from agent.domain.forms import Field, Form, Kind
from parsers.word.tables import MOST_ROWS

_ROW_NUMBER = re.compile(r"\d{1,3}[.、]?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The answers of one form on paper."""

    answers: Answers
    problems: tuple[tuple[str, str], ...] = ()
    """(code, field)."""


def in_order(form: Form, read: Mapping[str, Answer], ours: Mapping[str, str]) -> Found:
    """Return an answer for every field and for every cell of a filled row.

    Args:
        form: what was asked.
        read: by path, what was read.
        ours: by path, the words that stood there when the form was sent.
    """
    answers: list[Answer] = []
    problems: list[tuple[str, str]] = []
    for field in form.fields:
        if field.kind is not Kind.ROWS:
            answers.append(read.get(field.id) or Answer(field=field.id, value=None, trust=Trust.ABSENT))
            continue
        kept = frozenset(_sent(field, ours))
        numbers = count()
        for at, row in _rows(field, read):
            if at not in kept and not _is_filled(field, row):
                continue
            if (number := next(numbers)) >= MOST_ROWS:
                problems.append(("too_many_rows", field.id))
                break
            for column in field.columns:
                path = f"{field.id}.{number}.{column.id}"
                cell = row.get(column.id) or Answer(field=path, value=None, trust=Trust.ABSENT)
                answers.append(replace(cell, field=path))
    return Found(answers=Answers(tuple(answers)), problems=tuple(problems))


def cell_of(field: Field, path: str) -> tuple[int, str] | None:
    """Return the number of the row and the column that a path names; None when it is no cell of `field`."""
    name, _, rest = path.partition(".")
    number, _, column = rest.partition(".")
    return (int(number), column) if name == field.id and number.isdecimal() else None


def is_in_empty_row(form: Form, path: str, read: Mapping[str, Answer]) -> bool:
    """Say whether a path is a cell of a row of which others were read, and nobody filled them."""
    field = form.field(path.partition(".")[0])
    cell = cell_of(field, path) if field is not None else None
    if field is None or cell is None:
        return False
    row = dict(_rows(field, read)).get(cell[0])
    return row is not None and not _is_filled(field, row)


def _sent(field: Field, ours: Mapping[str, str]) -> Collection[int]:
    """Return the rows in which we had printed more than a number."""
    first = field.columns[0].id if field.columns else ""
    return {
        cell[0]
        for path, words in ours.items()
        if words.strip()
        and (cell := cell_of(field, path)) is not None
        and not (cell[1] == first and _ROW_NUMBER.fullmatch(words.strip()))
    }


def _rows(field: Field, read: Mapping[str, Answer]) -> list[tuple[int, dict[str, Answer]]]:
    rows: dict[int, dict[str, Answer]] = {}
    for path, answer in read.items():
        if (cell := cell_of(field, path)) is not None:
            rows.setdefault(cell[0], {})[cell[1]] = answer
    return sorted(rows.items())


def _is_filled(field: Field, row: Mapping[str, Answer]) -> bool:
    """Say whether there is anything in a row; a printed row number, or a box not ticked, is nothing."""
    for number, column in enumerate(field.columns):
        answer = row.get(column.id)
        if answer is None or answer.trust is Trust.ABSENT or answer.value is False:
            continue
        if number == 0 and _ROW_NUMBER.fullmatch(answer.words):
            continue
        return True
    return False
