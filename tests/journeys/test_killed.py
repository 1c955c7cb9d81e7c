"""A journey that is killed with -9 ends like one that was not.

One case is prepared once and played to its archive by an unkilled child.  Copies of the same beginning are
then killed again and again, at step boundaries and at random moments, until one run reaches the end.
"""

import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from agent.service import replay
from store.verify import verify
from tests.journeys.stage import prepare, stage

_ROOT = Path(__file__).parent.parent.parent
_FOLDERS = ("Inbox", "Handled", "Review", "Ignored", "Quarantined", "Sent")
_FAR = 10**9
_SEED = 20260302


def _child(folder: Path, boundary: int) -> subprocess.Popen[bytes]:
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


@pytest.fixture(scope="module")
def beginning(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the beginning of a case, to be copied."""
    folder = tmp_path_factory.mktemp("beginning") / "case"
    prepare(folder)
    return folder


@pytest.fixture(scope="module")
def unkilled(beginning: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """Return the end of a case that nobody killed."""
    folder = tmp_path_factory.mktemp("unkilled") / "case"
    shutil.copytree(beginning, folder)
    assert _child(folder, _FAR).wait() == 0
    return _end_of(folder)


def _until_done(folder: Path, boundaries: Iterator[int]) -> int:
    kills = 0
    while (code := _child(folder, next(boundaries)).wait()) != 0:
        assert code == -signal.SIGKILL
        kills += 1
    return kills


def test_killed_at_step_boundaries_it_ends_alike(
    beginning: Path, unkilled: dict[str, object], tmp_path: Path
) -> None:
    """Each run dies a few boundaries after the last one's end, before or after a commit, a blob, a mail."""
    folder = tmp_path / "case"
    shutil.copytree(beginning, folder)
    lots = random.Random(_SEED)  # noqa: S311 - a course of kills that can be played again
    kills = _until_done(folder, iter(lambda: lots.randint(20, 140), None))
    assert kills > 3
    assert _end_of(folder) == unkilled


def test_killed_at_random_moments_it_ends_alike(
    beginning: Path, unkilled: dict[str, object], tmp_path: Path
) -> None:
    """The clock on the wall chooses: in the middle of a write, a rendering, a read."""
    folder = tmp_path / "case"
    shutil.copytree(beginning, folder)
    lots = random.Random(_SEED)  # noqa: S311 - likewise
    for _ in range(4):
        child = _child(folder, _FAR)
        time.sleep(lots.uniform(1.5, 3.5))
        child.kill()
        child.wait()
    assert _child(folder, _FAR).wait() == 0
    assert _end_of(folder) == unkilled
