"""Definitions are remembered per store."""

from dataclasses import replace
from pathlib import Path

import pytest

from agent.domain.errors import WillNotWork
from store.engine import connect
from store.migrate import migrate
from store.unit import Unit
from tests.unit.store.life import PROCESS


def test_each_store_has_its_own_definitions(tmp_path: Path) -> None:
    """Two stores in one process may name different definitions alike; neither sees the other's."""
    other = replace(PROCESS, version=2)
    for name, process in (("one", PROCESS), ("two", other)):
        engine = connect(f"sqlite:///{tmp_path}/{name}.db")
        migrate(engine)
        with Unit(engine) as unit:
            with pytest.raises(WillNotWork):
                unit.processes.fetch(PROCESS.digest)
            assert unit.processes.remember(process) == PROCESS.digest
            assert unit.processes.fetch(PROCESS.digest) == process
            assert unit.processes.fetch(PROCESS.digest) is unit.processes.fetch(PROCESS.digest)
        engine.dispose()
