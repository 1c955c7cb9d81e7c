"""People who answer whatever they are asked: every required field, every slot, any outcome."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from agent.core.draft import Draft
from agent.core.entitled import slots_of
from agent.core.prefill import signers
from agent.domain.answers import Row, Scalar, Value, day_of
from agent.domain.case import Case
from agent.domain.effects import Send
from agent.domain.forms import Field, Kind
from agent.domain.mail import Address
from agent.domain.plans import World
from agent.domain.process import Process
from agent.domain.steps import Collect
from agent.domain.work_items import WorkItem
from tests.company import at
from tests.course import REQUEST, TASKS, Course

_PERSON = at("liu")


def form_for(course: Course, item: WorkItem) -> Mapping[str, Value]:
    """Return what the latest sheet of an item was prefilled with."""
    for effect in reversed(course.effects):
        if isinstance(effect, Send):
            for order in effect.forms:
                if order.sheet.item == item.id:
                    return order.values
    return {}


def outcome_field(process: Process, item: WorkItem) -> str:
    """Return the field whose choice decides what follows."""
    step = process.steps.get(item.step)
    if isinstance(step, Collect):
        return step.outcome
    ladder = process.ladders.get(item.step)
    return ladder.outcome if ladder is not None and ":" in item.subject else ""


def outcomes(process: Process, item: WorkItem) -> tuple[str, ...]:
    """Return every choice that the holder of an item has."""
    field = process.forms[item.form].field(outcome_field(process, item))
    return tuple(choice.value for choice in field.choices) if field is not None else ("",)


def slots(course: Course, item: WorkItem) -> Mapping[str, Address]:
    """Return the slots to sign, with who should."""
    draft = Draft(course.process, course.world, course.case, course.now, "test")
    return signers(draft, slots_of(draft, item), item)


def good_answers(course: Course, item: WorkItem, outcome: str) -> dict[str, Value]:
    """Return answers that pass every check: what was prefilled, and something sensible for the rest."""
    today = course.world.workdays.day_of(course.now)
    form = course.process.forms[item.form]
    prefilled = form_for(course, item).items()
    known = {name: value for name, value in prefilled if _is_usable(form.field(name), value, course.world)}
    if item.form == "request":
        later = today + timedelta(days=60)
        first: dict[str, Value] = {
            **REQUEST,
            "date": today,
            "completion": later,
            "milestones": ({"milestone": "评审", "day": today + timedelta(days=20)},),
            "kickoff": datetime.combine(today + timedelta(days=3), datetime.min.time().replace(hour=14)),
        }
        return {**first, **known, "completion": later, "milestones": first["milestones"]}
    values: dict[str, Value] = {}
    for field in course.process.forms[item.form].fields:
        if field.given:
            continue
        if item.form == "breakdown" and field.id == "tasks" and item.step == "breakdown":
            values["tasks"] = _breakdown(course.case, course.world, today)
        elif field.id in known and field.kind is not Kind.ROWS:
            values[field.id] = known[field.id]
        elif field.kind is Kind.ROWS:
            rows = _rows(field, known.get(field.id), today)
            if rows and (field.required or field.id in known or field.id in {"rework", "actions"}):
                values[field.id] = rows
        elif field.kind is Kind.CHOICE:
            continue
        else:
            values[field.id] = _value(field, today)
    if item.form == "change" and item.step == "change":
        first_task = course.case.tasks[0]
        row: dict[str, Scalar] = {"no": first_task.id, "attribute": "standard", "before": "旧", "after": "新"}
        values["tasks"] = (row,)
    if name := outcome_field(course.process, item):
        values[name] = outcome
    return values


def _is_usable(field: Field | None, value: Value, world: World) -> bool:
    """Say whether somebody who means well would leave a prefilled value as it is."""
    if field is None or isinstance(value, tuple):
        rows = value if isinstance(value, tuple) else ()
        cells = [(field.column(name), cell) for row in rows for name, cell in row.items()] if field else []
        return all(_is_usable(column, cell, world) for column, cell in cells)
    match field.kind:
        case Kind.PERSON:
            return all(world.directory.find(Address(each.strip())) for each in str(value).split(";"))
        case Kind.DEPARTMENT:
            return value in world.directory.departments()
        case Kind.CHOICE:
            return field.choice(str(value)) is not None
        case Kind.TEXT:
            return bool(str(value).strip())
        case _:
            return not isinstance(value, str)


def _breakdown(case: Case, world: World, today: date) -> Value:
    """Plan every task from today to the last day that the request leaves."""
    request = case.form("request")
    completion = day_of(request.values, "completion") if request is not None else None
    last = max(completion or today, today)
    rows: list[Row] = []
    for row in TASKS:
        person = world.directory.find(Address(str(row["responsible"])))
        if person is not None and person.department not in case.released:
            kept = {name: cell for name, cell in row.items() if name != "depends_on"}
            rows.append({**kept, "start": today, "end": last})
    if not rows:  # every department was let off: those who asked do it themselves
        own = {"responsible": at("zhang"), "accountable": at("wang")}
        rows.append({**TASKS[0], **own, "start": today, "end": last})
    return tuple(rows)


def _rows(field: Field, prefilled: Value | None, today: date) -> tuple[Row, ...]:
    given = prefilled if isinstance(prefilled, tuple) and prefilled else ({},)
    rows: list[Row] = []
    for row in given:
        full: dict[str, Scalar] = dict(row)
        for column in field.columns:
            if column.id not in full and (column.required or column.id == "note"):
                full[column.id] = column.choices[0].value if column.choices else _value(column, today)
        rows.append(full)
    return tuple(rows)


def _value(field: Field, today: date) -> Scalar:
    match field.kind:
        case Kind.DATE:
            return today + timedelta(days=9)
        case Kind.DATETIME:
            return datetime.combine(today, datetime.min.time().replace(hour=15))
        case Kind.NUMBER:
            return Decimal(50)
        case Kind.PERSON:
            return _PERSON
        case Kind.DEPARTMENT:
            return "研发部"
        case Kind.CHECKBOX:
            return True
        case _:
            return "见附件"
