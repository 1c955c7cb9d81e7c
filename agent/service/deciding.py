"""From a read mail to its end, in one transaction: who is meant, what it means, and what follows."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.domain.case import CaseId
from agent.domain.inbox import MailState
from agent.domain.words import Words
from agent.service import guard, judging, reviewing
from agent.service.happenings import What
from agent.service.house import House, Turn
from store.mail_entries import ReadMail

log = logging.getLogger(__name__)

_GIVE_UP = 3
_TOGETHER = 8

_TWIN = Words(
    zh="已有一封邮件使用相同的 Message-ID，但内容不同，请人工核对",
    en="another mail came with the same Message-ID and different content; a person has to look",
)


def settle(house: House) -> int:
    """Decide every mail that has been read, in the order they came; return how many ended.

    A few mails are one transaction.  Where that fails nothing of it is true, and each has its own, so that
    the one at fault is found and the others move on.
    """
    together = 0

    def waiting(limit: int) -> tuple[ReadMail, ...]:
        with house.look() as work:
            return work.inbox.next_read(limit)

    def in_turn(found: Sequence[ReadMail]) -> Iterator[ReadMail]:
        nonlocal together
        for first in range(0, len(found), _TOGETHER):
            few = found[first : first + _TOGETHER]
            if house.stopping.is_set():
                return
            if (ended := _settle_together(house, few)) is None:
                yield from few
            else:
                together += ended

    alone = guard.everything(
        house,
        waiting,
        _name,
        lambda found: _settle(house, found),
        give_up=lambda found: _give_up(house, found),
        in_turn=in_turn,
    )
    return alone + together


def _settle_together(house: House, few: Sequence[ReadMail]) -> int | None:
    """Decide mails in one transaction; return how many ended, None when each must be decided alone."""
    if len(few) == 1 or any(house.faults.why(_name(found)) for found in few):
        return None
    house.measures.alive()
    try:
        with house.unit() as work:
            settled = [done for found in few if (done := _decide(house.turn_of(work), found)) is not None]
            work.commit()
    except Exception as error:  # noqa: BLE001 - then one by one, which tells the error of each
        log.debug("not decided together: %s", error, extra={"action": "deciding"})
        return None
    for done in settled:
        done.tell(house)
    return len(settled)


def _settle(house: House, found: ReadMail) -> bool:
    with house.turn() as turn:
        settled = _decide(turn, found)
        turn.commit()
    if settled is None:
        return False
    settled.tell(house)
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class _Settled:
    """A mail that has ended, to be told once it is true."""

    found: ReadMail
    state: MailState
    because: Words
    verdict: judging.Verdict | None = None
    operated: reviewing.Operated | None = None

    def tell(self, house: House) -> None:
        """Tell the listener what became of it."""
        if self.verdict is not None:
            judging.tell(house, self.verdict, self.found)
        case = self.verdict.case if self.verdict is not None else None
        _tell_settled(house, self.found, self.state, self.because, case)
        if self.operated is not None:
            self.operated.tell(house)


def _decide(turn: Turn, found: ReadMail) -> _Settled | None:
    """Write the end of a mail, and all that follows from it, into the turn; None when it has ended before."""
    inbox = turn.work.inbox
    entry = inbox.load(found.entry.id)
    if entry is None or entry.state is not MailState.READ:
        return None
    if entry.twin and inbox.find(entry.message_id)[0].id != entry.id:
        inbox.settle(entry.id, MailState.REVIEW, _TWIN, at=turn.now)
        return _Settled(found=found, state=MailState.REVIEW, because=_TWIN)
    verdict = judging.judge(turn, found)
    said = verdict.said
    inbox.settle(entry.id, said.state, said.because, at=turn.now, case=verdict.case)
    operated = reviewing.operate(turn, said.operates, by=found.mail) if said.operates else None
    return _Settled(found=found, state=said.state, because=said.because, verdict=verdict, operated=operated)


def _tell_settled(
    house: House, found: ReadMail, state: MailState, because: Words, case: CaseId | None = None
) -> None:
    house.happened(
        What.SETTLED,
        because,
        mail=found.entry.message_id,
        number=str(found.entry.id),
        state=state.value,
        case=case or "",
        sender=found.mail.sender,
        subject=found.mail.subject,
    )


def _name(found: ReadMail) -> str:
    return f"deciding {found.entry.id}"


def _give_up(house: House, found: ReadMail) -> bool:
    """Hand a mail that keeps making us fail to a person, with the reason."""
    if not house.faults.is_hopeless(_name(found), _GIVE_UP):
        return False
    why = house.faults.why(_name(found))
    because = Words(
        zh=f"处理这封邮件时程序多次出错（{why}），请人工处理",
        en=f"we failed several times on this mail ({why}); a person has to look",
    )
    with house.unit() as work:
        work.inbox.settle(found.entry.id, MailState.REVIEW, because, at=house.now())
        work.commit()
    house.faults.clear(_name(found))
    _tell_settled(house, found, MailState.REVIEW, because)
    return True
