"""A filed form is taken back: a coordinator saw that its printed text is not as it was sent (ADR 0036).

The notice of print that could not be compared shows crops; whoever answers `1：有改动` has compared them.
The form then counts no more, and its sender signs the one that was sent.  What it set going meanwhile stays,
and is put right when the form comes back and says otherwise, as after any amendment.
"""

from dataclasses import replace

from agent.core.asking import undo
from agent.core.draft import Draft
from agent.core.items import open_item
from agent.core.questions import filled_again
from agent.domain.case import Case, Filing
from agent.domain.confirming import DoubtsAnswered
from agent.domain.effects import Urgency
from agent.domain.steps import Collect, Cycle, Meeting
from agent.domain.words import Words
from agent.domain.work_items import Due, ItemId, ItemState, WorkItem


def shown_of(case: Case, item: ItemId) -> Filing | None:
    """Return the accepted form of an item of which a coordinator was shown printed text."""
    found = next((each for each in case.filings if each.item == item), None)
    return found if found is not None and any(each.code == "uncompared" for each in found.warnings) else None


def take_back(draft: Draft, event: DoubtsAnswered, item: WorkItem | None) -> None:
    """Take a filed form back and ask for it as it was sent; a newer one stands."""
    filing = shown_of(draft.case, event.item)
    if item is None or filing is None or event.by not in draft.coordinators():
        why = Words(zh="没有可退回的表格", en="there is no form to be sent back")
        _answer(draft, event, "not_understood", why, item)
    elif draft.latest(item.step, item.subject) != item or item.state is not ItemState.DONE:
        why = Words(
            zh="此表已由新版本取代，或已退回", en="a newer form has replaced it, or it went back already"
        )
        _answer(draft, event, "already_answered", why, item)
    elif not isinstance(draft.process.steps.get(item.step), Collect | Meeting | Cycle):
        why = Words(
            zh="裁定已经执行，无法退回重签；请用“暂停”停下事项，与裁定人核实",
            en="the ruling was carried out; say “suspend” to stop the case, and speak with whoever ruled",
        )
        _answer(draft, event, "not_understood", why, item)
    else:
        _ask_as_sent(draft, event, item, filing)


def _ask_as_sent(draft: Draft, event: DoubtsAnswered, item: WorkItem, filing: Filing) -> None:
    stage = draft.process.stage(draft.case.stage)
    if stage is not None and item.step in stage.steps:
        undo(draft, item.step)
    draft.change(
        meetings=tuple(replace(m, recorded=False) if m.id == item.subject else m for m in draft.case.meetings)
    )
    draft.close_item(item, ItemState.VOID, item.outcome)
    again = open_item(
        draft,
        step=item.step,
        subject=item.subject,
        form=item.form,
        holder=item.asked_of,
        due=_due(draft, item),
        ruled=item.ruled,
    )
    title, name = draft.process.forms[item.form].title, draft.name(again.holder)
    draft.say(
        f"{draft.name(event.by)}核对原件，固定文字有改动：{name}交回的《{title.zh}》作废，请其按原表重新签署",
        f"{draft.name(event.by)} compared the original, and printed text was altered: the {title.en} of "
        f"{name} counts no more and is asked for as it was sent",
    )
    draft.send(
        "altered_refused",
        again.holder,
        cc=(filing.by,),
        item=again,
        forms=(filled_again(draft, again, filing.values),),
        facts={"file": Words.same(filing.document.name), "filed": title},
    )
    what = Words(
        zh=f"《{title.zh}》已作废，已请{name}按原表重新签署交回",
        en=f"the {title.en} counts no more; {name} is asked to sign it as it was sent",
    )
    draft.send("operated", event.by, facts={"what": what}, answers=event.mail, urgency=Urgency.ANSWER)


def _due(draft: Draft, item: WorkItem) -> Due:
    """Return when it is due again: a fresh span by its own clock, but no sooner than it was."""
    clock = item.due.clock or next(iter(draft.process.clocks))
    fresh = draft.due(clock, item.asked_of)
    return max(fresh, item.due, key=lambda due: due.at)


def _answer(draft: Draft, event: DoubtsAnswered, letter: str, why: Words, item: WorkItem | None) -> None:
    draft.say(f"未受理：{why.zh}", f"not taken: {why.en}")
    facts = {"why": why}
    draft.send(letter, event.by, item=item, facts=facts, answers=event.mail, urgency=Urgency.ANSWER)
