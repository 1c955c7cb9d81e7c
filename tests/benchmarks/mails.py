"""From a mail in the mailbox to its decision, every write durable; against parsing it and the syncs alone."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from agent.domain.inbox import MailState
from agent.service import deciding, reading, receiving
from tests.benchmarks.figures import Figure, middle
from tests.benchmarks.floors import both_seconds, counting, cpu_of_children, cpu_seconds, parse_mail
from tests.benchmarks.town import Town, scratch, town

_WARM = 5
_HEAP = 8


def measure(*, quick: bool) -> Iterator[Figure]:
    """Time the return of a filled, signed form of 70 kB: taken in, read in the child, decided."""
    with scratch() as folder, scratch() as other, town(folder, 20 if quick else 70) as place:
        for number, raw in enumerate(place.replies[:_WARM]):
            _decide(place, raw, f"warm{number}")
        rest = place.replies[_WARM:]
        half = len(rest) // 2
        yield _figure("mail to decision, one by one", place, other, [(raw,) for raw in rest[:half]])
        heaps = [rest[at : at + _HEAP] for at in range(half, len(rest), _HEAP)]
        yield _figure("mail to decision, in heaps", place, other, heaps)
        _check(place)


def _figure(name: str, place: Town, other: Path, heaps: Sequence[Sequence[bytes]]) -> Figure:
    """Time each heap of mails from the Inbox to its decisions; what is told is per mail.

    The ratio compares CPU time, of the clerk and its reader together and without what the syncs alone cost:
    one waits while the other works, so that on an idle machine it is the time on the wall beside the syncs;
    on a busy one every turn of the two waits for its turn among strangers, and the floor does not.
    """
    ours, works, floors, waits, counts = [], [], [], [], []
    for at, heap in enumerate(heaps):
        for number, raw in enumerate(heap):
            place.deliver(raw, f"{name} {at} {number}")
        floors.append(sum(cpu_seconds(parse_mail, raw) for raw in heap) / len(heap))
        with counting(place.house.engine) as syncs:
            start = cpu_of_children()
            took, used = both_seconds(_passes, place)
            used += cpu_of_children() - start
        ours.append(took / len(heap))
        waits.append(syncs.waited / len(heap))
        counts.append(syncs.count / len(heap))
        works.append((used - cpu_seconds(syncs.play, other)) / len(heap))
        receiving.file_away(place.house)
    total, work, floor, wait = (middle(sample) * 1000 for sample in (ours, works, floors, waits))
    return Figure(
        name=name,
        value=total,
        unit="ms",
        floor=floor,
        ratio_of=work,
        under_ratio=4,
        note=f"{work:.1f} ms of CPU beside {middle(counts):.0f} syncs, which took {wait:.1f} ms",
    )


def _decide(place: Town, raw: bytes, name: str) -> None:
    place.deliver(raw, name)
    _passes(place)
    receiving.file_away(place.house)


def _passes(place: Town) -> None:
    receiving.receive(place.house)
    reading.read(place.house)
    deciding.settle(place.house)


def _check(place: Town) -> None:
    with place.house.look() as work:
        counts = work.inbox.counts()
    waiting = counts[MailState.RECEIVED] + counts[MailState.READ]
    if waiting or counts[MailState.REVIEW]:
        raise RuntimeError(f"not every mail was decided: {counts}")
