"""What only this process knows of its own running: how long the passes take, deaths, the last look."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock
from time import monotonic, perf_counter

_BEAT_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Duration:
    """How long one pass has taken so far."""

    times: int = 0
    seconds: float = 0.0
    """All of them together."""
    last: float = 0.0
    longest: float = 0.0


class Measures:
    """Written by the passes, read by whoever watches; safe between threads."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self._lock = Lock()
        self._passes: dict[str, Duration] = {}
        self._deaths = 0
        self._polled: datetime | None = None
        self._behind: datetime | None = None
        self._round: datetime | None = None
        self._beat = monotonic()
        self._told = float("-inf")
        self.tell: Callable[[], object] | None = None
        """Called now and then as long as the work goes on, by the thread that works."""

    def alive(self) -> None:
        """Note that the work goes on: one more thing was dealt with."""
        self._beat = monotonic()
        if self.tell is not None and self._beat - self._told >= _BEAT_SECONDS:
            self._told = self._beat
            self.tell()

    @property
    def silence(self) -> float:
        """Return the seconds since something was dealt with, or a round ended; no clock jump changes them."""
        return monotonic() - self._beat

    @contextmanager
    def timing(self, name: str) -> Iterator[None]:
        """Add the time that the block takes to the pass `name`, even when it fails."""
        begun = perf_counter()
        try:
            yield
        finally:
            taken = perf_counter() - begun
            with self._lock:
                known = self._passes.get(name, Duration())
                self._passes[name] = Duration(
                    times=known.times + 1,
                    seconds=known.seconds + taken,
                    last=taken,
                    longest=max(known.longest, taken),
                )

    def died(self) -> None:
        """Count one more death of a reader."""
        with self._lock:
            self._deaths += 1

    def polled(self, at: datetime, *, left: bool = False) -> None:
        """Note that the mailbox let us look, and whether mails were left in the inbox for the next time."""
        with self._lock:
            self._polled = at
            self._behind = (self._behind or at) if left else None

    def rounded(self, at: datetime) -> None:
        """Note that a round has ended."""
        with self._lock:
            self._round = at
        self.alive()

    @property
    def passes(self) -> Mapping[str, Duration]:
        """Return how long each pass has taken so far."""
        with self._lock:
            return {name: replace(each) for name, each in self._passes.items()}

    @property
    def deaths(self) -> int:
        """Return how often a reader died since we began."""
        return self._deaths

    @property
    def last_poll(self) -> datetime | None:
        """Return when the mailbox last let us look; None when it never did."""
        return self._polled

    @property
    def behind_since(self) -> datetime | None:
        """Return since when every look has left mails in the inbox; None when the last one left none."""
        return self._behind

    @property
    def last_round(self) -> datetime | None:
        """Return when the last round ended."""
        return self._round
