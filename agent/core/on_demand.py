"""Forms that people ask for by keyword, and keywords whose meaning the process pack gives."""

from dataclasses import replace

from agent.core.blank import blank
from agent.core.draft import Draft
from agent.core.entitled import slots_of
from agent.core.items import is_askers, open_item, send_form, values_for
from agent.core.permits import items_of
from agent.core.prefill import About, given
from agent.domain.answers import Value
from agent.domain.events import KeywordSaid
from agent.domain.keywords import WORDS
from agent.domain.process import Ladder
from agent.domain.steps import Collect
from agent.domain.work_items import WorkItem


def send_again(draft: Draft, item: WorkItem, event: KeywordSaid | None = None) -> None:
    """Send the open form of an item (again), as it stands now."""
    sent = draft.set_item(replace(item, form_sent=True))
    mail = event.mail if event is not None and event.by == sent.holder else None
    send_form(draft, sent, blank(draft, sent), slots_of(draft, sent), answers=mail)


def asked_for(draft: Draft, event: KeywordSaid) -> None:
    """A keyword whose meaning the process pack gives: a verb, a form on demand, or a ladder."""
    verb = draft.process.keywords.get(event.keyword)
    if verb is not None:
        word = WORDS[event.keyword]
        draft.say(f"{draft.name(event.by)}：{word.zh}", f"{draft.name(event.by)}: {word.en}")
        draft.follow(verb, None)
        return
    for ladder in draft.process.ladders.values():
        if ladder.keyword is event.keyword:
            _ask_to_raise(draft, ladder, event)
            return
    for step in draft.process.steps.values():
        if isinstance(step, Collect) and step.keyword is event.keyword:
            _form_on_demand(draft, step, event)
            return


def _ask_to_raise(draft: Draft, ladder: Ladder, event: KeywordSaid) -> None:
    open_one = next(
        (i for i in items_of(draft, event.by) if i.step == ladder.id and is_askers(draft, i)), None
    )
    if open_one is not None:
        send_again(draft, open_one, event)
        draft.say("重发升级记录表", "the form is sent again")
        return
    number = 1 + sum(i.step == ladder.id and is_askers(draft, i) for i in draft.case.items)
    due = draft.due(ladder.rungs[0].due, event.by)
    item = open_item(draft, step=ladder.id, subject=str(number), form=ladder.form, holder=event.by, due=due)
    said: dict[str, Value] = {"raised_by": item.holder}
    send_form(draft, item, {**said, **given(draft, About(item=item))}, (), answers=event.mail)
    draft.say(
        f"向{draft.name(event.by)}发出“{ladder.title.zh}”表格",
        f"sent {draft.name(event.by)} the form for “{ladder.title.en}”",
    )


def _form_on_demand(draft: Draft, step: Collect, event: KeywordSaid) -> None:
    mine = [i for i in items_of(draft, event.by) if i.step == step.id]
    if mine:
        for item in mine:
            send_again(draft, item, event)
        draft.say(f"发出“{step.title.zh}”表格", f"sent the form for “{step.title.en}”")
        return
    number = 1 + len({i.subject for i in draft.case.of_step(step.id)})
    item = open_item(
        draft,
        step=step.id,
        subject=str(number),
        form=step.form,
        holder=event.by,
        due=draft.due(step.due, event.by),
    )
    said: dict[str, Value] = {}
    if draft.process.forms[step.form].field("raised_by") is not None:
        said["raised_by"] = item.holder
    values = {**said, **values_for(draft, step, item)}
    send_form(draft, item, values, step.signs, answers=event.mail)
    draft.say(f"发出“{step.title.zh}”表格", f"sent the form for “{step.title.en}”")
