"""When a step is complete, whose answer was final, and who waits for what (ADR 0008)."""

from agent.core.draft import Draft
from agent.core.seats import seats, with_added
from agent.core.vocabulary import ANY_OUTCOME
from agent.domain.steps import Collect, Order, Quorum, Verb, VerbKind
from agent.domain.subjects import group_of
from agent.domain.work_items import ItemState, WorkItem

_DONE = Verb(kind=VerbKind.DONE, done=True)


def verb_for(step: Collect, outcome: str) -> Verb:
    """Return what an outcome of `step` does; a step without verbs is simply done."""
    return step.on.get(outcome) or step.on.get(ANY_OUTCOME) or _DONE


def completes(step: Collect, item: WorkItem) -> bool:
    """Say whether a seat whose latest item this is needs no further answer."""
    if item.state is ItemState.DONE:
        return verb_for(step, item.outcome).completes
    return item.state in {ItemState.VOID, ItemState.SKIPPED}


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
