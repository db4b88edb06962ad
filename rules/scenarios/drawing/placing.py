"""Vertical positions of the slots within their bands, chosen to keep arrows straight."""

from __future__ import annotations

from collections.abc import Sequence

from rules.scenarios.drawing.graph import Graph
from rules.scenarios.drawing.slots import Slots

#: All measures are in the units of the picture (CSS pixels at its natural size).
BOX_WIDTH, BOX_HEIGHT = 158.0, 76.0
PART_HEIGHT = 20.0
BEND_HEIGHT = 8.0
GAP = 12.0
SWEEPS = 8
#: How much a bend insists on a straight line, against a box.
STRAIGHT = 4.0


def height_of(graph: Graph, node: int | None) -> float:
    """The height of a box with its parts, or of a bend."""
    if node is None:
        return BEND_HEIGHT
    parts = len(graph.nodes[node].parts)
    return BOX_HEIGHT + (parts * PART_HEIGHT + 6 if parts else 0)


def port_of(node: int | None) -> float:
    """How far below the top of a slot its arrows come and go."""
    return BEND_HEIGHT / 2 if node is None else BOX_HEIGHT / 2


def tops(graph: Graph, layout: Slots) -> tuple[list[float], list[float]]:
    """The top of every slot within its band, and the height of every band."""
    heights = [height_of(graph, slot.node) for slot in layout.slots]
    top = [0.0] * len(layout.slots)
    for cell in layout.cells.values():
        _set(top, cell, heights, [0.0] * len(cell), [1.0] * len(cell))
    for sweep in range(SWEEPS):
        for lane in range(len(graph.stages)):
            _straighten(layout, top, heights, lane, forward=sweep % 2 == 0)
    return top, _settle(graph, layout, top, heights)


def _straighten(
    layout: Slots, top: list[float], heights: list[float], lane: int, *, forward: bool
) -> None:
    """Move the slots of a band toward the arrows that come from one side."""
    columns = range(layout.columns) if forward else reversed(range(layout.columns))
    for column in columns:
        cell = layout.cells.get((lane, column))
        if cell is None:
            continue
        wanted, weights = [], []
        for place in cell:
            slot = layout.slots[place]
            sides = slot.before if forward else slot.after
            level = [neighbour for neighbour in sides if layout.slots[neighbour].lane == lane]
            aims = [top[neighbour] + port_of(layout.slots[neighbour].node) for neighbour in level]
            own = port_of(slot.node)
            wanted.append(sum(aims) / len(aims) - own if aims else top[place])
            weights.append(0.2 if not aims else STRAIGHT if slot.node is None else 1.0)
        _set(top, cell, heights, wanted, weights)


def _set(
    top: list[float],
    cell: Sequence[int],
    heights: Sequence[float],
    wanted: Sequence[float],
    weights: Sequence[float],
) -> None:
    """Put the slots of a cell as near as possible to where they want to be, without touching.

    Without the heights before it each slot wants a number, and the numbers must not decrease: the
    least squares are those of pooling neighbours that disagree.
    """
    offset, pools = 0.0, list[tuple[float, float, int]]()
    offsets = []
    for place, aim, weight in zip(cell, wanted, weights, strict=True):
        offsets.append(offset)
        pools.append((aim - offset, weight, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (a, u, m), (b, v, n) = pools[-2:]
            pools[-2:] = [((a * u + b * v) / (u + v), u + v, m + n)]
        offset += heights[place] + GAP
    at = iter(cell)
    shifts = iter(offsets)
    for value, _, count in pools:
        for _ in range(count):
            top[next(at)] = value + next(shifts)


def _settle(graph: Graph, layout: Slots, top: list[float], heights: list[float]) -> list[float]:
    """Shift every band to begin at 0 and return the heights."""
    bands = []
    for lane in range(len(graph.stages)):
        inside = [place for place, slot in enumerate(layout.slots) if slot.lane == lane]
        first = min((top[place] for place in inside), default=0.0)
        for place in inside:
            top[place] = round(top[place] - first, 1)
        bands.append(max((top[place] + heights[place] for place in inside), default=0.0))
    return bands
