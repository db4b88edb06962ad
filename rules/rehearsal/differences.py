"""Differences between a past project and its replay, as sentences."""

from __future__ import annotations

from collections.abc import Iterator

from models.scenarios.definition import ScenarioDefinition, Text
from models.statements import Statement
from rules.rehearsal.comparison import Comparison, ItemOutcome

DAYS = "The authorities would have taken {after} counted working days instead of {before}."
KEPT = "The promise of {promise} working days would have been kept with {days}."
BROKEN = "The promise of {promise} working days would have been broken with {days}."
ADDED = "{item} {name} would have been needed besides."
DROPPED = "{item} {name} would not have been needed."
EARLIER = "{item} {name} would have opened on {after} instead of {before}."
LATE = "{item} {name} would have been late: the last day was {due}, the decision came on {decided}."
STILL_LATE = "{item} {name} would be late: the last day was {due}."
IN_TIME = "{item} {name} would have been in time: the last day was {due} instead of {before}."
WARNED = "{item} {name} would have given {after} warnings instead of {before}."
LAST = "The last decision would have come on {after} instead of {before}."


def differences(comparison: Comparison, draft: ScenarioDefinition) -> tuple[Statement, ...]:
    """Differences of one project under ``draft``; empty if there are none."""
    return tuple(_differences(comparison, draft))


def _differences(comparison: Comparison, draft: ScenarioDefinition) -> Iterator[Statement]:
    then, now = comparison.then, comparison.now
    if then.days != now.days:
        yield Statement("days", DAYS, {"before": then.days, "after": now.days})
    if now.kept is not None and (then.kept, then.promised) != (now.kept, now.promised):
        kind = "promise_kept" if now.kept else "promise_broken"
        params = {"promise": now.promised, "days": now.days}
        yield Statement(kind, KEPT if now.kept else BROKEN, params)
    if then.last_on and now.last_on and then.last_on != now.last_on:
        yield Statement("last", LAST, {"before": then.last_on, "after": now.last_on})
    for code in comparison.added:
        yield Statement("added", ADDED, _of(code, draft))
    for code in comparison.dropped:
        yield Statement("dropped", DROPPED, _of(code, comparison.scenario))
    for code in comparison.moved:
        yield from _moved(_of(code, draft), then.items[code], now.items[code])


def _of(code: str, scenario: ScenarioDefinition) -> dict[str, object]:
    name: Text = scenario.item[code].name
    return {"item": code, "name": name}


def _moved(item: dict[str, object], before: ItemOutcome, after: ItemOutcome) -> Iterator[Statement]:
    if before.opened_on and after.opened_on and before.opened_on != after.opened_on:
        days = {"before": before.opened_on, "after": after.opened_on}
        yield Statement("opened", EARLIER, {**item, **days})
    if after.late and not before.late:
        due = {"due": after.due_on, "decided": after.decided_on}
        sentence = LATE if after.decided_on else STILL_LATE
        yield Statement("late", sentence, {**item, **due})
    if before.late and not after.late:
        due = {"due": after.due_on, "before": before.due_on}
        yield Statement("in_time", IN_TIME, {**item, **due})
    if before.warnings != after.warnings:
        counts = {"before": len(before.warnings), "after": len(after.warnings)}
        yield Statement("warned", WARNED, {**item, **counts})
