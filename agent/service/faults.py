"""What went wrong lately, and when to try it again.

One mail, letter or timer that raises must not stop the others, nor be tried a thousand times a minute.
Faults live in memory: after a restart everything is tried once more, which is harmless.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from agent.domain.errors import StoreAway, TryLater

_FIRST = timedelta(seconds=30)
LONGEST = timedelta(hours=1)
"""How long a thing that keeps failing waits at most for its next turn."""

_LONGEST_OF_STORE = timedelta(minutes=1)
"""When the disk has room again, nothing is kept waiting for another hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that failed `times` times in a row."""

    about: str
    why: str
    times: int
    last: datetime
    not_before: datetime
    temporary: bool = False
    """True when waiting may help (`TryLater`): nobody needs to give up."""
    of_store: bool = False
    """True when the store could not be used (`StoreAway`): whatever it was about is not at fault."""


class Faults:
    """The list of what is failing now; dealing with a thing takes it off the list."""

    def __init__(self) -> None:
        self._by_subject: dict[str, Fault] = {}

    def add(self, about: str, error: BaseException, *, at: datetime, longest: timedelta = LONGEST) -> Fault:
        """Note that `about` failed; each time in a row doubles the wait, up to `longest`."""
        before = self._by_subject.get(about)
        times = 1 if before is None else before.times + 1
        of_store = isinstance(error, StoreAway)
        if of_store:
            longest = min(longest, _LONGEST_OF_STORE)
        wait = min(_FIRST * 2 ** min(times - 1, 10), longest)
        fault = Fault(
            about=about,
            why=f"{type(error).__name__}: {error}"[:300],
            times=times,
            last=at,
            not_before=at + wait,
            temporary=isinstance(error, TryLater),
            of_store=of_store,
        )
        self._by_subject[about] = fault
        return fault

    def is_hopeless(self, about: str, times: int) -> bool:
        """Say whether `about` failed at least `times` times in a row, and waiting does not help."""
        fault = self._by_subject.get(about)
        return fault is not None and not fault.temporary and fault.times >= times

    def why(self, about: str) -> str:
        """Return what went wrong with `about` the last time."""
        fault = self._by_subject.get(about)
        return fault.why if fault is not None else ""

    def clear(self, about: str) -> None:
        """Take `about` off the list: it worked."""
        self._by_subject.pop(about, None)

    def must_wait(self, about: str, *, at: datetime) -> bool:
        """Say whether `about` failed so lately that it should not be tried yet.

        A clock that was put back behind the failure tells nothing about how long ago that was.
        """
        fault = self._by_subject.get(about)
        return fault is not None and fault.last <= at < fault.not_before

    def all(self) -> tuple[Fault, ...]:
        """Return everything that is failing, the latest first."""
        return tuple(sorted(self._by_subject.values(), key=lambda f: f.last, reverse=True))

    def next_try(self, *, after: datetime) -> datetime | None:
        """Return when the first of them may be tried again that may not be yet.

        What may be tried already and was not is gone (`forget`), and must not hide the others.
        """
        return min((f.not_before for f in self._by_subject.values() if f.not_before > after), default=None)

    def forget(self, *, before: datetime) -> None:
        """Take off the list what was due before that moment and was not tried: it is gone.

        A timer was cancelled, a letter dropped, a mail worked by a person.
        """
        self._by_subject = {
            about: fault for about, fault in self._by_subject.items() if fault.not_before >= before
        }
