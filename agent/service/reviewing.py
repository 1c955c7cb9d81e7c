"""The review list, worked by a coordinator by mail or command line: release 放行, drop 丢弃, retry 重试."""

import re
from dataclasses import dataclass

from agent.core.released import turned_down
from agent.domain.digest import ReviewLine
from agent.domain.effects import Send, Urgency
from agent.domain.inbox import MailState
from agent.domain.keywords import Keyword, Said
from agent.domain.mail import Address, InboundMail
from agent.domain.words import Words
from agent.service import advancing, judging, surroundings
from agent.service.happenings import What
from agent.service.house import House, Turn
from store.letters import LetterState
from store.mail_entries import MailEntry, ReadMail
from store.unit import Unit

_WAITING = frozenset({MailState.REVIEW, MailState.QUARANTINED})
_NUMBER = re.compile(r"[0-9]{1,18}")
_STUCK = frozenset({LetterState.UNSURE, LetterState.FAILED})
_CAN = Words.listed(keyword.value for keyword in (Keyword.RELEASE, Keyword.DROP, Keyword.RETRY, Keyword.HELP))
_UNTOLD = Words(zh="没有说明原因", en="no reason was kept")


@dataclass(frozen=True, slots=True, kw_only=True)
class Operated:
    """What became of one order to the review list."""

    number: str
    what: Words
    known: bool = True
    """False when there is no such mail on the list."""
    verdict: judging.Verdict | None = None
    found: ReadMail | None = None

    def tell(self, house: House) -> None:
        """Tell the listener, once it is true."""
        house.happened(What.OPERATED, self.what, number=self.number)
        if self.verdict is not None and self.found is not None:
            judging.tell(house, self.verdict, self.found)


def operate(turn: Turn, said: Said, *, by: InboundMail) -> Operated:
    """Do what a coordinator's mail says about the review list, and answer it; the caller commits."""
    done = work_item(turn, said, by=by.sender)
    person = turn.world.directory.find(by.sender)
    answer = Send(
        key=f"operated/{by.message_id}",
        letter="operated" if done.known else "not_understood",
        to=(by.sender,),
        language=person.language if person is not None else turn.house.sender.language,
        urgency=Urgency.ANSWER,
        case=None,
        facts={"what": done.what} if done.known else {"why": done.what, "can": _CAN},
        answers=by.message_id,
    )
    advancing.keep_letters(turn, (answer,))
    return done


def work_item(turn: Turn, said: Said, *, by: Address) -> Operated:
    """Release, drop or retry the mail that `said` numbers; the caller commits."""
    number = said.argument
    entry = turn.work.inbox.load(int(number)) if _NUMBER.fullmatch(number) else None
    if entry is None or entry.state not in _WAITING:
        what = Words(zh=f"待审邮件中没有第 {number} 封", en=f"there is no item {number} on the review list")
        return Operated(number=number, what=what, known=False)
    match said.keyword:
        case Keyword.DROP:
            return _drop(turn, entry, by)
        case Keyword.RETRY:
            turn.work.inbox.put_back(entry.id, MailState.RECEIVED)
            what = Words(zh=f"第 {entry.id} 项将重新读取", en=f"item {entry.id} will be read again")
            return Operated(number=str(entry.id), what=what)
        case Keyword.RELEASE:
            return _release(turn, entry, by)
        case _:
            what = Words(zh="只能放行、丢弃或重试", en="only release, drop and retry are possible")
            return Operated(number=number, what=what, known=False)


def work_letter(turn: Turn, keyword: Keyword, key: str, *, by: Address) -> Operated:
    """Send again, or give up, a letter that failed or of which nobody knows whether it left."""
    outgoing = turn.work.outbox.find(key)
    if outgoing is None or outgoing.state not in _STUCK:
        what = Words(zh=f"没有未能发出的信件 {key}", en=f"no letter that is stuck has the key {key}")
        return Operated(number=key, what=what, known=False)
    if keyword is Keyword.RETRY:
        turn.work.outbox.retry_at(key, turn.now, f"tried again by {by}")
        return Operated(number=key, what=Words(zh="信件将重新发出", en="the letter will be sent again"))
    if keyword is Keyword.DROP:
        turn.work.outbox.dropped(key, f"given up by {by}")
        return Operated(number=key, what=Words(zh="信件不再发出", en="the letter will not be sent"))
    what = Words(zh="信件只能重试或丢弃", en="a letter can be retried or dropped")
    return Operated(number=key, what=what, known=False)


def lines(work: Unit) -> tuple[ReviewLine, ...]:
    """Return the review list as digests and `queue` show it."""
    return tuple(
        ReviewLine(
            number=entry.id,
            sender=entry.sender,
            subject=entry.subject,
            arrived=entry.received_at,
            because=entry.because or _UNTOLD,
            quarantined=entry.state is MailState.QUARANTINED,
        )
        for entry in work.inbox.review()
    )


def _drop(turn: Turn, entry: MailEntry, by: Address) -> Operated:
    because = Words(zh=f"{by}决定丢弃", en=f"{by} decided to drop it")
    turn.work.inbox.settle(entry.id, MailState.IGNORED, because, at=turn.now)
    found = turn.work.inbox.contents(entry)
    if found is not None:
        around = surroundings.collect(turn, found, found.mail)
        advancing.keep_letters(turn, turned_down(found.mail, found.readings, around))
    return Operated(
        number=str(entry.id), what=Words(zh=f"第 {entry.id} 项已丢弃", en=f"item {entry.id} was dropped")
    )


def _release(turn: Turn, entry: MailEntry, by: Address) -> Operated:
    """Decide the mail anew, now that a person has looked at it."""
    found = turn.work.inbox.contents(entry)
    if found is None:
        what = Words(
            zh=f"第 {entry.id} 项从未能读取，请先重试", en=f"item {entry.id} was never read; retry it first"
        )
        return Operated(number=str(entry.id), what=what, known=False)
    verdict = judging.judge(turn, found, released=True)
    said = verdict.said
    because = Words(zh=f"{by}放行：{said.because.zh}", en=f"released by {by}: {said.because.en}")
    turn.work.inbox.settle(entry.id, said.state, because, at=turn.now, case=verdict.case)
    what = Words(
        zh=f"第 {entry.id} 项已放行：{said.because.zh}", en=f"item {entry.id} was released: {said.because.en}"
    )
    return Operated(number=str(entry.id), what=what, verdict=verdict, found=found)
