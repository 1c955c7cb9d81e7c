"""How soon a server is asked again after it failed us: soon at first, then ever more rarely."""

import time
from collections.abc import Callable
from threading import Lock

from agent.domain.errors import FormclerkError, TryLater, WillNotWork

_DELAYS = (0.0, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0, 120.0, 300.0)
"""Seconds; a connection that merely broke is replaced at once."""
_AFTER_REFUSAL = 900.0
"""Seconds between two tries of a login that was refused: accounts are locked by those who hammer."""
_GOOD_LIFE = 30.0
"""Seconds that a connection must have lived for its end to count as a first failure."""


class Patience:
    """Remembers the failures of one server, over every connection to it; for several threads."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Take the seconds that only pass from `monotonic`."""
        self._monotonic = monotonic
        self._lock = Lock()
        self._failures = 0
        self._not_before = monotonic()
        self._worked_at = monotonic()
        self._last: FormclerkError | None = None

    def check(self) -> None:
        """Return when the server may be asked.

        Raises:
            TryLater: it failed a moment ago.
            WillNotWork: it refused our login, and not long ago.
        """
        with self._lock:
            left, last = self._not_before - self._monotonic(), self._last
        if left > 0 and last is not None:
            raise type(last)(*last.args) from last

    def left(self) -> float:
        """Return the seconds until the server may be asked again, 0 when that is now."""
        with self._lock:
            return max(0.0, self._not_before - self._monotonic())

    def worked(self) -> None:
        """Note that a login succeeded."""
        with self._lock:
            self._worked_at = self._monotonic()
            self._last = None

    def proved(self) -> None:
        """Note that work was done: the next failure counts as a first one."""
        with self._lock:
            self._failures = 0

    def failed(self, error: TryLater | WillNotWork, *, at_least: float = 0.0) -> None:
        """Note that connecting failed or a connection broke, and how many seconds the server asked for."""
        with self._lock:
            now = self._monotonic()
            if isinstance(error, WillNotWork):
                self._not_before = now + _AFTER_REFUSAL
            else:
                if self._last is None and now - self._worked_at >= _GOOD_LIFE:
                    self._failures = 0
                self._not_before = now + max(at_least, _DELAYS[min(self._failures, len(_DELAYS) - 1)])
                self._failures += 1
            self._last = error
