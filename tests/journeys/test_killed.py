"""A journey that is killed with -9 ends like one that was not.

The same beginning is killed again and again, at step boundaries and at random moments, until one run reaches
the end.  Every single boundary is tried by `test_every_step`, on a shorter course.
"""

import random
import shutil
import signal
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path

from agent.service import replay
from store.verify import verify
from tests.journeys.conftest import Course
from tests.journeys.stage import stage

_ROOT = Path(__file__).parent.parent.parent
_FOLDERS = ("Inbox", "Handled", "Review", "Ignored", "Quarantined", "Sent")
_FAR = 10**9
_SEED = 20260302
_PATIENCE = 120.0
"""Seconds for a child to send its first letter, on a machine that is busy."""


def _child(folder: Path, boundary: int = _FAR) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.journeys.killed_child", str(folder), str(boundary)], cwd=_ROOT
    )


def _end_of(folder: Path) -> dict[str, object]:
    """Return everything that a person or the next run could see of how the case ended."""
    with stage(folder) as (house, _), house.look() as work:
        state: dict[str, object] = {
            "journal": [(e.cause, e.after, e.effects, e.because) for e in work.journal.every()],
            "mails": {each.name: number for each, number in work.inbox.counts().items()},
            "letters": {each.name: number for each, number in work.outbox.counts().items()},
        }
        assert replay.replay(work).differences == ()
        assert verify(house.engine, house.blobs) == ()
    for name in _FOLDERS:
        files = (folder / name).glob("*.eml")
        state[name] = sorted(sha256(file.read_bytes()).hexdigest() for file in files)
    return state


def _letters(folder: Path) -> int:
    return len(list((folder / "Sent").glob("*.eml")))


def _killed_at_work(folder: Path, lots: random.Random) -> None:
    """Let a run send a letter, and kill it a moment later: in the middle of a write, a rendering, a read."""
    before = _letters(folder)
    child = _child(folder)
    try:
        until = time.monotonic() + _PATIENCE
        while _letters(folder) == before and time.monotonic() < until:
            time.sleep(0.02)
        time.sleep(lots.uniform(0, 0.4))
        assert child.poll() is None
    finally:
        child.kill()
        child.wait()


def _killed_at_boundary(folder: Path, boundary: int) -> None:
    """Let a run kill itself before or after a commit, a blob, a mail."""
    assert _child(folder, boundary).wait() == -signal.SIGKILL


def test_killed_anywhere_it_ends_alike(course: Course, tmp_path: Path) -> None:
    """Mails, letters, decisions and reasons are those of the case that nobody killed."""
    folder = tmp_path / "case"
    shutil.copytree(course.beginning, folder)
    lots = random.Random(_SEED)  # noqa: S311 - a course of kills that can be played again
    for _ in range(3):
        _killed_at_boundary(folder, lots.randint(40, 160))
        _killed_at_work(folder, lots)
    assert _child(folder).wait() == 0
    assert _end_of(folder) == _end_of(course.end)
