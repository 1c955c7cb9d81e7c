"""The shipped forms, filled in: words as a person writes them, and the values that must be read back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from itertools import cycle
from pathlib import Path

from agent.domain.answers import Scalar
from agent.domain.forms import Field, Form, Kind
from agent.domain.words import Language
from agent.packs import Pack, load
from tests.word_files import fill

_TEXTS = {
    Language.ZH: cycle(
        (
            "星河系统二期建设",
            "由市场部牵头，研发部配合：分三步走",
            "第一点：摸清现状\n第二点：给出方案",
            "按需求文档 V2.1 验收",
        )
    ),
    Language.EN: cycle(
        (
            "Galaxy, phase two",
            "Marketing leads; R&D supports <all> of it",
            "First: look\nThen: do",
            "As in 2.1",
        )
    ),
}
ROWS = 2
"""How many rows the filler writes into each table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledForm:
    """A filled form with what must come out of it."""

    form: Form
    language: Language
    content: bytes
    words: Mapping[str, str]
    """What was written into the controls, by their tags."""
    values: Mapping[str, Scalar]
    """By field id or cell path."""


@cache
def pack() -> Pack:
    """Return the shipped pack."""
    return load("collaboration", Path())


@cache
def filled_forms() -> tuple[FilledForm, ...]:
    """Return every form that people fill, in both languages, with every field filled."""
    return tuple(
        _filled(form, language)
        for form in pack().process.forms.values()
        if not form.compiled
        for language in Language
    )


def _filled(form: Form, language: Language) -> FilledForm:
    words: dict[str, str] = {}
    values: dict[str, Scalar] = {}
    for path, field in paths(form):
        words[path], values[path] = answer(field, language)
    if form.slots:
        words[f"sig.{form.slots[0].id}"] = "李娜"
    return FilledForm(
        form=form,
        language=language,
        content=fill(pack().word(form.id, language), words),
        words=words,
        values=values,
    )


def paths(form: Form) -> Iterator[tuple[str, Field]]:
    """Yield every field and cell that the filler fills, with its path."""
    for field in form.fields:
        if field.kind is not Kind.ROWS:
            yield field.id, field
        for number in range(min(ROWS, max(field.rows, 1))):
            for column in field.columns:
                yield f"{field.id}.{number}.{column.id}", column


def answer(field: Field, language: Language) -> tuple[str, Scalar]:
    """Return what a person writes into a field, and what it means."""
    zh = language is Language.ZH
    match field.kind:
        case Kind.DATE:
            return ("2026年3月5日" if zh else "5 March 2026"), date(2026, 3, 5)
        case Kind.DATETIME:
            return "2026-03-05 14:30", datetime(2026, 3, 5, 14, 30)  # noqa: DTZ001 - wall-clock time
        case Kind.NUMBER:
            return "80", Decimal(80)
        case Kind.PERSON if field.several:
            return "李娜、王芳（市场部）", "li.na@example.com; wang.fang@example.com"
        case Kind.PERSON:
            return "李娜", "li.na@example.com"
        case Kind.DEPARTMENT:
            return "市场部", "市场部"
        case Kind.CHOICE:
            choice = field.choices[-1]
            return choice.label.in_(language), choice.value
        case Kind.CHECKBOX:
            return "☑", True
        case _:
            text = next(_TEXTS[language])
            return text, text
