"""From a mail in the mailbox to its decision, every write durable; against parsing it and the syncs alone."""

from collections.abc import Iterator

from agent.domain.inbox import MailState
from agent.service import deciding, reading, receiving
from tests.benchmarks.figures import Figure, middle
from tests.benchmarks.floors import counting, parse_mail, seconds
from tests.benchmarks.town import Town, scratch, town

_WARM = 3


def measure(*, quick: bool) -> Iterator[Figure]:
    """Time the return of a filled, signed form of 70 kB: taken in, read in the child, decided."""
    with scratch() as folder, scratch() as other, town(folder, 10 if quick else 40) as place:
        for number, raw in enumerate(place.replies[:_WARM]):
            _decide(place, raw, f"warm{number}")
        ours, floors, disks, counts, works = [], [], [], [], []
        for number, raw in enumerate(place.replies[_WARM:]):
            place.deliver(raw, f"{number}")
            floors.append(seconds(parse_mail, raw))
            with counting(place.house.engine) as syncs:
                ours.append(seconds(_passes, place))
            works.append(ours[-1] - syncs.waited)
            receiving.file_away(place.house)
            counts.append(syncs.count)
            disks.append(seconds(syncs.play, other))
        _check(place)
    total, work, floor, disk = (middle(sample) * 1000 for sample in (ours, works, floors, disks))
    yield Figure(
        name="mail to decision, durable",
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
