"""The charts of a rehearsal as values: where each bar stands, how long it is, what it says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from models.scenarios.definition import ScenarioDefinition, Text
from rules.rehearsal import Forecast
from services.wording.names import department_name, item_name

WIDTH, HEIGHT, FOOT, SIDE = 760.0, 220.0, 34.0, 44.0
#: More bars than this are put together, several days to one.
MOST_BARS = 48
#: Items and departments that a chart shows.
MOST_ROWS = 12


@dataclass(frozen=True, slots=True)
class Column:
    """One bar of the distribution: projects that took so many counted days."""

    x: float
    y: float
    width: float
    height: float
    first: int
    last: int
    projects: int
    late: bool


@dataclass(frozen=True, slots=True)
class Histogram:
    """How many projects took how many counted days, with the promise as a line."""

    columns: tuple[Column, ...]
    promise_x: float | None
    ticks: tuple[tuple[float, int], ...]
    most: int
    """Projects of the highest bar."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a chart: a name, a value and its share of the longest."""

    key: str
    name: Text
    value: float
    share: float
    """0 to 100."""
    more: float
    """The second value of the line: waiting days, or the share of projects in percent."""


def histogram(forecast: Forecast) -> Histogram:
    """The distribution of the counted days."""
    first = forecast.distribution[0][0]
    last = max(forecast.distribution[-1][0], forecast.promised_days or 0)
    step = max(1, ceil((last - first + 1) / MOST_BARS))
    counts: dict[int, int] = {}
    for days, projects in forecast.distribution:
        place = (days - first) // step
        counts[place] = counts.get(place, 0) + projects
    places = (last - first) // step + 1
    width, most = (WIDTH - 2 * SIDE) / places, max(counts.values())
    promise = forecast.promised_days
    columns = tuple(
        Column(
            x=round(SIDE + place * width + width * 0.08, 1),
            y=round(HEIGHT - FOOT - _height(projects, most), 1),
            width=round(width * 0.84, 1),
            height=round(_height(projects, most), 1),
            first=first + place * step,
            last=first + place * step + step - 1,
            projects=projects,
            late=promise is not None and first + place * step > promise,
        )
        for place, projects in sorted(counts.items())
    )
    line = None if promise is None else SIDE + ((promise - first) // step + 1) * width
    return Histogram(
        columns, line and round(max(line, SIDE), 1), _ticks(places, width, first, step), most
    )


def _height(projects: int, most: int) -> float:
    return max(1.5, projects / most * (HEIGHT - FOOT - 18))


def _ticks(places: int, width: float, first: int, step: int) -> tuple[tuple[float, int], ...]:
    every = max(1, ceil(places / 16))
    return tuple(
        (round(SIDE + place * width + width / 2, 1), first + place * step)
        for place in range(0, places, every)
    )


def item_bars(scenario: ScenarioDefinition, forecast: Forecast) -> tuple[Bar, ...]:
    """What the items add to the longest chain of a project, the costliest first."""
    rows = [(item.item, item.path_days, item.on_path * 100) for item in forecast.items]
    return _bars(rows, lambda code: item_name(scenario, code))


def department_bars(scenario: ScenarioDefinition, forecast: Forecast) -> tuple[Bar, ...]:
    """What the departments' items add to the longest chain, and what lies there waiting."""
    rows = [
        (department.department, department.path_days, department.waiting_days)
        for department in forecast.departments
    ]
    return _bars(rows, lambda key: department_name(scenario, key))


def _bars(rows: list[tuple[str, float, float]], name: Callable[[str], Text]) -> tuple[Bar, ...]:
    shown = sorted((row for row in rows if row[1] or row[2]), key=lambda row: (-row[1], -row[2]))
    longest = max((row[1] for row in shown), default=0) or 1
    return tuple(
        Bar(key, name(key), value, round(value / longest * 100, 1), round(more, 2))
        for key, value, more in shown[:MOST_ROWS]
    )
