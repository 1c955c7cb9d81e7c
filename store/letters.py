"""A letter as the outbox holds it: where it stands, and what its row says."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import lru_cache
from typing import Any

from sqlalchemy import Row

from agent.domain.effects import Send
from agent.domain.mail import MessageId
from store import canonical
from store.codec import SEND
from store.tables import OutboxRow


class LetterState(Enum):
    """Where a letter stands."""

    PENDING = "pending"
    SENDING = "sending"
    """Somebody holds a lease on it; when that runs out, it is due again."""
    SENT = "sent"
    UNSURE = "unsure"
    """It may have left; a person is shown it, it is never sent again by itself."""
    FAILED = "failed"
    """It cannot leave as it is."""
    DROPPED = "dropped"
    """There was no reason left to send it."""
    FOLDED = "folded"
    """Told in a digest instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A letter as the outbox has it."""

    send: Send
    message_id: MessageId
    state: LetterState
    due: datetime
    """When to look at it next: not before this moment, or the end of the lease."""
    attempts: int
    """How often it was leased; above 1, look for it among the sent mails first."""
    added_at: datetime
    sent_at: datetime | None
    rendered: str | None
    """The blob with the bytes that leave; None until they were made."""
    why: str
    """What went wrong, or why it was dropped."""


def row_of(send: Send, message_id: MessageId, at: datetime) -> dict[str, object]:
    """Return the row of a letter that is due at once."""
    return {
        "key": canonical.name(send.key),
        "message_id": message_id,
        "case": send.case,
        "item": send.item,
        "letter": send.letter,
        "urgency": send.urgency.value,
        "body": SEND.dump(send),
        "state": LetterState.PENDING.value,
        "due": at,
        "attempts": 0,
        "added_at": at,
        "why": "",
    }


def outgoing(row: OutboxRow | Row[Any]) -> Outgoing:
    """Return the letter that a row holds."""
    return Outgoing(
        send=_send(row.body),
        message_id=MessageId(row.message_id),
        state=LetterState(row.state),
        due=row.due,
        attempts=row.attempts,
        added_at=row.added_at,
        sent_at=row.sent_at,
        rendered=row.rendered,
        why=row.why,
    )


@lru_cache(maxsize=100)
def _send(body: str) -> Send:
    """Return what a body says: a letter on its way out is loaded several times within a moment."""
    return SEND.load(body)
