"""A dispute climbs a ladder, rung by rung, until somebody rules (process.md, 问题升级)."""

from dataclasses import dataclass, field
from datetime import datetime

from agent.domain.answers import Values
from agent.domain.mail import Address
from agent.domain.work_items import ItemId


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What one rung of a ladder said, or why it was skipped."""

    rung: int
    by: Address | None
    decision: str
    """The ruling's value on the form; `skipped` when nobody could rule."""
    words: str = ""
    on: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """One climb of a ladder."""

    id: str
    ladder: str
    title: str
    raised_by: Address
    parties: tuple[str, ...]
    """The departments on both sides."""
    source: ItemId | None
    """The work item that is disputed, if any."""
    rung: int = 0
    rulings: tuple[Ruling, ...] = ()
    settled: bool = False
    values: Values = field(default_factory=dict)
    """What the issue form says so far; each rung gets it prefilled."""
