"""A reviewed mail that a coordinator lets through 放行: their word stands in for the missing token."""

from agent.core.desk import Surroundings, case_of
from agent.domain.case import Case, CaseId
from agent.domain.events import Event, FormReturned, MailFiled
from agent.domain.inbox import MailState, Triage
from agent.domain.mail import InboundMail
from agent.domain.people import Person
from agent.domain.reading import Reading
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
    if case is not None and not events:
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
        document=around.documents.get(reading.digest, around.raw),
        files=tuple(f for digest, f in around.documents.items() if digest != reading.digest),
    )
