"""Running cases go on by the present definition when an operator says so (ADR 0037)."""

from dataclasses import dataclass

from agent.core.moving import differences, obstacles, ref_of
from agent.domain.case import CaseId, ProcessRef, Timer
from agent.domain.effects import Send
from agent.domain.errors import WillNotWork
from agent.domain.events import DefinitionMoved
from agent.domain.mail import Address
from agent.domain.words import Words
from agent.domain.work_items import WorkItem
from agent.service import advancing
from agent.service.house import House, Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What becomes, or would become, of one case."""

    case: CaseId
    before: ProcessRef
    after: ProcessRef
    cannot: tuple[Words, ...]
    """Why it stays as it is; everything below is then empty."""
    differences: tuple[Words, ...] = ()
    because: Words | None = None
    letters: tuple[Send, ...] = ()
    opened: tuple[WorkItem, ...] = ()
    """What is asked at once."""
    kept: tuple[WorkItem, ...] = ()
    """Open items that go on with holder and deadline."""
    timers_gone: tuple[Timer, ...] = ()
    timers_new: tuple[Timer, ...] = ()


def movable(turn: Turn) -> tuple[CaseId, ...]:
    """Return the cases that are not over and run on another definition than the present one."""
    now = ref_of(turn.house.pack.process)
    return tuple(case.id for case in turn.work.cases.all_open() if case.process != now)


def move(house: House, case_id: CaseId, *, by: Address, why: str, dry_run: bool) -> Move:
    """Move one case, or only tell what that would do.

    Raises:
        WillNotWork: there is no such case, or the definition that it runs on is lost.
        Conflict: somebody else decided first; nothing was done.
    """
    with house.turn() as turn:
        case = turn.work.cases.load(case_id)
        if case is None:
            raise WillNotWork(f"there is no case {case_id}")
        new = house.pack.process
        old = turn.process(case.process)
        to = ref_of(new)
        cannot = obstacles(old, new, case)
        if cannot:
            return Move(case=case_id, before=case.process, after=to, cannot=cannot)
        event = DefinitionMoved(at=turn.now, by=by, to=to, why=why)
        cause = f"moved/{case_id}/{to.digest}/{turn.now.isoformat()}"
        plan = advancing.move(turn, case, event, cause=cause)
        if not dry_run:
            turn.commit()
    if not dry_run:
        advancing.tell(house, plan, event)
    known = {item.id for item in case.items}
    kept = {item.id for item in case.open_items()}
    before, after = set(case.timers), set(plan.case.timers)
    return Move(
        case=case_id,
        before=case.process,
        after=to,
        cannot=(),
        differences=differences(old, new, case),
        because=plan.because,
        letters=tuple(effect for effect in plan.effects if isinstance(effect, Send)),
        opened=tuple(item for item in plan.case.items if item.id not in known),
        kept=tuple(item for item in plan.case.open_items() if item.id in kept),
        timers_gone=tuple(timer for timer in case.timers if timer not in after),
        timers_new=tuple(timer for timer in plan.case.timers if timer not in before),
    )
