"""Triage: what one mail means.  It answers for the whole mail, before any case changes.

The order of the questions: is it a person's mail at all; does a coordinator work the review list; do
its forms name cases; does its first line say a keyword; which case is it about; else it goes to a
person.  A sender whom nothing vouches for moves nothing and gets no answer, which would reach whoever is
named in a forged From (ADR 0026).  A case number in a subject lets nobody in: the sender must be a party
(Zammad #2444).
"""

from dataclasses import replace

from agent.core.absences import is_back
from agent.core.arrivals import forms_in
from agent.core.confirmations import altered_text, confirmation
from agent.core.desk import Desk, Surroundings
from agent.core.echoes import silenced
from agent.core.released import let_through
from agent.core.unanswered import OURS_ONLY, ignored, meeting_reply, stranger, unproven
from agent.core.unopened import for_a_person, odd, unopened
from agent.domain.case import Case
from agent.domain.events import KeywordSaid, MailFiled
from agent.domain.inbox import MailState, Triage
from agent.domain.keywords import WORDS, Keyword, Said, recognise
from agent.domain.mail import Attachment, InboundMail, Nature
from agent.domain.people import Person, Role
from agent.domain.reading import Reading
from agent.domain.sheets import TokenStatus
from agent.domain.words import Words
from agent.domain.work_items import ItemId

_OPERATES = frozenset({Keyword.RELEASE, Keyword.DROP, Keyword.RETRY})
_ORDERS = frozenset(
    {Keyword.HAND_OVER, Keyword.ADD_SIGNER, Keyword.HURRY}
    | {Keyword.WITHDRAW, Keyword.SUSPEND, Keyword.RESUME, Keyword.CANCEL}
)
"""Keywords that change something and ask for no form: beside a form that came back one is not carried out."""


def triage(mail: InboundMail, readings: tuple[Reading, ...], around: Surroundings) -> Triage:
    """Return what `mail` means, with its attachments as read."""
    verdict = _meaning(mail, readings, around)
    if around.released and verdict.state is MailState.REVIEW:
        verdict = let_through(mail, readings, around)
    if not around.released:
        verdict = silenced(verdict, mail.sender, around)
    return replace(verdict, back=is_back(mail, around.world.directory))


def _meaning(mail: InboundMail, readings: tuple[Reading, ...], around: Surroundings) -> Triage:
    if mail.nature in OURS_ONLY:
        return ignored(mail, around)
    person = around.world.directory.find(mail.sender)
    if person is not None and mail.authenticated.is_doubtful and not around.released:
        return unproven(mail)
    if mail.nature is Nature.MEETING_REPLY:
        return meeting_reply(mail, around, person)
    if person is None:
        return stranger(mail)
    desk = Desk(mail=mail, person=person, around=around)
    if odd(mail, "several_senders") and not around.released:
        why = Words(zh="邮件有多个发件人", en="the mail has several senders")
        return Triage(state=MailState.REVIEW, because=why)
    said = recognise(mail.first_line) or _subject_keyword(mail)
    if said is not None and said.keyword in _OPERATES:
        return _operated(desk, said)
    forms = tuple(r for r in readings if r.form and r.token is TokenStatus.VALID and r.sheet is not None)
    if forms:
        return _with_order(desk, said, forms_in(desk, forms))
    if (answered := altered_text(desk) or confirmation(desk, said)) is not None:
        return answered
    if said is not None:
        return _keyword(desk, said)
    if _asks_to_begin(desk, readings):
        return _keyword(desk, Said(keyword=Keyword.START))
    return _without(desk, readings)


# ---------------------------------------------------------------------- keywords


def _subject_keyword(mail: InboundMail) -> Said | None:
    """To begin, the keyword may stand in the subject (cli.md, By mail)."""
    said = recognise(mail.subject)
    return said if said is not None and said.keyword in {Keyword.START, Keyword.HELP} else None


def _asks_to_begin(desk: Desk, readings: tuple[Reading, ...]) -> bool:
    """Say whether a mail went to a start alias and is about nothing that has begun (process.md 1.1)."""
    aliases = desk.around.start_aliases
    case, _ = desk.case_of()
    about_another = case is not None or bool(desk.around.numbers) or any(r.form for r in readings)
    return not about_another and not aliases.isdisjoint(desk.mail.to)


def _operated(desk: Desk, said: Said) -> Triage:
    word = WORDS[said.keyword]
    if Role.COORDINATOR not in desk.person.roles:
        why = Words(zh="只有协调员可以这样做", en="only the coordinator can do this")
        facts = {"why": why, "can": desk.can(None)}
        return Triage(
            state=MailState.DONE,
            because=Words(zh=f"“{word.zh}”未执行：{why.zh}", en=f"“{word.en}” was not done: {why.en}"),
            letters=(desk.letter("not_entitled", facts),),
        )
    if not said.argument.isdecimal():
        why = Words(
            zh=f"请在“{word.zh}”后写明待审清单中的编号，例如“{word.zh} 3”",
            en=f"please say which item of the review list: “{word.en} 3”",
        )
        facts = {"why": why, "can": desk.can(None)}
        because = Words(zh=f"“{word.zh}”没有编号", en=f"“{word.en}” came without a number")
        return desk.answered("not_understood", facts, because)
    return Triage(
        state=MailState.DONE,
        because=Words(zh=f"{word.zh} {said.argument}", en=f"{word.en} {said.argument}"),
        operates=said,
    )


def _keyword(desk: Desk, said: Said) -> Triage:
    word = WORDS[said.keyword]
    if said.keyword is Keyword.START:
        return Triage(
            state=MailState.DONE,
            because=Words(zh=f"{desk.person.name}发起协同", en=f"{desk.person.name} begins a case"),
            begins=True,
        )
    case, item = desk.case_of()
    if said.keyword is Keyword.HELP and case is not None and not desk.belongs(case):
        case = None  # anyone may ask for help, and is told what anyone can do
    if case is None:
        if said.keyword is Keyword.HELP:
            facts = {"can": desk.can(None)}
            return desk.answered("help", facts, Words(zh="查询帮助", en="asked for help"))
        return _no_case(desk, Words(zh=f"“{word.zh}”", en=f"“{word.en}”"))
    if not desk.belongs(case):
        return _outsider(desk, case)
    event = KeywordSaid(
        at=desk.around.at,
        mail=desk.mail.message_id,
        by=desk.person.address,
        keyword=said.keyword,
        argument=said.argument,
        item=item,
    )
    return Triage(
        state=MailState.DONE,
        because=Words(zh=f"关键词“{word.zh}”", en=f"the keyword “{word.en}”"),
        events=((case.id, event),),
    )


# ---------------------------------------------------------------------- neither form nor keyword


def _with_order(desk: Desk, said: Said | None, verdict: Triage) -> Triage:
    """Tell who sent a form and an order in one mail that the form alone was taken: nobody guesses both."""
    case, _ = desk.case_of()
    if said is None or said.keyword not in _ORDERS or verdict.state is not MailState.DONE:
        return verdict
    word = WORDS[said.keyword]
    why = Words(
        zh=f"邮件附有表格，已按交回表格办理，“{word.zh}”未执行；如仍需要，请另发一封不带表格的邮件",
        en=f"your mail held a form, which was taken; “{word.en}” was not carried out. If you still want it, "
        "please send it without a form",
    )
    facts = {"why": why, "can": desk.can(case)}
    return replace(verdict, letters=(*verdict.letters, desk.letter("not_entitled", facts, case)))


def _without(desk: Desk, readings: tuple[Reading, ...]) -> Triage:
    """Neither a form of ours nor a keyword: say what was found, file it, or ask a person."""
    strange = next((r for r in readings if r.form or r.token is TokenStatus.UNKNOWN), None)
    case, item = desk.case_of()
    if strange is not None:
        return _strange(desk, strange, case)
    if case is not None and desk.belongs(case) and _is_forward(desk.mail):
        return _filed(desk, case)  # it is kept as it is: nobody has to read what came along
    told = unopened(desk, readings)
    if any(map(for_a_person, readings)):
        return Triage(
            state=MailState.REVIEW,
            because=Words(zh="附件需要人工读取", en="an attachment needs a person to read it"),
            letters=told,
        )
    if told:
        return Triage(
            state=MailState.DONE,
            because=Words(
                zh="附件无法打开，已告知发件人", en="an attachment could not be opened; the sender was told"
            ),
            letters=told,
        )
    if case is None:
        return _no_case(desk, Words.same(""))
    if not desk.belongs(case):
        return _outsider(desk, case)
    if item is not None and _waits_for_a_form(case, item, desk.person):
        return _expected_form(desk, readings, case)
    return _filed(desk, case)


def _filed(desk: Desk, case: Case) -> Triage:
    """A communication worth keeping (process.md 3.5)."""
    event = MailFiled(
        at=desk.around.at,
        mail=desk.mail.message_id,
        by=desk.person.address,
        subject=desk.mail.subject,
        document=desk.around.raw,
    )
    return Triage(
        state=MailState.DONE,
        because=Words(zh="重要沟通留存", en="a communication filed in its case"),
        events=((case.id, event),),
    )


def _strange(desk: Desk, reading: Reading, case: Case | None) -> Triage:
    """A form without our token, or with somebody else's: a person looks; the sender is told."""
    facts = {"file": Words.same(reading.file)}
    return Triage(
        state=MailState.REVIEW,
        because=Words(
            zh=f"“{reading.file}”没有可核验的表格标识", en=f"“{reading.file}” carries no token of ours"
        ),
        letters=(desk.letter("strange_form", facts, case),),
    )


def _expected_form(desk: Desk, readings: tuple[Reading, ...], case: Case) -> Triage:
    """A reply to a letter that asked for a form, without that form."""
    attached = tuple(a.name for a in desk.mail.attachments if not _is_decoration(a))
    if not attached:
        because = Words(zh="没有附件", en="there was no attachment")
        return desk.answered("no_attachment", {}, because, case)
    file = readings[0].file if readings else attached[0]
    problem = next((p for r in readings for p in r.problems), None)
    why = problem.say if problem is not None else Words(zh="不是本系统发出的表格", en="it is no form of ours")
    facts = {"file": Words.same(file), "why": why}
    because = Words(zh=f"附件“{file}”不是所要的表格", en=f"“{file}” is not the form that was asked for")
    return desk.answered("wrong_attachment", facts, because, case)


def _is_decoration(attachment: Attachment) -> bool:
    """Say whether a picture stands in the text: the logo under a mail, an emoji."""
    return bool(attachment.cid) and attachment.media_type.startswith("image/")


def _waits_for_a_form(case: Case, item: ItemId, person: Person) -> bool:
    found = case.item(item)
    return found is not None and found.is_open and person.address in {found.holder, found.asked_of}


def _is_forward(mail: InboundMail) -> bool:
    return mail.subject.casefold().startswith(("fw:", "fwd:", "转发", "fw：", "转："))


def _no_case(desk: Desk, what: Words) -> Triage:
    if desk.around.numbers:
        facts = {"number": Words.same(desk.around.numbers[0])}
        because = Words(
            zh=f"没有编号为 {desk.around.numbers[0]} 的事项", en=f"there is no case {desk.around.numbers[0]}"
        )
        return desk.answered("unknown_case", facts, because)
    return _not_understood(desk, None, what)


def _not_understood(desk: Desk, case: Case | None, what: Words | None = None) -> Triage:
    facts = {"line": Words.same(desk.mail.first_line), "can": desk.can(case)}
    said = what if what is not None and what.zh else Words(zh="邮件内容", en="the mail")
    because = Words(zh=f"未能理解{said.zh}", en=f"could not place {said.en}")
    return desk.answered("not_understood", facts, because, case)


def _outsider(desk: Desk, case: Case) -> Triage:
    why = Words(zh="您不是本事项的参与方", en="you are not in this case")
    facts = {"why": why, "can": desk.can(None)}
    return desk.answered("not_entitled", facts, why, case)
