"""A form came back: is it the one that is asked, may this sender answer it, and is it the whole of it."""

from dataclasses import replace

from agent.core.accepting import Reply
from agent.core.copies import merged
from agent.core.draft import Draft
from agent.core.entitled import may_answer
from agent.core.judging import judge
from agent.domain.answers import Answers
from agent.domain.case import CaseStatus, FileRef, Held
from agent.domain.confirming import Confirmed
from agent.domain.effects import Urgency
from agent.domain.events import FormReturned
from agent.domain.words import Words
from agent.domain.work_items import WorkItem


def form_returned(draft: Draft, event: FormReturned) -> None:
    """Answer a returned form; whatever is refused is told to the sender with what to do."""
    item = draft.case.item(event.item)
    held = _read(event)
    if draft.case.has_ended:
        _refuse(draft, held, "closed_case", Words(zh="事项已结束", en="the case is over"))
    elif item is None or item.form != event.form:
        _refuse(
            draft, held, "superseded_form", Words(zh="不是本事项要的表格", en="this form was not asked for")
        )
    else:
        _take(draft, item, held)


def take(draft: Draft, held: Held) -> None:
    """Answer a form for an item that the case asked for once; while it is suspended the form is laid by."""
    item = draft.case.item(held.item)
    if item is not None:
        _take(draft, item, held)


def _take(draft: Draft, item: WorkItem, held: Held) -> None:
    if not item.is_open:
        _closed(draft, held, item)
    elif not may_answer(draft, item, held.by):
        name = draft.name(item.holder)
        why = Words(zh=f"此表应由{name}办理", en=f"this form is for {name} to answer")
        _refuse(draft, held, "not_entitled", why, item)
    elif draft.case.status is CaseStatus.SUSPENDED:
        _lay_by(draft, item, held)
    else:
        before = next((h for h in draft.case.held if h.item == item.id), None)
        judge(draft, item, _joined(held, before), Reply(to=held.by, mail=held.mail))


def _lay_by(draft: Draft, item: WorkItem, held: Held) -> None:
    """Keep a form until the case is resumed: nobody has to send it again, and it is not late by the wait."""
    kept = replace(held, came=held.came or draft.at)
    draft.change(laid_by=(*draft.case.laid_by, kept))
    title = draft.process.forms[item.form].title
    name = draft.name(held.by)
    draft.say(
        f"事项已暂停；{name}交回的《{title.zh}》已收存，恢复后办理",
        f"the case is suspended; the {title.en} of {name} is kept until it is resumed",
    )
    draft.send(
        "suspended",
        held.by,
        item=item,
        about=held.item,
        facts={"kept": title},
        answers=held.mail,
        urgency=Urgency.ANSWER,
    )


def _read(event: FormReturned) -> Held:
    return Held(
        item=event.item,
        by=event.by,
        mail=event.mail,
        document=event.document,
        answers=event.answers,
        signatures=event.signatures,
        files=event.files,
        parts=event.parts,
        lacks=event.lacks,
        drift=event.drift,
        uncompared=event.uncompared,
        came=event.came,
    )


def _joined(now: Held, before: Held | None) -> Held:
    """Return what a document says of its item, together with the pages that came in an earlier mail.

    A document with all its pages replaces everything before it.  One that lacks pages is joined with what
    is held, page by page; of an earlier form that was whole, it changes the pages it has.
    """
    held = replace(now, stale=_letters(before))
    if before is None or not now.lacks:
        return held
    answers, signatures = merged((before.answers, before.signatures), (now.answers, now.signatures))
    return replace(
        held,
        answers=answers,
        signatures=signatures,
        files=_each_once((*before.files, *now.files)),
        parts=_each_once((before.document, *before.parts, *now.parts)),
        lacks=tuple(page for page in before.lacks if page in now.lacks),
        drift=tuple(dict.fromkeys((*before.drift, *now.drift))),
        uncompared=tuple(dict.fromkeys((*before.uncompared, *now.uncompared))),
        confirmed=tuple(each for each in before.confirmed if _still_says(each, answers)),
    )


def _still_says(confirmed: Confirmed, answers: Answers) -> bool:
    """Say whether a value that was confirmed before is the one that still stands there."""
    answer = answers.get(confirmed.field)
    return answer is None or answer.value == confirmed.value


def _letters(before: Held | None) -> tuple[str, ...]:
    """Return the letters that asked about what is replaced now: answers to them come too late."""
    if before is None:
        return ()
    return (*before.stale, *(letter for listing in before.listings for letter in listing.letters))


def _each_once(files: tuple[FileRef, ...]) -> tuple[FileRef, ...]:
    return tuple({file.digest: file for file in files}.values())


def _refuse(draft: Draft, held: Held, letter: str, why: Words, item: WorkItem | None = None) -> None:
    draft.say(f"未受理：{why.zh}", f"not taken: {why.en}")
    facts = {"why": why}
    if item is not None and letter == "not_entitled":
        facts["returned"] = draft.process.forms[item.form].title
    draft.send(
        letter,
        held.by,
        item=item,
        about=held.item,
        facts=facts,
        answers=held.mail,
        urgency=Urgency.ANSWER,
    )


def _closed(draft: Draft, held: Held, item: WorkItem) -> None:
    """A form for a closed item: answered already, or replaced by a newer one, which is sent again."""
    newer = draft.latest(item.step, item.subject)
    if newer is not None and newer.is_open:
        why = Words(zh="此表已由新版本取代", en="a newer version of this form has replaced it")
        _refuse(draft, held, "superseded_form", why, newer)
    else:
        why = Words(zh="此表已答复或已不再需要", en="this form has been answered or is no longer needed")
        _refuse(draft, held, "already_answered", why, item)
