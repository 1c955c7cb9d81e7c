"""One daemon per store, on whatever machine it runs."""

from contextlib import ExitStack

import pytest
from sqlalchemy import Engine

from agent.domain.errors import TryLater
from store.alone import alone
from store.engine import connect
from tests.unit.store.test_postgresql import hang_up


def test_a_daemon_on_another_machine_is_refused(postgres_url: str) -> None:
    """Two daemons on one store would race for every mail and letter."""
    here, there = connect(postgres_url), connect(postgres_url)
    with alone(here), pytest.raises(TryLater, match="another daemon"), alone(there):
        pass
    with alone(there) as make_sure:
        make_sure()
    here.dispose()
    there.dispose()


def test_whoever_lost_the_line_takes_the_store_again(postgres_url: str) -> None:
    """A restart of the database ends every session; the next round goes on."""
    here, there = connect(postgres_url), connect(postgres_url)
    with alone(here) as make_sure:
        hang_up(postgres_url)
        make_sure()
        with pytest.raises(TryLater), alone(there):
            pass
    here.dispose()
    there.dispose()


def test_whoever_lost_the_store_to_somebody_else_does_no_round(postgres_url: str) -> None:
    """Who was cut off while another took over must not go on as if nothing had happened."""
    here, there = connect(postgres_url), connect(postgres_url)
    with ExitStack() as stack:
        make_sure = stack.enter_context(alone(here))
        hang_up(postgres_url)
        stack.enter_context(alone(there))
        with pytest.raises(TryLater, match="another daemon"):
            make_sure()
    here.dispose()
    there.dispose()


def test_every_kind_of_store_can_be_had_alone(engine: Engine) -> None:
    """On SQLite the file of the machine is the lock, and this one always grants."""
    with alone(engine) as make_sure:
        make_sure()
