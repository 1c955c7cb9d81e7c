"""Outcomes: what an accepted form of a collect step sets going."""

from agent.core.amendment import amend_followers
from agent.core.completion import group_is_complete, verb_for
from agent.core.draft import Draft
from agent.core.registers import write
from agent.core.seats import everyone
from agent.domain.case import Filing
from agent.domain.steps import Collect, VerbKind
from agent.domain.subjects import group_of
from agent.domain.words import Words
from agent.domain.work_items import WorkItem


def accepted(draft: Draft, step: Collect, filing: Filing, item: WorkItem) -> None:
    """Go on from an accepted form of a collect step: its registers, its followers, its outcome's verb."""
    verb = verb_for(step, item.outcome)
    group = group_of(item.subject)
    if not step.countersigns:
        write(draft, step.writes, filing, item)
    if filing.revision > 1:
        amend_followers(draft, filing)
    if step.tells:
        _tell_outcome(draft, step, item)
    if verb.kind is not VerbKind.DONE:
        why = filing.values.get("supplement") or filing.values.get("remarks") or ""
        draft.follow(verb, item, Words.same(f"{draft.name(item.holder)}：{why}" if why else ""))
        if verb.kind is VerbKind.REOPEN:
            _tell_refusal(draft, step, item, str(why))
        return
    if step.on_demand and group and group_is_complete(draft, step, group):
        _finish_group(draft, step, filing, group, item)


def _finish_group(draft: Draft, step: Collect, filing: Filing, group: str, item: WorkItem) -> None:
    document = filing
    if step.countersigns:
        document = draft.case.filing(step.about, group) or filing
    write(draft, step.writes, document, item)
    if step.then is not None:
        draft.follow(step.then, None)


def conclusion(draft: Draft, step: Collect, outcome: str) -> Words:
    """Return what the form of a step concludes, as it is printed there; empty when it concludes nothing."""
    field = draft.process.forms[step.form].field(step.outcome)
    choice = field.choice(outcome) if field is not None else None
    return choice.label if choice is not None else Words.same(outcome)


def _tell_outcome(draft: Draft, step: Collect, item: WorkItem) -> None:
    facts = {"conclusion": conclusion(draft, step, item.outcome)} | _round(item)
    draft.tell(step.tells, everyone(draft), about=item.id, facts=facts)


def _tell_refusal(draft: Draft, step: Collect, item: WorkItem, remarks: str) -> None:
    """A refusal is told to the initiator and to everybody who has already signed."""
    if not step.countersigns:
        return
    signers = (f.by for f in draft.case.filings if f.step == step.id and f.item != item.id)
    draft.tell(
        "refused",
        (draft.case.initiator, *signers),
        about=item.id,
        item=item,
        facts={"by": Words.same(draft.name(item.holder)), "remarks": Words.same(remarks)} | _round(item),
    )


def _round(item: WorkItem) -> dict[str, Words]:
    """Return which time it is, but for the first: twice the same outcome is not twice the same letter."""
    return {"round": Words.same(str(item.round))} if item.round > 1 else {}
