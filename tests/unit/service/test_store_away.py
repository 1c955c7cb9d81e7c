"""A database that somebody else has locked: mail waits in its mailbox, a person is told, work goes on."""

import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

import store.engine
from agent.service import daemon, rounds
from agent.service.replay import replay
from store.verify import verify
from tests.houses import company, mail


def test_a_locked_database_loses_and_doubles_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody's own tool holds the write lock through several rounds, and lets go."""
    monkeypatch.setattr(store.engine, "_BUSY_SECONDS", 0.05)
    with company(tmp_path) as here, closing(sqlite3.connect(_file(tmp_path), isolation_level=None)) as other:
        house = here.house
        other.execute("BEGIN IMMEDIATE")
        here.write(mail())
        for _ in range(3):
            rounds.once(house)
            here.clock.advance(here.clock.now() + timedelta(minutes=1))
        assert [each.about for each in house.alarms.all()] == ["store"]
        assert "locked" in house.alarms.all()[0].say.en
        daemon.report(house, 3)
        kept = json.loads(daemon.health_file(house.folder).read_text("utf-8"))
        assert (kept["well"], kept["mailbox"]["unknown"]) == (False, 1)
        assert (len(here.mailbox.inbox), len(here.mailbox.sent)) == (1, 0)

        other.execute("ROLLBACK")
        rounds.until_quiet(house)
        assert (len(here.mailbox.inbox), len(here.mailbox.sent)) == (0, 1)
        assert not house.alarms.all()
        assert daemon.report(house, 9).well
        with house.look() as work:
            assert replay(work).differences == ()
        assert verify(house.engine, house.blobs) == ()


def test_a_database_that_is_locked_as_a_letter_leaves_does_not_send_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has left and nobody could note it: after the lease it is found among the sent mail."""
    monkeypatch.setattr(store.engine, "_BUSY_SECONDS", 0.05)
    with company(tmp_path) as here, closing(sqlite3.connect(_file(tmp_path), isolation_level=None)) as other:
        send, count = here.mailbox.send, []

        def locked(*given: object) -> None:
            count.append(given[0])
            send(*given)  # type: ignore[arg-type] # what `send` is given
            other.execute("BEGIN IMMEDIATE")

        monkeypatch.setattr(here.mailbox, "send", locked)
        here.write(mail())
        for _ in range(3):
            rounds.once(here.house)
        other.execute("ROLLBACK")
        here.clock.advance(here.clock.now() + timedelta(minutes=11))
        rounds.until_quiet(here.house)
        assert (len(count), len(here.mailbox.sent)) == (1, 1)
        with here.house.look() as work:
            assert {state.value: n for state, n in work.outbox.counts().items() if n} == {"sent": 1}


def _file(folder: Path) -> Path:
    (found,) = folder.rglob("*.db")
    return found
