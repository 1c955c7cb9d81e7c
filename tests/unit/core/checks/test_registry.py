"""The checks that a process pack can name are those that there are."""

from agent.core.checks.registry import CHECKS
from agent.core.vocabulary import CHECKS as NAMED
from agent.domain.steps import Collect
from tests.company import the_process


def test_every_name_that_a_pack_may_use_has_a_check() -> None:
    """The definition refuses other names, so both lists must say the same."""
    assert set(CHECKS) == NAMED


def test_the_shipped_process_uses_every_check() -> None:
    """A check that nobody names is dead."""
    steps = the_process().steps.values()
    assert {name for step in steps if isinstance(step, Collect) for name in step.checks} == set(CHECKS)
