"""Triage of mail that nobody answers: a machine's, a stranger's, and one whose sender nothing vouches for."""

from agent.core.absences import learned, told
from agent.core.desk import Surroundings
from agent.core.returned import bounced
from agent.domain.authenticity import Standing
from agent.domain.authenticity import told as told_of_sender
from agent.domain.events import MeetingAnswered
from agent.domain.inbox import MailState, Triage
from agent.domain.mail import InboundMail, Nature
from agent.domain.meetings import meeting_of
from agent.domain.people import Person
from agent.domain.words import Words

OURS_ONLY = {
    Nature.OWN: Words(zh="是我们自己发出的邮件", en="it is our own mail"),
    Nature.BOUNCE: Words(zh="退信", en="a delivery report"),
    Nature.AUTO_REPLY: Words(zh="自动回复", en="an automatic reply"),
    Nature.LIST: Words(zh="邮件列表或群发邮件", en="mail of a list"),
    Nature.RECALL: Words(
        zh="发件人要求撤回一封邮件；已处理的内容不会因此撤销",
        en="its sender asks to take a mail back; what was done stays done",
    ),
    Nature.RECEIPT: Words(zh="已读回执", en="a read receipt"),
}
"""Natures that are never answered and move nothing (reliability.md, promises 7 and 8)."""


def ignored(mail: InboundMail, around: Surroundings) -> Triage:
    """A machine wrote it: a bounce of our own goes to a person, an out-of-office reply feeds an absence."""
    why = OURS_ONLY[mail.nature]
    if mail.nature is Nature.BOUNCE:
        return bounced(mail, around)
    if mail.nature is Nature.RECALL:
        return Triage(state=MailState.REVIEW, because=why)
    today = around.world.workdays.day_of(around.at)
    absence = learned(mail, around.world.directory, today=today, at=around.at)
    if absence is not None:
        said = told(absence, around.world.directory)
        why = Words(zh=f"{why.zh}：{said.zh}", en=f"{why.en}: {said.en}")
    return Triage(state=MailState.IGNORED, because=why, absence=absence)


def unproven(mail: InboundMail) -> Triage:
    """In the name of somebody we know, and nothing shows that they wrote it: a person looks."""
    why = told_of_sender(mail.authenticated)
    if mail.authenticated.standing is Standing.FORGED:
        lead = Words(
            zh=f"疑似冒用 {mail.sender} 的名义", en=f"it seems to be forged in the name of {mail.sender}"
        )
    else:
        lead = Words(
            zh=f"无法确认邮件确由 {mail.sender} 发出", en=f"nothing shows that {mail.sender} wrote it"
        )
    because = Words(zh=f"{lead.zh}：{why.zh}", en=f"{lead.en}: {why.en}")
    return Triage(state=MailState.REVIEW, because=because)


def meeting_reply(mail: InboundMail, around: Surroundings, person: Person | None) -> Triage:
    """An answer to one of our invitations; one to another, or of a stranger, is passed over."""
    reply = mail.meeting_reply
    named = meeting_of(reply.uid) if reply is not None else None
    if reply is None or named is None or named[0] not in around.cases or person is None:
        return Triage(
            state=MailState.IGNORED,
            because=Words(zh="与本系统会议无关的答复", en="a reply to somebody else's meeting"),
        )
    case, meeting = named
    event = MeetingAnswered(
        at=around.at, mail=mail.message_id, by=person.address, meeting=meeting, answer=reply.answer
    )
    return Triage(
        state=MailState.DONE,
        because=Words(zh="会议邀请的答复", en="a reply to an invitation"),
        events=((case, event),),
    )


def stranger(mail: InboundMail) -> Triage:
    """A stranger gets no answer (we do not confirm addresses); a person looks at the mail."""
    return Triage(
        state=MailState.REVIEW,
        because=Words(
            zh=f"发件人 {mail.sender} 不在通讯录中", en=f"the sender {mail.sender} is not in the directory"
        ),
    )
