"""The faults of the databases are what they are called; the simulator's runs show what comes of them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from agent.domain.errors import StoreAway
from store.durability import Durability
from store.engine import connect
from store.migrate import migrate
from store.unit import Unit
from tests.postgres import Cluster
from tests.soak.databases import SqliteFile
from tests.soak.place import NOON
from tests.soak.postgres import PostgresServer
from tests.soak.stranger import looking


def _write(engine: Engine, value: str) -> None:
    with Unit(engine) as work:
        work.settings.set("word", value)
        work.commit()


def _word(address: str) -> str:
    with looking(address) as ask:
        ((value,),) = ask("SELECT value FROM settings WHERE key = ?", "word")
    return str(value)


@pytest.mark.parametrize(("is_synced", "left"), [(True, "two"), (False, "one")])
def test_a_cut_of_power_takes_what_was_not_synced(tmp_path: Path, *, is_synced: bool, left: str) -> None:
    """And nothing else: what was made sure of before stands."""
    (tmp_path / "data").mkdir()
    file = SqliteFile(tmp_path, lambda _: None)
    engine = connect(f"sqlite:///{file.address}")
    durability = Durability(engine)
    migrate(engine)
    file.watch(engine)
    for value in ("one", "two"):
        _write(engine, value)
        if value == "one" or is_synced:
            durability.make_sure()
            file.synced()

    file.strike("power cut")
    engine.dispose()
    file.after_death()

    assert _word(file.address) == left


@pytest.fixture(scope="module")
def postgres(server: Cluster) -> Iterator[tuple[PostgresServer, Engine, list[str]]]:
    """A store on a server of its own, and what was felt."""
    felt: list[str] = []
    kept = PostgresServer(server, "faults", felt.append)
    engine = connect(kept.url)
    migrate(engine)
    kept.watch(engine)
    yield kept, engine, felt
    engine.dispose()
    kept.close()


@pytest.mark.parametrize(
    "kind", ["disk full", "disk read-only", "database locked", "database away", "serialization"]
)
def test_what_lasts_on_postgresql_is_waited_for_and_felt(
    postgres: tuple[PostgresServer, Engine, list[str]], kind: str
) -> None:
    """While it lasts a write is to be tried later; once it is over the same write goes through."""
    kept, engine, felt = postgres
    kept.begin(kind)
    with pytest.raises(StoreAway):
        _write_often(engine)
    kept.end(kind)
    _write(engine, kind)
    assert _word(kept.address) == kind
    assert kind in felt


def _write_often(engine: Engine) -> None:
    """Only some transactions collide."""
    for _ in range(9):
        with Unit(engine) as work:
            work.outbox.end_leases(due=NOON)
            work.settings.set("word", "none")
            work.commit()


@pytest.mark.parametrize("kind", ["connection cut", "server restarted"])
def test_a_connection_that_falls_undoes_its_transaction(
    postgres: tuple[PostgresServer, Engine, list[str]], kind: str
) -> None:
    """And the next one finds the server again."""
    kept, engine, _ = postgres
    _write(engine, "before")
    with pytest.raises(StoreAway):
        _write_over(engine, kept, kind)
    assert _word(kept.address) == "before"
    _write(engine, "after")


def _write_over(engine: Engine, kept: PostgresServer, kind: str) -> None:
    with Unit(engine) as work:
        work.settings.set("word", "lost")
        kept.strike(kind)
        work.commit()
