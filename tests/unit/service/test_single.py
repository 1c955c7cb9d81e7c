"""One daemon per store."""

from pathlib import Path

import pytest

from agent.domain.errors import TryLater
from agent.service.single import only_one


def test_a_second_daemon_is_refused_and_told_who_holds_the_store(tmp_path: Path) -> None:
    """Two daemons on one store would do everything twice."""
    lock = tmp_path / "daemon.lock"
    with only_one(lock), pytest.raises(TryLater, match="process"), only_one(lock):
        pass


def test_the_lock_falls_with_its_holder(tmp_path: Path) -> None:
    """A file that stayed behind locks nobody out."""
    lock = tmp_path / "daemon.lock"
    with only_one(lock):
        pass
    with only_one(lock):
        assert lock.exists()
