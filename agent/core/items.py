"""Work items: open one, send its form, know what the form says and when it is due."""

from agent.core.deadlines import due_on
from agent.core.draft import Draft
from agent.core.prefill import About, given, prefilled, signers
from agent.core.seats import NOWHERE, Context, Seat, seats
from agent.domain.answers import Row, Values, day_of
from agent.domain.case import Filing
from agent.domain.effects import Urgency
from agent.domain.mail import Address, MessageId
from agent.domain.process import RoleKind
from agent.domain.steps import Collect
from agent.domain.subjects import GROUP, group_of, seat_of
from agent.domain.words import Words
from agent.domain.work_items import Due, ItemId, WorkItem


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
    """Open the next round of one seat.  A vacant post, or a holder who left, falls to the coordinator.

    When the clock has gone back since the case entered its stage, the item is opened with the stage: whatever
    is older belongs to an earlier pass through it (`advance`).
    """
    rounds = [i.round for i in draft.case.items if i.step == step and i.subject == subject]
    number = max(rounds, default=0) + 1
    asked = holder
    if asked is None or draft.person(asked) is None:
        asked = draft.last_resort()
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
            opened=max(draft.at, draft.case.entered),
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


def is_askers(draft: Draft, item: WorkItem) -> bool:
    """Say whether an item was asked for by its own holder: it never holds up a stage."""
    step = draft.process.steps.get(item.step)
    if isinstance(step, Collect):
        return draft.process.roles[step.asks].kind is RoleKind.ASKER
    return item.step in draft.process.ladders and GROUP not in item.subject
