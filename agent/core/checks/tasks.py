"""The rows of a breakdown as tasks: numbers, people and dependencies, read the same way everywhere."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from agent.domain.answers import Row, Values, day_of, rows_of
from agent.domain.case import Task
from agent.domain.mail import Address, address

_SEPARATORS = re.compile(r"[\s,，、;；/&+和及]+")
_NONE = frozenset({"", "-", "--", "—", "——", "无", "none", "n/a", "na", "/"})
_NUMBER_SIGN = re.compile(r"^(?:no\.?|task|任务|第|#|\()\s*|\s*(?:项|号|[.。:：)])$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One task as planned, with where it stands on the form."""

    row: int
    """The index of its row, from 0; for a task of the case its place in the plan."""
    no: str
    responsible: tuple[Address, ...]
    accountable: tuple[Address, ...]
    others: tuple[Address, ...]
    """Who is consulted or informed."""
    consulted: tuple[Address, ...]
    start: date | None
    end: date | None
    depends_on: tuple[str, ...]


def planned(values: Values) -> tuple[Planned, ...]:
    """Return the rows of `tasks` as planned tasks, in the order of the form."""
    return tuple(_of_row(number, row) for number, row in enumerate(rows_of(values, "tasks")))


def planned_of(tasks: Sequence[Task]) -> tuple[Planned, ...]:
    """Return the tasks of a case in the shape that the checks speak about."""
    return tuple(
        Planned(
            row=number,
            no=task_number(task.id),
            responsible=(task.responsible,),
            accountable=(task.accountable,),
            others=(*task.consulted, *task.informed),
            consulted=task.consulted,
            start=task.start,
            end=task.end,
            depends_on=tuple(map(task_number, task.depends_on)),
        )
        for number, task in enumerate(tasks)
    )


def number_of(row: Row, position: int) -> str:
    """Return the number of a task; a row without one is counted from 1, as people count rows."""
    given = row.get("no")
    if isinstance(given, Decimal):
        return f"{given.normalize():f}"
    return task_number(given) if isinstance(given, str) and task_number(given) else str(position + 1)


def task_number(text: str) -> str:
    """Return the one spelling of a task number: `１.`, `No. 1` and `任务1` are all `1`."""
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    before = None
    while before != plain:
        before, plain = plain, _NUMBER_SIGN.sub("", plain).strip()
    return plain


def dependencies(row: Row) -> tuple[str, ...]:
    """Return the numbers of the tasks that a row depends on (`1、3`, `1, 3`, `无`)."""
    given = row.get("depends_on")
    if isinstance(given, Decimal):
        return (f"{given.normalize():f}",)
    text = unicodedata.normalize("NFKC", given).strip() if isinstance(given, str) else ""
    if text.casefold() in _NONE:
        return ()
    text = re.sub(r"(?i)\b(no\.?|task)\s+", "", text)
    numbers = (task_number(part) for part in _SEPARATORS.split(text))
    return tuple(dict.fromkeys(number for number in numbers if number and number not in _NONE))


def people(row: Mapping[str, object], column: str) -> tuple[Address, ...]:
    """Return everybody named in one cell; several are joined with `;`."""
    given = row.get(column)
    if not isinstance(given, str):
        return ()
    return tuple(dict.fromkeys(address(part) for part in given.split(";") if part.strip()))


def _of_row(position: int, row: Row) -> Planned:
    consulted = people(row, "consulted")
    return Planned(
        row=position,
        no=number_of(row, position),
        responsible=people(row, "responsible"),
        accountable=people(row, "accountable"),
        others=(*consulted, *people(row, "informed")),
        consulted=consulted,
        start=day_of(row, "start"),
        end=day_of(row, "end"),
        depends_on=dependencies(row),
    )
