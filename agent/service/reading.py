"""Ledger to readings: every mail and document is read in a child process, without a lock or a transaction."""

from agent.domain.inbox import MailState
from agent.domain.mail import InboundMail
from agent.domain.reading import Reading
from agent.domain.words import Words
from agent.service import guard
from agent.service.happenings import What
from agent.service.house import House
from parsers.isolation import Died
from store.inbox import MailEntry

_BATCH = 10
_CRASHES = 3
"""After so many the mail is quarantined (reliability.md, promise 3)."""


def read(house: House) -> int:
    """Read every mail that was received, oldest first; return how many moved on."""
    moved = 0
    while True:
        with house.look() as work:
            waiting = work.inbox.next_received(_BATCH)
        done = guard.each(house, waiting, _name, lambda e: read_one(house, e))
        done += sum(_give_up(house, entry) for entry in waiting)
        moved += done
        if not done or house.stopping.is_set():
            return moved


def read_one(house: House, entry: MailEntry) -> bool:
    """Read one mail; its attempt is counted before the reader runs, in case the reader takes us along."""
    with house.unit() as work:
        attempt = work.inbox.started_reading(entry.id)
        work.commit()
    if attempt > _CRASHES:
        _quarantine(house, entry, "")
        return True
    raw = house.blobs.get(entry.digest)
    world = house.world()
    try:
        mail, readings = house.reader.read(
            raw,
            forms=house.pack.process.forms,
            directory=world.directory,
            today=world.workdays.day_of(entry.received_at),
        )
    except Died as error:
        house.happened(What.CRASHED, Words.same(str(error)), mail=entry.message_id, number=str(entry.id))
        if attempt == _CRASHES:
            _quarantine(house, entry, str(error))
        return True
    _keep(house, entry, mail, readings)
    return True


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


def _give_up(house: House, entry: MailEntry) -> bool:
    """Keep a mail apart that cannot even be handed to its reader (lost bytes): others wait behind it."""
    if not house.faults.is_hopeless(_name(entry), _CRASHES):
        return False
    _quarantine(house, entry, house.faults.why(_name(entry)))
    house.faults.clear(_name(entry))
    return True


def _quarantine(house: House, entry: MailEntry, why: str) -> None:
    because = Words(
        zh=f"读取这封邮件失败了 {_CRASHES} 次，已隔离{f'（{why}）' if why else ''}",
        en=f"it could not be read in {_CRASHES} attempts; it is kept apart{f' ({why})' if why else ''}",
    )
    with house.unit() as work:
        work.inbox.settle(entry.id, MailState.QUARANTINED, because, at=house.now())
        work.commit()
    house.happened(
        What.SETTLED,
        because,
        mail=entry.message_id,
        number=str(entry.id),
        state=MailState.QUARANTINED.value,
    )
