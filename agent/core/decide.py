"""The one place where anything is decided.

Rule 1: nothing here reads a clock, a file, a setting or a mailbox.
Rule 2: the answer depends on the arguments alone, so that any decision of the past can be taken
        again from the journal, and must come out the same.
Rule 3: it is total: a surprise is answered by leaving the case alone and saying why.
"""

from dataclasses import replace
from typing import assert_never

from agent.core.advance import advance
from agent.core.confirming import doubts_answered
from agent.core.deadlines import again
from agent.core.draft import Draft
from agent.core.ending import sealed
from agent.core.items import open_item, send_form, values_for
from agent.core.keeping import papers_kept
from agent.core.moving import moved, obstacles
from agent.core.returned import returned_words
from agent.core.returns import form_returned
from agent.core.steering import keyword_said
from agent.core.succession import succeed
from agent.core.ticks import timer_struck
from agent.core.timers import timers
from agent.domain.bounces import Fate, Undelivered
from agent.domain.case import Case, ProcessRef
from agent.domain.confirming import DoubtsAnswered
from agent.domain.effects import Urgency
from agent.domain.events import (
    ArchiveSealed,
    CalendarPublished,
    CaseStarted,
    DefinitionMoved,
    Event,
    FormReturned,
    HoldSet,
    KeywordSaid,
    LetterReturned,
    MailFiled,
    MeetingAnswered,
    PapersRemoved,
    TimerStruck,
)
from agent.domain.plans import Plan, World
from agent.domain.process import Process
from agent.domain.steps import Collect
from agent.domain.words import Words


def open_case(process: Process, event: CaseStarted, world: World) -> Plan:
    """Return the plan of a new case: its first form goes back to the person who asked (process.md 1.1)."""
    first = process.steps[process.begins]
    person = world.directory.find(event.by)
    case = Case(
        id=event.case,
        process=ProcessRef(id=process.id, version=process.version, digest=process.digest),
        initiator=person.address if person is not None else event.by,
        language=event.language,
        began=event.at,
        profile=process.default_profile,
        stage=first.stage,
        entered=event.at,
        communications=event.files,
    )
    draft = Draft(process, world, case, event.at, cause_of(event))
    if isinstance(first, Collect):
        item = open_item(
            draft,
            step=first.id,
            subject="",
            form=first.form,
            holder=case.initiator,
            due=draft.due(first.due, case.initiator),
        )
        draft.say(
            f"{draft.name(case.initiator)}发起协同，发出《{process.forms[first.form].title.zh}》",
            f"{draft.name(case.initiator)} began a case and got the {process.forms[first.form].title.en}",
        )
        send_form(
            draft,
            item,
            values_for(draft, first, item),
            first.signs,
            letter="start_form",
            answers=event.mail,
            urgency=Urgency.ANSWER,
        )
    return _finished(draft)


def decide(process: Process, case: Case, event: Event, world: World) -> Plan:
    """Answer `event`: what the case becomes, what shall be done, and why."""
    draft = Draft(process, world, case, event.at, cause_of(event))
    match event:
        case CaseStarted() | DefinitionMoved():  # `open_case` and `move_case` answer these
            draft.say("事项已存在", "the case has begun already")
        case FormReturned():
            form_returned(draft, event)
        case KeywordSaid():
            keyword_said(draft, event)
        case DoubtsAnswered():
            doubts_answered(draft, event)
        case MeetingAnswered():
            _meeting_answered(draft, event)
        case MailFiled():
            _mail_filed(draft, event)
        case LetterReturned():
            _letter_returned(draft, event)
        case TimerStruck():
            succeed(draft)  # first, so that a reminder reaches whoever can answer
            timer_struck(draft, event)
        case CalendarPublished():
            _calendar_published(draft, event)
        case ArchiveSealed():
            sealed(draft, event.archive)
        case HoldSet() | PapersRemoved():
            papers_kept(draft, event)
        case _:
            assert_never(event)
    advance(draft)
    succeed(draft)
    draft.tell_next("received")
    return _finished(draft)


def move_case(old: Process, new: Process, case: Case, event: DefinitionMoved, world: World) -> Plan:
    """Return the plan of a running case that goes on by `new`; what cannot be mapped leaves it as it is.

    Args:
        old: the definition that it has run on.
        new: the one that `event` names.
        case: the case.
        event: who moved it, when and why.
        world: as always.
    """
    cannot = obstacles(old, new, case)
    if cannot:
        draft = Draft(old, world, case, event.at, cause_of(event))
        for each in cannot:
            draft.say(f"不能改用新定义：{each.zh}", f"it cannot move: {each.en}")
        return draft.plan()
    draft = Draft(new, world, case, event.at, cause_of(event))
    moved(draft, old, event)
    advance(draft)
    succeed(draft)
    return _finished(draft)


def cause_of(event: Event) -> str:
    """Return the name of an event within its case: the same event twice has the same cause."""
    match event:
        case FormReturned() | DoubtsAnswered():
            return f"{event.mail}#{event.item}"
        case CaseStarted() | KeywordSaid() | MeetingAnswered() | MailFiled():
            return event.mail
        case LetterReturned():
            return f"{event.mail}#{event.to}"
        case TimerStruck():
            return event.timer
        case CalendarPublished():
            return f"calendar/{event.revision}"
        case ArchiveSealed():
            return f"sealed/{event.archive.digest}"
        case HoldSet():
            return f"hold/{event.at.isoformat()}"
        case PapersRemoved():
            return f"removed/{event.listing}"
        case DefinitionMoved():
            return f"moved/{event.to.digest}/{event.at.isoformat()}"
        case _:
            assert_never(event)


def _finished(draft: Draft) -> Plan:
    draft.change(timers=timers(draft))
    return draft.plan()


def _meeting_answered(draft: Draft, event: MeetingAnswered) -> None:
    meeting = next((m for m in draft.case.meetings if m.id == event.meeting), None)
    person = draft.person(event.by)
    who = person.address if person is not None else event.by
    if meeting is None or who not in meeting.invited:
        draft.say("不是本事项会议的受邀人", "not somebody who was invited")
        return
    answered = replace(meeting, replies={**meeting.replies, who: event.answer})
    draft.change(meetings=tuple(answered if m.id == meeting.id else m for m in draft.case.meetings))
    answers = {
        "accepted": Words(zh="接受", en="accepted"),
        "declined": Words(zh="谢绝", en="declined"),
        "tentative": Words(zh="暂定", en="accepted tentatively"),
    }
    said = answers[event.answer.value]
    draft.say(f"{draft.name(who)} {said.zh}会议邀请", f"{draft.name(who)} {said.en} the invitation")


def _mail_filed(draft: Draft, event: MailFiled) -> None:
    """A communication worth keeping 重要沟通留存 is filed in the case (process.md 3.5).

    A stranger's mail that a coordinator let through is filed as well, but a stranger gets no answer.  What
    comes after the end stays in the store and is not in the sealed archive: its sender learns that.
    """
    draft.change(communications=(*draft.case.communications, event.document))
    draft.say(f"留存邮件“{event.subject}”", f"filed the mail “{event.subject}”")
    if draft.person(event.by) is None:
        return
    letter, facts = "filed", {"subject": Words.same(event.subject)}
    if draft.case.has_ended:
        why = Words(
            zh="本事项已结束，邮件已收到并留存，但不再进入归档文件",
            en="the case is over; your mail is kept, but it is not part of the sealed archive",
        )
        letter, facts = "closed_case", {"why": why}
    draft.send(letter, event.by, facts=facts, answers=event.mail, urgency=Urgency.ANSWER)


def _letter_returned(draft: Draft, event: LetterReturned) -> None:
    """Nobody was asked, and the case says so; what to do about it is the coordinator's to decide."""
    failure = Undelivered(
        recipient=event.to,
        fate=Fate.FAILED,
        permanent=event.permanent,
        status=event.status,
        words=event.words,
    )
    said = returned_words(failure, event.subject, draft.world.directory)
    draft.say(said.zh, said.en)


def _calendar_published(draft: Draft, event: CalendarPublished) -> None:
    """Deadlines that were provisional are computed again; what was promised stays promised."""
    moved = 0
    for item in draft.case.open_items():
        due = again(item.due, draft.calendar(item.holder))
        if due != item.due:
            draft.set_item(replace(item, due=due))
            moved += 1
    draft.say(
        f"工作日历已更新（{event.revision}），{moved} 个期限重新计算",
        f"the calendar was published ({event.revision}); {moved} deadlines were computed again",
    )
