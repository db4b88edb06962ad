"""Counted time of stages and projects.

The time of a stage is the union of its items' counted days: items that run side by side are counted
once. The time of a project is its counted critical path: the longest chain of items that wait for
one another, without the days on which no authority's clock ran (applicant's time, special
procedures, construction) [D].
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from graphlib import CycleError, TopologicalSorter
from typing import Generic, TypeVar

from models.clock.values import (
    ClockEvent,
    ClockPolicy,
    ClockStarted,
    ClockStopped,
    ClockView,
    CountingMode,
    Span,
)
from models.errors import KaigongError
from rules.clock.calendar import WorkingCalendar
from rules.clock.counting import FOREVER, Run, excluded_runs, merged
from rules.clock.projection import read_history, runs_of

K = TypeVar("K", bound=Hashable)


class CircularOrder(KaigongError):
    template = (
        "{field}: {value} wait for one another in a circle. Remove one of these dependencies."
    )
    field = "after"


@dataclass(frozen=True, slots=True)
class Path(Generic[K]):
    """The longest chain of items and the days it takes."""

    days: int
    items: tuple[K, ...]


def counted_spans(view: ClockView, until: date) -> tuple[Span, ...]:
    """The spans in which the clock ran, up to its stop or ``until``: (after, until] each."""
    return _between(
        view.started_on, view.stopped_on or until, runs_of(view), view.terms.mode, until
    )


def spans_run(events: Iterable[ClockEvent], policy: ClockPolicy, until: date) -> tuple[Span, ...]:
    """The same of a clock that excludes its first day, from its events alone: its last days, which
    cost most, are not asked for.
    """
    return tuple(_span(*run) for run in days_run(tuple(events), policy, until))


def days_run(events: Sequence[ClockEvent], policy: ClockPolicy, until: date) -> list[Run]:
    """The same as runs of day ordinals, first and last."""
    match events:
        # Most limits were never paused.
        case [ClockStarted(on=start)]:
            return _days_between(start, until, [], CountingMode.DEADLINE, until)
        case [ClockStarted(on=start), ClockStopped(on=stop)]:
            return _days_between(start, stop, [], CountingMode.DEADLINE, until)
    history = read_history(events)
    runs = excluded_runs(history.spans, policy) if history.suspensions else []
    stopped, mode = history.stopped_on or until, CountingMode.DEADLINE
    return _days_between(history.started_on, stopped, runs, mode, until)


def _between(
    started: date | None, stopped: date, runs: list[Run], mode: CountingMode, until: date
) -> tuple[Span, ...]:
    return tuple(_span(*run) for run in _days_between(started, stopped, runs, mode, until))


def _days_between(
    started: date | None, stopped: date, runs: list[Run], mode: CountingMode, until: date
) -> list[Run]:
    if started is None:
        return []
    first = started.toordinal() + (mode is CountingMode.DEADLINE)
    last = min(stopped, until).toordinal()
    days = []
    for low, high in [*runs, (FOREVER, FOREVER)]:
        if first < low and first <= last:
            days.append((first, min(low - 1, last)))
        first = max(first, high + 1)
    return days


def union(spans: Iterable[Span], until: date) -> tuple[Span, ...]:
    """The same days as spans that neither overlap nor touch; open ones end on ``until``."""
    return tuple(_span(*run) for run in _runs(spans, until))


def counted_working_days(spans: Iterable[Span], calendar: WorkingCalendar, until: date) -> int:
    """Working days in the union of the spans; open ones end on ``until``."""
    return sum(calendar.count(first - 1, last) for first, last in _runs(spans, until))


def counted_natural_days(spans: Iterable[Span], until: date) -> int:
    """Natural days in the union of the spans; open ones end on ``until``."""
    return sum(last - first + 1 for first, last in _runs(spans, until))


def stage_working_days(views: Iterable[ClockView], calendar: WorkingCalendar, until: date) -> int:
    """Counted working days of a stage: the union of what its items' clocks counted (R11)."""
    spans = (span for view in views for span in counted_spans(view, until))
    return counted_working_days(spans, calendar, until)


def counted_critical_path(
    spans: Mapping[K, Iterable[Span]],
    predecessors: Mapping[K, Collection[K]],
    calendar: WorkingCalendar,
    until: date,
) -> Path[K]:
    """The chain of items on which the authorities used most working days, each day once.

    ``spans`` are the counted spans of each item; an item without any (not started, not counted,
    applicant's) adds nothing but passes the chain on. Days on which an item ran although one it
    waits for was still running belong to the earlier one.
    """
    runs = {key: _runs(counted, until) for key, counted in spans.items()}
    order = _order(runs.keys() | predecessors.keys(), predecessors)
    ended: dict[K, int] = {}
    days: dict[K, int] = {}
    for key in order:
        waited = max((ended[before] for before in predecessors.get(key, ())), default=0)
        own = runs.get(key, [])
        days[key] = sum(
            calendar.count(max(first - 1, waited), last) for first, last in own if last > waited
        )
        ended[key] = max(waited, own[-1][1] if own else 0)
    return _longest(order, days, predecessors)


def longest_path(days: Mapping[K, int], predecessors: Mapping[K, Collection[K]]) -> Path[K]:
    """The chain of items whose days add up to most; ``CircularOrder`` when there is a circle."""
    return _longest(_order(days.keys() | predecessors.keys(), predecessors), days, predecessors)


def _longest(
    order: Iterable[K], days: Mapping[K, int], predecessors: Mapping[K, Collection[K]]
) -> Path[K]:
    best: dict[K, tuple[int, K | None]] = {}
    for key in order:
        before = max(
            predecessors.get(key, ()), key=lambda predecessor: best[predecessor][0], default=None
        )
        reached = best[before][0] if before is not None else 0
        best[key] = (reached + days.get(key, 0), before)
    end: K | None = max(best, key=lambda key: best[key][0], default=None)
    total = best[end][0] if end is not None else 0
    chain: list[K] = []
    while end is not None:
        chain.append(end)
        end = best[end][1]
    return Path(total, tuple(reversed(chain)))


def _order(keys: Iterable[K], predecessors: Mapping[K, Collection[K]]) -> list[K]:
    sorter: TopologicalSorter[K] = TopologicalSorter(dict.fromkeys(keys, ()))
    for key, before in predecessors.items():
        sorter.add(key, *before)
    try:
        return list(sorter.static_order())
    except CycleError as error:
        raise CircularOrder(value=" → ".join(map(str, error.args[1]))) from error


def _runs(spans: Iterable[Span], until: date) -> list[Run]:
    last = until.toordinal()
    runs = []
    for span in spans:
        end = last if span.until is None else min(span.until.toordinal(), last)
        if span.after.toordinal() < end:
            runs.append((span.after.toordinal() + 1, end))
    return merged(runs)


def _span(first: int, last: int) -> Span:
    return Span(date.fromordinal(first - 1), date.fromordinal(last))
