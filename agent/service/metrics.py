"""Figures for a monitor, in the text format of Prometheus (exposition format 0.0.4).

Counts and ages only: no address, subject, body, Message-ID or case number is a label, so that whoever may
read the figures learns nothing of the work.  The format is a few lines of text; a client library would bring
a registry of its own that must be kept in step with the ledger, which is what is asked here.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version

from agent.domain.errors import FormclerkError
from agent.service import budgets, canary, watchfulness
from agent.service.house import House

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_LATE = 60.0
"""Seconds after which a due timer counts as late."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One metric with its samples: labels, and a value."""

    name: str
    kind: str
    say: str
    samples: tuple[tuple[Mapping[str, str], float], ...]


def exposition(figures: Iterable[Figure]) -> str:
    """Return the figures as Prometheus reads them."""
    lines: list[str] = []
    for each in figures:
        lines += [f"# HELP {each.name} {each.say}", f"# TYPE {each.name} {each.kind}"]
        for labels, value in each.samples:
            shown = ",".join(f'{name}="{_escaped(text)}"' for name, text in labels.items())
            lines.append(
                f"{each.name}{{{shown}}} {_number(value)}" if shown else f"{each.name} {_number(value)}"
            )
    return "\n".join(lines) + "\n"


def gather(house: House) -> tuple[Figure, ...]:
    """Ask the ledger and the daemon; a store that does not answer is a figure, too."""
    try:
        ledger = tuple(_of_ledger(house))
    except FormclerkError:
        ledger = ()
    return (*_of_process(house), _gauge("store_up", "Whether the store answers", bool(ledger)), *ledger)


def _of_process(house: House) -> Iterator[Figure]:
    yield _labelled("build_info", "gauge", "The version that runs", [({"version": _version()}, 1)])
    passes = house.measures.passes
    yield _passes(
        "pass_seconds_total",
        "counter",
        "Seconds that a pass took, all together",
        {n: p.seconds for n, p in passes.items()},
    )
    yield _passes(
        "pass_runs_total", "counter", "How often a pass ran", {n: p.times for n, p in passes.items()}
    )
    yield _passes(
        "pass_last_seconds", "gauge", "Seconds that a pass took last", {n: p.last for n, p in passes.items()}
    )
    yield _labelled("reader_deaths_total", "counter", "Readers that died", [({}, house.measures.deaths)])
    yield from _age("last_poll", "the mailbox last let us look", house.measures.last_poll)
    yield from _age("last_round", "the last round ended", house.measures.last_round)
    failing = {each.about for each in house.faults.all()}
    yield _gauge(
        "mailbox_up", "Whether the mailbox let us look at the last try", "pass receiving" not in failing
    )
    yield _gauge("faults", "Things that are failing now", len(failing))
    yield _gauge("alarms", "Alarms that are not over", len(house.alarms.all()))
    try:
        yield _gauge("disk_free_bytes", "Bytes free where the store lies", watchfulness.free_disk(house))
    except OSError:
        return


def _of_ledger(house: House) -> Iterator[Figure]:
    now = house.now()
    with house.look() as work:
        mails, letters = work.inbox.counts(), work.outbox.counts()
        oldest = work.inbox.oldest_waiting()
        due, late = work.timers.count_due(now, late_seconds=_LATE)
        held = budgets.held_back(house, work)
        flight = canary.load(work)
    yield _labelled("mails", "gauge", "Mails by state", [({"state": s.value}, n) for s, n in mails.items()])
    yield _labelled(
        "letters", "gauge", "Letters by state", [({"state": s.value}, n) for s, n in letters.items()]
    )
    age = max(0.0, (now - oldest).total_seconds()) if oldest is not None else 0.0
    yield _gauge("oldest_waiting_mail_seconds", "Age of the oldest mail not settled yet", age)
    yield _gauge("timers_due", "Timers that are due and have not struck", due)
    yield _gauge("timers_late", "Of these, how many for more than a minute", late)
    yield _gauge("letters_held_back", "Letters that wait for the provider's limit", held)
    if house.canary is not None and flight is not None:
        yield _gauge("canary_up", "Whether the canary is back in time", not flight.is_absent(now, house))
        if flight.back:
            yield from _age("canary_back", "a canary came back last", datetime.fromisoformat(flight.back))


def _age(name: str, say: str, at: datetime | None) -> Iterator[Figure]:
    if at is not None:
        yield _gauge(f"{name}_timestamp_seconds", f"When {say} (Unix time)", at.timestamp())


def _passes(name: str, kind: str, say: str, values: Mapping[str, float]) -> Figure:
    return _labelled(name, kind, say, [({"pass": each}, value) for each, value in values.items()])


def _gauge(name: str, say: str, value: float) -> Figure:
    return _labelled(name, "gauge", say, [({}, value)])


def _labelled(name: str, kind: str, say: str, samples: Iterable[tuple[Mapping[str, str], float]]) -> Figure:
    return Figure(f"formclerk_{name}", kind, say, tuple(samples))


def _number(value: float) -> str:
    return repr(int(value)) if float(value).is_integer() else repr(float(value))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _version() -> str:
    try:
        return version("formclerk")
    except PackageNotFoundError:
        return "unknown"
