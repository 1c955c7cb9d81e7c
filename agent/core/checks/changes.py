"""The check of the change form 需求变更单, and the one way in which its rows are understood."""

import re
import unicodedata
from dataclasses import replace
from datetime import date
from typing import TypeAlias

from agent.core.checks.breakdown import order
from agent.core.checks.context import CheckContext, problem
from agent.core.checks.tasks import planned_of, task_number
from agent.domain.answers import Row, Values, rows_of, text_of
from agent.domain.case import Task
from agent.domain.mail import Address, address
from agent.domain.people import Directory
from agent.domain.problems import Problem
from agent.domain.words import Words

NewValue: TypeAlias = str | date | Address

_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_MAIL = re.compile(r"[^\s<>()（）;,]+@[^\s<>()（）;,]+")
_SAY_DATE = Words(zh="请填写完整日期，例如 2026-04-30。", en="Please give a full date, such as 2026-04-30.")
_SAY_PERSON = Words(
    zh="请填写一位通讯录中的人员（姓名重名时填邮箱）。",
    en="Please name one person of the directory (by mail address when the name is not unique).",
)


def change(values: Values, context: CheckContext) -> tuple[Problem, ...]:
    """Return what is wrong with a change: unknown tasks, values nobody can apply, a plan it would break."""
    found: list[Problem] = []
    seen: set[tuple[str, str]] = set()
    for number, row in enumerate(rows_of(values, "tasks")):
        given, attribute = text_of(row, "no"), text_of(row, "attribute")
        task = task_named(context.case.tasks, given)
        if given and task is None:
            known = [each.id for each in context.case.tasks]
            say = Words(
                zh=f"分工表中没有这项任务，可用的任务序号：{'、'.join(known)}。",
                en=f"The breakdown has no such task; its numbers are {', '.join(known)}.",
            )
            found.append(problem("unknown_task", f"tasks.{number}.no", given, say))
        elif task is not None and (task.id, attribute) in seen:
            say = Words(
                zh="同一任务的同一项请只填一行。",
                en="Please give one row only to each thing that changes in a task.",
            )
            found.append(problem("changed_twice", f"tasks.{number}.attribute", attribute, say))
        elif text_of(row, "after") and new_value(row, context.world.directory) is None:
            say = _SAY_DATE if attribute in {"start", "end"} else _SAY_PERSON
            found.append(problem("bad_value", f"tasks.{number}.after", text_of(row, "after"), say))
        if task is not None:
            seen.add((task.id, attribute))
    return tuple(found) if found else _the_plan_after(values, context)


def new_value(row: Row, directory: Directory) -> NewValue | None:
    """Return what `after` of a row means for its `attribute`; None when it cannot be applied."""
    text = text_of(row, "after").strip()
    match text_of(row, "attribute"):
        case "start" | "end":
            return _day(text)
        case "responsible":
            return _person(text, directory)
        case "title" | "standard":
            return text or None
        case _:
            return None


def new_responsible(row: Row, directory: Directory) -> Address | None:
    """Return the person to whom a row gives its task; None when it changes something else."""
    if text_of(row, "attribute") != "responsible":
        return None
    found = new_value(row, directory)
    return Address(found) if isinstance(found, str) else None


def apply_changes(tasks: tuple[Task, ...], values: Values, directory: Directory) -> tuple[Task, ...]:
    """Return the tasks with every understood row of a change applied; the others are left alone."""
    changed = {task.id: task for task in tasks}
    for row in rows_of(values, "tasks"):
        task = task_named(tasks, text_of(row, "no"))
        value = new_value(row, directory)
        if task is not None and value is not None:
            changed[task.id] = _with(changed[task.id], text_of(row, "attribute"), value, directory)
    return tuple(changed[task.id] for task in tasks)


def task_named(tasks: tuple[Task, ...], number: str) -> Task | None:
    """Return the task whose number somebody wrote, however they wrote it."""
    wanted = task_number(number)
    return next((task for task in tasks if wanted and task_number(task.id) == wanted), None)


def _with(task: Task, attribute: str, value: NewValue, directory: Directory) -> Task:
    if isinstance(value, date):
        return replace(task, start=value) if attribute == "start" else replace(task, end=value)
    if attribute == "responsible":
        person = directory.find(Address(value))
        department = task.department if person is None else person.department
        return replace(task, responsible=Address(value), department=department)
    return replace(task, title=value) if attribute == "title" else replace(task, standard=value)


def _the_plan_after(values: Values, context: CheckContext) -> tuple[Problem, ...]:
    """Look over the plan as it would become, and tell only what the change itself brings about."""
    now = context.case.tasks
    then = apply_changes(now, values, context.world.directory)
    touched = {task.id: task for task, before in zip(then, now, strict=True) if task != before}
    rows = {
        task.id: number
        for number, row in enumerate(rows_of(values, "tasks"))
        if (task := task_named(now, text_of(row, "no"))) is not None
    }
    found: list[Problem] = []
    for task in touched.values():
        if task.end < task.start:
            say = Words(
                zh=f"变更后完成日期（{task.end}）早于开始日期（{task.start}），请一并调整。",
                en=f"It would end ({task.end}) before it starts ({task.start}); please change both.",
            )
            found.append(problem("dates_reversed", f"tasks.{rows[task.id]}.after", task.end, say))
    urgent = context.is_urgent(values)
    known = {(p.code, p.field, p.say) for p in order(planned_of(now), context, urgent=urgent)}
    found.extend(
        # Whoever changes a date learns what it does to others, but the approvers decide.
        replace(each, field="tasks", blocks=False)
        for each in order(planned_of(then), context, urgent=urgent)
        if (each.code, each.field, each.say) not in known
    )
    return tuple(found)


def _day(text: str) -> date | None:
    match = _DAY.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if match is None:
        return None
    try:
        return date(*map(int, match.groups()))
    except ValueError:
        return None


def _person(text: str, directory: Directory) -> Address | None:
    mail = _MAIL.findall(text)
    if len(mail) > 1:
        return None
    if mail:
        person = directory.find(address(mail[0]))
        return None if person is None else person.address
    named = directory.named(text)
    return named[0].address if len(named) == 1 else None
