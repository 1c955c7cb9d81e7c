"""Lag: which tasks are behind, by how many workdays, and for which reason (process.md 3.2)."""

from dataclasses import dataclass

from agent.core.deadlines import lag
from agent.core.draft import Draft
from agent.domain.case import Task, TaskStatus
from agent.domain.steps import Cycle
from agent.domain.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Lagging:
    """One task that is behind."""

    task: Task
    days: int
    """Workdays past its end; 0 when it is behind for another reason."""
    why: Words


def lagging(draft: Draft) -> tuple[Lagging, ...]:
    """Return the tasks that are behind: past their end, reported 滞后, or without a progress answer."""
    silent = _silent(draft)
    found: list[Lagging] = []
    for task in draft.case.tasks:
        if task.status is TaskStatus.DONE:
            continue
        calendar = draft.calendar(task.responsible)
        days = lag(task.end, draft.at, calendar)
        if days > 0:
            why = Words(zh=f"已超过完成日期 {days} 个工作日", en=f"{days} workdays past its end")
        elif task.status is TaskStatus.LAGGING:
            why = Words(zh="责任人反馈滞后", en="reported as lagging by its owner")
        elif task.responsible in silent:
            why = Words(zh="未按时反馈进度", en="no progress answer in time")
        else:
            continue
        found.append(Lagging(task=task, days=days, why=why))
    return tuple(found)


def _silent(draft: Draft) -> set[str]:
    """The owners whose progress form is overdue."""
    return {
        item.asked_of
        for item in draft.case.open_items()
        if isinstance(step := draft.process.steps.get(item.step), Cycle)
        and item.form == step.form
        and item.due.at < draft.at
    }
