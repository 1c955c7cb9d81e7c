"""What an amendment touches: only those departments answer or sign again (process.md, 会签)."""

from collections.abc import Iterator
from dataclasses import replace

from agent.core.asking import ask
from agent.core.draft import Draft
from agent.core.items import due_for
from agent.core.seats import seats
from agent.domain.answers import Row, Value, Values
from agent.domain.case import Filing
from agent.domain.forms import Field, Form, Kind
from agent.domain.mail import Address
from agent.domain.steps import Collect
from agent.domain.words import Words
from agent.domain.work_items import WorkItem


def touched(draft: Draft, form: Form, before: Values, after: Values) -> frozenset[str] | None:
    """Return the departments that a change from `before` to `after` concerns; None for all of them.

    A changed row concerns the departments it names, directly or by its people, before and after.  A
    changed row that names none, and any other changed field, concerns everybody.  What we filled in
    ourselves and what the answerers write (outcomes, remarks) lies outside `before` and `after`.
    """
    found: set[str] = set()
    for field in form.fields:
        if field.given or before.get(field.id) == after.get(field.id):
            continue
        if field.kind is not Kind.ROWS:
            return None
        for row in _changed(before.get(field.id), after.get(field.id)):
            named = frozenset(_departments(draft, field, row))
            if not named:
                return None
            found |= named
    return frozenset(found)


def _changed(before: Value | None, after: Value | None) -> Iterator[Row]:
    old = before if isinstance(before, tuple) else ()
    new = after if isinstance(after, tuple) else ()
    yield from (row for row in old if row not in new)
    yield from (row for row in new if row not in old)


def _departments(draft: Draft, field: Field, row: Row) -> Iterator[str]:
    for column in field.columns:
        value = row.get(column.id)
        if not isinstance(value, str):
            continue
        for each in (part.strip() for part in value.split(";")):
            if column.kind is Kind.DEPARTMENT:
                yield each
            elif column.kind is Kind.PERSON and (department := draft.department(Address(each))):
                yield department


def amend_followers(draft: Draft, filing: Filing) -> None:
    """After an amended document, ask again those who had answered it and are touched by the change."""
    before = _before(draft, filing)
    if before is None:
        return
    form = draft.process.forms[filing.form]
    affected = _touched(draft, before, filing)
    why = Words(
        zh=f"《{form.title.zh}》已修改，请按新版本重新答复",
        en=f"the {form.title.en} was amended; please answer again",
    )
    for follower in draft.process.steps.values():
        if not isinstance(follower, Collect) or follower.on_demand or not draft.case.of_step(follower.id):
            continue
        if follower.about == filing.step:
            ask(draft, follower, affected=affected, why=why)


def affected_by(draft: Draft, item: WorkItem) -> frozenset[str] | None:
    """Return the departments that the latest answer of `item` concerns beyond the one before it.

    The empty set when it is the first or says the same; None for all, also when other files came along.
    """
    filing = draft.case.filing(item.step, item.subject)
    before = _before(draft, filing) if filing is not None else None
    if filing is None or before is None:
        return frozenset()
    return None if before.files != filing.files else _touched(draft, before, filing)


def _before(draft: Draft, filing: Filing) -> Filing | None:
    found = (
        f
        for f in reversed(draft.case.filings)
        if f.step == filing.step and f.subject == filing.subject and f.revision < filing.revision
    )
    return next(found, None)


def _touched(draft: Draft, before: Filing, after: Filing) -> frozenset[str] | None:
    step = draft.process.steps[after.step]
    skip = {step.outcome if isinstance(step, Collect) else "", "remarks"}
    old, new = ({k: v for k, v in f.values.items() if k not in skip} for f in (before, after))
    return touched(draft, draft.process.forms[after.form], old, new)


def follow_rows(draft: Draft, form: str) -> None:
    """After the rows of `form` changed, move the open items that stand for them: their day, their holder."""
    for step in draft.process.steps.values():
        source = draft.process.roles[step.asks] if isinstance(step, Collect) else None
        if not isinstance(step, Collect) or source is None or source.form != form or not step.due_column:
            continue
        rows = {seat.subject: seat for seat in seats(draft, step.asks)}
        for item in draft.case.open_items():
            seat = rows.get(item.subject) if item.step == step.id else None
            if seat is None:
                continue
            moved = replace(item, due=due_for(draft, step, seat))
            if seat.holder is not None and seat.holder != item.asked_of:
                moved = replace(moved, asked_of=seat.holder, holder=draft.stand_in(seat.holder))
            draft.set_item(moved)
