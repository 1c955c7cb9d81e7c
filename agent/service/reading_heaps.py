"""A few mails are read one after the other and written down together: two transactions, not two for each.

What fails for a heap is done again mail by mail, so that the one at fault is found and the others move on.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from agent.domain.mail import InboundMail
from agent.domain.reading import Reading
from agent.service import guard
from agent.service.house import House
from store.mail_entries import MailEntry

log = logging.getLogger(__name__)

_MAILS = 8
_BYTES = 2_000_000
"""Of mails in one heap, or one mail: all that was read of them is held in memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """A mail that only needs to be written down."""

    entry: MailEntry
    mail: InboundMail
    readings: tuple[Reading, ...]


class Heaps:
    """The heaps of one pass."""

    def __init__(
        self,
        house: House,
        *,
        about: Callable[[MailEntry], str],
        skip: Callable[[MailEntry], bool],
        done: Callable[[Understood], None],
    ) -> None:
        """Begin nothing yet.

        Args:
            house: the tools.
            about: names a mail, for the guard.
            skip: says of a mail that its turn has not come; then it is not begun.
            done: told of each mail that was written down.
        """
        self._house = house
        self._about = about
        self._skip = skip
        self._done = done
        self._starts: dict[int, int] = {}
        self._read: list[Understood] = []

    def in_turn(self, entries: Sequence[MailEntry]) -> Iterator[MailEntry]:
        """Yield mails in order; starts are counted before a heap, and what came of it is kept after."""
        for heap in self._heaps(entries):
            self._begin(heap)
            try:
                yield from heap
            except GeneratorExit:
                if self._house.stopping.is_set():  # asked to end, not dying: nothing that was read is lost
                    self._keep()
                raise
            self._keep()

    def start(self, entry: MailEntry) -> int:
        """Return how often the reading of this mail has begun, this time included.

        It is counted before the reader runs, in case the reader takes us along.
        """
        counted = self._starts.pop(entry.id, None)
        return counted if counted is not None else started(self._house, (entry,))[entry.id]

    def add(self, understood: Understood) -> None:
        """Write a mail down with its heap."""
        self._read.append(understood)

    def _heaps(self, entries: Sequence[MailEntry]) -> Iterator[list[MailEntry]]:
        """Yield mails by heaps; one that was begun before is alone.

        It may be what took us along, and the others must not be counted as begun with it each time.
        """
        heap: list[MailEntry] = []
        size = 0
        for entry in entries:
            if self._skip(entry):
                continue
            full = len(heap) == _MAILS or size + entry.size > _BYTES or entry.attempts
            if heap and (full or heap[-1].attempts):
                yield heap
                heap, size = [], 0
            heap.append(entry)
            size += entry.size
        if heap:
            yield heap

    def _begin(self, heap: Sequence[MailEntry]) -> None:
        try:
            self._starts = started(self._house, heap)
        except Exception as error:  # noqa: BLE001 - then each is counted in its own turn, which tells its own error
            log.debug("not begun together: %s", error, extra={"action": "reading"})
            self._starts = {}

    def _keep(self) -> None:
        read, self._read = self._read, []
        if len(read) > 1:
            try:
                keep(self._house, read)
            except Exception as error:  # noqa: BLE001 - then one by one, which finds the one at fault
                log.debug("not kept together: %s", error, extra={"action": "reading"})
            else:
                for each in read:
                    self._done(each)
                return
        guard.each(self._house, read, lambda each: self._about(each.entry), self._keep_one)

    def _keep_one(self, understood: Understood) -> bool:
        keep(self._house, (understood,))
        self._done(understood)
        return True


def started(house: House, entries: Sequence[MailEntry]) -> dict[int, int]:
    """Count that the reading of these mails begins; return how often it has, by their numbers."""
    with house.unit() as work:
        starts = {entry.id: work.inbox.started_reading(entry.id) for entry in entries}
        work.commit()
    return starts


def keep(house: House, read: Sequence[Understood]) -> None:
    """Write down what was understood, after the files and pictures that it names."""
    files = [attached.content for each in read for attached in each.mail.attachments]
    files += [picture for each in read for reading in each.readings for picture in reading.pictures.values()]
    if len(read) > 1:
        house.blobs.put_all(files)
    else:
        for content in files:  # two or three files are not worth their threads
            house.blobs.put(content)
    with house.unit() as work:
        for each in read:
            work.inbox.read(each.entry.id, each.mail, each.readings)
        work.commit()
