"""What fails is tried again, ever more slowly, and never stops the rest."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from agent.domain.errors import StoreAway, TryLater
from agent.service import rounds
from agent.service.faults import Faults
from tests.houses import MONDAY, company
from tests.unit.service.test_daemon import Away

NOON = datetime(2026, 3, 12, 12, tzinfo=UTC)


def test_each_failure_in_a_row_doubles_the_wait_up_to_an_hour() -> None:
    """A timer that always raises must not fill the log."""
    faults = Faults()
    waits = [faults.add("timer x", ValueError("no"), at=NOON).not_before - NOON for _ in range(12)]
    assert waits[:3] == [timedelta(seconds=30), timedelta(seconds=60), timedelta(seconds=120)]
    assert waits[-1] == timedelta(hours=1)


def test_what_worked_again_is_forgotten() -> None:
    """The wait ends with the first success."""
    faults = Faults()
    faults.add("timer x", ValueError("no"), at=NOON)
    assert faults.must_wait("timer x", at=NOON)
    faults.clear("timer x")
    assert not faults.must_wait("timer x", at=NOON)
    assert faults.all() == ()


def test_a_thing_that_is_not_tried_any_more_is_not_told_for_ever(tmp_path: Path) -> None:
    """A letter that failed and was given up by a person must not stand in every digest until a restart."""
    with company(tmp_path) as here:
        here.house.faults.add("letter x", ValueError("no"), at=here.clock.now())
        rounds.until_quiet(here.house)
        assert [each.about for each in here.house.faults.all()] == ["letter x"]
        here.clock.advance(MONDAY + timedelta(hours=2))
        rounds.until_quiet(here.house)
        assert here.house.faults.all() == ()


def test_what_fails_each_time_stays_on_the_list(tmp_path: Path) -> None:
    """It was tried again in the very round that forgets the others."""
    with company(tmp_path, mailbox=Away()) as here:
        for hours in range(5):
            here.clock.advance(MONDAY + timedelta(hours=hours))
            rounds.once(here.house)
        (fault,) = here.house.faults.all()
        assert (fault.about, fault.times) == ("pass receiving", 5)


def test_a_store_that_was_away_keeps_nothing_waiting_for_an_hour() -> None:
    """However long the disk was full: a minute after it has room, everything is tried again."""
    faults = Faults()
    waits = [faults.add("mail 1", StoreAway("full"), at=NOON).not_before - NOON for _ in range(20)]
    assert waits[-1] == timedelta(minutes=1)
    (fault,) = faults.all()
    assert (fault.of_store, fault.temporary) == (True, True)


def test_a_clock_that_is_put_back_keeps_nothing_waiting_longer() -> None:
    """The failure lies in the future then, and says nothing about how long ago it was."""
    faults = Faults()
    faults.add("mail 1", TryLater("away"), at=NOON)
    assert faults.must_wait("mail 1", at=NOON)
    assert not faults.must_wait("mail 1", at=NOON - timedelta(hours=3))


def test_what_may_be_tried_already_does_not_hide_what_comes_later() -> None:
    """A letter that was dropped while it waited stays on the list for an hour; others are tried meanwhile."""
    faults = Faults()
    faults.add("dropped", TryLater("busy"), at=MONDAY)
    faults.add("waiting", TryLater("busy"), at=MONDAY + timedelta(minutes=1))
    now = MONDAY + timedelta(seconds=70)
    assert faults.next_try(after=now) == MONDAY + timedelta(seconds=90)
    assert faults.next_try(after=MONDAY + timedelta(seconds=90)) is None
