"""Take one event to its case: load, decide, write.  The only caller of `decide` beside the replay.

Nothing here commits: the turn makes the decision, its letters, timers and journal entry true together
with whatever caused it (a mail that is settled, a timer that is struck).
"""

from collections.abc import Iterable

from agent.core.decide import decide, move_case, open_case
from agent.domain.case import Case, CaseId
from agent.domain.effects import Seal, Send
from agent.domain.errors import WillNotWork
from agent.domain.events import CaseStarted, DefinitionMoved, Event
from agent.domain.mail import MessageId
from agent.domain.plans import Plan
from agent.letters.mime import message_id
from agent.service.happenings import What
from agent.service.house import House, Turn
from store.sheets import Issued


def advance(turn: Turn, case_id: CaseId, event: Event, *, cause: str) -> Plan | None:
    """Decide `event` for a case that exists; None when `cause` was decided before.

    Args:
        turn: the transaction that also holds what caused the event.
        case_id: whose event it is.
        event: what happened.
        cause: names the event for ever; the journal takes each only once.

    Raises:
        WillNotWork: there is no such case, or its definition is lost.
        Conflict: somebody else decided first; begin again with a new turn.
    """
    case = turn.work.cases.load(case_id)
    if case is None:
        raise WillNotWork(f"there is no case {case_id}")
    if turn.work.journal.knows(cause):
        return None
    plan = decide(turn.process(case.process), case, event, turn.world)
    after = turn.work.cases.save(plan.case, event.at)
    _write(turn, plan, event, cause=cause, after=after)
    return plan


def begin(turn: Turn, event: CaseStarted, *, cause: str) -> Plan:
    """Open a case on the present definition; its number was drawn in the same turn.

    Raises:
        Conflict: `cause` was decided before, or the number is taken.
    """
    process = turn.house.pack.process
    plan = open_case(process, event, turn.world)
    turn.work.processes.remember(process)
    after = turn.work.cases.open(plan.case, event.at)
    _write(turn, plan, event, cause=cause, after=after)
    return plan


def move(turn: Turn, case: Case, event: DefinitionMoved, *, cause: str) -> Plan:
    """Let `case` go on by the present definition; what forbids that was asked before, in the same turn.

    Raises:
        WillNotWork: the definition that the case runs on is lost.
        Conflict: somebody else decided first; begin again with a new turn.
    """
    new = turn.house.pack.process
    plan = move_case(turn.process(case.process), new, case, event, turn.world)
    turn.work.processes.remember(new)
    after = turn.work.cases.save(plan.case, event.at)
    _write(turn, plan, event, cause=cause, after=after)
    return plan


def keep_letters(turn: Turn, letters: Iterable[Send]) -> None:
    """Put letters into the outbox, each under its fixed Message-ID, and remember the sheets they carry."""
    house = turn.house
    # A letter to an empty role is none; the decision's `because` says so.
    addressed: dict[MessageId, Send] = {}
    for send in letters:
        if send.to:
            addressed.setdefault(message_id(send.key, house.sender.domain), send)
    turn.work.outbox.add_all(addressed, at=turn.now)
    turn.work.sheets.issued(
        Issued(
            code=order.sheet.code(house.secret),
            token=order.sheet.token(house.secret),
            sheet=order.sheet,
            letter_key=send.key,
            at=turn.now,
        )
        for send in addressed.values()
        for order in send.forms
    )


def tell(house: House, plan: Plan, event: Event, **facts: str) -> None:
    """Tell the listener what was decided, once it is true."""
    letters = ", ".join(effect.letter for effect in plan.effects if isinstance(effect, Send))
    house.happened(
        What.DECIDED, plan.because, case=plan.case.id, event=type(event).__name__, letters=letters, **facts
    )


def _write(turn: Turn, plan: Plan, event: Event, *, cause: str, after: str) -> None:
    keep_letters(turn, (effect for effect in plan.effects if isinstance(effect, Send)))
    for effect in plan.effects:
        if isinstance(effect, Seal):
            turn.work.seals.add(effect, turn.now)
    turn.work.journal.append(
        at=event.at,
        case=plan.case.id,
        cause=cause,
        event=event,
        because=plan.because,
        process=plan.case.process.digest,
        world=turn.work.worlds.remember(turn.world),
        after=after,
        effects=plan.effects,
    )
