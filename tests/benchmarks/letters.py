"""Writing letters: filling the form, composing text and HTML, and the way through the outbox."""

from collections.abc import Iterator
from pathlib import Path

from agent.letters.mime import to_bytes
from agent.service import deciding, delivering, reading, receiving
from agent.service.rendering import letter_for
from store.letters import LetterState, Outgoing
from tests.benchmarks.figures import Figure, middle
from tests.benchmarks.floors import counting, parse_mail, seconds
from tests.benchmarks.town import Town, scratch, town

_MANY = 1_000


def measure(*, quick: bool) -> Iterator[Figure]:
    """Time one letter with its form, and the delivery of the letters that follow from many requests."""
    with scratch() as folder, scratch() as other, town(folder, 10 if quick else 40) as place:
        for number, raw in enumerate(place.replies):
            place.deliver(raw, f"{number}")
        for work in (receiving.receive, reading.read, deciding.settle):
            work(place.house)
        with place.house.look() as unit:
            waiting = unit.outbox.in_state(LetterState.PENDING, _MANY)
        yield _written(place, [each for each in waiting if each.send.forms])
        yield _delivered(place, other, len(waiting))


def _written(place: Town, letters: list[Outgoing]) -> Figure:
    ours, floors = [], []
    for each in letters:
        ours.append(seconds(_write, place, each))
        floors.append(seconds(parse_mail, _write(place, each)))
    return Figure(
        name="letter with a form, written",
        value=middle(ours) * 1000,
        unit="ms",
        floor=middle(floors) * 1000,
        note="the floor parses what was written",
    )


def _write(place: Town, each: Outgoing) -> bytes:
    with place.house.turn(reading=True) as turn:
        return to_bytes(letter_for(turn, each.send))


def _delivered(place: Town, other: Path, count: int) -> Figure:
    with counting(place.house.engine) as syncs:
        took = seconds(delivering.deliver, place.house)
    disk = seconds(syncs.play, other)
    with place.house.look() as unit:
        sent = unit.outbox.counts()[LetterState.SENT]
    if sent < count:
        raise RuntimeError(f"only {sent} of {count} letters left")
    return Figure(
        name="letter, outbox to Sent",
        value=took / count * 1000,
        unit="ms",
        floor=disk / count * 1000,
        note=f"{count / took:.0f} letters a second; the floor is {syncs.count / count:.0f} syncs a letter",
    )
