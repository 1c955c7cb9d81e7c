"""What a digest is made of: the coordinator's morning and weekly letter, and folded notices.

The service fills these values from the store; `agent.letters` makes mail of them.
"""

from dataclasses import dataclass
from datetime import datetime

from agent.domain.case import CaseId, CaseStatus
from agent.domain.mail import Address
from agent.domain.words import Words
from agent.domain.work_items import ItemId


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewLine:
    """A mail that waits for a person; `number` is what 放行 N, 丢弃 N and 重试 N speak of."""

    number: int
    sender: str
    subject: str
    arrived: datetime
    because: Words
    quarantined: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """An open case in one line."""

    case: CaseId
    title: str
    stage: Words
    status: CaseStatus
    began: datetime
    open_items: int
    overdue: int
    lag: int = 0
    """Workdays by which its most lagging task is late; 0 when none is."""
    lagging: tuple[str, ...] = ()
    """The lagging tasks, as `number title`."""
    next_due: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLine:
    """An open work item in one line."""

    case: CaseId
    title: str
    item: ItemId
    what: Words
    """The step, with its seat: `需求确认（研发部）`."""
    holder: Address
    due: datetime
    late: int = 0
    """Workdays since it was due; 0 while it is not, or is late by hours only."""
    overdue: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WithheldLine:
    """How many notices were kept back from one person by the budget or the quiet hours."""

    person: Address
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TroubleLine:
    """A letter that did not leave, or of which nobody can say whether it left."""

    subject: str
    to: tuple[Address, ...]
    since: datetime
    why: str
    unsure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestFacts:
    """Everything that the coordinator's digest tells.  The order of each tuple does not matter."""

    weekly: bool = False
    review: tuple[ReviewLine, ...] = ()
    cases: tuple[CaseLine, ...] = ()
    overdue: tuple[ItemLine, ...] = ()
    coming: tuple[ItemLine, ...] = ()
    """Items due in the next days, not yet overdue."""
    withheld: tuple[WithheldLine, ...] = ()
    troubles: tuple[TroubleLine, ...] = ()
    warnings: tuple[Words, ...] = ()
    """What the installation wants looked at: a missing calendar year, a vacant head."""
    ended: tuple[CaseLine, ...] = ()
    """Cases that ended since the last digest of this kind."""
    journal_length: int = 0
    journal_head: str = ""
    """The hash of the journal's last entry: a mail in somebody else's hands proves a cut tail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldedNotice:
    """A notice above the budget, told in a personal digest instead of in a mail of its own."""

    case: CaseId | None
    subject: str
    words: str
    """Its first lines: what is wanted, by when."""
    at: datetime
