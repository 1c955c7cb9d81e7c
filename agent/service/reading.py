"""Ledger to readings: every mail and document is read in a child process, without a lock or a transaction."""

from agent.domain.inbox import MailState
from agent.domain.mail import InboundMail
from agent.domain.reading import Reading
from agent.domain.words import Words
from agent.service import guard
from agent.service.copies import SentCopies
from agent.service.happenings import What
from agent.service.house import House
from agent.service.reader import About
from parsers.isolation.child import Died
from store.inbox import MailEntry

_DEATHS = 3
"""After so many deaths of its reader a mail is quarantined (reliability.md, promise 3)."""

_STARTS = 10
"""So often may the reading of a mail begin: kills of the daemon are no fault of the mail, and what takes us
along each time must end in quarantine all the same (ADR 0013)."""


def read(house: House) -> int:
    """Read every mail that was received, oldest first; return how many moved on.

    A mail with paper in it is put off for `read_paper`: what takes seconds a page must not hold up the rest.
    """

    def waiting(limit: int) -> tuple[MailEntry, ...]:
        with house.look() as work:
            return work.inbox.next_received(limit)

    return guard.everything(
        house,
        waiting,
        _name,
        lambda entry: entry.id not in house.paper and read_one(house, entry),
        give_up=lambda entry: _give_up(house, entry),
    )


def read_paper(house: House) -> int:
    """Read the first mail that was put off and need not wait; return whether it moved on.

    One in a round: between two of them the other mails have their turn.
    """
    moved = 0
    if (entry := _next_paper(house)) is not None:
        moved = guard.each(house, (entry,), _name, lambda each: read_one(house, each, paper=True))
        moved += _give_up(house, entry)
    if not house.paper:
        house.reader.rest()
    return moved


def _next_paper(house: House) -> MailEntry | None:
    for number in tuple(house.paper):
        with house.look() as work:
            entry = work.inbox.load(number)
        if entry is None or entry.state is not MailState.RECEIVED:
            del house.paper[number]
        elif not house.faults.must_wait(_name(entry), at=house.now()):
            return entry
    return None


def read_one(house: House, entry: MailEntry, *, paper: bool = False) -> bool:
    """Read one mail; its start is counted before the reader runs, in case the reader takes us along.

    Args:
        house: the tools.
        entry: which mail.
        paper: read it now even if paper is in it.
    """
    with house.unit() as work:
        start = work.inbox.started_reading(entry.id)
        work.commit()
    if start > _STARTS:
        _quarantine(house, entry, Words(zh=f"已开始 {_STARTS} 次", en=f"begun {_STARTS} times"))
        return True
    raw = house.blobs.get(entry.digest)
    world = house.world()
    about = About(
        forms=house.pack.process.forms,
        directory=world.directory,
        today=world.workdays.day_of(entry.received_at),
    )
    try:
        opened = house.reader.open(raw, about, size=entry.size)
        if not paper and any(document.paper for document in opened.documents):
            return _put_off(house, entry)
        readings = house.reader.read(opened, about, SentCopies(house.engine, house.blobs))
    except Died as error:
        house.measures.died()
        house.happened(What.CRASHED, Words.same(str(error)), mail=entry.message_id, number=str(entry.id))
        if house.faults.add(_reader(entry), error, at=house.now()).times >= _DEATHS:
            _quarantine(house, entry, Words.same(str(error)))
        return True
    _keep(house, entry, opened.mail, readings)
    house.faults.clear(_reader(entry))
    return True


def _put_off(house: House, entry: MailEntry) -> bool:
    with house.unit() as work:
        work.inbox.put_off(entry.id)
        work.commit()
    house.paper[entry.id] = None
    return False


def _keep(house: House, entry: MailEntry, mail: InboundMail, readings: tuple[Reading, ...]) -> None:
    for attached in mail.attachments:
        house.blobs.put(attached.content)
    for reading in readings:
        for picture in reading.pictures.values():
            house.blobs.put(picture)
    with house.unit() as work:
        work.inbox.read(entry.id, mail, readings)
        work.commit()
    house.happened(
        What.READ,
        mail=entry.message_id,
        number=str(entry.id),
        sender=mail.sender,
        subject=mail.subject,
        forms=", ".join(reading.form for reading in readings if reading.form),
    )


def _name(entry: MailEntry) -> str:
    return f"reading {entry.id}"


def _reader(entry: MailEntry) -> str:
    """Name the deaths of a mail's reader: they are counted apart, and no reason to wait."""
    return f"reader of mail {entry.id}"


def _give_up(house: House, entry: MailEntry) -> bool:
    """Keep a mail apart that cannot even be handed to its reader (lost bytes): others wait behind it."""
    if not house.faults.is_hopeless(_name(entry), _DEATHS):
        return False
    _quarantine(house, entry, Words.same(house.faults.why(_name(entry))))
    return True


def _quarantine(house: House, entry: MailEntry, why: Words) -> None:
    because = Words(
        zh=f"多次读取这封邮件均未成功，已隔离（{why.zh}）",
        en=f"it could not be read in several attempts; it is kept apart ({why.en})",
    )
    with house.unit() as work:
        work.inbox.settle(entry.id, MailState.QUARANTINED, because, at=house.now())
        work.commit()
    house.faults.clear(_name(entry))
    house.faults.clear(_reader(entry))
    house.happened(
        What.SETTLED,
        because,
        mail=entry.message_id,
        number=str(entry.id),
        state=MailState.QUARANTINED.value,
    )
