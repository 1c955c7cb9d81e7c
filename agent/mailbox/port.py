"""The mailbox, seen through the few things we ever do to one.

What an adapter promises is written here once and asked of each of them by
`tests/contract/test_mailbox.py`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Protocol, runtime_checkable

from agent.domain.errors import WillNotWork
from agent.domain.mail import Address, MessageId

SIZE_LIMIT = 64 * 1024 * 1024
"""Bytes of one mail that an adapter reads when it is told nothing else; what is longer comes cut."""


class Shelf(Enum):
    """The folder that a mail is filed under once its state in the ledger is final."""

    HANDLED = "Handled"
    REVIEW = "Review"
    QUARANTINED = "Quarantined"
    IGNORED = "Ignored"


@dataclass(frozen=True, slots=True, kw_only=True)
class RawMail:
    """A mail exactly as it came, with the handle by which its mailbox knows it.

    A handle is opaque text without line breaks.  It names this mail and no other for as long as the
    mail lies in the inbox, across restarts; when a mailbox is rebuilt and its handles lose their
    meaning, the same mail arrives again under a new one.
    """

    handle: str
    content: bytes
    size: int = 0
    """Bytes of the whole mail where `content` is only its beginning, because it is longer than the adapter's
    limit; the rest stays in the mailbox, on whichever shelf the mail is filed."""

    @property
    def whole(self) -> bool:
        """Say whether `content` is all of the mail."""
        return self.size <= len(self.content)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One recipient whom the server would not take, in its own words."""

    recipient: Address
    words: str
    final: bool
    """False when the same recipient may be taken later (a full mailbox, grey-listing)."""


class PartlySent(WillNotWork):
    """The letter left, but not for everybody: never send it as a whole again.

    Whoever wants to may send the same letter to those refusals that are not final, and to nobody else.
    """

    def __init__(self, refused: tuple[Refusal, ...]) -> None:
        super().__init__("; ".join(f"{each.recipient}: {each.words}" for each in refused))
        self.refused = refused


class Mailbox(Protocol):
    """Where mail comes from and where it goes.

    Every call raises `TryLater` when the same call may succeed unchanged (the server is away or busy, the
    disk is full) and `WillNotWork` when a person must change something first (wrong password, missing
    permission).  `send` alone raises `Unsure`.  No other error leaves an adapter, and no secret stands in
    an error's words.

    One thread at a time works with a mailbox; `wait` may run beside it in another, and `close` may come
    from anywhere.
    """

    @property
    def sent_within(self) -> timedelta | None:
        """How soon a mail that left is sure to be found by `find_sent`; None when it may never be.

        Zero where leaving and being kept are one act.  A server that keeps what it sends does so in a moment.
        Where we keep a copy ourselves after the server's OK, a death in between leaves none.
        """
        ...

    def arrived(self) -> Iterator[RawMail]:
        """Yield what lies in the inbox, oldest first, taking nothing away and marking nothing.

        A mail is yielded again by every call until it is filed away.  One that vanishes meanwhile, or is
        still being written, is passed over.  At most one mail is held in memory at a time.  Mails may be
        filed away while iterating.
        """
        ...

    def file_away(self, handle: str, shelf: Shelf) -> str:
        """Move one mail from the inbox to `shelf`, unread or not, and never onto another mail.

        Filing twice is filing once: a handle that the inbox does not know (any more) is no error.  After
        returning, the mail does not arrive again, whatever happens to this process.

        Returns:
            The handle by which it is known on the shelf, for filing it anew when a person has decided
            otherwise; empty when nobody can tell, or it was filed before.  A mail that somebody took off its
            shelf meanwhile is left alone.
        """
        ...

    def send(
        self, message_id: MessageId, sender: Address, recipients: tuple[Address, ...], content: bytes
    ) -> None:
        """Hand one finished mail over, unchanged; returning means it was accepted for every recipient.

        `message_id` is the Message-ID inside `content`, by which `find_sent` knows it; `sender` is the
        envelope sender, to which bounces return.  A mailbox may let the same mail leave twice when asked
        twice: whoever is in doubt asks `find_sent` first.

        Raises:
            TryLater: it has certainly not left.
            WillNotWork: it has certainly not left and never will like this (no recipient, refused).
            NotLetIn: it has certainly not left, and no other letter will: the server refuses us.
            PartlySent: it has left for some (a kind of `WillNotWork`).
            Unsure: it may have left (RFC 1047); look with `find_sent`, perhaps some time later.
        """
        ...

    def find_sent(self, message_id: MessageId) -> bool:
        """Say whether a mail with that Message-ID is among the sent ones.

        True is certain.  What False proves, `sent_within` says.
        """
        ...

    def wait(self, seconds: float) -> bool:
        """Return True as soon as something may have arrived since `arrived` was last called.

        What was told once is not told again: whoever only waits is not woken by a mail that stays in the
        inbox.  Return False after `seconds`, or at once when the mailbox is closed.  True promises nothing,
        and neither does False: it is a reason to look now, and looking now and then is needed all the same.
        """
        ...

    def close(self) -> None:
        """Let go of every connection and end a `wait` in another thread; closing twice does no harm."""
        ...


@runtime_checkable
class FilesTogether(Protocol):
    """What some mailboxes can do beside: move several mails at once."""

    def file_together(self, handles: Sequence[str], shelf: Shelf) -> Mapping[str, str]:
        """Move mails from the inbox to `shelf` as `Mailbox.file_away` does, as many as the server lets us.

        Returns:
            The handles of those that surely lie on the shelf now, with their handles there.  The others may
            have been moved or not: `file_away` settles it.

        Raises:
            TryLater: some may have been moved.
            WillNotWork: likewise.
        """
        ...
