"""Promises of a project as they are shown: from when to when, their light, and what is left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from models.cases.clock import ClockFacts
from models.cases.states import ClockState, Light
from models.clock.values import Unit
from models.scenarios.definition import ScenarioDefinition, Text
from rules.cases.context import Context
from services.cases.views.parts.clocks import clock_row
from services.wording.promise_words import promise_name, promise_source


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """One promise that the scenario makes to a project, as its clock reads today."""

    key: str
    name: Text
    kind: str
    """``promise`` in days that pass, ``promise_counted`` in counted working days."""
    item: str
    """The item whose decision keeps it."""
    state: ClockState
    light: Light
    length: int
    unit: Unit
    started_on: date | None
    due_on: date | None
    """Last day; ``None`` while nothing is counted."""
    yellow_on: date | None
    stopped_on: date | None
    counted_days: int
    remaining_working_days: int | None
    source: str | None


def promise_rows(
    scenario: ScenarioDefinition, clocks: Iterable[ClockFacts], context: Context
) -> Iterator[PromiseRow]:
    """The promises among the clocks of a project."""
    for clock in clocks:
        if not clock.of_project:
            continue
        row = clock_row(clock, context)
        yield PromiseRow(
            key=clock.subject,
            name=promise_name(scenario, clock.subject),
            kind=clock.kind,
            item=clock.item,
            state=row.state,
            light=row.light,
            length=clock.promised_length or 0,
            unit=clock.promised_unit,
            started_on=row.started_on,
            due_on=row.due_on,
            yellow_on=clock.yellow_on,
            stopped_on=row.stopped_on,
            counted_days=row.counted_days,
            remaining_working_days=row.remaining_working_days,
            source=promise_source(scenario, clock.subject),
        )
