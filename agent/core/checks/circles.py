"""Circles in a graph of dependencies."""

from collections.abc import Mapping, Sequence


def circles(graph: Mapping[str, Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    """Return circles of `graph`, each once, starting with its smallest member in the graph's order.

    Not every circle of a knot is listed (there can be exponentially many), but as long as there is a
    circle at least one is, and a graph without circles gives none.  An edge to a node that is not
    there leads nowhere.  Takes time linear in nodes and edges and needs no recursion.
    """
    order = {node: number for number, node in enumerate(graph)}
    done: set[str] = set()
    found: dict[tuple[str, ...], None] = {}
    for root in graph:
        path: list[str] = []
        place: dict[str, int] = {}
        walk = [(root, iter(graph[root]))]
        while walk:
            node, following = walk[-1]
            if node not in place and node not in done:
                place[node] = len(path)
                path.append(node)
            step = None if node in done else next((n for n in following if n in order), None)
            if step is None:
                walk.pop()
                if path and path[-1] == node:
                    path.pop()
                    del place[node]
                done.add(node)
            elif step in place:
                circle = path[place[step] :]
                first = min(range(len(circle)), key=lambda n: order[circle[n]])
                found[(*circle[first:], *circle[:first])] = None
            elif step not in done:
                walk.append((step, iter(graph[step])))
    return tuple(found)
