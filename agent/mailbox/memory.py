"""A mailbox in memory.  It is part of the product: rehearsals and tests run on it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from threading import Condition

from agent.domain.errors import WillNotWork
from agent.domain.mail import Address, MessageId
from agent.mailbox.port import SIZE_LIMIT, RawMail, Shelf
from agent.mailbox.shelved import on_shelf, place_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A mail that left, with its envelope."""

    message_id: MessageId
    sender: Address
    recipients: tuple[Address, ...]
    content: bytes


class MemoryMailbox:
    """See `Mailbox`.  What lies in it may be looked at directly: `inbox`, `shelves`, `sent`."""

    def __init__(self, *, limit: int = SIZE_LIMIT) -> None:
        self.inbox: dict[str, bytes] = {}
        """What has arrived, by handle, oldest first."""
        self.shelves: dict[Shelf, dict[str, bytes]] = {shelf: {} for shelf in Shelf}
        self.sent: dict[MessageId, Sent] = {}
        """What has left, in the order of leaving."""
        self._limit = limit
        self._delivered = 0
        self._seen = 0
        self._closed = False
        self._news = Condition()

    def deliver(self, content: bytes) -> str:
        """Let a mail arrive, from any thread, and return its handle."""
        with self._news:
            self._delivered += 1
            handle = f"{self._delivered:06}"
            self.inbox[handle] = content
            self._news.notify_all()
        return handle

    @property
    def sent_within(self) -> timedelta | None:
        """See `Mailbox`."""
        return timedelta(0)

    def arrived(self) -> Iterator[RawMail]:
        """See `Mailbox`."""
        self._seen = self._delivered
        for handle, content in list(self.inbox.items()):
            if handle in self.inbox:
                yield RawMail(handle=handle, content=content[: self._limit], size=len(content))

    def file_away(self, handle: str, shelf: Shelf) -> str:
        """See `Mailbox`."""
        place, name = place_of(handle)
        content = (self.inbox if place is None else self.shelves[place]).pop(name, None)
        if content is None:
            return ""
        self.shelves[shelf][name] = content
        return on_shelf(shelf, name)

    def send(
        self, message_id: MessageId, sender: Address, recipients: tuple[Address, ...], content: bytes
    ) -> None:
        """See `Mailbox`; a mail that was sent already is not sent again."""
        if not recipients:
            raise WillNotWork(f"{message_id} is addressed to nobody")
        mail = Sent(message_id=message_id, sender=sender, recipients=recipients, content=content)
        self.sent.setdefault(message_id, mail)

    def find_sent(self, message_id: MessageId) -> bool:
        """See `Mailbox`."""
        return message_id in self.sent

    def wait(self, seconds: float) -> bool:
        """See `Mailbox`."""
        with self._news:
            self._news.wait_for(lambda: self._closed or self._delivered > self._seen, timeout=seconds)
            news = not self._closed and self._delivered > self._seen
            if news:
                self._seen = self._delivered
            return news

    def close(self) -> None:
        """See `Mailbox`."""
        with self._news:
            self._closed = True
            self._news.notify_all()
