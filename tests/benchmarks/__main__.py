"""`python -m tests.benchmarks`: see the package for how to read what it prints."""

import argparse
import json
import os
import sys
import traceback
from collections.abc import Iterator
from time import perf_counter
from typing import Protocol

from tests.benchmarks import (
    burst,
    decisions,
    digests,
    due_timers,
    forms,
    letters,
    mails,
    memories,
    paper,
    paper_altered,
    slots,
    startups,
    throughput,
)
from tests.benchmarks.figures import Figure, middle, spread, table
from tests.benchmarks.floors import seconds


class _Measure(Protocol):
    def __call__(self, *, quick: bool) -> Iterator[Figure]: ...


MEASURES: dict[str, _Measure] = {
    "mails": mails.measure,
    "forms": forms.measure,
    "letters": letters.measure,
    "paper": paper.measure,
    "altered": paper_altered.measure,
    "slots": slots.measure,
    "decisions": decisions.measure,
    "startups": startups.measure,
    "timers": due_timers.measure,
    "digests": digests.measure,
    "memories": memories.measure,
    "throughput": throughput.measure,
    "burst": burst.measure,
}


def main() -> int:
    """Run the measures and print the table; return 1 when one could not be taken."""
    asked = _asked()
    found: list[Figure] = []
    broken: list[str] = []
    spins = [_spin()]
    for name in asked.only or MEASURES:
        start = perf_counter()
        _say(f"{name} …")
        try:
            found.extend(MEASURES[name](quick=asked.quick))
        except Exception:  # noqa: BLE001 the other measures shall be taken
            broken.append(name)
            _say(traceback.format_exc())
        spins.append(_spin())
        _say(f"{name}: {perf_counter() - start:.0f} s")
    figures = [_noise(spins), *found]
    if asked.json:
        sys.stdout.write(_as_json(figures, broken, quick=asked.quick))
    else:
        sys.stdout.write(table(figures))
        for name in broken:
            sys.stdout.write(f"{name}: could not be measured, see above\n")
    return 1 if broken else 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="Speed, as ratios.")
    parser.add_argument("--quick", action="store_true", help="smaller samples and stores")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--only", nargs="+", choices=list(MEASURES), help="take some measures only")
    return parser.parse_args()


def _spin() -> float:
    """Return the seconds of a fixed piece of arithmetic, the best of three."""
    return min(seconds(_arithmetic) for _ in range(3))


def _arithmetic() -> int:
    return sum(number * number for number in range(300_000))


def _noise(spins: list[float]) -> Figure:
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    return Figure(
        name="noise of the machine",
        value=spread(spins) * 100,
        unit="%",
        note=f"{os.cpu_count()} cores, load {load}; {middle(spins) * 1000:.0f} ms of arithmetic",
    )


def _as_json(figures: list[Figure], broken: list[str], *, quick: bool) -> str:
    content = {"quick": quick, "figures": [figure.as_json() for figure in figures], "broken": broken}
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _say(words: str) -> None:
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
