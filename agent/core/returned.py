"""Triage of delivery reports: whom a letter of ours did not reach, for good or for now, and in which case."""

from agent.core.desk import Surroundings, case_of, thread
from agent.domain.bounces import Bounce, Fate, Undelivered
from agent.domain.case import CaseId
from agent.domain.events import Event, LetterReturned
from agent.domain.inbox import MailState, Triage
from agent.domain.mail import InboundMail, address
from agent.domain.people import Directory
from agent.domain.words import Words

_UNNAMED = Undelivered(recipient="", fate=Fate.FAILED, permanent=False)


def bounced(mail: InboundMail, around: Surroundings) -> Triage:
    """Return what a delivery report means.

    A letter of ours that was given up goes to a person and into the journal of its case: whoever waits for an
    answer must learn that nobody was asked.  A server that still tries, and mail that was never ours (our
    address in a forged From), want nobody.
    """
    bounce = mail.bounce or Bounce(of=(_UNNAMED,))
    failed = tuple(each for each in bounce.of if each.fate is Fate.FAILED) or (_UNNAMED,)
    directory = around.world.directory
    if bounce.fate is Fate.DELAYED:
        late = next(each for each in bounce.of if each.fate is Fate.DELAYED)
        who = _who(late, directory)
        zh = f"投递延迟通知：发给{who.zh}的邮件尚未送达，服务器仍在尝试"
        en = f"a notice of delay: a letter to {who.en} has not arrived yet, the server still tries"
        return Triage(state=MailState.IGNORED, because=Words(zh=zh, en=en))
    if bounce.fate is Fate.DELIVERED:
        why = Words(zh="送达通知，无需处理", en="a notice that a letter arrived; nothing to do")
        return Triage(state=MailState.IGNORED, because=why)
    case, item = case_of(mail, around)
    if case is None and not _may_be_ours(mail, failed, around):
        why = Words(zh="退信，但不是本系统发出的邮件", en="a delivery report about a mail that is not ours")
        return Triage(state=MailState.IGNORED, because=why)
    events: tuple[tuple[CaseId, Event], ...] = ()
    if case is not None:
        events = tuple(
            (
                case.id,
                LetterReturned(
                    at=around.at,
                    mail=mail.message_id,
                    to=address(each.recipient),
                    item=item,
                    subject=bounce.subject,
                    permanent=each.permanent,
                    status=each.status,
                    words=each.words,
                    document=around.raw,
                ),
            )
            for each in failed
        )
    told = [returned_words(each, bounce.subject, directory) for each in failed]
    where = " · ".join(part for part in (case.id if case is not None else "", item or "") if part)
    because = Words(
        zh="；".join(each.zh for each in told) + (f"（{where}）" if where else ""),
        en="; ".join(each.en for each in told) + (f" ({where})" if where else ""),
    )
    return Triage(state=MailState.REVIEW, because=because, events=events)


def returned_words(found: Undelivered, subject: str, directory: Directory) -> Words:
    """Return one failure in words: `发给李娜（li.na@example.com）的邮件“…”未能送达：永久失败（5.1.1 …）`."""
    who = _who(found, directory)
    title = Words(zh=f"“{subject}”" if subject else "", en=f" “{subject}”" if subject else "")
    how = Words(zh="暂时失败", en="for now") if not found.permanent else Words(zh="永久失败", en="for good")
    server = " ".join(part for part in (_not_in(found.status, found.words), found.words) if part)
    reason = Words(zh=f"（{server}）" if server else "", en=f" ({server})" if server else "")
    return Words(
        zh=f"发给{who.zh}的邮件{title.zh}未能送达：{how.zh}{reason.zh}",
        en=f"the letter{title.en} to {who.en} did not arrive, {how.en}{reason.en}",
    )


def _who(found: Undelivered, directory: Directory) -> Words:
    if not found.recipient:
        return Words(zh="某收件人", en="somebody")
    person = directory.find(address(found.recipient))
    if person is None:
        return Words(zh=f" {found.recipient} ", en=found.recipient)
    return Words(zh=f"{person.name}（{found.recipient}）", en=f"{person.name} ({found.recipient})")


def _not_in(status: str, words: str) -> str:
    return "" if status in words else status


def _may_be_ours(mail: InboundMail, failed: tuple[Undelivered, ...], around: Surroundings) -> bool:
    """Say whether a report without a case may be about a letter of ours: then a person looks.

    One that names a letter names one of ours (a digest, an answer outside any case) or is somebody else's.
    One that names none counts when it is about somebody whom we write to, or does not say about whom.
    """
    named = thread(mail)
    if named or mail.bounce is None:
        return any(name in around.threads for name in named)
    find = around.world.directory.find
    return any(not each.recipient or find(address(each.recipient)) is not None for each in failed)
