"""Whoever holds an item and leaves, or is away from today, is followed by somebody who can answer it.

A holder who is no longer in the directory is followed by whoever has the seat now, else by the
coordinator; a holder who is away by the deputy (process.md, People).  An absence without a deputy changes
nothing: the reminders copy the rung above.
"""

from dataclasses import replace

from agent.core.blank import blank
from agent.core.draft import Draft
from agent.core.entitled import slots_of
from agent.core.items import send_form
from agent.core.seats import seats
from agent.domain.case import CaseStatus
from agent.domain.mail import Address
from agent.domain.steps import Collect
from agent.domain.subjects import seat_of
from agent.domain.words import Words
from agent.domain.work_items import WorkItem


def succeed(draft: Draft) -> None:
    """Give every open item of a case that runs to somebody who is there, with its form."""
    if draft.case.status is not CaseStatus.OPEN:
        return
    for item in draft.case.open_items():
        left = draft.person(item.holder) is None
        heir = _heir(draft, item) if left else draft.stand_in(item.holder)
        if heir != item.holder:
            _pass_on(draft, item, heir, left=left)


def _heir(draft: Draft, item: WorkItem) -> Address:
    if draft.person(item.asked_of) is not None:
        return draft.stand_in(item.asked_of)
    step = draft.process.steps.get(item.step)
    if isinstance(step, Collect):
        for seat in seats(draft, step.asks):
            here = seat.subject in {item.subject, seat_of(item.subject)}
            if here and seat.holder is not None and draft.person(seat.holder) is not None:
                return draft.stand_in(seat.holder)
    return draft.stand_in(draft.last_resort())


def _pass_on(draft: Draft, item: WorkItem, heir: Address, *, left: bool) -> None:
    name, title = draft.name(item.holder), draft.process.forms[item.form].title
    why = (
        Words(zh=f"{name}已不在通讯录中", en=f"{name} is no longer in the directory")
        if left
        else Words(zh=f"{name}不在岗，请您代办", en=f"{name} is away and you stand in")
    )
    asked = item.asked_of if draft.person(item.asked_of) is not None else heir
    passed = draft.set_item(replace(item, holder=heir, asked_of=asked))
    draft.say(
        f"《{title.zh}》转由{draft.name(heir)}办理：{why.zh}",
        f"the {title.en} goes on with {draft.name(heir)}: {why.en}",
    )
    if passed.form_sent:
        send_form(draft, passed, blank(draft, passed), slots_of(draft, passed), why=why)
