"""Running clocks under another scenario version: limits may get shorter, never longer.

The limits that the applicant was told at the acceptance are relied upon (Licensing Law art. 8): a new
version may shorten them where that does not make the work late at once, and never lengthens them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from config.texts import Word
from models.cases.clock import ClockFacts
from models.cases.facts import ProjectFacts
from models.cases.states import ClockKind, ClockState
from models.clock.values import Limit, LimitView, Unit
from models.scenarios.definition import (
    ItemDefinition,
    LimitDefinition,
    NamedPromise,
    PromiseDefinition,
    ScenarioDefinition,
)
from models.statements import Statement
from rules.cases import timers
from rules.cases.context import Context

SHORTENED = (
    "{item}: the {which} limit becomes {after} instead of {before}; the last day is {due_on} now."
)
KEPT = (
    "{item}: the {which} limit stays {before}, as the applicant was told; {after} holds from the next "
    "application on."
)
PROMISE_SHORTENED = (
    "The promise {promise} becomes {after} instead of {before}; the last day is {due_on} now."
)
PROMISE_KEPT = "The promise {promise} stays {before}, as the applicant was told."
PROMISE_MADE = "{after} are promised to the project as well: {promise}."
PROMISE_ENDED = "The promise {promise} is no longer made to the project."
_UNITS = {
    Unit.WORKING_DAY: "{days} working days",
    Unit.NATURAL_DAY: "{days} natural days",
    Unit.MONTH: "{days} months",
}


@dataclass(frozen=True, slots=True)
class RetimedClock:
    """A running clock under a new version, with the statements about its limits."""

    clock: ClockFacts
    changed: bool
    statements: tuple[Statement, ...]


def retimed_clocks(
    facts: ProjectFacts, new: ScenarioDefinition, context: Context
) -> Iterator[RetimedClock]:
    """Every running decision clock whose item has other limits in the new version."""
    for clock in facts.clocks.values():
        running = clock.state is not ClockState.STOPPED and clock.kind == ClockKind.DECISION
        if running and clock.item in new.item:
            retimed = _retime(clock, new.item[clock.item], context)
            if retimed.statements:
                yield retimed


def promise_statements(before: ProjectFacts, after: ProjectFacts) -> Iterator[Statement]:
    """What becomes of the promises that run in a project."""
    known = {clock.subject: clock for clock in _promises(before)}
    made = {clock.subject: clock for clock in _promises(after)}
    names = {
        promise.named: promise
        for promise in (*before.scenario.all_promises, *after.scenario.all_promises)
    }
    for key in dict.fromkeys((*known, *made)):
        now, old = made.get(key), known.get(key)
        promise = names.get(key)
        params: dict[str, object] = {
            "promise": promise.name if isinstance(promise, NamedPromise) else Word("the whole"),
            "before": _words(_limit(old, "promised")) if old else Word("none"),
            "after": _words(_limit(now, "promised")) if now else Word("none"),
            "due_on": now.due_on.isoformat() if now is not None and now.due_on else "—",
        }
        code = _outcome(old, now, promise)
        if code is not None:
            yield Statement(*code, params)


def _promises(facts: ProjectFacts) -> Iterator[ClockFacts]:
    return (
        clock
        for clock in facts.clocks.values()
        if clock.of_project and clock.state is not ClockState.STOPPED
    )


def _outcome(
    old: ClockFacts | None, now: ClockFacts | None, promise: PromiseDefinition | None
) -> tuple[str, str] | None:
    if now is None:
        return "promise_ended", PROMISE_ENDED
    if old is None:
        return "promise_made", PROMISE_MADE
    if _limit(old, "promised") != _limit(now, "promised"):
        return "promise_shortened", PROMISE_SHORTENED
    kept = promise is not None and promise.days != now.promised_length
    return ("promise_kept", PROMISE_KEPT) if kept else None


def document(clock: ClockFacts) -> dict[str, object]:
    """What the project's event log keeps of a clock with other limits."""
    return {
        "item": clock.item,
        "clock": str(clock.kind),
        "round": clock.round,
        "subject": clock.subject,
        "promised_length": clock.promised_length,
        "promised_unit": clock.promised_unit.value,
        "statutory_length": clock.statutory_length,
        "statutory_unit": clock.statutory_unit.value,
        "due_on": clock.due_on.isoformat() if clock.due_on else None,
    }


def _retime(clock: ClockFacts, definition: ItemDefinition, context: Context) -> RetimedClock:
    now, statements = clock, []
    for which in ("promised", "statutory"):
        before, after = _limit(clock, which), _defined(getattr(definition, which))
        if before == after:
            continue
        candidate = _with(now, which, after, context) if before and after else None
        shorter = candidate is not None and _is_shorter(now, candidate, which, context)
        params: dict[str, object] = {
            "item": clock.item,
            "which": Word(which),
            "before": _words(before),
            "after": _words(after),
        }
        if candidate is not None and shorter:
            now = candidate
            due = _due(candidate, which, context)
            params["due_on"] = due.isoformat() if due else "—"
            statements.append(Statement("limit_shortened", SHORTENED, params))
        else:
            statements.append(Statement("limit_kept", KEPT, params))
    return RetimedClock(now, now is not clock, tuple(statements))


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
    limit: Limit | None = getattr(timers.terms(clock), which)
    return limit


def _defined(definition: LimitDefinition | None) -> Limit | None:
    return None if definition is None else Limit(definition.days, definition.unit)


def _words(limit: Limit | None) -> object:
    if limit is None:
        return Word("none")
    return Statement("limit", _UNITS[limit.unit], {"days": limit.length})
