"""Thousands of mails waiting in a real Dovecot: the daemon drains them, and its memory does not grow."""

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

from tests.benchmarks.clerk import at_work
from tests.benchmarks.figures import Figure
from tests.benchmarks.many_mails import mixed
from tests.benchmarks.post_office import missing, post_office
from tests.benchmarks.town import scratch, town
from tests.houses import CLERK

FEW, MANY = 1_500, 5_000
"""With the fewer the reading child has retired already: its memory climbs until then, and begins anew."""
_CASES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """How a burst was drained."""

    clerk: int
    """Bytes that the daemon held at its highest."""
    child: int
    """Bytes that its reading child held at its highest."""
    seconds: float
    left: int
    """Mails that still lay in the inbox afterwards."""


def measure(*, quick: bool) -> Iterator[Figure]:
    """Drain both bursts, each in a store and at servers of its own; nothing in a quick run."""
    if quick or (why := missing()):
        sys.stderr.write(f"  left out: {'it takes long' if quick else why}\n")
        return
    few, many = drained(FEW), drained(MANY)
    for who, least, most in (("clerk", few.clerk, many.clerk), ("child", few.child, many.child)):
        yield Figure(
            name=f"{MANY:,} waiting mails, memory of the {who}",
            value=most / 1e6,
            unit="MB",
            floor=least / 1e6,
            under_ratio=1.1,
            note=f"at its highest; the floor is with {FEW:,}",
        )
    yield Figure(
        name=f"{MANY:,} waiting mails, all filed",
        value=many.seconds,
        unit="s",
        note=f"{MANY / many.seconds:.0f} mails a second; with {FEW:,} waiting {FEW / few.seconds:.0f}",
    )


def drained(count: int) -> Burst:
    """Let `count` mails of every kind wait, and drain them.

    Raises:
        RuntimeError: the daemon ended or stood still, or a mail was left behind.
    """
    with scratch() as folder, post_office() as office:
        with town(folder, _CASES) as place:
            replies = place.replies
        office.stock(CLERK, [mixed(replies, number) for number in range(count)])
        with at_work(folder, office) as clerk, office.client(CLERK) as client:
            office.arrive(client, count)
            start = time.monotonic()
            filed = clerk.until("filed", count)
            client.select_folder("INBOX", readonly=True)
            clerk_bytes, child_bytes = clerk.highest()
            burst = Burst(
                clerk=clerk_bytes,
                child=child_bytes,
                seconds=filed[-1].at - start,
                left=len(client.search()),
            )
    if burst.left:
        raise RuntimeError(f"{burst.left} of {count} mails were left in the inbox")
    return burst
