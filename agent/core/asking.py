"""Asking: open the work items of a step, send their forms, and say when a step is complete."""

from dataclasses import replace

from agent.core.amendment import touched
from agent.core.deadlines import due_on
from agent.core.draft import Draft
from agent.core.prefill import About, given, prefilled, signers
from agent.core.seats import NOWHERE, Context, Seat, seats, with_added
from agent.core.vocabulary import ANY_OUTCOME
from agent.domain.answers import Row, Values, day_of
from agent.domain.case import Filing
from agent.domain.effects import Urgency
from agent.domain.mail import Address, MessageId
from agent.domain.process import Collect, Order, Quorum, RoleKind, Verb, VerbKind
from agent.domain.subjects import GROUP, group_of, seat_of
from agent.domain.words import Words
from agent.domain.work_items import Due, ItemId, ItemState, WorkItem

_DONE = Verb(kind=VerbKind.DONE, done=True)


def verb_for(step: Collect, outcome: str) -> Verb:
    """Return what an outcome of `step` does; a step without verbs is simply done."""
    return step.on.get(outcome) or step.on.get(ANY_OUTCOME) or _DONE


def completes(step: Collect, item: WorkItem) -> bool:
    """Say whether a seat whose latest item this is needs no further answer."""
    if item.state is ItemState.DONE:
        return verb_for(step, item.outcome).completes
    return item.state in {ItemState.VOID, ItemState.SKIPPED}


def open_item(  # noqa: PLR0913 - each keyword is one value of the item
    draft: Draft,
    *,
    step: str,
    subject: str,
    form: str,
    holder: Address | None,
    due: Due,
    form_sent: bool = True,
    ruled: bool = False,
) -> WorkItem:
    """Open the next round of one seat.  A vacant post falls to the coordinator, and is said."""
    rounds = [i.round for i in draft.case.items if i.step == step and i.subject == subject]
    number = max(rounds, default=0) + 1
    asked = holder
    if asked is None:
        asked = next(iter(draft.coordinators()), draft.case.initiator)
        draft.say(
            f"{step} {subject} 无人任职，转协调员", f"nobody holds {step} {subject}; the coordinator gets it"
        )
    return draft.add_item(
        WorkItem(
            id=ItemId(f"{step}/{subject}/{number}"),
            step=step,
            subject=subject,
            round=number,
            form=form,
            holder=draft.stand_in(asked),
            asked_of=asked,
            opened=draft.at,
            due=due,
            form_sent=form_sent,
            ruled=ruled,
        )
    )


def send_form(  # noqa: PLR0913 - each keyword is one value of the letter
    draft: Draft,
    item: WorkItem,
    values: Values,
    slots: tuple[str, ...],
    *,
    letter: str = "ask",
    why: Words | None = None,
    answers: MessageId | None = None,
    urgency: Urgency | None = None,
) -> None:
    """Send the form of an item to its holder."""
    order = draft.order(item, values, signers=signers(draft, slots, item))
    facts = {"why": why} if why is not None and why.zh else {}
    if answers is not None and urgency is None:
        urgency = Urgency.ANSWER
    draft.send(letter, item.holder, item=item, forms=(order,), facts=facts, answers=answers, urgency=urgency)


def values_for(draft: Draft, step: Collect, item: WorkItem, context: Context = NOWHERE) -> Values:
    """Return what the form of an item says when it goes out: the document, or the own last answer."""
    about = About(item=item, row=_row(draft, step, item, context))
    own = draft.case.filing(step.id, item.subject)
    if step.countersigns:
        document = document_of(draft, step, item.subject)
        base = _without_outcome(step, document.values) if document is not None else {}
        return {**base, **given(draft, about)}
    if own is not None and item.round > 1:
        return {**_without_outcome(step, own.values), **given(draft, about)}
    return prefilled(draft, step.prefill, about)


def document_of(draft: Draft, step: Collect, subject: str) -> Filing | None:
    """Return the filing that an item of a step answers: that of its group, else the latest."""
    group = group_of(subject)
    return draft.case.filing(step.about, group or None) if step.about else None


def _without_outcome(step: Collect, values: Values) -> Values:
    return {name: value for name, value in values.items() if name not in {step.outcome, "remarks"}}


def _row(draft: Draft, step: Collect, item: WorkItem, context: Context) -> Row | None:
    found = next((s for s in seats(draft, step.asks, context) if s.subject == seat_of(item.subject)), None)
    return found.row if found is not None else None


def due_for(draft: Draft, step: Collect, seat: Seat) -> Due:
    """Return when a seat's item is due: by the step's clock, or on the day that its row gives."""
    holder = seat.holder or draft.case.initiator
    if step.due_column and seat.row is not None and (day := day_of(seat.row, step.due_column)):
        return due_on(day, draft.calendar(holder), since=draft.at)
    return draft.due(step.due or next(iter(draft.process.clocks)), holder)


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
        draft.say(f"请 {names.zh} 办理“{step.title.zh}”", f"asked {names.en} for “{step.title.en}”")
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


def waits(draft: Draft, step: Collect, latest: WorkItem) -> bool:
    """Say whether a seat whose answer was not final waits for others: a dispute, or what it sent back."""
    mine = [d for d in draft.case.disputes if d.source == latest.id]
    if any(not dispute.settled for dispute in mine):
        return True
    verbs = [verb_for(step, latest.outcome)]
    for dispute in mine:
        ladder = draft.process.ladders[dispute.ladder]
        verbs += [ladder.on[r.decision] for r in dispute.rulings[-1:] if r.decision in ladder.on]
    targets = {verb.target for verb in verbs}
    return any(item.step in targets for item in draft.case.open_items())


def stalled(draft: Draft, step: Collect) -> bool:
    """Say whether a step could ask on: a seat was never asked, or gave no final answer and nothing moves."""
    for seat in with_added(draft, step.id, seats(draft, step.asks)):
        latest = draft.latest(step.id, seat.subject)
        if latest is None:
            return not (step.order is Order.SEQUENCE and _is_asking(draft, step))
        if not latest.is_open and not completes(step, latest) and not waits(draft, step, latest):
            return True
    return False


def _is_asking(draft: Draft, step: Collect) -> bool:
    return any(item.step == step.id for item in draft.case.open_items())


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
        f"“{step.title.zh}”重新交由 {draft.name(item.holder)} 办理",
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


def amend_followers(draft: Draft, filing: Filing) -> None:
    """After an amended document, ask again those who had answered it and are touched by the change."""
    before = next(
        (
            f
            for f in reversed(draft.case.filings)
            if f.step == filing.step and f.subject == filing.subject and f.revision < filing.revision
        ),
        None,
    )
    if before is None:
        return
    step = draft.process.steps[filing.step]
    outcome = step.outcome if isinstance(step, Collect) else ""
    form = draft.process.forms[filing.form]
    skip = {outcome, "remarks"}
    old = {k: v for k, v in before.values.items() if k not in skip}
    new = {k: v for k, v in filing.values.items() if k not in skip}
    affected = touched(draft, form, old, new)
    why = Words(
        zh=f"《{form.title.zh}》已修改，请按新版本重新答复",
        en=f"the {form.title.en} was amended; please answer again",
    )
    for follower in draft.process.steps.values():
        if not isinstance(follower, Collect) or follower.on_demand or not draft.case.of_step(follower.id):
            continue
        if follower.about == filing.step:
            ask(draft, follower, affected=affected, why=why)


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


def is_complete(draft: Draft, step: Collect) -> bool:
    """Say whether every seat of a step has answered for good (or as many as its quorum wants)."""
    wanted = with_added(draft, step.id, seats(draft, step.asks))
    latest = [draft.latest(step.id, seat.subject) for seat in wanted]
    settled = [item for item in latest if item is not None and completes(step, item)]
    match step.quorum:
        case Quorum.ALL:
            return len(settled) == len(wanted)
        case Quorum.ANY:
            return bool(settled) or not wanted
        case number:
            return len(settled) >= min(number, len(wanted))


def group_is_complete(draft: Draft, step: Collect, group: str) -> bool:
    """Say whether every seat of a group has answered for good."""
    latest: dict[str, WorkItem] = {}
    for item in draft.case.of_step(step.id):
        if group_of(item.subject) == group:
            latest[item.subject] = item
    return all(completes(step, item) for item in latest.values())


def withdraw_others(draft: Draft, step: Collect) -> None:
    """Once a quorum is reached, free those who were asked beyond it."""
    for item in draft.case.open_items():
        if item.step == step.id:
            _void(draft, item, Words(zh="已有足够的答复", en="enough answers have come in"))


def is_askers(draft: Draft, item: WorkItem) -> bool:
    """Say whether an item was asked for by its own holder: it never holds up a stage."""
    step = draft.process.steps.get(item.step)
    if isinstance(step, Collect):
        return draft.process.roles[step.asks].kind is RoleKind.ASKER
    return item.step in draft.process.ladders and GROUP not in item.subject
