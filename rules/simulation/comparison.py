"""What another definition would have changed for past projects: each by itself, and in sum."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from models.clock import ClockTerms, ClockView, Limit, Span
from models.definition import ItemDefinition, LimitDefinition, ScenarioDefinition
from models.errors import KaigongError
from rules.calendar import WorkingCalendar
from rules.clock import (
    KnownDates,
    counted_spans,
    counted_working_days,
    ladder_dates,
    longest_path,
    project_clock,
    yellow_on,
)
from rules.clock.lights import is_overdue
from rules.context import Policy
from rules.simulation.past import PastProject
from rules.simulation.replay import Moments, replayed


@dataclass(frozen=True, slots=True)
class ItemOutcome:
    """One item of one project under one definition."""

    opened_on: date | None
    examined_on: date | None
    decided_on: date | None
    days: int
    """Working days that its limit to decide ran."""
    due_on: date | None
    """Last day of the promised limit, else of the statutory one, in the last round."""
    late: bool
    """Decided, or still not decided, after that day in any round."""
    unlawful: bool
    """The same for the statutory limit."""
    warnings: tuple[str, ...]
    """Rungs of the warning ladder that came, in order."""


@dataclass(frozen=True, slots=True)
class ProjectOutcome:
    """One project under one definition."""

    days: int
    """Counted working days along the longest chain: what the promise is about."""
    path: tuple[str, ...]
    promised: int | None
    last_on: date | None
    """Day of the last decision; ``None`` while one is missing."""
    items: Mapping[str, ItemOutcome]

    @property
    def kept(self) -> bool | None:
        """Whether the promise was kept; ``None`` without one."""
        return None if self.promised is None else self.days <= self.promised

    @property
    def late(self) -> tuple[str, ...]:
        """Items that broke their limit."""
        return tuple(code for code, item in self.items.items() if item.late)

    @property
    def order(self) -> tuple[str, ...]:
        """Items in the order in which they opened."""
        opened = [(item.opened_on, code) for code, item in self.items.items() if item.opened_on]
        return tuple(code for _, code in sorted(opened, key=lambda one: one[0]))


@dataclass(frozen=True, slots=True)
class Comparison:
    """One project then, and as it would have been."""

    code: str
    title: str
    scenario: ScenarioDefinition
    """The version that it is on."""
    finished: bool
    then: ProjectOutcome
    now: ProjectOutcome

    @property
    def added(self) -> tuple[str, ...]:
        """Items that it would have had to go through besides."""
        return tuple(code for code in self.now.items if code not in self.then.items)

    @property
    def dropped(self) -> tuple[str, ...]:
        """Items that it would have been spared."""
        return tuple(code for code in self.then.items if code not in self.now.items)

    @property
    def moved(self) -> tuple[str, ...]:
        """Items that are there both times and differ in a day, a limit or a warning."""
        return tuple(
            code
            for code, item in self.now.items.items()
            if code in self.then.items and item != self.then.items[code]
        )

    @property
    def same(self) -> bool:
        """Whether nothing would have been different."""
        return self.then == self.now


@dataclass(frozen=True, slots=True)
class NotReplayed:
    """A project that cannot be replayed, and why."""

    code: str
    reason: KaigongError


@dataclass(frozen=True, slots=True)
class Replay:
    """Past projects through another definition."""

    scenario: ScenarioDefinition
    projects: tuple[Comparison, ...]
    left_out: tuple[NotReplayed, ...] = ()

    @property
    def changed(self) -> int:
        """Projects for which something would have been different."""
        return sum(not project.same for project in self.projects)

    def total(self) -> tuple[Sum, Sum]:
        """What all the projects come to, then and now."""
        return (
            _sum([project.then for project in self.projects]),
            _sum([project.now for project in self.projects]),
        )


@dataclass(frozen=True, slots=True)
class Sum:
    """Many projects under one definition."""

    days: int
    """Counted working days of all projects together."""
    mean_days: float
    promised: int
    """Projects that were promised something."""
    kept: int
    """Projects whose promise was kept."""
    items: int
    late: int
    """Items that broke their limit."""
    warnings: Mapping[str, int] = field(default_factory=dict)
    """Rung of the ladder → how often it came."""


def replay_past(
    pasts: Iterable[PastProject],
    scenario: ScenarioDefinition,
    calendar: WorkingCalendar,
    today: date,
    policy: Policy | None = None,
) -> Replay:
    """Past projects under ``scenario`` beside what they were under their own."""
    chosen = policy or Policy()
    projects: list[Comparison] = []
    left_out: list[NotReplayed] = []
    for past in pasts:
        try:
            now = _outcome(past, scenario, calendar, today, chosen)
        except KaigongError as reason:
            left_out.append(NotReplayed(past.code, reason))
            continue
        then = _outcome(past, past.scenario, calendar, today, chosen)
        projects.append(Comparison(past.code, past.title, past.scenario, past.finished, then, now))
    return Replay(scenario, tuple(projects), tuple(left_out))


def _outcome(
    past: PastProject,
    scenario: ScenarioDefinition,
    calendar: WorkingCalendar,
    today: date,
    policy: Policy,
) -> ProjectOutcome:
    moments = replayed(past, scenario, calendar, today)
    ends = [one.decided_on for one in moments.values()]
    known = [end for end in ends if end is not None]
    judge = _Judge(scenario, calendar, today, policy.under(scenario))
    items: dict[str, ItemOutcome] = {}
    spans: dict[str, list[Span]] = {}
    for code, one in moments.items():
        items[code], spans[code] = judge.item(scenario.item[code], one)
    days = {code: counted_working_days(found, calendar, date.max) for code, found in spans.items()}
    path = longest_path(days, {item.code: item.after for item in scenario.items})
    together = (span for code in path.items for span in spans.get(code, ()))
    return ProjectOutcome(
        days=counted_working_days(together, calendar, date.max),
        path=tuple(code for code in path.items if days.get(code)),
        promised=scenario.promise.days if scenario.promise else None,
        last_on=max(known) if known and len(known) == len(ends) else None,
        items=items,
    )


@dataclass(frozen=True, slots=True)
class _Judge:
    """Reads the clocks of items under one definition; one that runs is read today."""

    scenario: ScenarioDefinition
    calendar: WorkingCalendar
    today: date
    policy: Policy

    def item(self, definition: ItemDefinition, moments: Moments) -> tuple[ItemOutcome, list[Span]]:
        """What became of an item, and the spans that count toward the promise."""
        terms = _terms(definition)
        views = [
            project_clock(terms, history, self.calendar, self.policy.clock)
            for history in (moments.clocks if terms is not None else ())
            if terms is not None
        ]
        ran = [span for view in views for span in counted_spans(view, self._read(view))]
        counts = definition.counted and definition.part_of is None
        last = views[-1] if views else None
        outcome = ItemOutcome(
            opened_on=moments.opened_on,
            examined_on=moments.examined_on,
            decided_on=moments.decided_on,
            days=counted_working_days(ran, self.calendar, date.max),
            due_on=last.due_on if last else None,
            late=any(is_overdue(view.operative, self._read(view)) for view in views),
            unlawful=any(is_overdue(view.statutory, self._read(view)) for view in views),
            warnings=tuple(key for view in views for key in self._warnings(definition, view)),
        )
        return outcome, ran if counts else []

    def _read(self, view: ClockView) -> date:
        return view.stopped_on or self.today

    def _warnings(self, definition: ItemDefinition, view: ClockView) -> list[str]:
        thresholds = self.policy.thresholds_of(definition.code)
        turns = yellow_on(view, self.calendar, thresholds)
        known = KnownDates(
            # A limit so short that it is yellow from its first day warns of nothing.
            None if turns == view.started_on else turns,
            view.due_on,
            view.statutory_due_on,
            view.suspension_planned_until,
        )
        crossings = ladder_dates(known, self.calendar, self.policy.ladder)
        return [one.rung.key for one in crossings if one.on <= self._read(view)]


def _terms(definition: ItemDefinition) -> ClockTerms | None:
    """The limits that an item is judged by; ``None`` where it has none."""
    if definition.promised is None and definition.statutory is None:
        return None
    return ClockTerms(_limit(definition.statutory), _limit(definition.promised))


def _limit(limit: LimitDefinition | None) -> Limit | None:
    return None if limit is None else Limit(limit.days, limit.unit)


def _sum(outcomes: list[ProjectOutcome]) -> Sum:
    items = [item for outcome in outcomes for item in outcome.items.values()]
    days = sum(outcome.days for outcome in outcomes)
    return Sum(
        days=days,
        mean_days=round(days / len(outcomes), 2) if outcomes else 0.0,
        promised=sum(outcome.promised is not None for outcome in outcomes),
        kept=sum(outcome.kept is True for outcome in outcomes),
        items=len(items),
        late=sum(item.late for item in items),
        warnings=dict(Counter(key for item in items for key in item.warnings)),
    )
