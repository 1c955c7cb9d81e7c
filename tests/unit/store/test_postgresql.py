"""What only PostgreSQL can do to us."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import InternalError

from agent.domain.case import CaseId
from agent.domain.errors import StoreAway, TryLater
from store.engine import connect
from store.migrate import migrate
from store.unit import Unit
from tests.unit.store.builders import NOON, a_case

PAIR = (CaseId("XT-2026-0001"), CaseId("XT-2026-0002"))


@pytest.fixture
def engine(postgres_url: str) -> Iterator[Engine]:
    """A store with two cases on PostgreSQL."""
    engine = connect(postgres_url)
    migrate(engine)
    with Unit(engine) as unit:
        for case in PAIR:
            unit.cases.open(a_case(case), at=NOON)
        unit.commit()
    yield engine
    engine.dispose()


def hang_up(url: str) -> None:
    """End every connection to the database but our own, as a restart of the server does."""
    other = connect(url)
    with other.begin() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    other.dispose()


def decide_while_hung_up(engine: Engine, url: str) -> None:
    """Lose the connection in the middle of a unit."""
    with Unit(engine) as unit:
        unit.cases.load(PAIR[0])
        hang_up(url)
        unit.cases.save(a_case(title="changed"), at=NOON)


def change(unit: Unit) -> None:
    """Write one case anew."""
    with unit:
        unit.cases.load(PAIR[0])
        unit.cases.save(a_case(title="changed"), at=NOON)


def test_a_lost_connection_is_a_reason_to_try_later(engine: Engine, postgres_url: str) -> None:
    """A restarted server undoes the unit, and the next one works."""
    with pytest.raises(TryLater):
        decide_while_hung_up(engine, postgres_url)
    with Unit(engine) as unit:
        assert unit.cases.load(PAIR[0]) == a_case()


def test_a_database_that_turns_read_only_is_a_reason_to_try_later(engine: Engine, postgres_url: str) -> None:
    """So a cloud leaves one whose disk has run full, and a standby is: nothing of ours is at fault."""
    settings = "ALTER DATABASE {} {} default_transaction_read_only {}"
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        name = engine.url.database
        connection.execute(text(settings.format(name, "SET", "= on")))
        hang_up(postgres_url)
    with pytest.raises(StoreAway):
        change(Unit(engine))
    with Unit(engine, reading=True) as unit:
        assert unit.cases.load(PAIR[0]) == a_case()


def test_a_unit_that_reads_and_writes_is_our_mistake(engine: Engine) -> None:
    """It does not pass: asked again it would fail again."""
    with pytest.raises(InternalError):
        change(Unit(engine, reading=True))


def test_of_two_that_wait_for_each_other_one_tries_again(engine: Engine) -> None:
    """Two mails that concern the same two cases in another order do not stop the daemon."""
    both_hold_one = Barrier(2)

    def decide(cases: tuple[CaseId, ...]) -> bool:
        try:
            with Unit(engine) as unit:
                unit.cases.load(cases[0])
                both_hold_one.wait(timeout=30)
                unit.cases.load(cases[1])
                unit.commit()
        except TryLater:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(decide, (PAIR, PAIR[::-1]))) == [False, True]
