"""Where the rows of a project and its log disagree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from typing import Any, NamedTuple

from models.facts import ClockFacts, ProjectFacts
from rules import timers
from rules.context import Context
from rules.replay.replayed import Replayed


class Difference(NamedTuple):
    """Something that the rows say and the log does not."""

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
    opened = {key: stage.opened_on for key, stage in facts.stages.items()}
    for key in opened.keys() | replayed.stages.keys():
        yield from _differ("stage", key, "opened_on", opened.get(key), replayed.stages.get(key))
    yield from _compare("item", facts.items, replayed.items, {"version"})
    yield from _compare("deficiency", facts.deficiencies, replayed.deficiencies, set())
    yield from _compare("voiding", facts.voidings, replayed.voidings, set())
    yield from _compare("line", facts.lines, replayed.lines, set())
    yield from _compare("site visit", facts.site_visits, replayed.site_visits, set())
    yield from _compare("rectification", facts.rectifications, replayed.rectifications, set())
    yield from _compare("supervision", facts.supervision, replayed.supervision, set())
    yield from _compare("consultation", facts.consultations, replayed.consultations, set())
    yield from _compare("design opinion", facts.opinions, replayed.opinions, set())
    yield from _compare("material", facts.materials, replayed.materials, {"version", "file_name"})
    clocks = {
        key: _with_last_days(clock, facts.clocks.get(key), context)
        for key, clock in replayed.clocks.items()
    }
    yield from _compare("clock", facts.clocks, clocks, _FOR_LOOK_UP)


_FOR_LOOK_UP = {"yellow_on", "provisional", "next_rung", "next_rung_on"}


def _with_last_days(told: ClockFacts, row: ClockFacts | None, context: Context) -> ClockFacts:
    """The clock as its history gives it, with the row's last days where the log told the same."""
    clock = timers.derived(told, context)
    for name in ("due_on", "statutory_due_on"):
        if row is not None and getattr(row, name) == getattr(told, name):
            values: dict[str, Any] = {name: getattr(told, name)}
            clock = replace(clock, **values)
    return clock


def _compare(
    part: str, rows: Mapping[Any, Any], log: Mapping[Any, Any], leave_out: set[str]
) -> Iterator[Difference]:
    for key in [*rows, *(key for key in log if key not in rows)]:
        row, told = rows.get(key), log.get(key)
        shown = "/".join(str(one) for one in key) if isinstance(key, tuple) else str(key)
        if row is None or told is None:
            yield Difference(part, shown, "row", row is not None, told is not None)
            continue
        for name in (found.name for found in fields(row) if found.name not in leave_out):
            yield from _differ(part, shown, name, getattr(row, name), getattr(told, name))


def _differ(part: str, key: str, name: str, row: object, log: object) -> Iterator[Difference]:
    if row != log:
        yield Difference(part, key, name, row, log)
