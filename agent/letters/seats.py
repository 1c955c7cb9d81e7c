"""How people call the seat of an item: `研发部`, `2 接口开发`, `延误 · 研发部`, `研发部 + 王强`, `第11周`."""

from agent.domain.answers import rows_of, text_of
from agent.domain.case import Case, Task
from agent.domain.forms import Kind
from agent.domain.process import Process, RoleKind, RoleSource
from agent.domain.steps import Collect
from agent.domain.subjects import ADDED, GROUP, first_of, week_words, without_added
from agent.domain.work_items import WorkItem
from agent.letters.mime import one_line
from agent.letters.values import Tongue


def seat(item: WorkItem, case: Case, process: Process, tongue: Tongue) -> str:
    """Return the seat of `item` in words; empty when there is nothing to add to the title of its form."""
    if not item.subject:
        return ""
    meeting = next((m for m in case.meetings if m.id == item.subject), None)
    if meeting is not None:
        title, form = tongue.words(meeting.title), process.forms.get(item.form)
        told = form is not None and title.casefold() in tongue.words(form.title).casefold()
        return "" if told else title
    base, _, added = item.subject.partition(ADDED)
    group, _, who = base.partition(GROUP)
    row = row_called(item, case, process)
    if row or who == item.asked_of:
        who = "" if row and who.isdecimal() else who if who != item.asked_of else ""
    named = row or _dispute(group, case)
    if not named and GROUP in base and not group.isdecimal():
        named = tongue.words(week_words(group))
    if not named and not who and base.isdecimal():
        return f"+ {tongue.name(added)}" if added else ""  # the first change, the second: nobody counts them
    role = process.role_titles.get(who)
    called = (tongue.words(role) if role is not None else tongue.name(who)) if who else ""
    words = " · ".join(part for part in (named, called) if part) or tongue.name(base)
    return f"{words} + {tongue.name(added)}" if added else words


def task_of(item: WorkItem, case: Case, process: Process) -> Task | None:
    """Return the task that an item stands for, None when its number counts something else."""
    source = _rows_behind(item, process)
    steps = (step for step in process.steps.values() if isinstance(step, Collect) and "tasks" in step.writes)
    if source is None or source.form not in {step.form for step in steps}:
        return None
    number = first_of(without_added(item.subject))
    return next((task for task in case.tasks if task.id == number), None)


def row_called(item: WorkItem, case: Case, process: Process) -> str:
    """Return the row that an item stands for, as `2 接口开发`; empty when it stands for none."""
    task = task_of(item, case, process)
    if task is not None:
        return one_line(f"{task.id} {task.title}")
    source = _rows_behind(item, process)
    filing = case.form(source.form) if source is not None else None
    field = process.forms[source.form].field(source.field) if source is not None else None
    if source is None or filing is None or field is None:
        return ""
    wanted = without_added(item.subject).rpartition(GROUP)[2]
    title = next((c.id for c in field.columns if c.kind is Kind.TEXT and c.required), "")
    for position, row in enumerate(rows_of(filing.values, source.field), start=1):
        number = text_of(row, "no") or str(position)
        if number == wanted:
            return one_line(text_of(row, title))
    return ""


def _rows_behind(item: WorkItem, process: Process) -> RoleSource | None:
    """Return the role whose rows give the seats of an item's step, or of the step whose document it signs."""
    step = process.steps.get(item.step)
    if isinstance(step, Collect) and step.about and step.on_demand:
        step = process.steps.get(step.about)
    source = process.roles.get(step.asks) if isinstance(step, Collect) else None
    return source if source is not None and source.kind is RoleKind.PERSON_OF_EACH_ROW else None


def _dispute(name: str, case: Case) -> str:
    return one_line(next((d.title for d in case.disputes if d.id == name), ""))
