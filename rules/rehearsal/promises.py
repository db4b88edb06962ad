"""Promises in a rehearsal: for each, how long projects take from its first event to its last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from models.clock.values import Limit, Unit
from models.scenarios.definition import PromiseDefinition, ScenarioDefinition
from models.scenarios.promises import Happening, PromiseUnit, parts_of
from rules.clock import deadline
from rules.clock.calendar import WorkingCalendar
from rules.rehearsal.counted_days import counted_path
from rules.rehearsal.run import NEVER, Case
from rules.scenarios.promises import way

_UNITS = {
    PromiseUnit.WORKING_DAY: Unit.WORKING_DAY,
    PromiseUnit.NATURAL_DAY: Unit.NATURAL_DAY,
    PromiseUnit.MONTH: Unit.MONTH,
}


@dataclass(frozen=True, slots=True)
class PromiseForecast:
    """One promise over all projects that it is made to and that came to its end."""

    promise: str
    projects: int
    kept: float | None
    """Share of the projects in which it was kept; ``None`` without any."""
    days: tuple[int, int, int]
    """Days within which 50 %, 80 % and 95 % came to its end: counted or working days where the promise
    is in such, else natural days."""


def promise_forecasts(
    scenario: ScenarioDefinition,
    cases: Sequence[Case],
    orders: dict[int, tuple[int, ...]],
    days: Sequence[int],
    calendar: WorkingCalendar,
) -> Iterator[PromiseForecast]:
    """Every promise of the scenario; ``days`` are ordinals of working days."""
    place = {item.code: position for position, item in enumerate(scenario.items)}
    for promise in scenario.all_promises:
        counted = frozenset(place[code] for code in way(scenario, promise))
        taken: list[tuple[int, bool]] = []
        for case in cases:
            if promise.named not in case.network.promised:
                continue
            if promise.is_counted:
                order = orders[id(case.network)]
                took = counted_path(case, order, counted)[0] if case.left == 0 else None
                kept = took is not None and took <= promise.days
            else:
                span = _span(promise, case, place)
                took = None if span is None else _took(promise, span, days)
                kept = span is not None and _is_kept(promise, span, days, calendar)
            if took is not None:
                taken.append((took, kept))
        yield _forecast(promise.named, taken)


def _forecast(key: str, taken: Sequence[tuple[int, bool]]) -> PromiseForecast:
    if not taken:
        return PromiseForecast(key, 0, None, (0, 0, 0))
    ranked = sorted(took for took, _ in taken)
    last = len(ranked) - 1
    shares = tuple(ranked[min(last, -(-len(ranked) * share // 100) - 1)] for share in (50, 80, 95))
    kept = round(sum(kept for _, kept in taken) / len(taken), 4)
    return PromiseForecast(key, len(taken), kept, (shares[0], shares[1], shares[2]))


def _span(promise: PromiseDefinition, case: Case, place: dict[str, int]) -> tuple[int, int] | None:
    """Working days of the first event and of the last; ``None`` where one did not come."""
    if promise.items:
        needed = [place[code] for code in promise.items if place[code] in case.network.needed]
        began = [case.accepted[position] for position in needed]
        ended = [case.decided[position] for position in needed]
        if not needed or NEVER in (*began, *ended):
            return None
        return min(began), max(ended)
    start = _day(promise.start, case, place) if promise.start else case.registered
    end = _day(promise.end, case, place) if promise.end else case.completed
    return None if NEVER in (start, end) else (start, end)


def _day(event: str, case: Case, place: dict[str, int]) -> int:
    item, happening = parts_of(event)
    if item is None:
        return case.registered
    on = {
        Happening.OPENED: case.opened,
        Happening.RECEIVED: case.received,
        Happening.ACCEPTED: case.accepted,
        Happening.DECIDED: case.decided,
    }
    return on[happening][place[item]]


def _took(promise: PromiseDefinition, span: tuple[int, int], days: Sequence[int]) -> int:
    start, end = span
    if promise.unit is PromiseUnit.WORKING_DAY:
        return end - start
    return days[end] - days[start]


def _is_kept(
    promise: PromiseDefinition,
    span: tuple[int, int],
    days: Sequence[int],
    calendar: WorkingCalendar,
) -> bool:
    start, end = (date.fromordinal(days[position]) for position in span)
    return end <= deadline(calendar, start, Limit(promise.days, _UNITS[promise.unit]))
