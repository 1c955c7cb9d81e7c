"""SIGKILL at any moment leaves whole units only, on both databases."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine

from agent.domain.inbox import MailState
from store.blobs import Blobs
from store.unit import Unit
from store.verify import verify
from tests.unit.store.life import a_life

KILLS = 15


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")
@pytest.mark.parametrize("seed", [1, 2])
def test_no_unit_is_half_written(engine: Engine, database_url: str, tmp_path: Path, seed: int) -> None:
    """However often it is killed, a case, its letter, its timer and its journal entry stand together.

    The moments are drawn with the seed; the numbers of the cases have no gap, no mail is lost.
    """
    folder = tmp_path / "blobs"
    subprocess.run(
        [sys.executable, "-m", "tests.unit.store.killed", database_url, folder, str(seed), str(KILLS)],
        check=True,
        timeout=120,
    )
    blobs = Blobs(folder)
    assert verify(engine, blobs) == ()
    with Unit(engine, reading=True) as unit:
        cases = [line.id for line in unit.cases.list()]
        assert cases == [f"XT-2026-{number:04}" for number in range(1, len(cases) + 1)]
        assert len(cases) >= KILLS // 2
        assert unit.inbox.counts()[MailState.DONE] == len(cases) == unit.journal.head().seq
        assert sum(unit.outbox.counts().values()) == len(cases)
    a_life(engine, blobs, KILLS * 1000)
    assert verify(engine, blobs) == ()
