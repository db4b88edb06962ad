"""A change of calendar: which clocks' due dates move, by how much, and because of which days."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Generic, NamedTuple, TypeVar

from models.clock.calendar import DayChange
from models.clock.values import (
    ClockEvent,
    ClockPolicy,
    ClockTerms,
    ClockView,
    CountingMode,
    LimitView,
)
from rules.clock.calendar import WorkingCalendar, changed_days
from rules.clock.projection import project_clock

K = TypeVar("K", bound=Hashable)


class OpenClock(NamedTuple, Generic[K]):
    """A clock to re-project: its key, terms and events."""

    key: K
    terms: ClockTerms
    events: tuple[ClockEvent, ...]


@dataclass(frozen=True, slots=True)
class Movement(Generic[K]):
    """One due date that moved."""

    key: K
    limit: str
    """``promised`` or ``statutory``."""
    before: date
    after: date
    because: tuple[DayChange, ...]
    """The days of this clock that the calendars see differently."""

    @property
    def natural_days(self) -> int:
        """Natural days by which the due date moved; negative: it is earlier now."""
        return (self.after - self.before).days


@dataclass(frozen=True, slots=True)
class Reprojection(Generic[K]):
    """What a change of calendar does to a set of clocks."""

    before: str
    after: str
    """Versions of the two calendars."""
    changed: tuple[DayChange, ...]
    moved: tuple[Movement[K], ...]
    confirmed: tuple[K, ...]
    """Clocks whose dates were provisional and are not any more."""
    unchanged: int
    """Clocks of which no date moved."""
    views: dict[K, ClockView]
    """Every clock on the new calendar."""


def reproject(
    clocks: Iterable[OpenClock[K]],
    before: WorkingCalendar,
    after: WorkingCalendar,
    policy: ClockPolicy,
) -> Reprojection[K]:
    """Compare every clock on the two calendars."""
    changed = changed_days(before, after)
    moved: list[Movement[K]] = []
    confirmed: list[K] = []
    unchanged = 0
    views: dict[K, ClockView] = {}
    for clock in clocks:
        old = project_clock(clock.terms, clock.events, before, policy)
        new = views[clock.key] = project_clock(clock.terms, clock.events, after, policy)
        movements = _movements(clock.key, old, new, changed)
        moved += movements
        unchanged += not movements
        if old.provisional and not new.provisional:
            confirmed.append(clock.key)
    return Reprojection(
        before.version,
        after.version,
        changed,
        tuple(moved),
        tuple(confirmed),
        unchanged,
        views,
    )


def _movements(
    key: K, old: ClockView, new: ClockView, changed: tuple[DayChange, ...]
) -> list[Movement[K]]:
    pairs = (("promised", old.promised, new.promised), ("statutory", old.statutory, new.statutory))
    movements = []
    for name, earlier, later in pairs:
        dates = _dates(earlier, later)
        if dates is None or dates[0] == dates[1]:
            continue
        first, last = _first_day(old), max(dates)
        because = tuple(day for day in changed if first <= day.after.date <= last)
        movements.append(Movement(key, name, *dates, because))
    return movements


def _first_day(view: ClockView) -> date:
    """The first day that can matter to the clock's due dates."""
    start = view.started_on or date.min
    same_day = any(which and not which.limit.length for which in (view.promised, view.statutory))
    counts = same_day or view.terms.mode is CountingMode.NOTICE
    return start if counts else start + timedelta(days=1)


def _dates(earlier: LimitView | None, later: LimitView | None) -> tuple[date, date] | None:
    if earlier is None or later is None or earlier.due_on is None or later.due_on is None:
        return None
    return earlier.due_on, later.due_on
