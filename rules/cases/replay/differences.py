"""Where the rows of a project and its log disagree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from models.cases import parts
from models.cases.clock import CLOCKS, ClockFacts
from models.cases.facts import ProjectFacts
from models.cases.part import Part, marked
from rules.cases import timers
from rules.cases.context import Context
from rules.cases.replay.replayed import Replayed


class Difference(NamedTuple):
    """One value in which a row and the log differ."""

    part: str
    key: str
    name: str
    row: object
    log: object


def differences(facts: ProjectFacts, replayed: Replayed, context: Context) -> Iterator[Difference]:
    """Where rows and log disagree; ``facts`` must hold the stopped clocks too.

    A last day may be the one that the log tells or the one that the calendar in force gives: a new
    holiday notice moves the second before the rows follow. What else is derived from a clock's
    history for look-up alone (yellow light, next warning) is not compared.
    """
    context = context.under(facts.scenario)
    for name, value in replayed.project.items():
        yield from _differ("project", facts.code, name, getattr(facts, name), value)
    for part in parts.known():
        rows, log = facts.of(part), replayed.of(part)
        if part is CLOCKS:
            log = _with_last_days(log, rows, context)
        yield from _compare(part, rows, log)


def _with_last_days(
    log: Mapping[Any, ClockFacts], rows: Mapping[Any, ClockFacts], context: Context
) -> dict[Any, ClockFacts]:
    """The clocks with the last days that follow from their histories."""
    return {key: _derived(clock, rows.get(key), context) for key, clock in log.items()}


def _derived(logged: ClockFacts, row: ClockFacts | None, context: Context) -> ClockFacts:
    """The clock derived from its history, with the row's last days where the log agrees with them."""
    clock = timers.derived(logged, context)
    for name in ("due_on", "statutory_due_on"):
        if row is not None and getattr(row, name) == getattr(logged, name):
            values: dict[str, Any] = {name: getattr(logged, name)}
            clock = replace(clock, **values)
    return clock


def _compare(
    part: Part[Any], rows: Mapping[Any, Any], log: Mapping[Any, Any]
) -> Iterator[Difference]:
    names = marked(part.facts, "logged")
    for key in [*rows, *(key for key in log if key not in rows)]:
        row, logged = rows.get(key), log.get(key)
        shown = "/".join(str(field) for field in key) if isinstance(key, tuple) else str(key)
        if row is None or logged is None:
            yield Difference(part.label, shown, "row", row is not None, logged is not None)
            continue
        for name in names:
            yield from _differ(part.label, shown, name, getattr(row, name), getattr(logged, name))


def _differ(part: str, key: str, name: str, row: object, log: object) -> Iterator[Difference]:
    if row != log:
        yield Difference(part, key, name, row, log)
