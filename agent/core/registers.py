"""What accepted forms write into a case beside themselves: tasks, action items, milestones.

Each register is written by one function under the name that a process pack calls it by.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from agent.core.amendment import follow_rows
from agent.core.changing import Change, amended, changes_in
from agent.core.checks.tasks import dependencies, number_of, people, task_number
from agent.core.draft import Draft
from agent.core.seats import everyone
from agent.domain.answers import Row, day_of, rows_of, text_of
from agent.domain.case import ActionItem, Filing, MilestoneState, Task, TaskStatus
from agent.domain.mail import Address
from agent.domain.subjects import first_of
from agent.domain.words import Words
from agent.domain.work_items import WorkItem

Writer = Callable[[Draft, Filing, WorkItem], None]

_WHOLE = 100


def _milestones(draft: Draft, filing: Filing, _item: WorkItem) -> None:
    """The milestones that the request gives; the standard ones were its prefill."""
    told = {(m.title, m.day) for m in draft.case.milestones if m.told}
    rows = ((text_of(r, "milestone"), day_of(r, "day")) for r in rows_of(filing.values, "milestones"))
    draft.change(
        milestones=tuple(
            MilestoneState(title=title, day=day, told=(title, day) in told)
            for title, day in rows
            if title and day is not None
        )
    )


def _tasks(draft: Draft, filing: Filing, _item: WorkItem) -> None:
    """The countersigned breakdown becomes the tasks; what was reported of a kept task stays."""
    before = {task.id: task for task in draft.case.tasks}
    found = (
        _task(draft, row, number_of(row, position), before)
        for position, row in enumerate(rows_of(filing.values, "tasks"))
    )
    draft.change(tasks=tuple(task for task in found if task is not None))


def _task(draft: Draft, row: Row, number: str, before: Mapping[str, Task]) -> Task | None:
    start, end = day_of(row, "start"), day_of(row, "end")
    responsible = Address(text_of(row, "responsible"))
    if start is None or end is None or not responsible:
        return None
    planned = Task(
        id=number,
        title=text_of(row, "task"),
        responsible=responsible,
        accountable=Address(text_of(row, "accountable")),
        consulted=people(row, "consulted"),
        informed=people(row, "informed"),
        department=draft.department(responsible),
        description=text_of(row, "description"),
        standard=text_of(row, "standard"),
        start=start,
        end=end,
        support=text_of(row, "support"),
        depends_on=dependencies(row),
    )
    old = before.get(number)
    if old is None:
        return planned
    same_owner = old.responsible == responsible  # who takes over has not been warned yet
    return replace(
        planned,
        status=old.status,
        percent=old.percent,
        risk=old.risk,
        help_needed=old.help_needed,
        reported=old.reported,
        done_on=old.done_on,
        warned_on=old.warned_on if same_owner else None,
        unwarned=old.unwarned if same_owner else 0,
    )


def _progress(draft: Draft, filing: Filing, item: WorkItem) -> None:
    """A progress form speaks of its sender's own tasks only; a finished task ends its warnings.

    On paper the printed number of a row may not be legible; its title says as well which task it is.
    """
    owner = item.asked_of
    own = [task for task in draft.case.tasks if task.responsible == owner]
    titles = {t.title: t.id for t in own if sum(other.title == t.title for other in own) == 1}
    rows = {
        task_number(text_of(row, "no")) or titles.get(text_of(row, "task"), ""): row
        for row in rows_of(filing.values, "tasks")
    }

    def reported(task: Task) -> Task:
        row = rows.get(task.id)
        if row is None or task.responsible != owner or task.status is TaskStatus.DONE:
            return task
        status = TaskStatus(text_of(row, "status") or task.status.value)
        percent = row.get("percent")
        share = int(percent) if isinstance(percent, Decimal) else task.percent
        done_on = None
        if status is TaskStatus.DONE:
            share, done_on = _WHOLE, day_of(row, "done_when") or draft.today
        return replace(
            task,
            status=status,
            percent=min(max(share, 0), _WHOLE),
            risk=text_of(row, "risk"),
            help_needed=text_of(row, "help"),
            reported=filing.at,
            done_on=done_on,
        )

    draft.change(tasks=tuple(reported(task) for task in draft.case.tasks))


def _actions(draft: Draft, filing: Filing, item: WorkItem) -> None:
    """Action items of returned minutes; open ones are carried over until a later meeting ticks them."""
    actions = {(a.what, a.who): a for a in draft.case.actions}
    for row in rows_of(filing.values, "actions"):
        what, who = text_of(row, "what"), Address(text_of(row, "who"))
        if not what:
            continue
        old = actions.get((what, who))
        done_on = draft.today if row.get("done") is True else None
        if old is None:
            actions[what, who] = ActionItem(
                id=f"A{len(actions) + 1}",
                what=what,
                who=who,
                when=day_of(row, "when"),
                origin=item.id,
                done_on=done_on,
            )
        elif old.done_on is None:
            actions[what, who] = replace(old, when=day_of(row, "when") or old.when, done_on=done_on)
    draft.change(actions=tuple(actions.values()))


def _delivered(draft: Draft, filing: Filing, item: WorkItem) -> None:
    """The task of a confirmed deliverable is done."""
    number = first_of(item.subject)
    task = next((t for t in draft.case.tasks if t.id == number), None)
    if task is None or (task.done_on is not None and task.status is TaskStatus.DONE):
        return
    day: date = draft.world.workdays.day_of(filing.at)
    finished = replace(task, status=TaskStatus.DONE, percent=_WHOLE, done_on=day, reported=filing.at)
    draft.change(tasks=tuple(finished if t.id == number else t for t in draft.case.tasks))
    draft.tell(
        "confirmed_deliverable",
        (task.responsible, task.accountable, draft.case.initiator),
        about=number,
        facts={"task": Words.same(f"{task.id} {task.title}")},
    )


def _changes(draft: Draft, filing: Filing, item: WorkItem) -> None:
    """An approved change amends the breakdown; everyone is told before and after in writing."""
    plan = next((f for f in reversed(draft.case.filings) if rows_of(f.values, "tasks") and _plans(f)), None)
    changes = changes_in(draft, filing.values)
    if plan is None or not changes:
        return
    values = amended(plan.values, changes)
    revised = replace(
        plan, revision=plan.revision + 1, values=values, at=draft.at, by=filing.by, mail=filing.mail
    )
    draft.change(filings=(*draft.case.filings, revised))
    _tasks(draft, revised, item)
    follow_rows(draft, plan.form)
    draft.tell("change_applied", everyone(draft), about=item.subject, facts=_told(draft, changes))


def _plans(filing: Filing) -> bool:
    return any("start" in row and "end" in row for row in rows_of(filing.values, "tasks"))


def _told(draft: Draft, changes: tuple[Change, ...]) -> Mapping[str, Words]:
    lines = [change.words(draft) for change in changes]
    return {
        "changes": Words(zh="\n".join(w.zh for w in lines), en="\n".join(w.en for w in lines)),
    }


WRITERS: Mapping[str, Writer] = {
    "milestones": _milestones,
    "tasks": _tasks,
    "progress": _progress,
    "actions": _actions,
    "delivered": _delivered,
    "changes": _changes,
}
"""Every name in `agent.core.vocabulary.WRITES`, with the function behind it."""


def write(draft: Draft, names: tuple[str, ...], filing: Filing, item: WorkItem) -> None:
    """Write the registers that an accepted form writes."""
    for name in names:
        WRITERS[name](draft, filing, item)
