"""Mails that only proved that mail goes round: once that is long ago, nothing of them is worth keeping."""

from datetime import datetime

from sqlmodel import col, delete, select

from agent.domain.inbox import MailState
from agent.domain.words import Words
from store.codec import WORDS
from store.session import Session
from store.tables import InboxRow, ReadingRow

_MOST = 10_000
"""Of them at once: a year of hourly ones."""
_AT_ONCE = 500
"""SQLite takes so many values in one question, and more."""


def settled_as(session: Session, because: Words, *, before: datetime) -> dict[int, str]:
    """Return numbers and digests of mails of no case that were ignored for this reason before then."""
    question = (
        select(InboxRow.id, InboxRow.digest)
        .where(
            col(InboxRow.state) == MailState.IGNORED.value,
            col(InboxRow.because) == WORDS.dump(because),
            col(InboxRow.case).is_(None),
            col(InboxRow.settled_at) < before,
            col(InboxRow.filed_at).is_not(None),
        )
        .order_by(col(InboxRow.id))
        .limit(_MOST)
    )
    return {number: digest for number, digest in session.exec(question) if number is not None}


def forget(session: Session, numbers: frozenset[int]) -> None:
    """Strike mails from the ledger; their files go afterwards."""
    for first in range(0, len(numbers), _AT_ONCE):
        some = sorted(numbers)[first : first + _AT_ONCE]
        session.exec(delete(ReadingRow).where(col(ReadingRow.mail).in_(some)))
        session.exec(delete(InboxRow).where(col(InboxRow.id).in_(some)))
