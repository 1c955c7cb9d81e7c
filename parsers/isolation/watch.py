"""The clock on the wall for calls to a child process: one thread that watches them all.

A thread per call takes longer to start than many a mail takes to read.
"""

import math
import threading
from collections.abc import Callable
from time import monotonic


class Watch:
    """Strikes once when a call takes longer than it may; watches one call at a time."""

    def __init__(self, strike: Callable[[], None]) -> None:
        """Begin to watch.

        Args:
            strike: called from the watching thread when the time is over.
        """
        self._strike = strike
        self._changed = threading.Condition()
        self._deadline = math.inf
        self._wakes = math.inf
        """When the thread looks again at the latest; it need not be woken for a later deadline."""
        self._late = False
        self._closed = False
        threading.Thread(target=self._run, name="watch of a reader", daemon=True).start()

    def begin(self, seconds: float) -> None:
        """Let a call begin that may take so long."""
        with self._changed:
            self._late = False
            self._deadline = monotonic() + seconds
            if self._deadline < self._wakes:
                self._changed.notify()

    def end(self) -> bool:
        """Let the call end; say whether it was struck."""
        with self._changed:
            self._deadline = math.inf
            return self._late

    def close(self) -> None:
        """End the thread."""
        with self._changed:
            self._closed = True
            self._changed.notify()

    def _run(self) -> None:
        with self._changed:
            while not self._closed:
                if monotonic() >= self._deadline:
                    self._late, self._deadline = True, math.inf
                    self._strike()
                self._wakes = self._deadline
                self._changed.wait(None if self._wakes == math.inf else max(self._wakes - monotonic(), 0.0))
