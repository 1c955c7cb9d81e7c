"""A mail as the ledger has it, and everything that was understood of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from agent.domain.case import CaseId
from agent.domain.inbox import MailState
from agent.domain.mail import Address, InboundMail, MessageId
from agent.domain.reading import Reading
from agent.domain.words import Words
from store.codec import WORDS
from store.stored import StoredFile


@dataclass(frozen=True, slots=True, kw_only=True)
class MailEntry:
    """A mail as the ledger has it."""

    id: int
    digest: str
    """SHA-256 of its raw bytes, which are the blob of that name."""
    message_id: MessageId
    twin: bool
    """Another mail came with the same Message-ID and different bytes."""
    received_at: datetime
    size: int
    """Bytes."""
    handle: str
    """What the mailbox knows it by."""
    state: MailState
    attempts: int
    """How often its reading has begun."""
    sender: Address
    """Empty until it was read, like `subject`."""
    subject: str
    because: Words | None
    """Why it stands where it stands; None until it is settled."""
    case: CaseId | None
    settled_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadMail:
    """A mail with everything that was understood of it.

    The attachments of `mail` have no bytes; `files` names their blobs, in the same order.
    """

    entry: MailEntry
    mail: InboundMail
    files: tuple[StoredFile, ...]
    readings: tuple[Reading, ...]


def entry_of(row: Row[Any]) -> MailEntry:
    """Return the entry that a row of the ledger holds."""
    return MailEntry(
        id=row.id,
        digest=row.digest,
        message_id=MessageId(row.message_id),
        twin=row.twin,
        received_at=row.received_at,
        size=row.size,
        handle=row.handle,
        state=MailState(row.state),
        attempts=row.attempts,
        sender=Address(row.sender),
        subject=row.subject,
        because=WORDS.load(row.because) if row.because is not None else None,
        case=CaseId(row.case) if row.case is not None else None,
        settled_at=row.settled_at,
    )
