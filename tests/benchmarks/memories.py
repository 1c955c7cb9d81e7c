"""Memory after many mails against memory after few: it must stay flat."""

import json
import subprocess
import sys
from collections.abc import Iterator

from tests.benchmarks.figures import Figure

MAILS = 10_000


def measure(*, quick: bool) -> Iterator[Figure]:
    """Send a mix of mails through receiving, reading, deciding and filing, in a process of its own."""
    many = MAILS // 5 if quick else MAILS
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.many_mails", str(many // 10), str(many)],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"the many mails ended with {done.returncode}")
    said = json.loads(done.stdout)
    few, all_ = said["resident"]
    yield Figure(
        name=f"memory after {many:,} mails",
        value=all_ / 1e6,
        unit="MB",
        floor=few / 1e6,
        under_ratio=1.1,
        note=f"the floor is after {many // 10:,}; with child; {many / said['seconds']:.0f} mails a second",
    )
