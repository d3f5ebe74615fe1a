"""How two identifiers hang together through links."""

from collections import deque
from collections.abc import Iterable

import msgspec


class Edge(msgspec.Struct, frozen=True):
    """A live link as a path sees it."""

    id: int
    first: int
    second: int
    rule: str


def weakest_between(edges: Iterable[Edge], a: int, b: int) -> Edge | None:
    """The link to take back first so that `a` and `b` part, or None when nothing joins them.

    Of the links on the shortest way between them: one that a person made before one by rule, the newest first.
    """
    way = _shortest(list(edges), a, b)
    return max(way, key=lambda edge: (edge.rule in {"person", "server"}, edge.id), default=None)


def _shortest(edges: list[Edge], a: int, b: int) -> list[Edge]:
    touching: dict[int, list[Edge]] = {}
    for edge in edges:
        touching.setdefault(edge.first, []).append(edge)
        touching.setdefault(edge.second, []).append(edge)
    came_by: dict[int, Edge | None] = {a: None}
    waiting = deque([a])
    while waiting and b not in came_by:
        here = waiting.popleft()
        for edge in touching.get(here, ()):
            there = edge.second if edge.first == here else edge.first
            if there not in came_by:
                came_by[there] = edge
                waiting.append(there)
    way: list[Edge] = []
    here = b
    while step := came_by.get(here):
        way.append(step)
        here = step.second if step.first == here else step.first
    return way
