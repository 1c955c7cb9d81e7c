"""Decide the whole journal anew, each event in the world of its day: it must come out as it was written."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from agent.core.decide import decide, move_case, open_case
from agent.core.reworded import is_same_reason
from agent.domain.case import Case, CaseId
from agent.domain.errors import WillNotWork
from agent.domain.events import CaseStarted, DefinitionMoved
from agent.domain.plans import Plan
from agent.domain.words import Words
from store import canonical
from store.chain import Entry
from store.codec import CASE, EVENT, WORDS
from store.unit import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """An entry of the journal that does not come out as it was written."""

    seq: int
    case: CaseId
    cause: str
    say: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """The result of a whole replay."""

    entries: int
    cases: int
    differences: tuple[Difference, ...]


def replay(work: Unit) -> Replayed:
    """Decide every entry of the journal anew and name what differs; the store is only read."""
    cases: dict[CaseId, Case] = {}
    differences: list[Difference] = []
    count = 0
    for entry in work.journal.every():
        count += 1
        try:
            plan = _again(work, entry, cases.get(entry.case))
        except WillNotWork as error:
            differences.append(_difference(entry, Words.same(str(error))))
            continue
        cases[entry.case] = plan.case
        differences += (_difference(entry, say) for say in _compare(entry, plan))
    differences += _standing(work, cases)
    return Replayed(entries=count, cases=len(cases), differences=tuple(differences))


def _again(work: Unit, entry: Entry, before: Case | None) -> Plan:
    event = EVENT.load(entry.event)
    process = work.processes.fetch(entry.process)
    world = work.worlds.fetch(entry.world)
    if isinstance(event, CaseStarted):
        return open_case(process, event, world)
    if before is None:
        raise WillNotWork(f"the beginning of {entry.case} is not in the journal")
    if isinstance(event, DefinitionMoved):
        old, new = (work.processes.fetch(each.digest) for each in (before.process, event.to))
        return move_case(old, new, before, event, world)
    return decide(process, before, event, world)


def _compare(entry: Entry, plan: Plan) -> Iterator[Words]:
    if canonical.digest(CASE.dump(plan.case)) != entry.after:
        yield Words(zh="重新决定后的事项状态与记录不同", en="the case comes out differently")
    keys = [effect.key for effect in plan.effects]
    if keys != json.loads(entry.effects):
        yield Words(
            zh=f"应发信件不同：{', '.join(keys)}", en=f"other letters would have been sent: {', '.join(keys)}"
        )
    if not is_same_reason(WORDS.load(entry.because), plan.because):
        yield Words(zh=f"理由不同：{plan.because.zh}", en=f"the reason would be: {plan.because.en}")


def _standing(work: Unit, cases: dict[CaseId, Case]) -> Iterator[Difference]:
    """Compare where the replay ended with the cases as they stand in the store."""
    for standing in work.cases.every():
        if cases.get(standing.id) != standing:
            yield Difference(
                seq=0,
                case=standing.id,
                cause="",
                say=Words(
                    zh="库中的事项状态与日志不符", en="the case as it stands does not follow from the journal"
                ),
            )


def _difference(entry: Entry, say: Words) -> Difference:
    return Difference(seq=entry.seq, case=entry.case, cause=entry.cause, say=say)
