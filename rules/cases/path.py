"""The way of a project to its end: which items hold it up, and when each is decided at the earliest.

Counted is what the authorities are promised to take, from today on, as if everything were applied for on
the day on which it can be and what the enterprise does itself took no time: the days are the earliest ones,
never a promise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from models.cases.facts import ItemFacts, ProjectFacts
from models.cases.states import SATISFIED, ClockKind, ClockState, ItemState
from models.scenarios.definition import WorksEvent
from rules.cases.context import Context
from rules.cases.timers import limit_of
from rules.clock import deadline

#: What stands: an opinion is no decision.
DONE = SATISFIED - {ItemState.PRELIMINARY}


@dataclass(frozen=True, slots=True)
class Waypoint:
    """One item on its way."""

    item: str
    on: date
    """The day of its decision; of one that is still to come the earliest."""
    done: bool
    after_works: bool
    """Whether it comes with the completion of the works or after it: nobody knows on which day."""
    slack: int
    """Working days by which it may be later and hold up nothing; 0 on the longest chain."""
    before: tuple[str, ...]
    """Codes of the items that it builds on directly, of those that the project needs."""


@dataclass(frozen=True)
class ProjectPath:
    """The items that a project needs, in the order in which they are decided, and its longest chain."""

    points: Mapping[str, Waypoint]
    chain: tuple[str, ...]
    """Codes of the items that hold up the end, from the first to the last."""

    @property
    def ends_on(self) -> date | None:
        """The earliest day of the end; ``None`` where nothing is needed."""
        return self.points[self.chain[-1]].on if self.chain else None

    @cached_property
    def earlier(self) -> Mapping[str, frozenset[str]]:
        """Item code → every item that is decided before it."""
        sets: dict[str, frozenset[str]] = {}
        for code, point in self.points.items():
            sets[code] = frozenset(point.before).union(*(sets[b] for b in point.before))
        return sets


def project_path(
    facts: ProjectFacts, context: Context, not_before: Mapping[str, date] | None = None
) -> ProjectPath:
    """The way of a project as it stands today; parts run inside the days of their whole.

    ``not_before``: item code → the day before which it is not applied for, where that is asked about.
    """
    return _Walk(facts, context, not_before or {}).path()


class _Walk:
    """Works out the days of one project, in the order in which its items are decided."""

    def __init__(
        self, facts: ProjectFacts, context: Context, not_before: Mapping[str, date]
    ) -> None:
        self.facts, self.calendar, self.today = facts, context.calendar, context.today
        self.before = _needed_before(facts)
        self.on: dict[str, date] = {}
        self.starts: dict[str, date] = {}
        for code, before in self.before.items():
            earliest = not_before.get(code, self.today)
            self.starts[code] = max([self.today, earliest, *(self.on[b] for b in before)])
            self.on[code] = self._day_of(facts.items[code])

    def path(self) -> ProjectPath:
        slack = self._slack()
        points = dict[str, Waypoint]()
        for code, before in self.before.items():
            done = self.facts.items[code].state in DONE
            works = not done and (self._is_completion(code) or self._follows(points, before))
            points[code] = Waypoint(code, self.on[code], done, works, slack[code], before)
        return ProjectPath(points, self._chain())

    def _is_completion(self, code: str) -> bool:
        return self.facts.definition(code).works is WorksEvent.COMPLETION

    @staticmethod
    def _follows(points: Mapping[str, Waypoint], before: Iterable[str]) -> bool:
        return any(points[code].after_works for code in before)

    def _day_of(self, item: ItemFacts) -> date:
        if item.state in DONE:
            return item.decided_on or self.facts.registered_on or self.today
        clock = self.facts.clocks.get((item.code, ClockKind.DECISION, item.round, ""))
        if clock is not None and clock.state is not ClockState.STOPPED and clock.due_on:
            return max(clock.due_on, self.today)
        definition = self.facts.definition(item.code)
        limit = limit_of(definition.promised or definition.statutory)
        start = self.starts[item.code]
        return deadline(self.calendar, start, limit) if limit else start

    def _slack(self) -> dict[str, int]:
        """Working days between the earliest day of each item and the last one that holds up nothing."""
        last = dict.fromkeys(self.on, max(map(self._number, self.on.values()), default=0))
        for code in reversed(tuple(self.on)):
            begins = last[code] - (self._number(self.on[code]) - self._number(self.starts[code]))
            for before in self.before[code]:
                last[before] = min(last[before], begins)
        return {code: max(last[code] - self._number(day), 0) for code, day in self.on.items()}

    def _number(self, day: date) -> int:
        return self.calendar.working_days_between(self.today, day)

    def _chain(self) -> tuple[str, ...]:
        """Back from what ends last, each time to what it waits for longest; of equals the longer way."""
        steps: dict[str, int] = {}
        for code, before in self.before.items():
            steps[code] = 1 + max((steps[b] for b in before), default=0)

        def weight(code: str) -> tuple[date, int]:
            return self.on[code], steps[code]

        chain, reached = list[str](), tuple(self.on)
        while reached:
            chain.append(max(reached, key=weight))
            reached = self.before[chain[-1]]
        return tuple(reversed(chain))


def _needed_before(facts: ProjectFacts) -> dict[str, tuple[str, ...]]:
    """Item code → what it builds on directly; through items that the project does not need, and parts."""
    scenario, stands_for = facts.scenario, dict[str, tuple[str, ...]]()
    before: dict[str, tuple[str, ...]] = {}
    for code in scenario.decision_order:
        builds_on = dict.fromkeys(b for d in scenario.builds_on[code] for b in stands_for[d])
        item = facts.items.get(code)
        needed = item is not None and item.involved and not scenario.item[code].part_of
        if needed:
            before[code] = tuple(builds_on)
        stands_for[code] = (code,) if needed else tuple(builds_on)
    return before
