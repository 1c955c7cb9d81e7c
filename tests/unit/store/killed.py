"""Live in a store and be killed, again and again: `python -m tests.unit.store.killed URL BLOBS SEED KILLS`.

The parent loads everything once and never opens the store; each child opens it, lives in it without end and
gets SIGKILL at a random moment.
"""

import os
import random
import signal
import sys
import time
from pathlib import Path

from store.blobs import Blobs
from store.engine import connect
from tests.unit.store.life import a_life

LIVES = 1000
"""More than any child has time for."""


def live(url: str, blobs: Path, first: int, tell: int) -> None:
    """Live one life after the other, and tell of each."""
    engine = connect(url)
    for number in range(first, first + LIVES):
        a_life(engine, Blobs(blobs), number)
        os.write(tell, b".")


def main() -> None:
    """Start and kill children: some at once, most after they have lived at least once."""
    url, blobs, seed, kills = sys.argv[1:]
    connect(url)  # loads the driver, asks nothing
    moments = random.Random(int(seed))  # noqa: S311 - moments to kill at, not secrets
    for kill in range(int(kills)):
        hear, tell = os.pipe()
        child = os.fork()
        if child == 0:
            live(url, Path(blobs), kill * LIVES, tell)
            os._exit(0)
        os.close(tell)
        if kill % 3:
            os.read(hear, 1)
        time.sleep(moments.uniform(0, 0.05))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(hear)


if __name__ == "__main__":
    main()
