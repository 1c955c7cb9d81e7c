"""A work item: one form, asked of one person, with a clock."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import NewType

from agent.domain.mail import Address

ItemId = NewType("ItemId", str)
"""`step/subject/round`, unique in its case: `confirm/研发部/1`, `request//2`."""


class ItemState(Enum):
    """Whether anybody still has to do something."""

    OPEN = "open"
    DONE = "done"
    VOID = "void"
    """Replaced by a later round, or the case ended first."""
    SKIPPED = "skipped"
    """Nobody could be asked (a vacant or absent rung); the journal says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A deadline with everything needed to explain it and to compute it again."""

    at: datetime
    """UTC."""
    rule: str
    """As the pack states it (`2 workdays`), or `on DAY` for a day that a form gave."""
    clock: str
    """The clock's name in the pack, empty when a form gave the day."""
    since: datetime
    """UTC; the moment from which `rule` counts."""
    calendar: str
    """The revision of the working calendar that was used."""
    provisional: bool = False
    """True when the span leaves the published calendar: computed again when that year is published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItem:
    """See the module.  It is replaced, never changed."""

    id: ItemId
    step: str
    """The step, or for a rung the ladder."""
    subject: str
    """Which seat of the step: a department, a task, a person, a dispute; empty when there is one seat."""
    round: int
    form: str
    holder: Address
    asked_of: Address
    """Who was asked first; differs from `holder` after a deputy or a hand-over took it."""
    state: ItemState = ItemState.OPEN
    opened: datetime
    due: Due
    form_sent: bool = True
    """False while the form waits for the first reminder (`form_with_reminder`)."""
    reminders: int = 0
    reminded: datetime | None = None
    """UTC; when the last reminder was decided."""
    hurried_on: date | None = None
    """The day of the last 催办; once a day at most."""
    outcome: str = ""
    closed: datetime | None = None
    ruled: bool = False
    """Asked again after a ruling: it may not be declined a second time."""

    @property
    def is_open(self) -> bool:
        """Say whether somebody still has to answer it."""
        return self.state is ItemState.OPEN
