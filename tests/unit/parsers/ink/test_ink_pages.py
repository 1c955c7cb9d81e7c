"""Whole pages of the benchmark of slots on which a reader was wrong once."""

import pytest

from tests.benchmarks.slots import judge_page
from tests.paper.degrade import Level


@pytest.mark.parametrize(
    ("seed", "level"),
    [
        pytest.param(15_053, Level.OFFICE, id="a fold through a pale seal between two clear ones"),
        pytest.param(25_066, Level.PHONE, id="a small signature beside the ring of a cup, by a lamp"),
    ],
)
def test_a_page_that_was_judged_wrongly_once_is_judged_rightly(seed: int, level: Level) -> None:
    """No slot that nobody signed is called signed, and none that somebody signed unsigned."""
    done = judge_page(seed, level)
    assert done.lost == 0
    assert done.faults == []
