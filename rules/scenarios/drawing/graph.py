"""The graph to be drawn: its boxes, the band of each, and the edges between them.

A draft is drawn as it stands: a prerequisite that does not exist leads nowhere, an item of an unknown
stage gets a band without a name, and an arrow that closes a circle is marked as leading back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from models.errors import KaigongError
from models.scenarios.definition import (
    ItemDefinition,
    ScenarioDefinition,
    StageDefinition,
    StageKind,
)
from rules.scenarios.verifier.analysis.critical_path import CriticalPath
from rules.scenarios.verifier.analysis.graph import check_graph
from rules.scenarios.verifier.names import check_names
from rules.scenarios.verifier.verify import longest_path

#: More boxes than this nobody reads on one picture.
MOST_ITEMS = 200


class TooLargeToDraw(KaigongError):
    template = "items: {count} items and the arrows between them are more than one picture can show ({limit} items at most); make two scenarios of it."
    field = "items"


@dataclass(frozen=True, slots=True)
class Node:
    """One box: an item with the parts that run inside its limit."""

    item: ItemDefinition
    lane: int
    parts: tuple[ItemDefinition, ...]
    critical: bool


@dataclass(frozen=True, slots=True)
class Edge:
    """One arrow, by the positions of its boxes."""

    source: int
    target: int
    critical: bool = False


@dataclass(frozen=True, slots=True)
class Graph:
    """Boxes and arrows before they are placed."""

    stages: tuple[StageDefinition | None, ...]
    """The bands from top to bottom; ``None`` is the band of items without a known stage."""
    nodes: tuple[Node, ...]
    forward: tuple[Edge, ...]
    backward: tuple[Edge, ...]
    """Arrows that close a circle."""
    days: int | None
    """Counted working days of the critical path; ``None`` while there is no order."""


def graph_of(scenario: ScenarioDefinition) -> Graph:
    """The boxes and arrows of a scenario, in the order of the file; raises :class:`TooLargeToDraw`."""
    if len(scenario.items) > MOST_ITEMS:
        raise TooLargeToDraw(count=len(scenario.items), limit=MOST_ITEMS)
    stages = _bands(scenario)
    lanes = {stage.key if stage else None: lane for lane, stage in enumerate(stages)}
    wholes = [item for item in scenario.items if not _is_inside(scenario, item)]
    path = _path(scenario)
    nodes = tuple(
        Node(
            item=item,
            lane=lanes[item.stage if item.stage in lanes else None],
            parts=_parts(scenario, item),
            critical=path is not None and item.code in path.items,
        )
        for item in wholes
    )
    home = _homes(nodes)
    steps = set(pairwise(path.items)) if path else set()
    edges = _edges(nodes, home, steps)
    backward = _backward(len(nodes), edges)
    forward = tuple(edge for edge in edges if edge not in backward)
    days = path.days if path else None
    return Graph(stages, nodes, forward, tuple(e for e in edges if e in backward), days)


def _bands(scenario: ScenarioDefinition) -> tuple[StageDefinition | None, ...]:
    """Stages in the order of the file, utilities at the bottom."""
    stages = scenario.stage.values()
    beside = [stage for stage in stages if stage.kind is StageKind.UTILITY_HOOKUPS]
    main = [stage for stage in stages if stage.kind is not StageKind.UTILITY_HOOKUPS]
    lost = any(item.stage not in scenario.stage for item in scenario.items)
    return (*main, *beside, *([None] if lost else []))


def _is_inside(scenario: ScenarioDefinition, item: ItemDefinition) -> bool:
    whole = scenario.item.get(item.part_of or "")
    return whole is not None and whole.part_of is None and whole.code != item.code


def _parts(scenario: ScenarioDefinition, whole: ItemDefinition) -> tuple[ItemDefinition, ...]:
    if whole.part_of is not None:
        return ()
    return tuple(
        item for item in scenario.items if item.part_of == whole.code and item.code != whole.code
    )


def _path(scenario: ScenarioDefinition) -> CriticalPath | None:
    findings = (*check_names(scenario), *check_graph(scenario))
    return longest_path(scenario, findings)


def _homes(nodes: Iterable[Node]) -> Mapping[str, int]:
    """Item code → its box or its whole's box; the first of two items with the same code."""
    home: dict[str, int] = {}
    for position, node in enumerate(nodes):
        for item in (node.item, *node.parts):
            home.setdefault(item.code, position)
    return home


def _edges(
    nodes: tuple[Node, ...], home: Mapping[str, int], steps: set[tuple[str, str]]
) -> tuple[Edge, ...]:
    edges: dict[tuple[int, int], Edge] = {}
    for target, node in enumerate(nodes):
        for code in dict.fromkeys(c for item in (node.item, *node.parts) for c in item.after):
            source = home.get(code, target)
            if source != target:
                step = (nodes[source].item.code, node.item.code)
                edges.setdefault((source, target), Edge(source, target, step in steps))
    return tuple(edges.values())


def _backward(count: int, edges: tuple[Edge, ...]) -> frozenset[Edge]:
    """Back edges, from a depth-first walk that starts at each box in turn."""
    leaving: list[list[Edge]] = [[] for _ in range(count)]
    for edge in edges:
        leaving[edge.source].append(edge)
    done, backward = set[int](), set[Edge]()
    for start in range(count):
        walk = [] if start in done else [(start, iter(leaving[start]))]
        under_way = {start}
        while walk:
            node, rest = walk[-1]
            for edge in rest:
                if edge.target in under_way:
                    backward.add(edge)
                elif edge.target not in done:
                    under_way.add(edge.target)
                    walk.append((edge.target, iter(leaving[edge.target])))
                    break
            else:
                walk.pop()
                under_way.discard(node)
                done.add(node)
    return frozenset(backward)
