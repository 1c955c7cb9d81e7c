"""What the form of an open item says when it goes out (again), whichever kind of step asked for it."""

from agent.core.draft import Draft
from agent.core.items import values_for
from agent.core.prefill import About, given, prefilled
from agent.domain.answers import Values
from agent.domain.steps import Collect, Cycle, Meeting
from agent.domain.subjects import group_of
from agent.domain.work_items import WorkItem


def blank(draft: Draft, item: WorkItem) -> Values:
    """Return what we know of the form of `item` now: prefilled, given, or what a dispute says so far."""
    step = draft.process.steps.get(item.step)
    match step:
        case Collect():
            return values_for(draft, step, item)
        case Meeting():
            return prefilled(draft, step.prefill, _about(draft, item))
        case Cycle() if item.form == step.minutes_form:
            return prefilled(draft, step.minutes_prefill, _about(draft, item))
        case Cycle():
            return prefilled(draft, step.prefill, About(item=item))
        case _:
            dispute = next((d for d in draft.case.disputes if group_of(item.subject) == d.id), None)
            known = dict(dispute.values) if dispute is not None else {}
            return {**known, **given(draft, About(item=item))}


def _about(draft: Draft, item: WorkItem) -> About:
    meeting = next((m for m in draft.case.meetings if m.id == item.subject), None)
    return About(item=item, meeting=meeting)
