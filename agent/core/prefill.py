"""What a form already says when it goes out, under the names by which a process pack asks for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from agent.core.documents import signed_rows
from agent.core.draft import Draft
from agent.core.figures import figures
from agent.core.seats import initiating_department, one
from agent.domain.answers import Row, Scalar, Value, Values, rows_of, text_of
from agent.domain.case import MeetingPlan, Task, TaskStatus
from agent.domain.forms import Field
from agent.domain.mail import Address, MeetingAnswer
from agent.domain.process import RoleKind
from agent.domain.subjects import first_of, seat_of
from agent.domain.words import Words
from agent.domain.work_items import WorkItem


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """The item a form goes out for, with the row and the meeting it is about, if any."""

    item: WorkItem
    row: Row | None = None
    meeting: MeetingPlan | None = None


Source = Callable[[Draft, About], Value | None]


def prefilled(draft: Draft, wanted: Mapping[str, str], about: About) -> Values:
    """Return the values of a blank form: what we know (`given` fields), then what the pack asks for."""
    values = dict(given(draft, about))
    for name, source in wanted.items():
        found = SOURCES[source](draft, about)
        if found is not None and found != ():
            values[name] = found
    return values


def given(draft: Draft, about: About) -> Values:
    """Return the `given` fields of the item's form: filled in by us, only read by people."""
    values: dict[str, Value] = {}
    for field in draft.process.forms[about.item.form].fields:
        if field.given and (known := _known(draft, field, about)) is not None:
            values[field.id] = known
    return values


def _known(draft: Draft, field: Field, about: About) -> Value | None:
    """Return what we fill into a `given` field; the ids are those of the shipped forms."""
    item, task = about.item, _task(draft, about.item)
    match field.id:
        case "project_name":
            return draft.case.title or None
        case "department":
            seat = seat_of(item.subject)
            asked = seat if seat in draft.world.directory.departments() else ""
            return asked or initiating_department(draft) or None
        case "asked":
            return _asked(draft, seat_of(item.subject)) or None
        case "owner":
            return item.holder
        case "week":
            year, week, _ = draft.today.isocalendar()
            return f"{year}-W{week:02}"
        case "standard":
            return (task.standard or None) if task is not None else None
        case "task":
            return task.title if task is not None else None
        case "figures":
            return figures(draft, draft.language(item.holder))
        case "signed":
            return signed_rows(draft, item.step, draft.language(item.holder)) or None
        case "rulings":
            return _rulings(draft, item) or None
        case _:
            return None


def _asked(draft: Draft, department: str) -> str:
    first = draft.case.filing(draft.process.begins)
    rows = rows_of(first.values, "departments") if first is not None else ()
    return "\n".join(text_of(row, "asked") for row in rows if text_of(row, "department") == department)


def _rulings(draft: Draft, item: WorkItem) -> tuple[Row, ...]:
    dispute = next((d for d in draft.case.disputes if first_of(item.subject) == d.id), None)
    if dispute is None:
        return ()
    ladder = draft.process.ladders[dispute.ladder]
    language = draft.language(item.holder)
    rows: list[Row] = []
    for ruling in dispute.rulings:
        row: dict[str, Scalar] = {
            "rung": ladder.rungs[ruling.rung].title.in_(language),
            "on": draft.local(ruling.on),
            "ruling": ruling.words,
        }
        choice = _choice(draft, ladder.form, ladder.outcome, ruling.decision)
        row["decision"] = choice.in_(language) if choice is not None else ruling.decision
        if ruling.by is not None:
            row["by"] = ruling.by
        rows.append(row)
    return tuple(rows)


def _choice(draft: Draft, form: str, field: str, value: str) -> Words | None:
    found = draft.process.forms[form].field(field)
    choice = found.choice(value) if found is not None else None
    return choice.label if choice is not None else None


def _task(draft: Draft, item: WorkItem) -> Task | None:
    number = first_of(item.subject)
    return next((t for t in draft.case.tasks if t.id == number), None)


def _initiators_department(draft: Draft, _about: About) -> Value | None:
    return draft.department(draft.case.initiator) or None


def _initiator(draft: Draft, _about: About) -> Value | None:
    return draft.case.initiator


def _today(draft: Draft, _about: About) -> Value | None:
    return draft.today


def _milestones(draft: Draft, about: About) -> Value | None:
    """The standard milestones, counted in workdays from the day the case began (process.md, clocks)."""
    began = draft.world.workdays.day_of(draft.case.began)
    language = draft.language(about.item.holder)
    return tuple(
        {"milestone": m.title.in_(language), "day": draft.world.workdays.add(began, m.workday)}
        for m in draft.process.milestones
    )


def _meeting_time(draft: Draft, about: About) -> Value | None:
    return draft.local(about.meeting.at) if about.meeting is not None else None


def _invited(draft: Draft, about: About) -> Value | None:
    return _people(draft, about, declined=False)


def _declined(draft: Draft, about: About) -> Value | None:
    return _people(draft, about, declined=True)


def _people(_draft: Draft, about: About, *, declined: bool) -> Value | None:
    if about.meeting is None:
        return None
    no = {a for a, answer in about.meeting.replies.items() if answer is MeetingAnswer.DECLINED}
    people = [a for a in about.meeting.invited if (a in no) is declined]
    return "; ".join(people) or None


def _actions(draft: Draft, _about: About) -> Value | None:
    rows: list[Row] = []
    for action in draft.case.actions:
        if action.done_on is None:
            row: dict[str, Scalar] = {"what": action.what, "who": action.who, "done": False}
            if action.when is not None:
                row["when"] = action.when
            rows.append(row)
    return tuple(rows)


def _asked_as_tasks(draft: Draft, _about: About) -> Value | None:
    """One task a department that was asked, with its lead responsible and its head accountable."""
    first = draft.case.filing(draft.process.begins)
    rows: list[Row] = []
    for row in rows_of(first.values, "departments") if first is not None else ():
        department = text_of(row, "department")
        if department in draft.case.released:
            continue
        task: dict[str, Scalar] = {"no": str(len(rows) + 1), "task": text_of(row, "asked")}
        lead = _lead(draft, department)
        if lead is not None:
            task["responsible"] = lead
        head = draft.world.directory.head_of(department)
        if head is not None:
            task["accountable"] = head.address
        rows.append(task)
    return tuple(rows)


def _lead(draft: Draft, department: str) -> Address | None:
    found = (f for f in reversed(draft.case.filings) if f.subject == department and "lead" in f.values)
    filing = next(found, None)
    return Address(text_of(filing.values, "lead")) if filing is not None else None


def _own_tasks(draft: Draft, about: About) -> Value | None:
    return tuple(
        {"no": t.id, "task": t.title, "status": t.status.value, "percent": Decimal(t.percent)}
        for t in draft.case.tasks
        if t.responsible == about.item.asked_of and t.status is not TaskStatus.DONE
    )


def _all_tasks(draft: Draft, _about: About) -> Value | None:
    return tuple({"no": t.id, "task": t.title, "standard": t.standard} for t in draft.case.tasks)


def _task_number(_draft: Draft, about: About) -> Value | None:
    return seat_of(about.item.subject) or None


def _task_title(draft: Draft, about: About) -> Value | None:
    task = _task(draft, about.item)
    if task is not None:
        return task.title
    return (text_of(about.row, "task") or None) if about.row is not None else None


def _rework_item(_draft: Draft, about: About) -> Value | None:
    return (text_of(about.row, "what") or None) if about.row is not None else None


def _figures(draft: Draft, about: About) -> Value | None:
    return figures(draft, draft.language(about.item.holder))


SOURCES: Mapping[str, Source] = {
    "initiator's department": _initiators_department,
    "initiator": _initiator,
    "today": _today,
    "standard milestones": _milestones,
    "meeting time": _meeting_time,
    "invited people": _invited,
    "declined people": _declined,
    "open actions": _actions,
    "asked departments as tasks": _asked_as_tasks,
    "own tasks": _own_tasks,
    "all tasks": _all_tasks,
    "task number": _task_number,
    "task title": _task_title,
    "rework item": _rework_item,
    "figures": _figures,
}
"""Every name in `agent.core.vocabulary.PREFILLS`, with the function behind it."""


def signers(draft: Draft, slots: tuple[str, ...], item: WorkItem) -> Mapping[str, Address]:
    """Return who should sign each of `slots`: the one person of the slot's role, else the holder."""
    found: dict[str, Address] = {}
    for slot in draft.process.forms[item.form].slots:
        if slot.id in slots:
            found[slot.id] = _signer(draft, slot.signer, item)
    return found


def _signer(draft: Draft, role: str, item: WorkItem) -> Address:
    source = draft.process.roles.get(role)
    single = {RoleKind.INITIATOR, RoleKind.INITIATING_HEAD, RoleKind.EXECUTIVE}
    if source is None or source.kind not in single:
        return item.holder
    return one(draft, role) or item.holder
