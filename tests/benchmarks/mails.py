"""From a mail in the mailbox to its decision, every write durable; against parsing it and the syncs alone."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from agent.domain.inbox import MailState
from agent.service import deciding, reading, receiving
from tests.benchmarks.figures import Figure, middle
from tests.benchmarks.floors import counting, parse_mail, seconds
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
    """Time each heap of mails from the Inbox to its decisions; what is told is per mail."""
    ours, works, floors, disks, counts = [], [], [], [], []
    for at, heap in enumerate(heaps):
        for number, raw in enumerate(heap):
            place.deliver(raw, f"{name} {at} {number}")
        floors.append(sum(seconds(parse_mail, raw) for raw in heap) / len(heap))
        with counting(place.house.engine) as syncs:
            took = seconds(_passes, place)
        ours.append(took / len(heap))
        works.append((took - syncs.waited) / len(heap))
        counts.append(syncs.count / len(heap))
        disks.append(seconds(syncs.play, other) / len(heap))
        receiving.file_away(place.house)
    total, work, floor, disk = (middle(sample) * 1000 for sample in (ours, works, floors, disks))
    return Figure(
        name=name,
        value=total,
        unit="ms",
        floor=floor,
        ratio_of=work,
        under_ratio=4,
        note=f"{work:.1f} ms beside {middle(counts):.0f} syncs; those alone take {disk:.1f} ms",
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
