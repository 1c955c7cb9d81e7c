"""The mailbox of the daemon: nothing leaves or moves before all that led to it is durable (ADR 0030).

What the passes commit does not wait for the disk one by one.  Here it is waited for, once, before a letter is
handed over or a mail is moved: these are the moments at which the world outside begins to rely on us.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta

from agent.domain.errors import TryLater
from agent.domain.mail import Address, MessageId
from agent.mailbox.port import FilesTogether, Mailbox, RawMail, Shelf
from agent.service.few import by_few
from store.blobs import Blobs


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
        for few in by_few(self._mailbox.arrived()):
            with suppress(TryLater):  # whoever takes them in finds out, and says which mail is concerned
                self._blobs.put_all([mail.content for mail in few])
            yield from few

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
