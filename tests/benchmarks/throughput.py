"""From a mail that waits in a real Dovecot to its answer in the hands of a real Postfix, beside a bare loop.

The mails are returned forms, filled and signed; what follows from each is one letter, its acknowledgement.
The clerk is the daemon in a process of its own (`tests.benchmarks.clerk`).  The bare loop answers the same
mails at the same servers, in turn with the clerk, with a letter of the same bytes: one mail for one mail on
either side.  Beside it, and without a target, a loop that also keeps and files what any clerk must.

All of them listen until Dovecot tells that mail has come (RFC 2177), which takes it half a second: that is in
every wait, but not in what a mail of a heap takes, where the same half second in both would hide much.
"""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import quantiles
from time import process_time

from tests.benchmarks.bare_loop import BareLoop, bare_loop, hear
from tests.benchmarks.clerk import Clerk, at_work
from tests.benchmarks.figures import Figure, middle
from tests.benchmarks.post_office import Office, missing, post_office
from tests.benchmarks.town import confirmations, scratch, town
from tests.company import at
from tests.houses import CLERK

_BARE = "bare@example.com"
_KEEPING = "keeping@example.com"
_WARM = 5
_MOST = 2.5
_LOOKS = 100
_PAUSE = 0.3
"""Seconds from when somebody listens until mails come."""


@dataclass(frozen=True, slots=True)
class Drained:
    """How a heap of mails was answered."""

    waits: Sequence[float]
    """Seconds from the arrival of all to the acceptance of each answer."""
    told: float
    """Seconds from their arrival until the server told of it."""

    @property
    def each(self) -> float:
        """Return the seconds that one mail took, on average, once the server had told."""
        return (max(self.waits) - self.told) / len(self.waits)


def measure(*, quick: bool) -> Iterator[Figure]:
    """Time heaps of waiting mails and mails that come one by one; nothing where there are no servers."""
    if why := missing():
        sys.stderr.write(f"  left out: {why}\n")
        return
    heap, heaps, single = (200, 1, 20) if quick else (400, 3, 60)
    count = heap * heaps + single + _WARM
    with scratch() as folder, post_office() as office:
        with town(folder, count) as place:
            answers = confirmations(place)
        for user in (CLERK, _BARE, _KEEPING):
            office.stock(user, answers)
        with (
            at_work(folder, office) as clerk,
            bare_loop(folder, office, _BARE) as bare,
            bare_loop(folder, office, _KEEPING, keeps=True) as keeping,
        ):
            letter = _warm(office, clerk, bare)
            yield from _heaps(office, clerk, (bare, keeping), letter, [heap] * heaps)
            yield from _one_by_one(office, clerk, bare, letter, single)


def _heaps(
    office: Office, clerk: Clerk, loops: tuple[BareLoop, BareLoop], letter: bytes, heaps: Sequence[int]
) -> Iterator[Figure]:
    bare, keeping = loops
    ours, floors, kept = [], [], []
    used = least = 0.0
    for heap in heaps:
        start = clerk.cpu()
        ours.append(_heap_by_clerk(office, clerk, heap))
        used += clerk.cpu() - start
        start = process_time()
        floors.append(_by_loop(office, bare, heap, letter))
        least += process_time() - start
        kept.append(_by_loop(office, keeping, heap, letter))
    works = [f"{seconds / sum(heaps) * 1000:.1f}" for seconds in (used, least)]
    each, floor = (middle([one.each for one in runs]) for runs in (ours, floors))
    yield Figure(
        name=f"Dovecot to Postfix, {heaps[0]} wait",
        value=each * 1000,
        unit="ms",
        floor=floor * 1000,
        under_ratio=_MOST,
        note=f"{1 / each:.0f} mails a second sustained, the bare loop {1 / floor:.0f}; "
        f"of that {works[0]} ms of CPU, the bare loop {works[1]} ms",
    )
    yield Figure(
        name="the same, beside a loop that keeps",
        value=each * 1000,
        unit="ms",
        floor=middle([one.each for one in kept]) * 1000,
        note="it opens the Word files, keeps mails and answers, and files the mails; no target",
    )
    yield from _waits("of those, a mail waited", ours, floors)


def _one_by_one(office: Office, clerk: Clerk, bare: BareLoop, letter: bytes, count: int) -> Iterator[Figure]:
    ours, floors = [], []
    for _ in range(count):
        ours.append(_by_clerk(office, clerk, 1))
        floors.append(_by_loop(office, bare, 1, letter))
    yield from _waits("Dovecot to Postfix, one mail", ours, floors)


def _waits(name: str, ours: Sequence[Drained], floors: Sequence[Drained]) -> Iterator[Figure]:
    """Yield the median and the 95th percentile of all waits."""
    both = [quantiles([wait for run in runs for wait in run.waits], n=20) for runs in (ours, floors)]
    for place, called in ((9, "p50"), (18, "p95")):
        yield Figure(
            name=f"{name}, {called}",
            value=both[0][place] * 1000,
            unit="ms",
            floor=both[1][place] * 1000,
            under_ratio=_MOST,
        )


def _warm(office: Office, clerk: Clerk, bare: BareLoop) -> bytes:
    """Let both answer a few mails that do not count; return one letter of the clerk."""
    _by_clerk(office, clerk, _WARM)
    with office.client(CLERK) as client:
        for _ in range(_LOOKS):  # copies are put there beside the work
            if client.folder_exists("Sent") and client.folder_status("Sent", ["MESSAGES"])[b"MESSAGES"]:
                break
            time.sleep(_PAUSE)
        client.select_folder("Sent", readonly=True)
        (kept, *_) = client.fetch(client.search()[:1], ["BODY.PEEK[]"]).values()
    letter = bytes(kept[b"BODY[]"])
    _by_loop(office, bare, _WARM, letter)
    return letter


def _heap_by_clerk(office: Office, clerk: Clerk, count: int) -> Drained:
    """Do as `_by_clerk`, and listen beside the clerk; of few mails they would be filed before we are told."""
    with office.client(CLERK) as listener:
        listener.select_folder("INBOX", readonly=True)
        listener.idle()
        drained = _by_clerk(office, clerk, count, told=lambda: hear(listener))
        listener.idle_done()
    return drained


def _by_clerk(
    office: Office, clerk: Clerk, count: int, *, told: Callable[[], float] = time.monotonic
) -> Drained:
    """Let mails arrive at the clerk; wait until it has filed them, and keep when each answer had left."""
    clerk.forget()
    with office.client(CLERK) as client:
        time.sleep(_PAUSE)
        office.arrive(client, count)
        start = time.monotonic()
        heard = told()
        filed = clerk.until("filed", count)
    sent = [each for each in clerk.events if each.what == "sent"]
    if len(sent) != count or len({each.case for each in sent}) != count:
        raise RuntimeError(f"{len(sent)} letters for {count} mails, {len(filed)} filed")
    return Drained([each.at - start for each in sent], heard - start)


def _by_loop(office: Office, bare: BareLoop, count: int, letter: bytes) -> Drained:
    with office.client(bare.user) as client:
        bare.listen()
        time.sleep(_PAUSE)
        office.arrive(client, count)
        start = time.monotonic()
        told = bare.hear()
        return Drained([done - start for done in bare.drain(letter, at("li"))], told - start)
