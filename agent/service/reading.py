"""Ledger to readings: every mail and document is read in a child process, without a lock or a transaction."""

from datetime import datetime

from agent.domain.inbox import MailState
from agent.domain.words import Words
from agent.service import guard
from agent.service.copies import SentCopies
from agent.service.happenings import What
from agent.service.house import House
from agent.service.reader import About
from agent.service.reading_heaps import Heaps, Understood, keep, started
from parsers.isolation.child import Died
from store.mail_entries import MailEntry

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

    def skip(entry: MailEntry) -> bool:
        later = entry.id in house.paper or house.stopping.is_set()
        return later or house.faults.must_wait(_name(entry), at=house.now())

    heaps = Heaps(house, about=_name, skip=skip, done=lambda understood: _tell(house, understood))
    return guard.everything(
        house,
        waiting,
        _name,
        lambda entry: _read(house, entry, heaps),
        give_up=lambda entry: _give_up(house, entry),
        in_turn=heaps.in_turn,
    )


def read_paper(house: House) -> int:
    """Read the first mail that was put off and need not wait; return whether it moved on.

    One in a round: between two of them the other mails have their turn.
    """
    moved = 0
    if (entry := _next_paper(house)) is not None:
        moved = guard.each(house, (entry,), _name, lambda each: _read(house, each))
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


def waits_since(house: House) -> tuple[datetime, ...]:
    """Return when each mail came that was put off and may be read now."""
    with house.look() as work:
        found = tuple(work.inbox.load(number) for number in house.paper)
    return tuple(
        entry.received_at
        for entry in found
        if entry is not None
        and entry.state is MailState.RECEIVED
        and not house.faults.must_wait(_name(entry), at=house.now())
    )


def _read(house: House, entry: MailEntry, heaps: Heaps | None = None) -> bool:
    """Read one mail, to be written down with its heap; without heaps at once, and even if paper is in it."""
    start = heaps.start(entry) if heaps is not None else started(house, (entry,))[entry.id]
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
        if heaps is not None and any(document.paper for document in opened.documents):
            return _put_off(house, entry)
        readings = house.reader.read(opened, about, SentCopies(house.engine, house.blobs))
    except Died as error:
        house.measures.died()
        house.happened(What.CRASHED, Words.same(str(error)), mail=entry.message_id, number=str(entry.id))
        if house.faults.add(_reader(entry), error, at=house.now()).times >= _DEATHS:
            _quarantine(house, entry, Words.same(str(error)))
        return True
    understood = Understood(entry=entry, mail=opened.mail, readings=readings)
    if heaps is not None:
        heaps.add(understood)
    else:
        keep(house, (understood,))
        _tell(house, understood)
    return True


def _put_off(house: House, entry: MailEntry) -> bool:
    with house.unit() as work:
        work.inbox.put_off(entry.id)
        work.commit()
    house.paper[entry.id] = None
    return False


def _tell(house: House, understood: Understood) -> None:
    entry, mail = understood.entry, understood.mail
    house.faults.clear(_reader(entry))
    house.happened(
        What.READ,
        mail=entry.message_id,
        number=str(entry.id),
        sender=mail.sender,
        subject=mail.subject,
        forms=", ".join(reading.form for reading in understood.readings if reading.form),
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
