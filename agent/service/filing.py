"""Mails that have ended are moved to their shelves many at a time, where the mailbox can do that.

What fails here is nobody's fault yet: the pass that files one by one comes afterwards, and finds out.
"""

import logging
from collections.abc import Mapping, Sequence

from agent.domain.errors import TryLater, WillNotWork
from agent.mailbox.port import FilesTogether, Shelf
from agent.service.happenings import What
from agent.service.house import House
from agent.service.receiving import SHELVES
from store.mail_entries import MailEntry

log = logging.getLogger(__name__)

_AT_ONCE = 100
_WORTH_IT = 2


def together(house: House) -> int:
    """Move mails to their shelves, as many at a time as there are; return how many were moved."""
    moved = 0
    while not house.stopping.is_set():
        with house.look() as work:
            ended = work.inbox.unfiled(_AT_ONCE)
        here = sum(_file(house, shelf, entries) for shelf, entries in _by_shelf(ended).items())
        moved += here
        if here < _AT_ONCE:  # that was all, or some must be asked about one by one
            break
    return moved


def _by_shelf(ended: Sequence[MailEntry]) -> Mapping[Shelf, list[MailEntry]]:
    found: dict[Shelf, list[MailEntry]] = {}
    for entry in ended:
        found.setdefault(SHELVES[entry.state], []).append(entry)
    return found


def _file(house: House, shelf: Shelf, entries: Sequence[MailEntry]) -> int:
    """Move mails to one shelf by one command and note it in one transaction; return how many."""
    if len(entries) < _WORTH_IT or not isinstance(house.mailbox, FilesTogether):
        return 0
    house.measures.alive()
    try:
        lie = house.mailbox.file_together([entry.handle for entry in entries], shelf)
    except (TryLater, WillNotWork) as error:
        log.debug("not filed together: %s", error, extra={"action": "filing"})
        return 0
    moved = [entry for entry in entries if entry.handle in lie]
    with house.unit() as work:
        for entry in moved:
            work.inbox.filed(entry.id, house.now(), lie[entry.handle])
        work.commit()
    for entry in moved:
        house.happened(What.FILED, mail=entry.message_id, number=str(entry.id), shelf=shelf.value)
    return len(moved)
