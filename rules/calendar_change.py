"""What a new calendar does to one project: whose date moves, by how much, and because of which days.

The dates that people were told are those of the clocks' rows, so these are what is compared with the
dates on the new calendar. Stopped clocks keep the calendar of their time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from models.calendar import DayChange
from models.facts import ClockFacts, DeficiencyFacts
from models.outcome import Event, Message
from models.states import OPEN_DEFICIENCY, ClockKind, ClockState
from rules import timers
from rules.context import Context

KIND = "CalendarChanged"


@dataclass(frozen=True, slots=True)
class Moved:
    """One last day that moved."""

    clock: ClockFacts
    limit: str
    """``promised`` or ``statutory``."""
    before: date
    after: date
    because: tuple[DayChange, ...]
    """Days of this clock that the two calendars see differently."""

    @property
    def days(self) -> int:
        """Natural days by which it moved; negative: it is earlier now."""
        return (self.after - self.before).days

    def document(self) -> dict[str, Any]:
        """As plain JSON values, for the log."""
        return {
            **_named(self.clock),
            "limit": self.limit,
            "before": self.before.isoformat(),
            "after": self.after.isoformat(),
            "days": self.days,
            "because": [change.after.date.isoformat() for change in self.because],
        }


@dataclass(frozen=True, slots=True)
class CalendarEffect:
    """What follows for one project."""

    clocks: tuple[ClockFacts, ...] = ()
    """Those whose row changes."""
    deficiencies: tuple[DeficiencyFacts, ...] = ()
    moved: tuple[Moved, ...] = ()
    provisional: tuple[ClockFacts, ...] = ()
    """Clocks whose dates were confirmed, or lean on a year without a notice now."""

    @property
    def told(self) -> bool:
        """Whether anybody's date moved or was confirmed; else only what is looked up by changes."""
        return bool(self.moved or self.provisional)


def effect(
    clocks: Iterable[ClockFacts],
    deficiencies: Iterable[DeficiencyFacts],
    changed: Collection[DayChange],
    context: Context,
) -> CalendarEffect:
    """The open clocks on the calendar of ``context``; ``changed`` are its days that are new."""
    pairs = [
        (clock, timers.derived(clock, context))
        for clock in clocks
        if clock.state is not ClockState.STOPPED
    ]
    pairs = [(old, new) for old, new in pairs if old != new]
    due = {new.key: new.due_on for _, new in pairs if new.kind is ClockKind.MAKE_UP}
    return CalendarEffect(
        tuple(new for _, new in pairs),
        tuple(_owed(deficiencies, due)),
        tuple(moved for old, new in pairs for moved in _moved(old, new, changed)),
        tuple(new for old, new in pairs if old.provisional != new.provisional),
    )


def tell(found: CalendarEffect, before: str | None, after: str) -> tuple[Event, list[Message]]:
    """The event that says it all, and who hears of it; ``before`` and ``after`` name calendars."""
    days = {change.after.date: change for moved in found.moved for change in moved.because}
    event = Event(
        KIND,
        None,
        {
            "calendar_before": before,
            "calendar_after": after,
            "moved": [moved.document() for moved in found.moved],
            "changed_days": [_change(days[day]) for day in sorted(days)],
            "confirmed": [_named(clock) for clock in found.provisional if not clock.provisional],
            "provisional": [_named(clock) for clock in found.provisional if clock.provisional],
            **({"deficiency_ledger": ledger} if (ledger := _ledger(found)) else {}),
        },
    )
    return event, list(_messages(found, event)) if found.moved else []


def _owed(
    deficiencies: Iterable[DeficiencyFacts], due: dict[tuple[str, str, int, str], date | None]
) -> Iterator[DeficiencyFacts]:
    """An entry of the deficiency ledger ends with its clock."""
    for owed in deficiencies:
        last = due.get((owed.item, ClockKind.MAKE_UP, owed.round, owed.material))
        if owed.state in OPEN_DEFICIENCY and last is not None and last != owed.due_on:
            yield replace(owed, due_on=last)


def _moved(old: ClockFacts, new: ClockFacts, changed: Collection[DayChange]) -> Iterator[Moved]:
    operative = "statutory" if old.promised_length is None else "promised"
    pairs = {operative: (old.due_on, new.due_on)}
    pairs.setdefault("statutory", (old.statutory_due_on, new.statutory_due_on))
    for limit, (before, after) in pairs.items():
        if before is not None and after is not None and before != after:
            first, last = old.started_on or before, max(before, after)
            because = tuple(day for day in changed if first <= day.after.date <= last)
            yield Moved(new, limit, before, after, because)


def _messages(found: CalendarEffect, event: Event) -> Iterator[Message]:
    """The steward hears of every date, the enterprise of those by which it owes something."""
    yield Message("steward", "calendar_changed", None, _said(found.moved, event))
    own = [moved for moved in found.moved if moved.clock.kind is ClockKind.MAKE_UP]
    if own:
        yield Message("enterprise", "calendar_changed", None, _said(own, event))


def _said(moved: Iterable[Moved], event: Event) -> dict[str, Any]:
    return {
        "moved": [one.document() for one in moved],
        "changed_days": event.data["changed_days"],
        "policy": by_policy(event.data),
    }


def by_policy(said: Mapping[str, object]) -> bool:
    """Whether the district's own rules moved the days that an event tells of, not a new notice."""
    return said["calendar_before"] == said["calendar_after"]


def _named(clock: ClockFacts) -> dict[str, Any]:
    return {
        "clock": clock.kind.value,
        "item": clock.item,
        "round": clock.round,
        "subject": clock.subject,
    }


def _change(change: DayChange) -> dict[str, Any]:
    before, after = change.before, change.after
    return {
        "date": after.date.isoformat(),
        "before": before.kind.value,
        "after": after.kind.value,
        "name": after.name or before.name,
    }


def _ledger(found: CalendarEffect) -> list[dict[str, object]]:
    return [owed.document() for owed in found.deficiencies]
