"""The values of the documents that we compile ourselves and send to be read."""

from collections.abc import Iterator
from decimal import Decimal

from agent.core.draft import Draft
from agent.core.seats import initiating_department
from agent.core.told import confirmed_words
from agent.domain.answers import Row, Scalar, Value, Values, rows_of, text_of
from agent.domain.case import Filing
from agent.domain.confirming import Confirmed
from agent.domain.forms import SignatureKind
from agent.domain.mail import MessageId
from agent.domain.steps import Collect
from agent.domain.words import Language, Words
from agent.domain.work_items import WorkItem

_HOW: dict[SignatureKind, Words] = {
    SignatureKind.INK: Words(zh="手写签字", en="in ink"),
    SignatureKind.PICTURE: Words(zh="签名图片", en="by picture"),
    SignatureKind.DIGITAL: Words(zh="数字签名", en="digitally"),
    SignatureKind.SEAL: Words(zh="盖章", en="by seal"),
    SignatureKind.TYPED: Words(zh="键入姓名", en="typed"),
}


def completed_request(draft: Draft, step: str, language: Language) -> Values:
    """Return the first form with everybody's answer to it: who, when, how signed (process.md 1.4)."""
    first = draft.case.filing(draft.process.begins)
    values: dict[str, Value] = dict(first.values) if first is not None else {}
    if first is not None:
        values |= _signatures(draft, first)
    values["confirmations"] = tuple(
        row for each in _answering(draft, step) for row in signed_rows(draft, each, language)
    )
    return values


def _answering(draft: Draft, step: str) -> tuple[str, ...]:
    return tuple(
        each.id for each in draft.process.steps.values() if isinstance(each, Collect) and each.about == step
    )


def signed_rows(draft: Draft, step: str, language: Language) -> tuple[Row, ...]:
    """Return who has answered a step and stands by it: department, by, on, how, signature."""
    return tuple(_signed(draft, filing, language) for filing in standing(draft, step))


def standing(draft: Draft, step: str) -> tuple[Filing, ...]:
    """Return the answers to a step that count now: the latest item of each seat, when it completes."""
    latest: dict[str, WorkItem] = {item.subject: item for item in draft.case.of_step(step)}
    found = (next((f for f in draft.case.filings if f.item == item.id), None) for item in latest.values())
    return tuple(filing for filing in found if filing is not None)


def _signed(draft: Draft, filing: Filing, language: Language) -> Row:
    signature = next((s for s in filing.signatures if s.how is not None), None)
    row: dict[str, Scalar] = {
        "department": filing.subject,
        "by": filing.by,
        "on": draft.local(filing.at),
        "how": _HOW[signature.how].in_(language) if signature and signature.how else "",
    }
    if signature is not None and (mark := signature.picture or signature.who):
        row["signature"] = mark
    return row


def tracker(draft: Draft, language: Language) -> Values:
    """Return the 《协同进度跟踪表》 of this moment; late answers are marked as such (process.md 3.1)."""
    year, week, _ = draft.today.isocalendar()
    late = Words(zh="未反馈", en="no answer").in_(language)
    rows: list[Row] = []
    for task in draft.case.tasks:
        reported = draft.local(task.reported).strftime("%Y-%m-%d %H:%M") if task.reported else late
        row: dict[str, Scalar] = {
            "no": task.id,
            "task": task.title,
            "department": task.department or draft.department(task.responsible),
            "responsible": task.responsible,
            "start": task.start,
            "end": task.end,
            "status": task.status.value,
            "percent": Decimal(task.percent),
            "risk": task.risk,
            "help": task.help_needed,
            "reported": reported,
        }
        rows.append(row)
    actions: list[Row] = []
    for action in draft.case.actions:
        if action.done_on is None:
            line: dict[str, Scalar] = {"what": action.what, "who": action.who, "done": False}
            if action.when is not None:
                line["when"] = action.when
            actions.append(line)
    return {
        "project_name": draft.case.title,
        "week": f"{year}-W{week:02}",
        "compiled_at": draft.local(draft.at),
        "tasks": tuple(rows),
        "actions": tuple(actions),
    }


def minutes(draft: Draft, filing: Filing, _language: Language) -> Values:
    """Return returned minutes as distributed."""
    return {"project_name": draft.case.title, **filing.values, **_signatures(draft, filing)}


def _told(draft: Draft, filing: Filing, language: Language) -> Iterator[Row]:
    """Yield the lines of the record about one form: that it was returned, and what was confirmed of it."""
    form = draft.process.forms[filing.form]
    by_mail: dict[MessageId, list[Confirmed]] = {}
    for each in filing.confirmed:
        by_mail.setdefault(each.mail, []).append(each)
    for confirmed in by_mail.values():
        directory = draft.world.directory
        places = "; ".join(confirmed_words(form, each, directory).in_(language) for each in confirmed)
        what = Words(zh=f"确认《{form.title.zh}》：{places}", en=f"{form.title.en}, confirmed: {places}")
        first = confirmed[0]
        yield {"on": draft.local(first.at), "by": first.by, "subject": what.in_(language)}
    yield {"on": draft.local(filing.at), "by": filing.by, "subject": form.title.in_(language)}


def _signatures(draft: Draft, filing: Filing) -> Values:
    """Return what stands in the slots of a form that we pass on: the picture or the name, and the day."""
    values: dict[str, Value] = {}
    for signature in filing.signatures:
        if signature.how is not None and (mark := signature.picture or signature.who):
            values[f"sig.{signature.slot}"] = mark
            values[f"sig.{signature.slot}.date"] = draft.local(filing.at).date()
    return values


def record(draft: Draft, language: Language) -> Values:
    """Return the 《多部门协同沟通记录表》 filled from the whole case (process.md, The forms)."""
    case = draft.case
    first = case.filing(draft.process.begins)
    asked: Values = first.values if first is not None else {}
    values: dict[str, Value] = {
        "project_name": case.title,
        "department": initiating_department(draft),
        "date": draft.world.workdays.day_of(case.began),
    }
    for name in ("background", "goals", "liaison", "completion"):
        if name in asked:
            values[name] = asked[name]
    leads = {f.subject: text_of(f.values, "lead") for f in case.filings if "lead" in f.values}
    departments: list[Row] = []
    for row in rows_of(asked, "departments"):
        department = text_of(row, "department")
        line: dict[str, Scalar] = {"department": department, "asked": text_of(row, "asked")}
        if leads.get(department):
            line["lead"] = leads[department]
        departments.append(line)
    values["departments"] = tuple(departments)
    values["stages"] = tuple(
        {
            "stage": f"{task.id} {task.title}",
            "responsible": task.responsible,
            "description": task.description,
            "due": task.end.isoformat(),
            "output": task.standard,
        }
        for task in case.tasks
    )
    values["key_dates"] = tuple({"milestone": m.title, "day": m.day} for m in case.milestones)
    if (kickoff := next((f for f in case.filings if "rules" in f.values), None)) is not None:
        values["rules"] = kickoff.values["rules"]
    values["communications"] = tuple(row for f in case.filings for row in _told(draft, f, language))
    signing = (s.id for s in draft.process.steps.values() if isinstance(s, Collect) and s.countersigns)
    rows = (row for step in signing for row in signed_rows(draft, step, language))
    values["signed"] = tuple({row["department"]: row for row in rows}.values())
    return values
