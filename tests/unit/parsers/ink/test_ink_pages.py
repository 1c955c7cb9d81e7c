"""Whole pages of the benchmark of slots on which a reader was wrong once."""

import pytest

from tests.benchmarks.slots import judge_page
from tests.paper.degrade import Level


@pytest.mark.parametrize(
    ("seed", "level", "slot"),
    [
        pytest.param(15_053, Level.OFFICE, "", id="a fold through a pale seal between two clear ones"),
        pytest.param(25_066, Level.PHONE, "", id="a small signature beside the ring of a cup, by a lamp"),
        pytest.param(
            37_024, Level.AWFUL, "slot s6,", id="a staple upon the pale ring of a cup, without colours"
        ),
    ],
)
def test_a_page_that_was_judged_wrongly_once_is_judged_rightly(seed: int, level: Level, slot: str) -> None:
    """No slot that nobody signed is called signed, and none that somebody signed unsigned."""
    done = judge_page(seed, level)
    assert done.lost == 0
    assert [each for each in done.faults if slot in each] == []
