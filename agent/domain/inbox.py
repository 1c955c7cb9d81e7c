"""What becomes of a mail: its states in the ledger, and the verdict of triage."""

from dataclasses import dataclass
from enum import Enum

from agent.domain.absences import Absence
from agent.domain.case import CaseId
from agent.domain.effects import Send
from agent.domain.events import Event
from agent.domain.keywords import Said
from agent.domain.mail import Address
from agent.domain.words import Words


class MailState(Enum):
    """Where a mail stands in the ledger; each ends in exactly one of the last four."""

    RECEIVED = "received"
    """Its raw bytes are durable."""

    READ = "read"
    """Its readings are durable; nothing is decided."""

    DONE = "done"
    REVIEW = "review"
    """A person decides: 放行, 丢弃, 重试."""
    QUARANTINED = "quarantined"
    """Its reader died three times, or it is too dangerous to open."""
    IGNORED = "ignored"
    """Nothing to do (our own mail, a bounce, a list); the reason is kept."""


FINAL = frozenset({MailState.DONE, MailState.REVIEW, MailState.QUARANTINED, MailState.IGNORED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Triage:
    """What one mail means: which events for which cases, and what its sender is told."""

    state: MailState
    because: Words
    begins: bool = False
    """A new case begins; its number is drawn when this is made true."""
    events: tuple[tuple[CaseId, Event], ...] = ()
    letters: tuple[Send, ...] = ()
    """Answers that belong to no case, or change none: refusals, help."""
    operates: Said | None = None
    """A coordinator works the review list: release, drop, retry."""
    absence: Absence | None = None
    """What an out-of-office reply told of its sender."""
    back: Address | None = None
    """Whose learned absence is over, because they write themselves."""
