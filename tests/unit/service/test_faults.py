"""What fails is tried again, ever more slowly, and never stops the rest."""

from datetime import UTC, datetime, timedelta

from agent.service.faults import Faults

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
