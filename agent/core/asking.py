"""Asking: put a step to each of its seats, ask again, call off."""

from agent.core.completion import completes, waits
from agent.core.draft import Draft
from agent.core.items import due_for, open_item, send_form, values_for
from agent.core.seats import NOWHERE, Context, Seat, seats, with_added
from agent.domain.steps import Collect, Order
from agent.domain.subjects import GROUP, group_of
from agent.domain.words import Words
from agent.domain.work_items import ItemState, WorkItem


def ask(  # noqa: PLR0913 - who is asked, and why again
    draft: Draft,
    step: Collect,
    *,
    context: Context = NOWHERE,
    group: str = "",
    affected: frozenset[str] | None = None,
    why: Words | None = None,
) -> tuple[WorkItem, ...]:
    """Ask every seat of `step` that must answer (again), and leave alone those that stand.

    Args:
        draft: The plan being written.
        step: The step.
        context: What its role may need beyond the case.
        group: The group of the seats, for a step asked on demand.
        affected: After an amendment the departments it touches; None asks everybody again, the
            empty set only those who have not answered for good.
        why: Why they are asked (again), for the letter.
    """
    opened: list[WorkItem] = []
    asked = with_added(draft, step.id, seats(draft, step.asks, context))
    wanted = {f"{group}{GROUP}{seat.subject}" if group else seat.subject: seat for seat in asked}
    for item in draft.case.open_items():
        if item.step == step.id and group_of(item.subject) == group and item.subject not in wanted:
            _void(draft, item, Words(zh="不再需要您的答复", en="your answer is no longer needed"))
    for subject, seat in wanted.items():
        latest = draft.latest(step.id, subject)
        if latest is not None and _stands(draft, step, latest, seat, affected):
            if latest.is_open and step.order is Order.SEQUENCE:
                break
            continue
        if latest is not None and latest.is_open:
            draft.close_item(latest, ItemState.VOID)
        revoked = latest is not None and latest.state is ItemState.DONE and completes(step, latest)
        if latest is not None and revoked:
            draft.close_item(latest, ItemState.VOID, latest.outcome)
        item = open_item(
            draft,
            step=step.id,
            subject=subject,
            form=step.form,
            holder=seat.holder,
            due=due_for(draft, step, seat),
            form_sent=not step.form_with_reminder,
        )
        opened.append(item)
        if item.form_sent:
            # One letter says both: the earlier answer no longer holds, and here is what to sign instead.
            letter = "revoked" if revoked else "ask"
            send_form(draft, item, values_for(draft, step, item, context), step.signs, letter=letter, why=why)
        if step.order is Order.SEQUENCE:
            break
    if opened:
        names = Words.listed(draft.name(i.holder) for i in opened)
        draft.say(f"请{names.zh}办理“{step.title.zh}”", f"asked {names.en} for “{step.title.en}”")
    return tuple(opened)


def _stands(
    draft: Draft, step: Collect, latest: WorkItem, seat: Seat, affected: frozenset[str] | None
) -> bool:
    """Say whether a seat need not be asked (again)."""
    if not latest.is_open and not completes(step, latest):
        return waits(draft, step, latest)
    if affected and latest.is_open and step.countersigns:
        return False  # whoever has not signed yet holds a sheet that no longer is the document
    return affected is not None and not _concerns(draft, seat, affected)


def _concerns(draft: Draft, seat: Seat, affected: frozenset[str]) -> bool:
    own = draft.department(seat.holder) if seat.holder is not None else ""
    return seat.subject in affected or own in affected


def _void(draft: Draft, item: WorkItem, why: Words) -> None:
    was_open = item.is_open
    draft.close_item(item, ItemState.VOID, item.outcome)
    if was_open or item.outcome:
        draft.send("revoked", item.holder, item=item, facts={"why": why})


def reopen(
    draft: Draft, step: Collect, source: WorkItem | None, *, to: str = "", why: Words | None = None
) -> None:
    """Ask for a step's form again, prefilled with its last answer; `to` names another role's holder."""
    subject = ""
    if source is not None:
        group = group_of(source.subject)
        subject = group if draft.latest(step.id, group) is not None else ""
    latest = draft.latest(step.id, subject)
    if latest is None:
        ask(draft, step, why=why)
        return
    undo(draft, step.id)
    if latest.is_open:
        send_form(draft, latest, values_for(draft, step, latest), step.signs, why=why)
        return
    holder = next((s.holder for s in seats(draft, to) if s.holder is not None), None) if to else None
    seat = Seat(subject=subject, holder=holder or latest.asked_of)
    item = open_item(
        draft,
        step=step.id,
        subject=subject,
        form=step.form,
        holder=seat.holder,
        due=due_for(draft, step, seat),
    )
    draft.say(
        f"“{step.title.zh}”重新交由{draft.name(item.holder)}办理",
        f"“{step.title.en}” is with {draft.name(item.holder)} again",
    )
    send_form(draft, item, values_for(draft, step, item), step.signs, why=why)


def undo(draft: Draft, step: str) -> None:
    """Take a step, and all that waited for it, back from the completed ones."""
    gone = {step}
    growing = True
    while growing:
        more = {
            each.id
            for each in draft.process.steps.values()
            if each.id not in gone
            and (gone & set(each.after) or (isinstance(each, Collect) and each.about in gone))
        }
        growing = bool(more)
        gone |= more
    draft.change(done_steps=tuple(s for s in draft.case.done_steps if s not in gone))


def withdraw_others(draft: Draft, step: Collect) -> None:
    """Once a quorum is reached, free those who were asked beyond it."""
    for item in draft.case.open_items():
        if item.step == step.id:
            _void(draft, item, Words(zh="已有足够的答复", en="enough answers have come in"))
