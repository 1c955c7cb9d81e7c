"""Mailbox to ledger: the raw bytes become durable first.

The mailbox is touched only when a mail has ended.
"""

import logging
from collections.abc import Sequence
from hashlib import sha256

from agent.domain.inbox import FINAL, MailState
from agent.domain.mail import MessageId
from agent.mailbox.port import RawMail, Shelf
from agent.service import canary, guard
from agent.service.few import by_few
from agent.service.happenings import What
from agent.service.health import Reconciliation
from agent.service.house import House
from parsers.limits import Limits
from parsers.mail import headers as message_headers
from store.mail_entries import MailEntry
from store.unit import Unit

log = logging.getLogger(__name__)

_AT_ONCE = 50

SHELVES = {
    MailState.DONE: Shelf.HANDLED,
    MailState.REVIEW: Shelf.REVIEW,
    MailState.QUARANTINED: Shelf.QUARANTINED,
    MailState.IGNORED: Shelf.IGNORED,
}
"""Where a mail lies once it has ended."""


def receive(house: House) -> int:
    """Take in the mails that lie in the Inbox; return how many were new or filed again.

    Of thousands only the first few: they are answered before the next ones are taken in.  A few mails are one
    transaction; where that fails, each has its own, so that the one at fault is found and the others move on.
    """
    moved = 0
    for mails in by_few(house.mailbox.arrived()):
        if house.stopping.is_set():
            break
        new, rest = _together(house, mails)
        moved += new
        moved += guard.each(house, rest, _name, lambda raw: take_in(house, raw))
        if moved >= _AT_ONCE:
            break
    house.measures.polled(house.now(), left=moved >= _AT_ONCE)
    return moved


def _together(house: House, mails: Sequence[RawMail]) -> tuple[int, Sequence[RawMail]]:
    """Enter those mails that are new into the ledger in one transaction.

    Returns:
        How many that were, and the others that want a turn of their own: known ones that have ended, or all
        of them when it failed.
    """
    if any(house.faults.must_wait(_name(raw), at=house.now()) for raw in mails):
        return 0, mails
    house.measures.alive()
    try:
        digests = [house.blobs.put(raw.content) for raw in mails]
        with house.look() as work:
            known = {digest: work.inbox.of_digest(digest) for digest in digests}
        new: dict[str, RawMail] = {}
        for raw, digest in zip(mails, digests, strict=True):
            if known[digest] is None:
                new.setdefault(digest, raw)  # of copies the one that came first
        entered: list[MailEntry] = []
        if new:
            with house.unit() as work:
                entered += (e for digest, raw in new.items() if (e := _enter(house, work, raw, digest)))
                work.commit()
    except Exception as error:  # noqa: BLE001 - then one by one, which tells the error of each
        log.debug("not taken in together: %s", error, extra={"action": "receiving"})
        return 0, mails
    for entry in entered:
        _tell(house, entry)
    ended = {digest for digest, entry in known.items() if entry is not None and entry.state in FINAL}
    rest = [raw for raw, digest in zip(mails, digests, strict=True) if digest in ended]
    for raw in mails:
        if raw not in rest:
            house.faults.clear(_name(raw))
    return len(entered), rest


def take_in(house: House, raw: RawMail) -> bool:
    """Make one mail durable and enter it into the ledger; a known one that has ended is filed away again."""
    if (known := _known(house, raw)) is not None:
        return _file_again(house, known, raw.handle)
    digest = house.blobs.put(raw.content)
    with house.unit() as work:
        entry = _enter(house, work, raw, digest)
        work.commit()
    if entry is None:  # its bytes were removed by the rule of retention, or somebody was quicker
        with house.look() as work:
            again = work.inbox.of_digest(digest)
        return again is not None and _file_again(house, again, raw.handle)
    _tell(house, entry)
    return True


def _enter(house: House, work: Unit, raw: RawMail, digest: str) -> MailEntry | None:
    """Enter a mail whose bytes are durable into the ledger; None when the same bytes came before."""
    left = canary.recognised(house, raw.content)
    entry = work.inbox.take_in(
        digest=digest,
        message_id=message_id_of(raw.content, digest, house.limits),
        received_at=house.now(),
        size=max(raw.size, len(raw.content)),
        handle=raw.handle,
    )
    if entry is not None and left is not None:
        canary.came_back(work, left, house.now())
        work.inbox.settle(entry.id, MailState.IGNORED, canary.BECAUSE, at=house.now())
    return entry


def _tell(house: House, entry: MailEntry) -> None:
    house.happened(What.TAKEN_IN, mail=entry.message_id, number=str(entry.id))


def _name(raw: RawMail) -> str:
    return f"mail {raw.handle}"


def _known(house: House, raw: RawMail) -> MailEntry | None:
    """Return the entry of a mail that came before; the ledger is only asked about bytes that were kept."""
    digest = sha256(raw.content).hexdigest()
    if not house.blobs.has(digest):
        return None
    with house.look() as work:
        return work.inbox.of_digest(digest)


def file_away(house: House) -> int:
    """Move every mail that has ended from the Inbox to its shelf; return how many."""

    def ended(limit: int) -> tuple[MailEntry, ...]:
        with house.look() as work:
            return work.inbox.unfiled(limit)

    return guard.everything(
        house, ended, lambda entry: f"filing {entry.id}", lambda entry: _file(house, entry)
    )


def reconcile(house: House) -> Reconciliation:
    """Compare what lies in the Inbox with the ledger (promise 1)."""
    count = unknown = waiting = unfiled = 0
    for raw in house.mailbox.arrived():
        count += 1
        with house.look() as work:
            entry = work.inbox.of_digest(sha256(raw.content).hexdigest())
        if entry is None:
            unknown += 1
        elif entry.state in FINAL:
            unfiled += 1
        else:
            waiting += 1
    return Reconciliation(in_inbox=count, unknown=unknown, waiting=waiting, unfiled=unfiled)


def message_id_of(content: bytes, digest: str, limits: Limits) -> MessageId:
    """Return the Message-ID in the header, as `read_mail` does; one made of the digest when there is none."""
    block, _ = message_headers.split(content)
    found = message_headers.message_ids(message_headers.read_headers(block, limits).all("message-id")[:1])
    return found[0] if found else MessageId(f"<{digest}@sha256.invalid>")


def _file(house: House, entry: MailEntry) -> bool:
    handle = house.mailbox.file_away(entry.handle, SHELVES[entry.state])
    with house.unit() as work:
        work.inbox.filed(entry.id, house.now(), handle)
        work.commit()
    house.happened(What.FILED, mail=entry.message_id, number=str(entry.id), shelf=SHELVES[entry.state].value)
    return True


def _file_again(house: House, known: MailEntry, handle: str) -> bool:
    """File a mail that came a second time; one that is still being worked on stays where it lies."""
    if known.state not in FINAL:
        return False
    lies = house.mailbox.file_away(handle, SHELVES[known.state])
    if lies:  # this is the copy that a person sees now
        with house.unit() as work:
            work.inbox.filed(known.id, house.now(), lies)
            work.commit()
    house.happened(What.FILED, mail=known.message_id, number=str(known.id), again="yes")
    return True
