"""The picture as coordinates; :mod:`services.scenarios.drawing` writes it as SVG."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

from models.scenarios.definition import ItemDefinition, ScenarioDefinition, StageDefinition
from rules.scenarios.drawing.graph import Edge, Graph, graph_of
from rules.scenarios.drawing.placing import BOX_HEIGHT, BOX_WIDTH, height_of, port_of, tops
from rules.scenarios.drawing.slots import Slots, arranged

MARGIN = 12.0
#: Room above the boxes of a band for the name of its stage.
BAND_HEAD, BAND_FOOT = 34.0, 14.0
BAND_GAP = 8.0
GUTTER, GUTTER_PER_ARROW, WIDEST_GUTTER = 34.0, 2.5, 76.0


class Point(NamedTuple):
    """A place on the picture, from its upper left corner."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Band:
    """One stage across the picture; ``None`` holds the items whose stage is unknown."""

    stage: StageDefinition | None
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Box:
    """One item; its parts are lines in its lower half."""

    item: ItemDefinition
    parts: tuple[ItemDefinition, ...]
    critical: bool
    column: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Arrow:
    """A dependency between items: curved from each even point to the next, straight from each odd one."""

    source: str
    target: str
    critical: bool
    back: bool
    """It closes a circle: an error of the scenario."""
    route: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A whole picture."""

    scenario: ScenarioDefinition
    width: float
    height: float
    bands: tuple[Band, ...]
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    days: int | None
    """Counted working days of the critical path; ``None`` while there is none."""


def draw(scenario: ScenarioDefinition) -> Drawing:
    """Lay out a scenario, sound or not; the same scenario always gives the same picture."""
    graph = graph_of(scenario)
    layout = arranged(graph)
    top, heights = tops(graph, layout)
    bands = _bands(graph, heights)
    left, width = _columns(layout)
    corner = [
        Point(left[slot.column], round(bands[slot.lane].y + BAND_HEAD + top[place], 1))
        for place, slot in enumerate(layout.slots)
    ]
    boxes = _boxes(graph, layout, corner)
    last = bands[-1]
    return Drawing(
        scenario=scenario,
        width=width,
        height=round(last.y + last.height + MARGIN, 1),
        bands=bands,
        boxes=boxes,
        arrows=(*_forward(graph, layout, corner), *_back(graph, boxes)),
        days=graph.days,
    )


def _bands(graph: Graph, heights: list[float]) -> tuple[Band, ...]:
    bands, y = [], MARGIN
    for stage, height in zip(graph.stages, heights, strict=True):
        whole = round(BAND_HEAD + height + BAND_FOOT, 1)
        bands.append(Band(stage, round(y, 1), whole))
        y += whole + BAND_GAP
    return tuple(bands)


def _columns(layout: Slots) -> tuple[list[float], float]:
    """Where each column begins, and how wide the picture is; more arrows need wider gutters."""
    leaving = Counter(slot.column for slot in layout.slots for _ in slot.after)
    left, x = [], MARGIN + 14
    for column in range(layout.columns):
        left.append(round(x, 1))
        gutter = min(WIDEST_GUTTER, GUTTER + GUTTER_PER_ARROW * leaving[column])
        x += BOX_WIDTH + (gutter if column + 1 < layout.columns else 14)
    return left, round(x + MARGIN, 1)


def _boxes(graph: Graph, layout: Slots, corner: list[Point]) -> tuple[Box, ...]:
    return tuple(
        Box(
            node.item,
            node.parts,
            node.critical,
            layout.slots[place].column,
            *corner[place],
            BOX_WIDTH,
            height_of(graph, place),
        )
        for place, node in enumerate(graph.nodes)
    )


def _forward(graph: Graph, layout: Slots, corner: list[Point]) -> list[Arrow]:
    def port(place: int) -> Point:
        return Point(corner[place].x, round(corner[place].y + port_of(layout.slots[place].node), 1))

    arrows = []
    for edge, way in layout.ways.items():
        route = []
        for place in way:
            route += [port(place), port(place)._replace(x=round(port(place).x + BOX_WIDTH, 1))]
        arrows.append(_arrow(graph, edge, tuple(route[1:-1]), back=False))
    return arrows


def _back(graph: Graph, boxes: tuple[Box, ...]) -> list[Arrow]:
    """An arrow that closes a circle goes over everything: it has to catch the eye."""
    arrows = []
    for edge in graph.backward:
        source, target = boxes[edge.source], boxes[edge.target]
        start = Point(source.x, source.y + BOX_HEIGHT / 2)
        end = Point(target.x + target.width, target.y + BOX_HEIGHT / 2)
        arrows.append(_arrow(graph, edge, (start, end), back=True))
    return arrows


def _arrow(graph: Graph, edge: Edge, route: tuple[Point, ...], *, back: bool) -> Arrow:
    names = graph.nodes[edge.source].item.code, graph.nodes[edge.target].item.code
    return Arrow(*names, edge.critical, back, route)
