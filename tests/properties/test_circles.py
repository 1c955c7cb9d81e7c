"""Circles are found exactly when there are any."""

from hypothesis import given
from hypothesis import strategies as st

from agent.core.checks.circles import circles

NODES = [str(n) for n in range(7)]
graphs = st.fixed_dictionaries(
    {node: st.lists(st.sampled_from([*NODES, "elsewhere"]), max_size=4) for node in NODES}
)


def has_circle(graph: dict[str, list[str]]) -> bool:
    """Take away nodes without successors until none is left, or a circle stands."""
    left = {node: {n for n in after if n in graph} for node, after in graph.items()}
    while left:
        ends = {node for node, after in left.items() if not after & left.keys()}
        if not ends:
            return True
        left = {node: after for node, after in left.items() if node not in ends}
    return False


@given(graphs)
def test_there_are_circles_exactly_when_taking_ends_away_gets_stuck(graph: dict[str, list[str]]) -> None:
    """Compared with another way of knowing."""
    assert bool(circles(graph)) == has_circle(graph)


@given(graphs)
def test_every_circle_is_one(graph: dict[str, list[str]]) -> None:
    """Each step is an edge, nobody is met twice, no circle is told twice."""
    found = circles(graph)
    assert len(set(found)) == len(found)
    for circle in found:
        assert len(set(circle)) == len(circle)
        for here, there in zip(circle, (*circle[1:], circle[0]), strict=True):
            assert there in graph[here]


def test_a_long_chain_needs_no_recursion() -> None:
    """Ten thousand tasks in a row."""
    chain = {str(n): [str(n + 1)] for n in range(10_000)}
    assert circles(chain) == ()
