"""SQLite is set up as promised, and trouble is told as what it is."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from agent.domain.errors import TryLater
from store import engine as engines
from store.engine import connect
from store.migrate import migrate
from store.unit import Unit
from tests.unit.store.builders import NOON, a_case


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """A store in a folder that did not exist, with little patience."""
    monkeypatch.setattr(engines, "_BUSY_SECONDS", 0.1)
    engine = connect(f"sqlite:///{tmp_path}/deep/down/formclerk.db")
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)]
)
def test_every_connection_keeps_its_promises(engine: Engine, pragma: str, value: object) -> None:
    """WAL with synchronous FULL: a commit survives a power cut (engine.md)."""
    with engine.connect() as one, engine.connect() as other:
        del one
        assert other.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value


def test_the_file_is_for_our_eyes_only(engine: Engine) -> None:
    """Everybody's mail and the store's secret are in it, and in what SQLite writes beside it."""
    with Unit(engine):
        folder = Path(str(engine.url.database)).parent
        assert {path.stat().st_mode & 0o077 for path in folder.iterdir()} == {0}


def test_a_writer_takes_its_place_before_it_reads(engine: Engine) -> None:
    """A unit that writes waits at its first question, not at its first write, and is told to try later."""
    with Unit(engine) as first:
        first.cases.list()
        with pytest.raises(TryLater, match="locked"), Unit(engine) as second:
            second.cases.list()


def many_cases(unit: Unit) -> None:
    """Write until it does not fit."""
    for number in range(2, 100):
        unit.cases.open(a_case(f"XT-2026-{number:04}"), at=NOON)
    unit.commit()


def test_a_full_disk_is_a_reason_to_try_later(engine: Engine) -> None:
    """What does not fit leaves no trace, and what was there is still there."""
    with Unit(engine) as unit:
        unit.cases.open(a_case(), at=NOON)
        unit.commit()
    with engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(TryLater, match="full"), Unit(engine) as unit:
        many_cases(unit)

    with Unit(engine, reading=True) as unit:
        assert [line.id for line in unit.cases.list()] == [a_case().id]
