"""Which fault strikes when: by seed, and each of them again and again."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

FAULTS = (
    *("death", "kill -9", "disk full", "disk read-only", "database locked"),
    *("mailbox away", "wrong password", "cut before", "cut after", "letter lost", "partly", "shelf full"),
    *("clock forward", "clock back", "duplicate", "twin", "relisted", "second daemon"),
    *("poison mail", "reader timed out"),
)
"""Every fault that is made; the change of summer time comes by itself."""

_HOURS = {
    "disk full": (1, 3),
    "disk read-only": (1, 3),
    "database locked": (0, 1),
    "database away": (1, 9),
    "serialization": (0, 1),
    "mailbox away": (2, 26),
    "wrong password": (2, 7),
    "shelf full": (1, 4),
    "clock forward": (2, 20),
    "clock back": (2, 20),
}
"""How long those last that last, in hours, from and to."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault, with its time."""

    kind: str
    begins: datetime
    lasts: timedelta
    number: int
    """Its own chance: how far the clock jumps, at which boundary death comes."""


def faults(
    seed: int, begin: datetime, days: int, a_day: int, kinds: Sequence[str] = FAULTS
) -> Iterator[Fault]:
    """Yield the faults of so many days, in order; every kind once before any comes again."""
    chance = random.Random(f"{seed}/faults")  # noqa: S311 - to be played again
    left: list[str] = []
    for day in range(days):
        found = []
        for _ in range(a_day):
            if not left:
                left = list(kinds)
                chance.shuffle(left)
            kind = left.pop()
            minutes = chance.randint(0, 9 * 60)
            shortest, longest = _HOURS.get(kind, (0, 0))
            lasts = timedelta(minutes=chance.randint(shortest * 60 + 20, longest * 60 + 40))
            moment = begin + timedelta(days=day, minutes=minutes)
            found.append(Fault(kind, moment, lasts, chance.randrange(10**6)))
        yield from sorted(found, key=lambda each: each.begins)
