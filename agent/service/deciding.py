"""From a read mail to its end, in one transaction: who is meant, what it means, and what follows."""

from agent.domain.case import CaseId
from agent.domain.inbox import MailState
from agent.domain.words import Words
from agent.service import guard, judging, reviewing
from agent.service.happenings import What
from agent.service.house import House
from store.inbox import ReadMail

_GIVE_UP = 3

_TWIN = Words(
    zh="已有一封邮件使用相同的 Message-ID，但内容不同，请人工核对",
    en="another mail came with the same Message-ID and different content; a person has to look",
)


def settle(house: House) -> int:
    """Decide every mail that has been read, in the order they came; return how many ended."""

    def waiting(limit: int) -> tuple[ReadMail, ...]:
        with house.look() as work:
            return work.inbox.next_read(limit)

    return guard.everything(
        house,
        waiting,
        _name,
        lambda found: _settle(house, found),
        give_up=lambda found: _give_up(house, found),
    )


def _settle(house: House, found: ReadMail) -> bool:
    with house.turn() as turn:
        inbox = turn.work.inbox
        entry = inbox.load(found.entry.id)
        if entry is None or entry.state is not MailState.READ:
            return False
        if entry.twin and inbox.find(entry.message_id)[0].id != entry.id:
            inbox.settle(entry.id, MailState.REVIEW, _TWIN, at=turn.now)
            turn.commit()
            _tell_settled(house, found, MailState.REVIEW, _TWIN)
            return True
        verdict = judging.judge(turn, found)
        said = verdict.said
        inbox.settle(entry.id, said.state, said.because, at=turn.now, case=verdict.case)
        operated = reviewing.operate(turn, said.operates, by=found.mail) if said.operates else None
        turn.commit()
    judging.tell(house, verdict, found)
    _tell_settled(house, found, said.state, said.because, verdict.case)
    if operated is not None:
        operated.tell(house)
    return True


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
