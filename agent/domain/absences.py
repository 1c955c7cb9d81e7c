"""Absences that an out-of-office reply told us of, beside those of the directory file (ADR 0026)."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    """What an out-of-office reply says, as read."""

    first: date | None = None
    """The first day of the absence, when it names one."""
    last: date | None = None
    """The last day of it, inclusive; None when it names none, or not for certain."""
    contacts: tuple[str, ...] = ()
    """The lines that say whom to turn to."""
    words: str = ""
    """The line that tells of the absence, for the person who looks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """An absence that was learned, or one that is not certain and only told to the coordinator."""

    person: str
    """The main address of who is away."""
    first: date
    last: date | None = None
    """The last day, inclusive; None when it, or who wrote, is not certain: nothing follows from it."""
    deputy: str | None = None
    """The main address of who stands in, when the reply named exactly one person of the directory."""
    mail: str
    """The Message-ID of the reply: the evidence."""
    words: str
    """What it said."""
    learned: datetime
    """When it was learned."""
    ended: datetime | None = None
    """When the person wrote again."""

    def holds(self, day: date) -> bool:
        """Say whether the person is taken to be away on `day`."""
        return self.ended is None and self.last is not None and self.first <= day <= self.last
