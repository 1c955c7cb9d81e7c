"""Lag: which tasks are behind, for which reason, and who is warned of it each morning (process.md 3.2)."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from agent.core.deadlines import lag
from agent.core.draft import Draft
from agent.core.timers import LAG_WATCH, MORNING
from agent.domain.case import Task, TaskStatus, Timer
from agent.domain.effects import Urgency
from agent.domain.mail import Address
from agent.domain.steps import Cycle
from agent.domain.subjects import group_of, week_words
from agent.domain.words import Words
from agent.domain.work_items import WorkItem

COORDINATOR_FROM = 3
"""Workdays (hours) overdue, or the warning of a lag, from which the coordinator is copied."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lagging:
    """One task that is behind."""

    task: Task
    days: int
    """Workdays past its end; 0 when it is behind for another reason."""
    why: Words
    report: Words | None = None
    """The title of the form in which its owner was to tell how it goes, when that is why it is behind."""

    @property
    def name(self) -> str:
        """Number and title, on one line."""
        return " ".join(f"{self.task.id} {self.task.title}".split())


def lagging(draft: Draft) -> tuple[Lagging, ...]:
    """Return the tasks that are behind: past their end, reported 滞后, or without a progress answer."""
    silent = _silent(draft)
    found: list[Lagging] = []
    for task in draft.case.tasks:
        if task.status is TaskStatus.DONE:
            continue
        report = None
        calendar = draft.calendar(task.responsible)
        days = lag(task.end, draft.at, calendar)
        if days > 0:
            unit = "workday" if days == 1 else "workdays"
            why = Words(zh=f"已超过完成日期 {days} 个工作日", en=f"{days} {unit} past its end")
        elif task.status is TaskStatus.LAGGING:
            why = Words(zh="最近一次反馈为“滞后”", en="last reported as lagging")
        elif (item := silent.get(task.responsible)) is not None:
            week, report = week_words(group_of(item.subject)), draft.process.forms[item.form].title
            why = Words(zh=f"未按时反馈{week.zh}进度", en=f"no progress answer in time for {week.en}")
        else:
            continue
        found.append(Lagging(task=task, days=days, why=why, report=report))
    return tuple(found)


def _silent(draft: Draft) -> dict[Address, WorkItem]:
    """The owners whose progress form is overdue, and the item that asks for it."""
    return {
        item.asked_of: item
        for item in draft.case.open_items()
        if isinstance(step := draft.process.steps.get(item.step), Cycle)
        and item.form == step.form
        and item.due.at < draft.at
    }


def warn_of_lag(draft: Draft, _timer: Timer) -> None:
    """Warn each owner of lagging tasks in one letter, with the head, from the third the coordinator."""
    missed = _missed(draft)
    draft.change(struck={**draft.case.struck, MORNING: draft.at.isoformat()})
    if _is_overtaken(draft):
        tasks = tuple(_warned(draft, t, missed) if t.warned_on else t for t in draft.case.tasks)
        draft.change(tasks=tasks)
        draft.say("错过的滞后检查并入下一次检查", "the morning that was missed is left to the next one")
        return
    found = [replace(each, task=_warned(draft, each.task, missed)) for each in lagging(draft)]
    warned = {each.task.id for each in found}
    draft.change(
        tasks=tuple(
            _warned(draft, t, missed) if t.id in warned else replace(t, warned_on=None, unwarned=0)
            for t in draft.case.tasks
        )
    )
    for owner in dict.fromkeys(each.task.responsible for each in found):
        own = [each for each in found if each.task.responsible == owner]
        _warn(draft, owner, sorted(own, key=lambda each: -each.days))
    if warned:
        draft.say(f"滞后任务：{'、'.join(sorted(warned))}", f"lagging tasks: {', '.join(sorted(warned))}")
    else:
        draft.say("没有滞后任务", "no task lags")


def _missed(draft: Draft) -> int:
    """Count the mornings between the last one and this one, or the next: the clerk was stopped."""
    last = draft.case.struck.get(MORNING)
    if last is None:
        return 0
    calendar = draft.world.workdays
    day = calendar.add(draft.today, 0)
    return max(calendar.between(calendar.day_of(datetime.fromisoformat(last)), day) - 1, 0)


def _is_overtaken(draft: Draft) -> bool:
    """Say whether it struck so late that its letters would wait for the next morning, and say the same."""
    calendar = draft.world.workdays
    return draft.at < calendar.moment(calendar.add(draft.today, 0), LAG_WATCH)


def _warned(draft: Draft, task: Task, missed: int) -> Task:
    if task.warned_on is None:
        return replace(task, warned_on=draft.today)
    return replace(task, unwarned=task.unwarned + missed)


def _warnings(draft: Draft, task: Task) -> int:
    """Count how often a task has been warned of in a row, today included."""
    first: date = task.warned_on or draft.today
    return draft.world.workdays.between(first, draft.today) + 1 - task.unwarned


def _warn(draft: Draft, owner: Address, found: list[Lagging]) -> None:
    days = max(each.days for each in found)
    longest = max((each.task for each in found), key=lambda task: _warnings(draft, task))
    count = _warnings(draft, longest)
    reader, head = draft.stand_in(owner), draft.world.directory.head_of(draft.department(owner))
    copies = [head.address] if head is not None and head.address != owner else []
    facts = {
        "task": Words.same("\n".join(each.name for each in found)),
        "days": Words.same(str(days)),
        "end": Words.same(min(each.task.end for each in found).isoformat()),
    }
    if len(found) == 1:
        facts["why"] = found[0].why
    else:
        facts["tasks"] = Words(
            zh="\n".join(f"{each.name}：{each.why.zh}" for each in found),
            en="\n".join(f"{each.name}: {each.why.en}" for each in found),
        )
    if report := next((each.report for each in found if each.report is not None), None):
        facts["report"] = report
    if count > 1:  # else today's letter has the words of yesterday's
        facts["warning"] = Words.same(str(count))
        facts["first"] = Words.same((longest.warned_on or draft.today).isoformat())
    if max(days, count) >= COORDINATOR_FROM and (others := [a for a in draft.coordinators() if a != reader]):
        copies += others
        facts["copied"] = Words.same("; ".join(others))
    draft.send("lag_warning", reader, about=owner, cc=copies, facts=facts, urgency=Urgency.NOTICE)
