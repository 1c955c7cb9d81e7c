"""Steering: what a keyword does to a case (cli.md, By mail), by mail or by command line."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from agent.core.confirming import doubts_answered, open_for
from agent.core.draft import Draft
from agent.core.ending import end
from agent.core.items import open_item
from agent.core.judging import still_wanted
from agent.core.ladders import has_ruled
from agent.core.laid_by import take_laid_by
from agent.core.on_demand import asked_for, send_again
from agent.core.permits import forbidden, is_coordinator, items_of, permitted
from agent.core.questions import listed
from agent.core.seats import everyone
from agent.core.sleeping import fall_asleep, wake_up
from agent.domain.case import CaseStatus
from agent.domain.confirming import DoubtsAnswered
from agent.domain.effects import Urgency
from agent.domain.events import KeywordSaid
from agent.domain.keywords import WORDS, Keyword
from agent.domain.mail import Address, address
from agent.domain.people import Person
from agent.domain.steps import Collect
from agent.domain.subjects import ADDED
from agent.domain.words import Words
from agent.domain.work_items import WorkItem


def keyword_said(draft: Draft, event: KeywordSaid) -> None:
    """Do what was said, when this person may; else say why not, and what they could say."""
    word = WORDS[event.keyword]
    why = forbidden(draft, event.keyword, event.by)
    if why is not None:
        draft.say(f"“{word.zh}”未执行：{why.zh}", f"“{word.en}” was not done: {why.en}")
        if draft.case.has_ended:
            _answer(draft, event, "closed_case", {"why": why})
        else:
            _answer(draft, event, "not_entitled", {"why": why, "can": can(draft, event.by)})
        return
    _DOES[event.keyword](draft, event)


def can(draft: Draft, who: Address) -> Words:
    """Return the keywords that a person may say now, as words for a letter."""
    words = [WORDS[k] for k in permitted(draft, who)]
    return Words(zh="、".join(w.zh for w in words), en=", ".join(w.en for w in words))


def _answer(
    draft: Draft, event: KeywordSaid, letter: str, facts: Mapping[str, Words], item: WorkItem | None = None
) -> None:
    draft.send(letter, event.by, item=item, facts=facts, answers=event.mail, urgency=Urgency.ANSWER)


def _mine(draft: Draft, event: KeywordSaid) -> tuple[WorkItem, ...]:
    """Return the items a keyword is about: the one whose mail was answered, else all they hold."""
    mine = items_of(draft, event.by)
    if event.item is not None:
        named = draft.case.item(event.item)
        if named is not None and named.is_open and (named in mine or is_coordinator(draft, event.by)):
            return (named,)
    return mine


def _named_or_answered(draft: Draft, event: KeywordSaid) -> tuple[WorkItem, ...]:
    """Return the items a keyword is about; when there is none its sender is told to name one."""
    items = _mine(draft, event)
    if not items:
        why = Words(
            zh="不清楚是哪张表格，请直接回复要求该表格的邮件",
            en="it is not clear which form is meant; please reply to the mail that asks for it",
        )
        _not_understood(draft, event, why)
    return items


def _not_understood(draft: Draft, event: KeywordSaid, why: Words) -> None:
    draft.say(why.zh, why.en)
    _answer(draft, event, "not_understood", {"why": why, "can": can(draft, event.by)})


def _status(draft: Draft, event: KeywordSaid) -> None:
    draft.say("查询状态", "asked for the status")
    _answer(draft, event, "status", {"can": can(draft, event.by)})


def _help(draft: Draft, event: KeywordSaid) -> None:
    draft.say("查询帮助", "asked for help")
    _answer(draft, event, "help", {"can": can(draft, event.by)})


def _resend(draft: Draft, event: KeywordSaid) -> None:
    items = _named_or_answered(draft, event)
    for item in items:
        send_again(draft, item, event)
    if not items:
        return
    draft.say("重发未办表格", "the open forms were sent again")


def _hand_over(draft: Draft, event: KeywordSaid) -> None:
    person = _person(draft, event)
    if person is None:
        return
    for item in _named_or_answered(draft, event):
        if has_ruled(draft, item, person.address):
            why = Words(
                zh=f"{person.name}已处理过本争议，不能再次裁定",
                en=f"{person.name} has been asked in this dispute before and cannot rule again",
            )
            draft.say(why.zh, why.en)
            _answer(draft, event, "not_entitled", {"why": why, "can": can(draft, event.by)}, item)
            continue
        before = item.holder
        handed = draft.set_item(replace(item, holder=person.address, form_sent=True))
        names = {"from": Words.same(draft.name(before)), "to": Words.same(person.name)}
        draft.send("handed_over", (before,), item=handed, about=f"{item.id}/from", facts=names)
        for other in dict.fromkeys((draft.case.initiator, event.by)):
            if other not in {before, person.address}:
                draft.send("handed_over", other, item=handed, about=f"{item.id}/{other}", facts=names)
        send_again(draft, handed)
        title = draft.process.forms[item.form].title
        draft.say(
            f"《{title.zh}》由{draft.name(before)}转办给{person.name}",
            f"the {title.en} was handed over from {draft.name(before)} to {person.name}",
        )


def _person(draft: Draft, event: KeywordSaid) -> Person | None:
    person = draft.person(address(event.argument))
    if person is None:
        named = draft.world.directory.named(event.argument)
        person = named[0] if len(named) == 1 else None
    if person is None:
        why = Words(
            zh=f"通讯录中找不到“{event.argument}”，请写明邮箱地址",
            en=f"“{event.argument}” is not in the directory; please give a mail address",
        )
        _not_understood(draft, event, why)
    return person


def _add_signer(draft: Draft, event: KeywordSaid) -> None:
    """One more signature on a document that somebody else wrote: its step gets one more seat."""
    person = _person(draft, event)
    if person is None:
        return
    signing = [i for i in draft.case.open_items() if _is_signed(draft, i)]
    mine = [i for i in _mine(draft, event) if i in signing]
    source = next(iter(mine if mine or event.item is not None else signing), None)
    if source is None:
        why = Words(zh="目前没有待签署的表格", en="nothing waits for a signature now")
        _not_understood(draft, event, why)
        return
    item = open_item(
        draft,
        step=source.step,
        subject=f"{source.subject}{ADDED}{person.address}",
        form=source.form,
        holder=person.address,
        due=source.due if source.due.at > draft.at else draft.due(_clock(draft, source), person.address),
    )
    send_again(draft, item)
    who = {"who": Words.same(person.name)}
    told = (event.by, source.holder, draft.case.initiator)
    draft.tell("signer_added", told, about=item.id, item=source, facts=who)
    draft.say(f"加签{person.name}", f"{person.name} was added as a signer")


def _is_signed(draft: Draft, item: WorkItem) -> bool:
    step = draft.process.steps.get(item.step)
    return isinstance(step, Collect) and bool(step.signs) and bool(step.about)


def _clock(draft: Draft, item: WorkItem) -> str:
    step = draft.process.steps.get(item.step)
    named = step.due if isinstance(step, Collect) else ""
    return named or next(iter(draft.process.clocks))


def _hurry(draft: Draft, event: KeywordSaid) -> None:
    """Holders are reminded now, each item once a day at most."""
    hurried: list[str] = []
    for item in draft.case.open_items():
        if event.by in {item.holder, item.asked_of}:
            continue
        if item.hurried_on == draft.today or (event.item is not None and item.id != event.item):
            continue
        draft.set_item(replace(item, hurried_on=draft.today))
        held, wanted, doubts = still_wanted(draft, item)
        letter = draft.send(
            "hurry",
            item.holder,
            item=item,
            only_while_open=True,
            facts={"by": Words.same(draft.name(event.by)), **wanted},
            doubts=doubts,
        )
        if held is not None and doubts:
            listed(draft, held, doubts, letter)
        hurried.append(draft.name(item.holder))
    names = Words.listed(dict.fromkeys(hurried))
    draft.say(f"催办：{names.zh or '今日已催过'}", f"hurried {names.en or 'nobody: once a day is enough'}")
    what = Words(
        zh=f"已催办：{names.zh or '今日均已催过'}",
        en=f"hurried: {names.en or 'everybody was hurried today already'}",
    )
    _answer(draft, event, "operated", {"what": what})


def _withdraw(draft: Draft, event: KeywordSaid) -> None:
    end(draft, CaseStatus.WITHDRAWN, Words.same(event.why), draft.name(event.by))


def _cancel(draft: Draft, event: KeywordSaid) -> None:
    end(draft, CaseStatus.CANCELLED, Words.same(event.why), draft.name(event.by))


def _suspend(draft: Draft, event: KeywordSaid) -> None:
    fall_asleep(draft)
    draft.say(f"{draft.name(event.by)}暂停事项", f"{draft.name(event.by)} suspended the case")
    _tell_all(draft, event, "suspended")


def _resume(draft: Draft, event: KeywordSaid) -> None:
    wake_up(draft)
    draft.say(f"{draft.name(event.by)}恢复事项", f"{draft.name(event.by)} resumed the case")
    _tell_all(draft, event, "resumed")
    take_laid_by(draft)


def _tell_all(draft: Draft, event: KeywordSaid, letter: str) -> None:
    facts = {"by": Words.same(draft.name(event.by)), "why": Words.same(event.why)}
    draft.tell(letter, (*everyone(draft), event.by), facts=facts)


def _confirm(draft: Draft, event: KeywordSaid) -> None:
    """确认 by command, or in a mail that answers none of our questions: there must be only one."""
    asked = open_for(draft, event.by)
    if event.item is not None:
        asked = tuple(held for held in asked if held.item == event.item)
    if len(asked) == 1:
        answer = DoubtsAnswered(at=event.at, mail=event.mail, by=event.by, item=asked[0].item, rest=True)
        doubts_answered(draft, answer)
        return
    if asked:
        why = Words(
            zh="有多份表格待确认，请直接回复列出内容的那封邮件",
            en="several forms wait to be confirmed; please reply to the mail that lists the values",
        )
    else:
        why = Words(zh="目前没有待确认的内容", en="nothing waits to be confirmed")
    _not_understood(draft, event, why)


def _not_in_a_case(draft: Draft, event: KeywordSaid) -> None:
    """START and the review keywords are answered before any case is looked at (`agent.core.triage`)."""
    draft.say("与本事项无关", "this does not concern the case")
    _answer(draft, event, "help", {"can": can(draft, event.by)})


_DOES: Mapping[Keyword, Callable[[Draft, KeywordSaid], None]] = {
    Keyword.START: _not_in_a_case,
    Keyword.STATUS: _status,
    Keyword.HELP: _help,
    Keyword.RESEND: _resend,
    Keyword.HAND_OVER: _hand_over,
    Keyword.ADD_SIGNER: _add_signer,
    Keyword.HURRY: _hurry,
    Keyword.ISSUE: asked_for,
    Keyword.CHANGE: asked_for,
    Keyword.DELIVER: asked_for,
    Keyword.ACCEPT: asked_for,
    Keyword.WITHDRAW: _withdraw,
    Keyword.SUSPEND: _suspend,
    Keyword.RESUME: _resume,
    Keyword.CANCEL: _cancel,
    Keyword.CONFIRM: _confirm,
    Keyword.RELEASE: _not_in_a_case,
    Keyword.DROP: _not_in_a_case,
    Keyword.RETRY: _not_in_a_case,
}
