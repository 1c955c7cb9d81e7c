"""Turn what stands in the places of a form into answers: agreement is trust, contradiction is a question."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import count

from agent.domain.answers import Answer, Answers, Evidence, Scalar, Trust
from agent.domain.forms import Field, Form, Kind
from parsers.known import Known
from parsers.per_form import PerForm
from parsers.understood import Understood
from parsers.values import TICKED, understand
from parsers.word_found import Found, Prompts, Rank, are_repeated, unrepeated
from parsers.word_labels import Labels
from parsers.word_layout import Cell, Layout
from parsers.word_places import bookmark_name, single_places
from parsers.word_tables import MOST_ROWS, RowsRegion, column_of, rows_regions

_SHOWN = 300
"""Characters of a text that is too long which its evidence shows."""
_ROW_NUMBER = re.compile(r"\d{1,3}[.、]?")
_NUMBERS = re.compile(r"\d+")
_CENTURY = 100

_prompts = PerForm(Prompts)

Row = dict[str, list[Found]]
"""What was found in each column of one row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldsRead:
    """The answers of one document, and what is wrong with it as a whole."""

    answers: Answers
    problems: tuple[tuple[str, str], ...]
    """(code, field)."""


def read_fields(layout: Layout, form: Form, labels: Labels, known: Known) -> FieldsRead:
    """Read every field of `form`; a missing one is an answer too (`ABSENT`)."""
    prompts = _prompts(form)
    regions = rows_regions(layout, form, labels)
    single = single_places(layout, form, labels, regions)
    listed = {f.id: _rows(layout, f, regions) for f in form.fields if f.kind is Kind.ROWS}
    problems: list[tuple[str, str]] = []
    if are_repeated(_texts(form, prompts, single, listed)):
        problems.append(("repeated_text", ""))
        single = {name: _each_once(found) for name, found in single.items()}
        listed = {
            name: [{column: _each_once(found) for column, found in row.items()} for row in rows]
            for name, rows in listed.items()
        }
    answers: list[Answer] = []
    for field in form.fields:
        if field.kind is not Kind.ROWS:
            answers.append(_judge(field.id, field, prompts.cleaned(single[field.id], field), known))
            continue
        numbers = count()
        for row in listed[field.id]:
            cells = {c.id: list(prompts.cleaned(row.get(c.id, ()), c)) for c in field.columns}
            if not _is_filled(field, cells):
                continue
            if (number := next(numbers)) >= MOST_ROWS:
                problems.append(("too_many_rows", field.id))
                break
            answers.extend(
                _judge(f"{field.id}.{number}.{c.id}", c, cells[c.id], known) for c in field.columns
            )
    return FieldsRead(answers=Answers(tuple(answers)), problems=tuple(problems))


def _rows(layout: Layout, field: Field, regions: tuple[RowsRegion, ...]) -> list[Row]:
    rows: list[Row] = []
    placed: set[int] = set()
    for region in regions:
        if region.field != field.id:
            continue
        above: dict[str, Cell] = {}
        for row in region.body:
            found: Row = {}
            for cell in row:
                placed.update(id(control) for control in cell.controls)
                _own_places(layout, field, cell, found)
            for column in field.columns:
                cell_under = region.under(column.id, row)
                if cell_under is not None and cell_under.continues:
                    cell_under = above.get(column.id)
                elif cell_under is not None:
                    above[column.id] = cell_under
                if cell_under is not None and _may_hold(cell_under, field, column.id):
                    words = layout.words(cell_under)
                    found.setdefault(column.id, []).append(
                        Found(rank=Rank.LABEL, place=cell_under.place, words=words)
                    )
            rows.append(found)
    return rows + _loose_rows(layout, field, placed)


def _own_places(layout: Layout, field: Field, cell: Cell, found: Row) -> None:
    """Add what stands in the controls and bookmarks of one cell."""
    for control in cell.controls:
        if (named := column_of(control, field)) is not None:
            found.setdefault(named[1], []).append(
                Found(
                    rank=Rank.CONTROL,
                    place=f"control {control.tag}",
                    words=layout.words(control),
                    offers=control.offers,
                    day=control.day,
                    shaky=control.placeholder,
                )
            )
    for bookmark in cell.bookmarks:
        column = _bookmarked_column(bookmark.name, field)
        if column is not None and bookmark.end is not None:
            found.setdefault(column, []).append(
                Found(rank=Rank.BOOKMARK, place=f"bookmark {bookmark.name}", words=layout.words(bookmark))
            )


def _loose_rows(layout: Layout, field: Field, placed: set[int]) -> list[Row]:
    """Gather controls of rows that stand in no table, by the number in their tags."""
    rows: dict[int, Row] = {}
    for control in layout.controls:
        named = column_of(control, field) if id(control) not in placed else None
        if named is not None:
            rows.setdefault(named[0], {}).setdefault(named[1], []).append(
                Found(
                    rank=Rank.CONTROL,
                    place=f"control {control.tag}",
                    words=layout.words(control),
                    offers=control.offers,
                    day=control.day,
                    shaky=control.placeholder,
                )
            )
    return [rows[number] for number in sorted(rows)]


def _bookmarked_column(name: str, field: Field) -> str | None:
    start = bookmark_name(field.id) + "_"
    if not name.startswith(start):
        return None
    number, _, column = name.removeprefix(start).partition("_")
    return column if number.isdecimal() and field.column(column) is not None else None


def _may_hold(cell: Cell, field: Field, column: str) -> bool:
    named = [column_of(control, field) for control in cell.controls if control.tag]
    return all(each is not None and each[1] == column for each in named)


def _is_filled(field: Field, cells: Row) -> bool:
    """Say whether a person, or we, put anything into this row; a printed row number is nothing."""
    for number, column in enumerate(field.columns):
        for found in cells[column.id]:
            words = found.words
            if column.kind is Kind.CHECKBOX and not any(mark in words for mark in TICKED):
                continue
            if words and not (number == 0 and _ROW_NUMBER.fullmatch(words)):
                return True
    return False


def _texts(
    form: Form, prompts: Prompts, single: dict[str, list[Found]], listed: dict[str, list[Row]]
) -> Iterable[str]:
    """Yield what people wrote, of several places of a field the first; placeholders may be repeated too."""
    for field in form.fields:
        rows = [{field.id: single[field.id]}] if field.kind is not Kind.ROWS else listed[field.id]
        for row in rows:
            for each in (field, *field.columns):
                found = row.get(each.id, [])
                words = found[0].words if found and each.kind is not Kind.CHECKBOX else ""
                if words and prompts.without(unrepeated(words) or words, each)[0]:
                    yield words


def _each_once(found: list[Found]) -> list[Found]:
    return [
        each if (once := unrepeated(each.words)) is None else replace(each, words=once, shaky=True)
        for each in found
    ]


def _judge(path: str, field: Field, found: Iterable[Found], known: Known) -> Answer:
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
