"""A reviewed mail that a coordinator lets through 放行: their word stands in for the missing token."""

from dataclasses import replace

from agent.core.desk import Desk, Surroundings, case_of
from agent.core.questions import filled_again
from agent.core.told import pages_words
from agent.core.uncompared import waits, whole_pages
from agent.domain.case import Case, CaseId
from agent.domain.effects import Send
from agent.domain.events import Event, FormReturned, MailFiled
from agent.domain.inbox import MailState, Triage
from agent.domain.mail import InboundMail
from agent.domain.people import Person
from agent.domain.reading import Reading
from agent.domain.sheets import TokenStatus
from agent.domain.words import Words
from agent.domain.work_items import ItemId, WorkItem


def let_through(mail: InboundMail, readings: tuple[Reading, ...], around: Surroundings) -> Triage:
    """Return what a mail means that would else wait for a person.

    A form without our token counts for the open item of its sender that asks for this form: the one whose
    letter was answered, else the only one there is.  Everything else (a scan, a stranger's letter, a
    bounce) is filed in the case it is about, and without a case it has been seen and is done.
    """
    case, named = case_of(mail, around)
    person = around.world.directory.find(mail.sender)
    events: list[tuple[CaseId, Event]] = []
    if case is not None and person is not None:
        for reading in readings:
            item = _asked(case, named, reading, person)
            if item is not None:
                events.append((case.id, _returned(mail, reading, item, person, around)))
    if case is not None and not events and mail.bounce is None:  # that a letter came back was noted at once
        filed = MailFiled(
            at=around.at,
            mail=mail.message_id,
            by=person.address if person is not None else mail.sender,
            subject=mail.subject,
            document=around.raw,
        )
        events.append((case.id, filed))
    because = Words(zh="协调员已放行", en="the coordinator let it through")
    return Triage(state=MailState.DONE, because=because, events=tuple(events))


def turned_down(mail: InboundMail, readings: tuple[Reading, ...], around: Surroundings) -> tuple[Send, ...]:
    """Return what the sender of a dropped mail is told: to return the form as it was sent, or clearer.

    Other dropped mails are not answered; of a form that nobody waits for any more nothing is asked.
    """
    person = around.world.directory.find(mail.sender)
    if person is None or mail.authenticated.is_doubtful:
        return ()
    desk = Desk(mail=mail, person=person, around=around)
    letters: dict[str, Send] = {}
    for reading in readings:
        sheet = reading.sheet
        if not waits(reading) or sheet is None or reading.token is not TokenStatus.VALID:
            continue
        case = around.cases.get(CaseId(sheet.case))
        item = case.item(sheet.item) if case is not None else None
        if case is None or item is None or not item.is_open or not desk.belongs(case):
            continue
        draft = desk.draft(case)
        order = filled_again(draft, item, reading.answers.values())
        facts = {"file": Words.same(reading.file)}
        if not reading.drift:
            facts["pages"] = pages_words(whole_pages(reading.uncompared))
        letter = desk.letter("altered_refused", facts, case)
        letters[item.id] = replace(letter, key=f"{letter.key}/{item.id}", item=item.id, forms=(order,))
    return tuple(letters.values())


def _asked(case: Case, named: ItemId | None, reading: Reading, person: Person) -> WorkItem | None:
    mine = [
        item
        for item in case.open_items()
        if reading.form == item.form and person.address in {item.holder, item.asked_of}
    ]
    answered = next((item for item in mine if item.id == named), None)
    return answered if answered is not None else mine[0] if len(mine) == 1 else None


def _returned(
    mail: InboundMail, reading: Reading, item: WorkItem, person: Person, around: Surroundings
) -> FormReturned:
    return FormReturned(
        at=around.at,
        mail=mail.message_id,
        by=person.address,
        item=item.id,
        form=reading.form,
        version=reading.version,
        answers=reading.answers,
        signatures=reading.signatures,
        lacks=reading.lacks,
        drift=reading.drift,
        uncompared=reading.uncompared,
        document=around.documents.get(reading.digest, around.raw),
        files=tuple(f for digest, f in around.documents.items() if digest != reading.digest),
        came=around.came,
    )
