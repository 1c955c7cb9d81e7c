"""The only place that knows what time it is; everybody else is told.

The daemon runs on the machine's clock.  A rehearsal runs on one that stands still until it is moved.
"""

from datetime import UTC, datetime
from typing import Protocol


def now() -> datetime:
    """Return this moment by the machine's clock, in UTC."""
    return datetime.now(UTC)


class Clock(Protocol):
    """Somebody who says what time it is."""

    def now(self) -> datetime:
        """Return this moment, aware and in UTC."""
        ...


class MachineClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        """See `Clock`."""
        return now()


class StoppedClock:
    """A clock that shows one moment until somebody moves it forward."""

    def __init__(self, at: datetime) -> None:
        """Set the clock.

        Raises:
            ValueError: `at` has no zone.
        """
        if at.tzinfo is None:
            raise ValueError("a moment without a zone is not a moment")
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        """See `Clock`."""
        return self._at

    def advance(self, to: datetime) -> None:
        """Move the clock to `to`; a moment that has passed leaves it where it is."""
        self._at = max(self._at, to.astimezone(UTC))
