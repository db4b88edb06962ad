"""Forecast of a rehearsal: the figures on which people base decisions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from math import ceil
from typing import Any, Final

from models.scenarios.definition import ScenarioDefinition
from rules.clock.calendar import WorkingCalendar
from rules.rehearsal.counted_days import counted_path, order_of
from rules.rehearsal.network import Mode, Network
from rules.rehearsal.promises import PromiseForecast, promise_forecasts
from rules.rehearsal.run import Case, Desk

_DIGITS: Final = 2
#: Working days per project that have to be waited before a department counts as short of hands [D].
SHORT_OF_HANDS: Final = 0.1


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Days within which 50 %, 80 % and 95 % of projects are finished."""

    p50: int
    p80: int
    p95: int


@dataclass(frozen=True, slots=True)
class ItemForecast:
    """One item over all projects that needed it."""

    item: str
    projects: int
    days: float
    """Mean working days from its opening to its decision."""
    path_days: float
    """Mean counted working days it contributes to a project's longest chain, over all projects."""
    on_path: float
    """Share of all projects in which it is on the longest chain."""
    late: float
    """Share of its decisions that came after the promised limit."""


@dataclass(frozen=True, slots=True)
class DepartmentForecast:
    """One department over the whole run."""

    department: str
    capacity: int
    """Capacity in acts per working day."""
    acts: int
    waiting_days: float
    """Working days per project that acts waited for capacity."""
    path_days: float
    """Counted working days of its items on the longest chains, per project."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """How projects would fare in a scenario."""

    scenario: str
    version: int
    projects: int
    seed: int
    completed: int
    counted_days: Percentiles
    """Counted working days, which the promise limits."""
    calendar_days: Percentiles
    """Natural days from the registration to the last item."""
    distribution: tuple[tuple[int, int], ...]
    """Counted working days and how many projects took as many, the shortest first."""
    promised_days: int | None
    within_promise: float | None
    """Share of the projects whose counted working days keep the promise."""
    costliest_item: str | None
    """The item that contributes most counted days."""
    bottleneck: str | None
    """The department with the longest waits; without waits, the one whose items take most counted days."""
    items: tuple[ItemForecast, ...]
    departments: tuple[DepartmentForecast, ...]
    promises: tuple[PromiseForecast, ...] = ()
    """Every promise of the scenario, over the projects that it is made to."""

    def as_dict(self) -> dict[str, Any]:
        """The forecast as plain JSON values."""
        return asdict(self)


@dataclass(slots=True)
class _Tally:
    projects: int = 0
    days: int = 0
    path_days: int = 0
    on_path: int = 0
    late: int = 0
    decisions: int = 0


def forecast(
    scenario: ScenarioDefinition,
    cases: Sequence[Case],
    desks: Sequence[Desk],
    days: Sequence[int],
    seed: int,
    calendar: WorkingCalendar,
) -> Forecast:
    """Summarise the cases and desks of a run; ``days`` are ordinals of working days of the calendar."""
    tallies = [_Tally() for _ in scenario.items]
    orders: dict[int, tuple[int, ...]] = {}
    counted = []
    for case in cases:
        if id(case.network) not in orders:
            orders[id(case.network)] = order_of(case.network)
        counted.append(_add(tallies, case, orders[id(case.network)]))
    through = [case for case in cases if case.left == 0]
    items = tuple(
        _item(item.code, tally, len(cases))
        for item, tally in zip(scenario.items, tallies, strict=True)
    )
    departments = tuple(_departments(scenario, items, desks, len(cases)))
    promise = scenario.promised_days
    kept = None if promise is None else sum(days <= promise for days in counted) / len(counted)
    return Forecast(
        scenario=scenario.key,
        version=scenario.version,
        projects=len(cases),
        seed=seed,
        completed=len(through),
        counted_days=percentiles(counted),
        calendar_days=percentiles(days[c.completed] - days[c.registered] for c in through),
        distribution=tuple(sorted(Counter(counted).items())),
        promised_days=promise,
        within_promise=None if kept is None else round(kept, 4),
        costliest_item=_most(items),
        bottleneck=_bottleneck(departments),
        items=items,
        departments=departments,
        promises=tuple(promise_forecasts(scenario, cases, orders, days, calendar)),
    )


def percentiles(values: Iterable[int]) -> Percentiles:
    """Nearest-rank percentiles; all 0 without values."""
    ranked = sorted(values)
    if not ranked:
        return Percentiles(0, 0, 0)

    def rank(share: float) -> int:
        return ranked[max(0, ceil(share * len(ranked)) - 1)]

    return Percentiles(rank(0.5), rank(0.8), rank(0.95))


def _add(tallies: list[_Tally], case: Case, order: tuple[int, ...]) -> int:
    """Add one project to the tallies of its items; returns its counted working days."""
    network: Network = case.network
    for position in network.needed:
        tally, node, decided = tallies[position], network.nodes[position], case.decided[position]
        tally.projects += 1
        if decided < 0:
            continue
        tally.days += decided - case.opened[position]
        if node.mode is not Mode.MILESTONE and node.promised is not None:
            tally.decisions += 1
            tally.late += decided - case.accepted[position] > node.promised
    counted, chain = counted_path(case, order)
    for position in chain:
        tallies[position].on_path += 1
        tallies[position].path_days += case.decided[position] - case.accepted[position]
    return counted


def _item(code: str, tally: _Tally, projects: int) -> ItemForecast:
    return ItemForecast(
        code,
        tally.projects,
        round(tally.days / max(1, tally.projects), _DIGITS),
        round(tally.path_days / projects, _DIGITS),
        round(tally.on_path / projects, _DIGITS + 2),
        round(tally.late / max(1, tally.decisions), _DIGITS + 2),
    )


def _departments(
    scenario: ScenarioDefinition,
    items: Sequence[ItemForecast],
    desks: Sequence[Desk],
    projects: int,
) -> Iterable[DepartmentForecast]:
    path_days: dict[str, float] = {}
    for item in items:
        key = scenario.item[item.item].department
        path_days[key] = path_days.get(key, 0) + item.path_days
    for department, desk in zip(path_days, desks, strict=True):
        yield DepartmentForecast(
            department,
            desk.capacity,
            desk.acts,
            round(desk.waited / projects, _DIGITS),
            round(path_days[department], _DIGITS),
        )


def _most(items: Sequence[ItemForecast]) -> str | None:
    most = max(items, key=lambda item: item.path_days, default=None)
    return most.item if most is not None and most.path_days else None


def _bottleneck(departments: Sequence[DepartmentForecast]) -> str | None:
    def weight(department: DepartmentForecast) -> tuple[float, float]:
        waited = department.waiting_days if department.waiting_days >= SHORT_OF_HANDS else 0.0
        return waited, department.path_days

    most = max(departments, key=weight, default=None)
    return most.department if most is not None and most.acts else None
