"""Months of a company's mail, played by seed against the real clerk, with every fault there is.

    python -m tests.soak.months --seed 1 --months 3      one run
    python -m tests.soak.months --seed 1 --minutes 60    one seed after another, for so long
    python -m tests.soak.months --store postgresql       on a PostgreSQL server that is started for it

Whatever the independent ledger finds is printed with the command that plays exactly that run again; the exit
code is then 1.
"""

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.postgres import cluster
from tests.soak.course import Course, Played
from tests.soak.databases import Keep, SqliteFile
from tests.soak.postgres import PostgresServer
from tests.soak.run import Run

_DAYS = 30
_CASES = 12
"""Cases that begin in a month."""
_TAKEN_BACK = 2
"""Cases in a month that are taken back or cancelled, beside these."""
_FAULTS = 4
"""Faults that begin in a day."""
_EVERY = 5
"""Of so many evenings one is told."""


def course(seed: int, months: int) -> Course:
    """Return months of the usual business."""
    days = _DAYS * months
    return Course(
        seed=seed,
        days=days,
        cases=_CASES * months,
        begin_within=days - 7,
        taken_back=_TAKEN_BACK * months,
        faults_a_day=_FAULTS,
    )


def main(arguments: list[str]) -> int:
    """Play what is asked for; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--months", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=0.0, help="play further seeds until they are over")
    parser.add_argument("--folder", type=Path, help="keep the company of the run here")
    parser.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")
    given = parser.parse_args(arguments)
    until = time.monotonic() + given.minutes * 60
    played: list[tuple[int, Played]] = []
    seed = given.seed
    with _stores(given.store) as keep:
        while not played or time.monotonic() < until:
            played.append((seed, play(seed, given.months, given.folder, keep)))
            seed += 1
    for line in _table(played):
        _say(line)
    return int(any(each.findings for _, each in played))


@contextmanager
def _stores(kind: str) -> Iterator[Keep]:
    """Have what makes a database for each run."""
    if kind == "sqlite":
        yield SqliteFile
        return
    with cluster() as server:
        yield lambda _, struck: PostgresServer(server, "soak", struck)


def play(seed: int, months: int, folder: Path | None, keep: Keep = SqliteFile) -> Played:
    """Play one run, in `folder` or where nothing of it stays, and tell how it goes."""
    where = "" if keep is SqliteFile else " STORE=postgresql"
    again = f"make soak SEED={seed} MONTHS={months}{where}"
    evenings = 0

    def tell(line: str) -> None:
        nonlocal evenings
        if not line.startswith("FOUND"):
            evenings += 1
            if evenings % _EVERY:
                return
        _say(line)

    with tempfile.TemporaryDirectory(prefix="formclerk-soak-") as made:
        run = Run(course(seed, months), folder or Path(made), tell=tell, kept_in=keep, again=again)
        return run.play()


def _table(played: list[tuple[int, Played]]) -> Iterator[str]:
    heads = ("seed", "days", "mails", "letters", "unsure", "rounds", "faults", "findings", "cases")
    yield "  ".join(f"{head:>8}" for head in heads)
    for seed, each in played:
        felt = sum(each.struck.values())
        numbers = (
            seed,
            each.days,
            each.mails,
            each.letters,
            each.unsure,
            each.rounds,
            felt,
            len(each.findings),
        )
        yield "  ".join(f"{number:>8}" for number in numbers) + f"  {dict(each.cases)}"
    for name, counts in (
        ("faults", [each.struck for _, each in played]),
        ("mails", [each.habits for _, each in played]),
        ("commands", [each.acts for _, each in played]),
    ):
        total: Counter[str] = Counter()
        for count in counts:
            total += count
        yield f"{name}: " + ", ".join(f"{kind} {number}" for kind, number in sorted(total.items()))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
