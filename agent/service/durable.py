"""The mailbox of the daemon: nothing leaves or moves before all that led to it is durable (ADR 0030).

What the passes commit does not wait for the disk one by one.  Here it is waited for, once, before a letter is
handed over or a mail is moved: these are the moments at which the world outside begins to rely on us.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta

from agent.domain.errors import FormclerkError, TryLater
from agent.domain.mail import Address, MessageId
from agent.mailbox.port import FilesTogether, Mailbox, RawMail, Shelf
from store.blobs import Blobs

_TOGETHER = 25
"""Mails that are made durable together as they come."""
_BYTES = 2_000_000
"""Once so many bytes of mails are held in memory for that, no other is fetched."""


class DurableMailbox:
    """See `Mailbox`, for which it stands."""

    def __init__(self, mailbox: Mailbox, blobs: Blobs, make_sure: Callable[[], None]) -> None:
        """Stand before `mailbox`.

        Args:
            mailbox: the one at the server.
            blobs: where the bytes of mails are kept.
            make_sure: returns when everything that was committed is durable; raises `TryLater`.
        """
        self._mailbox = mailbox
        self._blobs = blobs
        self._make_sure = make_sure

    @property
    def sent_within(self) -> timedelta | None:
        """See `Mailbox`."""
        return self._mailbox.sent_within

    def arrived(self) -> Iterator[RawMail]:
        """See `Mailbox`; a few mails are fetched and made durable together, then yielded one by one."""
        mails = self._mailbox.arrived()
        trouble: FormclerkError | None = None
        more = True
        while more:
            batch: list[RawMail] = []
            try:
                more = _fill(batch, mails)
            except FormclerkError as error:  # what came before it comes through
                trouble, more = error, False
            with suppress(TryLater):  # whoever takes them in finds out, and says which mail is concerned
                self._blobs.put_all([mail.content for mail in batch])
            yield from batch
        if trouble is not None:
            raise trouble

    def file_away(self, handle: str, shelf: Shelf) -> str:
        """See `Mailbox`."""
        self._make_sure()
        return self._mailbox.file_away(handle, shelf)

    def file_together(self, handles: Sequence[str], shelf: Shelf) -> Mapping[str, str]:
        """See `FilesTogether`; none where the mailbox moves one by one."""
        if not isinstance(self._mailbox, FilesTogether):
            return {}
        self._make_sure()
        return self._mailbox.file_together(handles, shelf)

    def send(
        self, message_id: MessageId, sender: Address, recipients: tuple[Address, ...], content: bytes
    ) -> None:
        """See `Mailbox`; that we are about to send it is durable before."""
        self._make_sure()
        self._mailbox.send(message_id, sender, recipients, content)

    def find_sent(self, message_id: MessageId) -> bool:
        """See `Mailbox`."""
        return self._mailbox.find_sent(message_id)

    def wait(self, seconds: float) -> bool:
        """See `Mailbox`."""
        return self._mailbox.wait(seconds)

    def close(self) -> None:
        """See `Mailbox`."""
        self._mailbox.close()


def _fill(batch: list[RawMail], mails: Iterator[RawMail]) -> bool:
    """Fetch the next mails into `batch`; say whether there may be more."""
    size = 0
    for mail in mails:
        batch.append(mail)
        size += len(mail.content)
        if len(batch) == _TOGETHER or size >= _BYTES:
            return True
    return False
