"""Is everything filled in that must be, and is each answer of its kind?  Follows from the form alone."""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import assert_never

from agent.core.checks.context import problem
from agent.domain.answers import Answer, Answers, Scalar, Trust
from agent.domain.complaints import OF_VALUES
from agent.domain.forms import Field, Form, Kind
from agent.domain.problems import Problem
from agent.domain.words import Words

_CELL = re.compile(r"(\w+)\.(\d+)\.(\w+)")


def check_answers(
    answers: Answers,
    form: Form,
    *,
    also_required: frozenset[str] = frozenset(),
    optional: frozenset[str] = frozenset(),
) -> tuple[Problem, ...]:
    """Return what is missing or is no value of its kind, in the order of the form.

    What only wants 确认 (a guess with a value) is no problem here; see `doubts`.

    Args:
        answers: The form as read.
        form: The form as asked.
        also_required: Fields that this step needs although the form leaves them open, such as the
            conclusion when a head countersigns.
        optional: Fields that this sheet may leave open although the form requires them, such as what
            the raiser of a dispute would say when a head rules on it.
    """
    by_path = {answer.field: answer for answer in answers.all}
    found: list[Problem] = []
    for field in form.fields:
        if field.given:
            continue
        required = field.required or _is_required_now(field, by_path)
        required = field.id in also_required or (required and field.id not in optional)
        if field.kind is Kind.ROWS:
            found.extend(_rows(field, by_path, required=required))
        else:
            found.extend(_one(field, field.id, by_path.get(field.id), required=required))
    return tuple(found)


def doubts(answers: Answers, form: Form) -> tuple[Problem, ...]:
    """Return what was understood but only guessed: a person says 确认, or puts it right."""
    return tuple(
        problem(
            "doubtful",
            answer.field,
            answer.words,
            _asks(field, answer),
        )
        for answer in answers.doubtful()
        if answer.value is not None and (field := form.at(answer.field)) is not None
    )


def complaint(code: str, field: Field) -> Words:
    """Return what to say about words that are no answer to `field`; `code` is `Answer.problem`."""
    return OF_VALUES.get(code, expected(field))


def expected(field: Field) -> Words:
    """Return what the form expects in `field`, as a request to the person who fills it."""
    several = field.several
    match field.kind:
        case Kind.TEXT:
            return Words(zh="请填写文字内容。", en="Please write a few words here.")
        case Kind.DATE:
            return Words(zh="请填写日期，例如 2026-04-30。", en="Please give a date, such as 2026-04-30.")
        case Kind.DATETIME:
            return Words(
                zh="请填写日期和时间，例如 2026-04-30 14:00。",
                en="Please give a date and time, such as 2026-04-30 14:00.",
            )
        case Kind.NUMBER:
            return Words(zh="请填写数字，例如 80。", en="Please give a number, such as 80.")
        case Kind.PERSON if several:
            return Words(
                zh="请填写通讯录中的姓名或邮箱，多人之间用分号隔开。",
                en="Please give names or mail addresses as in the directory, with ; between them.",
            )
        case Kind.PERSON:
            return Words(
                zh="请填写一个人的姓名或邮箱，以通讯录为准。",
                en="Please give one person's name or mail address, as in the directory.",
            )
        case Kind.DEPARTMENT:
            return Words(
                zh="请填写部门全称，以通讯录为准。",
                en="Please give the department's full name, as in the directory.",
            )
        case Kind.CHOICE:
            return Words(
                zh=f"请选择一项：{'、'.join(c.label.zh for c in field.choices)}。",
                en=f"Please choose one of: {', '.join(c.label.en for c in field.choices)}.",
            )
        case Kind.CHECKBOX:
            return Words(zh="请勾选或取消勾选。", en="Please tick the box, or leave it empty.")
        case Kind.ROWS:
            return Words(zh="请至少填写一行。", en="Please fill in at least one row.")
        case _:
            assert_never(field.kind)


def _asks(field: Field, answer: Answer) -> Words:
    read = shown(field, answer.value)
    if several := [field.printed(words) for words in differing(answer)]:
        both = Words(zh=Words.listed(w.zh for w in several).zh, en=Words.listed(w.en for w in several).en)
        return Words(
            zh=f"此处写法不一（{both.zh}），是否以“{read.zh}”为准？",
            en=f"Different things are written here ({both.en}); is “{read.en}” right?",
        )
    return Words(
        zh=f"读作“{read.zh}”，请确认或改正。",
        en=f"Read as “{read.en}”; please confirm or put it right.",
    )


def differing(answer: Answer) -> tuple[str, ...]:
    """Return what the places of a value, or the copies of a form, say, where they say different things."""
    if answer.problem != "contradiction":
        return ()
    said = tuple(dict.fromkeys(each.words for each in answer.evidence))
    return said if len(said) > 1 else (*said, "")


def _is_required_now(field: Field, by_path: dict[str, Answer]) -> bool:
    if field.required_if is None:
        return False
    other, value = field.required_if
    answer = by_path.get(other)
    if answer is None:
        return False
    given = str(answer.value).lower() if isinstance(answer.value, bool) else answer.value
    return given == value


def _rows(field: Field, by_path: dict[str, Answer], *, required: bool) -> Iterator[Problem]:
    rows: dict[int, dict[str, Answer]] = defaultdict(dict)
    for path, answer in by_path.items():
        cell = _CELL.fullmatch(path)
        if cell is not None and cell[1] == field.id and answer.trust is not Trust.ABSENT:
            rows[int(cell[2])][cell[3]] = answer
    if required and not rows:
        yield problem("missing", field.id, "", _missing(field))
    for number in sorted(rows):
        for column in field.columns:
            if not column.given:
                path = f"{field.id}.{number}.{column.id}"
                yield from _one(column, path, rows[number].get(column.id), required=column.required)


def _one(field: Field, path: str, answer: Answer | None, *, required: bool) -> Iterator[Problem]:
    if answer is None or answer.trust is Trust.ABSENT:
        if required:
            yield problem("missing", path, "", _missing(field))
    elif answer.value is None:
        code = answer.problem or "bad_value"
        yield problem(code, path, answer.words, complaint(code, field))
    elif not _is_of_kind(field, answer.value):
        yield problem("bad_value", path, answer.words, expected(field))


def _is_of_kind(field: Field, value: Scalar) -> bool:
    match field.kind:
        case Kind.TEXT | Kind.PERSON | Kind.DEPARTMENT:
            return isinstance(value, str) and bool(value.strip())
        case Kind.DATE:
            return isinstance(value, date) and not isinstance(value, datetime)
        case Kind.DATETIME:
            return isinstance(value, datetime)
        case Kind.NUMBER:
            return isinstance(value, Decimal) and value.is_finite()
        case Kind.CHOICE:
            return isinstance(value, str) and field.choice(value) is not None
        case Kind.CHECKBOX:
            return isinstance(value, bool)
        case Kind.ROWS:
            return False
        case _:
            assert_never(field.kind)


def _missing(field: Field) -> Words:
    say = expected(field)
    return Words(zh=f"此项必填。{say.zh}", en=f"This is required. {say.en}")


def shown(field: Field, value: Scalar | None) -> Words:
    """Return a value as words for a reader; people and departments as the directory has them."""
    if isinstance(value, bool):
        return Words(zh="已勾选", en="ticked") if value else Words(zh="未勾选", en="not ticked")
    if isinstance(value, datetime):
        return Words.same(f"{value:%Y-%m-%d %H:%M}")
    chosen = field.choice(value) if isinstance(value, str) else None
    return chosen.label if chosen is not None else Words.same(str(value))
