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
    if draft.case.has_ended:
        _refuse(draft, event, "closed_case", Words(zh="事项已结束", en="the case is over"))
    elif draft.case.status is CaseStatus.SUSPENDED:
        _refuse(draft, event, "suspended", Words(zh="事项已暂停", en="the case is suspended"))
    elif item is None or item.form != event.form:
        _refuse(
            draft, event, "superseded_form", Words(zh="不是本事项要的表格", en="this form was not asked for")
        )
    elif not item.is_open:
        _closed(draft, event, item)
    elif not may_answer(draft, item, event.by):
        name = draft.name(item.holder)
        why = Words(zh=f"此表应由{name}办理", en=f"this form is for {name} to answer")
        _refuse(draft, event, "not_entitled", why, item)
    else:
        before = next((h for h in draft.case.held if h.item == item.id), None)
        judge(draft, item, _held(event, before), Reply(to=event.by, mail=event.mail))


def _held(event: FormReturned, before: Held | None) -> Held:
    """Return what a document says of its item, together with the pages that came in an earlier mail.

    A document with all its pages replaces everything before it.  One that lacks pages is joined with what
    is held, page by page; of an earlier form that was whole, it changes the pages it has.
    """
    stale = _letters(before)
    held = Held(
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
        stale=stale,
        came=event.came,
    )
    if before is None or not event.lacks:
        return held
    answers, signatures = merged((before.answers, before.signatures), (event.answers, event.signatures))
    return replace(
        held,
        answers=answers,
        signatures=signatures,
        files=_each_once((*before.files, *event.files)),
        parts=_each_once((before.document, *before.parts, *event.parts)),
        lacks=tuple(page for page in before.lacks if page in event.lacks),
        drift=tuple(dict.fromkeys((*before.drift, *event.drift))),
        uncompared=tuple(dict.fromkeys((*before.uncompared, *event.uncompared))),
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


def _refuse(draft: Draft, event: FormReturned, letter: str, why: Words, item: WorkItem | None = None) -> None:
    draft.say(f"未受理：{why.zh}", f"not taken: {why.en}")
    draft.send(
        letter,
        event.by,
        item=item,
        about=event.item,
        facts={"why": why},
        answers=event.mail,
        urgency=Urgency.ANSWER,
    )


def _closed(draft: Draft, event: FormReturned, item: WorkItem) -> None:
    """A form for a closed item: answered already, or replaced by a newer one, which is sent again."""
    newer = draft.latest(item.step, item.subject)
    if newer is not None and newer.is_open:
        why = Words(zh="此表已由新版本取代", en="a newer version of this form has replaced it")
        _refuse(draft, event, "superseded_form", why, newer)
    else:
        why = Words(zh="此表已答复或已不再需要", en="this form has been answered or is no longer needed")
        _refuse(draft, event, "already_answered", why, item)
