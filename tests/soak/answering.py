"""What people write into the forms of the shipped process, when they mean well and when they do not."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from agent.domain.answers import Row, Scalar, Value, walk
from agent.domain.forms import Form, Kind
from agent.domain.process import Process
from agent.domain.steps import Collect, Cycle, Meeting
from agent.domain.subjects import ADDED
from tests.soak.papers import Answered, Paper
from tests.soak.town import HELPERS
from tests.typed import field_of

_HEADS = {f"{head}@example.com": department for department, (_, head) in HELPERS.items()}
_BAD_ROLL = 0.5


@dataclass(frozen=True, slots=True)
class Intent:
    """What somebody wants to say with a form."""

    flaw: str = ""
    """Empty for a good answer; `unsigned` or `gaps` for one that must come back."""
    contrary: bool = False
    """Decline, refuse, ask for rework: whatever the form has beside yes."""


def signs(process: Process, item: str, form: str) -> tuple[str, ...]:
    """Return the slots that a good answer to this item signs."""
    name, _, subject = item.partition("/")
    step = process.steps.get(name)
    match step:
        case Cycle():
            return step.minutes_signs if form == step.minutes_form else step.signs
        case Collect() | Meeting():
            return step.signs
        case _:
            ladder = process.ladders.get(name)
            return ladder.signs if ladder is not None and ":" in subject else ()


def answered(paper: Paper, process: Process, today: date, intent: Intent, chance: random.Random) -> Answered:
    """Return what somebody says with a form.

    A form with nothing to sign or to leave out cannot be unsigned or lack anything.
    """
    form, reading = process.forms[paper.reading.form], paper.reading
    given = _answers(form, paper.item, reading.answers.values(), today, intent, chance)
    values = {
        path: value
        for path, value in walk(given)
        if (field := field_of(form, path)) is not None and not field.given
    }
    slots = signs(process, paper.item, form.id)
    wanted = frozenset(path for path in values if intent.flaw == "gaps" and _is_wanted(form, path))
    unsigned = intent.flaw == "unsigned" and bool(slots)
    return Answered(
        form=form,
        values={path: value for path, value in values.items() if path not in wanted},
        emptied=wanted,
        slots=() if unsigned else slots,
        whole=not wanted and not unsigned,
    )


def _is_wanted(form: Form, path: str) -> bool:
    field = field_of(form, path)
    return field is not None and (field.required or field.kind is Kind.CHOICE)


def _answers(  # noqa: PLR0913 - likewise
    form: Form, item: str, known: Mapping[str, Value], today: date, intent: Intent, chance: random.Random
) -> dict[str, Value]:
    step = item.partition("/")[0]
    rows = known.get("tasks")
    rows = rows if isinstance(rows, tuple) else ()
    no = intent.contrary
    match step, form.id:
        case _, "request":
            return _request(known, today, chance)
        case _, "confirmation":
            return _confirmation(item, chance, contrary=no)
        case "breakdown", _:
            return {"tasks": tuple(_plan(row, number, today) for number, row in enumerate(rows or ({},)))}
        case _, "kickoff_minutes" | "minutes":
            return {"decisions": "按计划推进", "goals": "按期上市"}
        case "weekly", "progress":
            percent = str(chance.choice((20, 50, 80)))
            return {"tasks": tuple({"status": "in-progress", "percent": percent} for _ in rows)}
        case "deliverable" | "rework", _:
            return {"files": "见附件", "standard_met": True}
        case "acceptance", _:
            return _acceptance(rows, today, contrary=no)
        case "summary", _:
            return {"highlights": "配合顺畅", "shortcomings": "无", "improvements": "提前沟通"}
        case "change", _:
            return _change(rows, chance)
        case _, "issue":
            return _issue(item, chance)
        case _:
            return _opinion(form, contrary=no)


def _request(known: Mapping[str, Value], today: date, chance: random.Random) -> dict[str, Value]:
    """Return a request; departments that were asked before stay, and days that are over are put off."""
    before, days = (
        v if isinstance(v := known.get(each), tuple) else () for each in ("departments", "milestones")
    )
    asked = chance.sample(sorted(HELPERS), chance.choice((1, 1, 2, 2, 3)))
    asked = [str(row["department"]) for row in before if row.get("department")] or asked
    rows: tuple[Row, ...] = tuple({"department": each, "asked": f"{each}的工作"} for each in asked)
    over = any(isinstance(day := row.get("day"), date) and day < today for row in days)
    put_off: tuple[Row, ...] = tuple({"day": _workday(today + timedelta(days=14))} for _ in days if over)
    kickoff = _workday(today + timedelta(days=chance.randint(3, 5)))
    profile = chance.choices(("project", "emergency", "improvement", "goals"), (6, 2, 1, 1))[0]
    return {
        "project_name": f"项目{chance.randint(100, 999)}",
        "profile": profile,
        "background": "窗口期短",
        "goals": "按期完成",
        "departments": rows,
        "milestones": put_off,
        "expected": "交付样机",
        "completion": _workday(today + timedelta(days=chance.randint(40, 55))),
        "kickoff": datetime.combine(kickoff, time(14)),
        "contact": "138",
    }


def _confirmation(item: str, chance: random.Random, *, contrary: bool) -> dict[str, Value]:
    if contrary and chance.random() < _BAD_ROLL:
        return {"conclusion": "decline", "reason": "人手不足"}
    if contrary:
        return {"conclusion": "supplement", "supplement": "请补充技术指标"}
    worker, _ = HELPERS[item.split("/")[1].partition(ADDED)[0]]
    facts = {"people": "2人", "time": "两周", "authority": "可决定"}
    return {"conclusion": "confirm", "lead": f"{worker}@example.com", **facts}


def _plan(row: Mapping[str, Scalar], number: int, today: date) -> Row:
    """Return a task; one that was planned before and lies ahead stays, but for the first of them."""
    before = row.get("start")
    if number and isinstance(before, date) and before >= today:
        return {name: value for name, value in row.items() if value not in {"", None}}
    department = str(row.get("department", "")) or _HEADS.get(str(row.get("accountable", "")), "")
    worker, head = HELPERS.get(department, HELPERS[sorted(HELPERS)[number % len(HELPERS)]])
    start = _workday(today + timedelta(days=1))
    said: dict[str, Scalar] = {
        "no": str(number + 1),
        "task": str(row.get("task", "")) or f"任务{number + 1}",
        "responsible": f"{worker}@example.com",
        "accountable": f"{head}@example.com",
        "standard": "通过评审",
        "start": start,
        "end": _workday(start + timedelta(days=3 + 2 * number)),
    }
    return said


def _acceptance(rows: tuple[Row, ...], today: date, *, contrary: bool) -> dict[str, Value]:
    good: tuple[Row, ...] = tuple({"result": "ok"} for _ in rows)
    if not contrary or not rows:
        return {"tasks": good, "conclusion": "pass"}
    first: Row = {"result": "not_ok", "note": "未达标"}
    again: Row = {"what": "重做样机", "who": "liu@example.com", "when": _workday(today + timedelta(days=3))}
    return {"tasks": (first, *good[1:]), "conclusion": "rework", "rework": (again,)}


def _change(rows: tuple[Row, ...], chance: random.Random) -> dict[str, Value]:
    number = str(rows[0].get("no", "1")) if rows else "1"
    row: Row = {"no": number, "attribute": "standard", "after": f"良率 {chance.randint(80, 99)}%"}
    return {"what": "调整标准", "why": "客户要求", "tasks": (row,)}


def _issue(item: str, chance: random.Random) -> dict[str, Value]:
    if ":" in item:
        decision = chance.choices(("uphold", "climb", "amend", "release"), (4, 3, 2, 1))[0]
        return {"decision": decision, "ruling": "请双方照此执行"}
    row: Row = {"department": "研发部"}
    facts = {
        "title": f"资源冲突{chance.randint(100, 999)}",
        "description": "人手不足",
        "impact": "延期一周",
        "proposal": "调配人手",
    }
    return {**facts, "parties": (row,)}


def _opinion(form: Form, *, contrary: bool) -> dict[str, Value]:
    conclusion = form.field("conclusion")
    if conclusion is None or conclusion.choice("agree") is None:
        return {}
    return {"conclusion": "refuse", "remarks": "请再核对"} if contrary else {"conclusion": "agree"}


def _workday(day: date) -> date:
    while day.weekday() > 4:
        day += timedelta(days=1)
    return day
