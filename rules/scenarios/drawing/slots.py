"""Columns and bands: where each box and each bend of an arrow stands, still without measures.

The layered method (Sugiyama, Tagawa and Toda 1981): a box stands one column after the last of what it
waits for; an arrow over several columns gets a bend in each of them; within a band the order of a
column follows the middle of its neighbours, so that arrows cross little.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass, field
from itertools import pairwise

from rules.scenarios.drawing.graph import MOST_ITEMS, Edge, Graph, TooLargeToDraw

MOST_BENDS = 3000
SWEEPS = 10


@dataclass(slots=True)
class Slot:
    """The place of a box, or of a bend that several arrows from one box may share."""

    lane: int
    column: int
    node: int | None
    before: list[int] = field(default_factory=list)
    """Slots in the column before that lead here."""
    after: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Slots:
    """All slots, the route of each arrow through them, and their vertical order."""

    slots: list[Slot]
    """First one per box, in the order of the boxes, then the bends."""
    ways: dict[Edge, list[int]]
    cells: dict[tuple[int, int], list[int]]
    """Band and column → the slots in it, from top to bottom."""
    columns: int


def arranged(graph: Graph) -> Slots:
    """The slots of a graph, ordered so that few arrows cross."""
    columns = _columns(graph)
    slots = [Slot(node.lane, columns[place], place) for place, node in enumerate(graph.nodes)]
    ways = _ways(graph, slots)
    cells: dict[tuple[int, int], list[int]] = {}
    for place, slot in enumerate(slots):
        cells.setdefault((slot.lane, slot.column), []).append(place)
    layout = Slots(slots, ways, cells, max(columns, default=-1) + 1)
    _order(layout)
    return layout


def _columns(graph: Graph) -> list[int]:
    """The longest chain of arrows before each box."""
    count = len(graph.nodes)
    waits, leaving = [0] * count, [list[int]() for _ in range(count)]
    for edge in graph.forward:
        waits[edge.target] += 1
        leaving[edge.source].append(edge.target)
    columns = [0] * count
    ready = [place for place in range(count) if not waits[place]]
    for place in ready:
        for target in leaving[place]:
            columns[target] = max(columns[target], columns[place] + 1)
            waits[target] -= 1
            if not waits[target]:
                ready.append(target)
    return columns


def _ways(graph: Graph, slots: list[Slot]) -> dict[Edge, list[int]]:
    """The way of each arrow: it goes to the band of its target at once, then along it."""
    bends: dict[tuple[int, int, int], int] = {}
    links: set[tuple[int, int]] = set()
    ways = {}
    for edge in graph.forward:
        source, target = slots[edge.source], slots[edge.target]
        way = [edge.source]
        for column in range(source.column + 1, target.column):
            key = (edge.source, target.lane, column)
            if key not in bends:
                bends[key] = len(slots)
                slots.append(Slot(target.lane, column, None))
            way.append(bends[key])
        way.append(edge.target)
        ways[edge] = way
        links.update(pairwise(way))
        if len(bends) > MOST_BENDS:
            raise TooLargeToDraw(count=len(graph.nodes), limit=MOST_ITEMS)
    for before, after in sorted(links):
        slots[before].after.append(after)
        slots[after].before.append(before)
    return ways


def _order(layout: Slots) -> None:
    """Order the cells by their neighbours, to and fro, and keep the order with the fewest crossings."""
    best, fewest = _copy(layout.cells), _crossings(layout)
    for sweep in range(SWEEPS):
        forward = sweep % 2 == 0
        columns = range(layout.columns) if forward else reversed(range(layout.columns))
        for column in columns:
            heights = _heights(layout)
            for (_, at), cell in layout.cells.items():
                if at == column:
                    cell.sort(
                        key=lambda place: _middle(layout.slots[place], heights, forward, place)
                    )
        crossings = _crossings(layout)
        if crossings < fewest:
            best, fewest = _copy(layout.cells), crossings
    layout.cells = best


def _copy(cells: dict[tuple[int, int], list[int]]) -> dict[tuple[int, int], list[int]]:
    return {key: list(cell) for key, cell in cells.items()}


def _heights(layout: Slots) -> dict[int, float]:
    """Slot → its vertical position: the band plus the fraction within its cell."""
    return {
        place: lane + (index + 0.5) / len(cell)
        for (lane, _), cell in layout.cells.items()
        for index, place in enumerate(cell)
    }


def _middle(slot: Slot, heights: dict[int, float], forward: bool, own: int) -> float:
    neighbours = slot.before if forward else slot.after
    if not neighbours:
        return heights[own]
    return sum(heights[neighbour] for neighbour in neighbours) / len(neighbours)


def _crossings(layout: Slots) -> int:
    """How often two arrows cross between neighbouring columns."""
    heights, total = _heights(layout), 0
    for column in range(layout.columns):
        links = sorted(
            (heights[place], heights[after])
            for place, slot in enumerate(layout.slots)
            if slot.column == column
            for after in slot.after
        )
        ends: list[float] = []
        for _, end in links:
            total += len(ends) - bisect_left(ends, end + 1e-9)
            insort(ends, end)
    return total
