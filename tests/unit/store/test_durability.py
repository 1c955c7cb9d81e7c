"""Many commits, one sync; and a disk that fails is not believed at its next word."""

import errno
import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from agent.domain.errors import TryLater
from store.durability import Durability
from store.engine import connect
from store.session import Session


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A store with one table of one column."""
    engine = connect(f"sqlite:///{tmp_path / 'store.db'}")
    yield engine
    engine.dispose()


@pytest.fixture
def durability(engine: Engine) -> Durability:
    """In charge of it before its first connection."""
    durability = Durability(engine)
    _do(engine, "CREATE TABLE t (n INTEGER)")
    durability.make_sure()
    return durability


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were synced."""
    names: list[str] = []
    sync = os.fsync

    def note(handle: int) -> None:
        names.append(Path(f"/proc/self/fd/{handle}").readlink().name)
        sync(handle)

    monkeypatch.setattr(os, "fsync", note)
    return names


def _do(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(statement))


def test_many_commits_become_durable_by_one_sync(
    engine: Engine, durability: Durability, synced: list[str]
) -> None:
    """A commit waits for nobody; whoever is about to be seen waits once for all before it."""
    for _ in range(5):
        _do(engine, "INSERT INTO t VALUES (1)")
    assert durability.behind == 5
    assert synced == []

    durability.make_sure()
    durability.make_sure()
    assert durability.behind == 0
    assert synced == ["store.db-wal"]


def test_without_it_every_commit_waits_for_the_disk(engine: Engine) -> None:
    """What the commands of a person change is durable when they return (FULL is 2, NORMAL is 1)."""
    with engine.connect() as connection:
        assert connection.scalar(text("PRAGMA synchronous")) == 2


def test_after_a_failed_sync_the_log_is_written_anew(
    engine: Engine, durability: Durability, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The kernel may drop what it could not write and call the file clean: its next OK proves nothing."""

    def fail(_: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    _do(engine, "INSERT INTO t VALUES (1)")
    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", fail)
        with pytest.raises(TryLater, match="Input/output error"):
            durability.make_sure()
    assert durability.behind == 1

    with closing(Session(engine, reading=True)) as reader:
        assert reader.connection().scalar(text("SELECT count(*) FROM t")) == 1
        _do(engine, "INSERT INTO t VALUES (2)")
        with pytest.raises(TryLater, match="in use"):  # somebody still reads the state before that
            durability.make_sure()
    durability.make_sure()
    assert durability.behind == 0
    assert (tmp_path / "store.db-wal").stat().st_size == 0


def test_a_server_that_syncs_by_itself_is_left_alone() -> None:
    """PostgreSQL answers a commit when it is durable."""
    engine = connect("postgresql://nobody@127.0.0.1:1/nothing")
    durability = Durability(engine)
    durability.make_sure()
    assert durability.behind == 0
    engine.dispose()
