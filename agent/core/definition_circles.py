"""Steps that wait for each other in a circle would never begin."""

from collections.abc import Mapping

from agent.core.definition_error import DefinitionError
from agent.core.definition_fields import FILE
from agent.domain.steps import Step
from agent.domain.words import Words


def check_circles(steps: Mapping[str, Step]) -> None:
    """Check that every step can begin.

    Raises:
        DefinitionError: some wait for each other; it names them in their order.
    """
    seen: dict[str, bool] = {}

    def visit(name: str, road: tuple[str, ...]) -> None:
        if seen.get(name):
            return
        if name in road:
            circle = " → ".join((*road[road.index(name) :], name))
            why = Words(zh=f"步骤互相等待：{circle}", en=f"steps wait for each other: {circle}")
            raise DefinitionError(FILE, f"steps.{name}", "after", why)
        for other in steps[name].after:
            visit(other, (*road, name))
        seen[name] = True

    for name in steps:
        visit(name, ())
