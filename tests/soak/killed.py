"""A clerk in a process of its own that kills itself with -9 at the n-th boundary.

python -m tests.soak.killed FOLDER SEED TRUE SHOWN N
"""

import os
import signal
import sys
from datetime import datetime
from pathlib import Path

from tests.soak.clerk import Clerk, Clock
from tests.soak.databases import SqliteFile
from tests.soak.doors import Doors
from tests.soak.post import Weather
from tests.soak.town import town_of


def main(folder: Path, seed: int, true: datetime, shown: datetime, boundary: int) -> None:
    """Work until the boundary; when there are fewer, die at the end of the work."""
    doors = Doors(SqliteFile(folder, lambda _: None), lambda _: None)  # whatever it is, it only dies
    clerk = Clerk(
        town=town_of(folder, seed),
        clock=Clock(true, shown - true),
        doors=doors,
        weather=Weather(struck=lambda _: None),
        wrong=lambda _: None,
        told=lambda _: None,
    )
    with doors.installed():
        doors.kill_after(boundary, really=True)
        if clerk.open():
            clerk.work()
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    _, where, number, now, said, last = sys.argv
    main(Path(where), int(number), datetime.fromisoformat(now), datetime.fromisoformat(said), int(last))
