"""What a case was like in numbers: on time by department, delays, disputes, cycle times."""

from collections import Counter

from agent.core.draft import Draft
from agent.domain.case import TaskStatus
from agent.domain.words import Language, Words
from agent.domain.work_items import ItemState


def figures(draft: Draft, language: Language) -> str:
    """Return the figures of the case so far, one to a line (process.md, 协同作业总结报告)."""
    return "\n".join(line.in_(language) for line in _lines(draft))


def _lines(draft: Draft) -> list[Words]:
    case = draft.case
    days = draft.world.workdays.between(draft.world.workdays.day_of(case.began), draft.today)
    answered = [i for i in case.items if i.state is ItemState.DONE and i.closed is not None]
    asked: Counter[str] = Counter()
    late: Counter[str] = Counter()
    for item in answered:
        department = draft.department(item.holder) or "–"
        asked[department] += 1
        late[department] += item.closed is not None and item.closed > item.due.at
    lines = [
        Words(zh=f"历时：{days} 个工作日", en=f"Duration: {days} workdays"),
        Words(
            zh=f"表格：按时 {len(answered) - late.total()} 份，逾期 {late.total()} 份",
            en=f"Forms: {len(answered) - late.total()} on time, {late.total()} late",
        ),
    ]
    lines += [
        Words(
            zh=f"　{department}：按时 {asked[department] - late[department]}/{asked[department]}",
            en=f"  {department}: {asked[department] - late[department]} of {asked[department]} on time",
        )
        for department in sorted(asked)
    ]
    done = sum(t.status is TaskStatus.DONE for t in case.tasks)
    behind = sum(t.done_on is not None and t.done_on > t.end for t in case.tasks)
    lines.append(
        Words(
            zh=f"任务：共 {len(case.tasks)} 项，完成 {done} 项，其中逾期完成 {behind} 项",
            en=f"Tasks: {len(case.tasks)}, of which {done} done, {behind} of these late",
        )
    )
    climbed = max((d.rung + 1 for d in case.disputes), default=0)
    lines.append(
        Words(
            zh=f"争议：{len(case.disputes)} 起，最高升至第 {climbed} 级",
            en=f"Disputes: {len(case.disputes)}, climbed to rung {climbed} at most",
        )
        if case.disputes
        else Words(zh="争议：无", en="Disputes: none")
    )
    return lines
