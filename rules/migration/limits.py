"""Clocks that run while a project moves to another version: shorter perhaps, longer never.

The limits that the applicant was told at the acceptance are relied upon (Licensing Law art. 8): a new
version may shorten them where that does not make the work late at once, and never lengthens them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from models.clock import Limit, LimitView, Unit
from models.definition import ItemDefinition, LimitDefinition, ScenarioDefinition
from models.facts import ClockFacts, ProjectFacts
from models.statements import Statement, Word
from models.states import ClockKind, ClockState
from rules import timers
from rules.context import Context

SHORTENED = (
    "{item}: the {which} limit becomes {after} instead of {before}; the last day is {due_on} now."
)
KEPT = (
    "{item}: the {which} limit stays {before}, as the applicant was told; {after} holds from the next "
    "application on."
)
_UNITS = {
    Unit.WORKING_DAY: "{days} working days",
    Unit.NATURAL_DAY: "{days} natural days",
    Unit.MONTH: "{days} months",
}


@dataclass(frozen=True, slots=True)
class Retimed:
    """A running clock under a new version: as it will be, and what is to be said of it."""

    clock: ClockFacts
    changed: bool
    statements: tuple[Statement, ...]


def retimed(facts: ProjectFacts, new: ScenarioDefinition, context: Context) -> Iterator[Retimed]:
    """Every clock that runs to a decision and whose item has other limits in the new version."""
    for clock in facts.clocks.values():
        running = clock.state is not ClockState.STOPPED and clock.kind is ClockKind.DECISION
        if running and clock.item in new.item:
            found = _retimed(clock, new.item[clock.item], context)
            if found.statements:
                yield found


def document(clock: ClockFacts) -> dict[str, object]:
    """What the project's event log keeps of a clock with other limits."""
    return {
        "item": clock.item,
        "clock": clock.kind.value,
        "round": clock.round,
        "subject": clock.subject,
        "promised_length": clock.promised_length,
        "promised_unit": clock.promised_unit.value,
        "statutory_length": clock.statutory_length,
        "statutory_unit": clock.statutory_unit.value,
        "due_on": clock.due_on.isoformat() if clock.due_on else None,
    }


def _retimed(clock: ClockFacts, definition: ItemDefinition, context: Context) -> Retimed:
    now, statements = clock, []
    for which in ("promised", "statutory"):
        before, after = _limit(clock, which), _defined(getattr(definition, which))
        if before == after:
            continue
        candidate = _with(now, which, after, context) if before and after else None
        shorter = candidate is not None and _is_shorter(now, candidate, which, context)
        said: dict[str, object] = {
            "item": clock.item,
            "which": Word(which),
            "before": _words(before),
            "after": _words(after),
        }
        if candidate is not None and shorter:
            now = candidate
            due = _due(candidate, which, context)
            said["due_on"] = due.isoformat() if due else "—"
            statements.append(Statement("limit_shortened", SHORTENED, said))
        else:
            statements.append(Statement("limit_kept", KEPT, said))
    return Retimed(now, now is not clock, tuple(statements))


def _is_shorter(before: ClockFacts, after: ClockFacts, which: str, context: Context) -> bool:
    """Whether the limit ends earlier, and not before today."""
    old, new = _due(before, which, context), _due(after, which, context)
    return old is not None and new is not None and context.today <= new < old


def _due(clock: ClockFacts, which: str, context: Context) -> date | None:
    """Last day of one limit; of a suspended clock the day it had come to."""
    limit: LimitView | None = getattr(timers.view(clock, context), which)
    return None if limit is None else limit.due_on or limit.frozen_due_on


def _with(clock: ClockFacts, which: str, limit: Limit, context: Context) -> ClockFacts:
    values: dict[str, Any] = {f"{which}_length": limit.length, f"{which}_unit": limit.unit}
    return timers.derived(replace(clock, **values), context)


def _limit(clock: ClockFacts, which: str) -> Limit | None:
    found: Limit | None = getattr(timers.terms(clock), which)
    return found


def _defined(definition: LimitDefinition | None) -> Limit | None:
    return None if definition is None else Limit(definition.days, definition.unit)


def _words(limit: Limit | None) -> object:
    if limit is None:
        return Word("none")
    return Statement("limit", _UNITS[limit.unit], {"days": limit.length})
