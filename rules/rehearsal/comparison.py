"""Changes that another definition would have made to past projects, individually and in total."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from models.clock.values import ClockTerms, ClockView, Limit, Span, at_hour
from models.errors import KaigongError
from models.scenarios.definition import ItemDefinition, LimitDefinition, ScenarioDefinition
from rules.clock import (
    counted_spans,
    counted_working_days,
    known_dates,
    ladder_dates,
    longest_path,
    project_clock,
)
from rules.clock.calendar import WorkingCalendar
from rules.clock.lights import is_overdue
from rules.installation.policy import Policy
from rules.rehearsal.past_project import PastProject
from rules.rehearsal.replay import Moments, replayed


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
    """Whether it missed the statutory limit likewise."""
    warnings: tuple[str, ...]
    """Rungs of the warning ladder that were reached, in order."""


@dataclass(frozen=True, slots=True)
class ProjectOutcome:
    """One project under one definition."""

    days: int
    """Counted working days along the longest chain, which the promise limits."""
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
        return tuple(code for _, code in sorted(opened, key=lambda opening: opening[0]))


@dataclass(frozen=True, slots=True)
class Comparison:
    """One project as it was, and under the other definition."""

    code: str
    title: str
    scenario: ScenarioDefinition
    """The version that it is on."""
    finished: bool
    then: ProjectOutcome
    now: ProjectOutcome

    @property
    def added(self) -> tuple[str, ...]:
        """Additional items under the other definition."""
        return tuple(code for code in self.now.items if code not in self.then.items)

    @property
    def dropped(self) -> tuple[str, ...]:
        """Items not needed under the other definition."""
        return tuple(code for code in self.then.items if code not in self.now.items)

    @property
    def moved(self) -> tuple[str, ...]:
        """Items present in both outcomes that differ in a day, a limit or a warning."""
        return tuple(
            code
            for code, item in self.now.items.items()
            if code in self.then.items and item != self.then.items[code]
        )

    @property
    def same(self) -> bool:
        """Whether both outcomes are equal."""
        return self.then == self.now


@dataclass(frozen=True, slots=True)
class NotReplayed:
    """A project that cannot be replayed, and why."""

    code: str
    reason: KaigongError


@dataclass(frozen=True, slots=True)
class Replay:
    """Past projects replayed under another definition."""

    scenario: ScenarioDefinition
    projects: tuple[Comparison, ...]
    left_out: tuple[NotReplayed, ...] = ()

    @property
    def changed(self) -> int:
        """Number of projects with a different outcome."""
        return sum(not project.same for project in self.projects)

    def total(self) -> tuple[Sum, Sum]:
        """Totals over all projects, then and now."""
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
    """Projects with a promise."""
    kept: int
    """Projects whose promise was kept."""
    items: int
    late: int
    """Items that broke their limit."""
    warnings: Mapping[str, int] = field(default_factory=dict)
    """Rung of the ladder → number of times it was reached."""


def replay_past(
    pasts: Iterable[PastProject],
    scenario: ScenarioDefinition,
    calendar: WorkingCalendar,
    today: date,
    policy: Policy,
) -> Replay:
    """Compare past projects under ``scenario`` with their outcome under their own."""
    projects: list[Comparison] = []
    left_out: list[NotReplayed] = []
    for past in pasts:
        try:
            now = _outcome(past, scenario, calendar, today, policy)
        except KaigongError as reason:
            left_out.append(NotReplayed(past.code, reason))
            continue
        then = _outcome(past, past.scenario, calendar, today, policy)
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
    ends = [item_moments.decided_on for item_moments in moments.values()]
    known = [end for end in ends if end is not None]
    judge = _Judge(scenario, calendar, today, policy.under(scenario))
    items: dict[str, ItemOutcome] = {}
    spans: dict[str, list[Span]] = {}
    for code, item_moments in moments.items():
        items[code], spans[code] = judge.item(scenario.item[code], item_moments)
    days = {
        code: counted_working_days(item_spans, calendar, date.max)
        for code, item_spans in spans.items()
    }
    path = longest_path(days, {item.code: item.after for item in scenario.items})
    together = (span for code in path.items for span in spans.get(code, ()))
    return ProjectOutcome(
        days=counted_working_days(together, calendar, date.max),
        path=tuple(code for code in path.items if days.get(code)),
        promised=scenario.promised_days,
        last_on=max(known) if known and len(known) == len(ends) else None,
        items=items,
    )


@dataclass(frozen=True, slots=True)
class _Judge:
    """Evaluates the clocks of items under one definition; running clocks are read as of today."""

    scenario: ScenarioDefinition
    calendar: WorkingCalendar
    today: date
    policy: Policy

    def item(self, definition: ItemDefinition, moments: Moments) -> tuple[ItemOutcome, list[Span]]:
        """Outcome of an item, and its spans that count toward the promise."""
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
        known = known_dates(view, self.calendar, thresholds)
        if known.yellow_at and view.started_on and known.yellow_at <= at_hour(view.started_on):
            # A limit that is yellow from its first day warns of nothing.
            known = known._replace(yellow_at=None)
        crossings = ladder_dates(known, self.calendar, self.policy.ladder)
        return [crossing.rung.key for crossing in crossings if crossing.on <= self._read(view)]


def _terms(definition: ItemDefinition) -> ClockTerms | None:
    """The clock terms of an item's limits; ``None`` without limits."""
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
