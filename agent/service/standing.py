"""Where cases and work items stand, in lines: for digests, `status`, `cases` and the morning's look.

Counting only; what a delay leads to is decided in `agent.core`.
"""

from collections.abc import Iterator
from datetime import date, datetime

from agent.domain.case import Case, Task, TaskStatus
from agent.domain.digest import CaseLine, ItemLine
from agent.domain.process import Process
from agent.domain.words import Words
from agent.domain.work_items import WorkItem
from agent.domain.workdays import Workdays
from agent.letters.seats import row_called


def step_words(process: Process, item: WorkItem, row: str = "") -> Words:
    """Return what an item is called, with its seat: `需求确认（研发部）`, or the row that it stands for."""
    step = process.steps.get(item.step)
    ladder = process.ladders.get(item.step)
    title = step.title if step is not None else ladder.title if ladder is not None else Words.same(item.step)
    if not item.subject:
        return title
    seat = row or item.subject
    return Words(zh=f"{title.zh}（{seat}）", en=f"{title.en} ({seat})")


def item_line(case: Case, item: WorkItem, process: Process, workdays: Workdays, now: datetime) -> ItemLine:
    """Return one line about an open item."""
    return ItemLine(
        case=case.id,
        title=case.title,
        item=item.id,
        what=step_words(process, item, row_called(item, case, process)),
        holder=item.holder,
        due=item.due.at,
        late=workdays.late_by(workdays.day_of(item.due.at), workdays.day_of(now)),
        overdue=item.due.at < now,
    )


def late_tasks(case: Case, today: date, workdays: Workdays) -> Iterator[tuple[Task, int]]:
    """Yield every task that is not done after its end, with how many workdays it is late."""
    for task in case.tasks:
        if task.status is not TaskStatus.DONE and task.end < today:
            yield task, workdays.late_by(task.end, today)


def case_line(case: Case, process: Process, workdays: Workdays, now: datetime) -> CaseLine:
    """Return one line about a case."""
    stage = process.stage(case.stage)
    late = sorted(late_tasks(case, workdays.day_of(now), workdays), key=lambda pair: -pair[1])
    reported = [
        t for t in case.tasks if t.status is TaskStatus.LAGGING and t not in [pair[0] for pair in late]
    ]
    waiting = case.open_items()
    return CaseLine(
        case=case.id,
        title=case.title,
        stage=stage.title if stage is not None else Words.same(case.stage),
        status=case.status,
        began=case.began,
        open_items=len(waiting),
        overdue=sum(item.due.at < now for item in waiting),
        lag=late[0][1] if late else 0,
        lagging=tuple(f"{task.id} {task.title}" for task in (*(pair[0] for pair in late), *reported)),
        next_due=min((item.due.at for item in waiting), default=None),
    )
