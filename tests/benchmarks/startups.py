"""From the command to the first look into the mailbox, in a process of its own."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from time import perf_counter

from tests.benchmarks.figures import Figure, middle
from tests.benchmarks.floors import seconds
from tests.benchmarks.town import scratch
from tests.houses import found

_TARGET = 1.5


def measure(*, quick: bool) -> Iterator[Figure]:
    """Time the first start ever, which makes the store, and every later one, on an empty folder."""
    rounds = 3 if quick else 7
    bare, firsts, laters, whole, used = [], [], [], [], []
    for _ in range(rounds):
        with scratch() as folder:
            bare.append(seconds(_run, "-c", "pass"))
            settings = found(folder)
            firsts.append(_until_first_look(settings))
            before = getrusage(RUSAGE_CHILDREN)
            laters.append(_until_first_look(settings))
            after = getrusage(RUSAGE_CHILDREN)
            used.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
            whole.append(seconds(_run, "-m", "agent", "-c", str(settings), "run", "--once"))
    floor = middle(bare)
    yield Figure(
        name="first start to first look",
        value=middle(firsts),
        unit="s",
        floor=floor,
        under=_TARGET,
        note="the store is made; the floor is Python that does nothing",
    )
    yield Figure(
        name="start to first look",
        value=middle(laters),
        unit="s",
        floor=floor,
        under=_TARGET,
        note=f"{middle(used):.2f} s of CPU in all; `run --once` with nothing to do {middle(whole):.2f} s",
    )


def _until_first_look(settings: Path) -> float:
    """Return the seconds from the start of the process to its first look into the mailbox."""
    start = perf_counter()
    said = _run("-m", "tests.benchmarks.first_look", "-c", str(settings), "run", "--once")
    return float(said) - start


def _run(*arguments: str) -> str:
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)} ended with {done.returncode}: {done.stderr[-500:]}")
    return done.stdout
