"""A past or running project as input of a replay: the acts on each item and their days.

Read from the log alone. Of an item that was done several times the first success counts for what
follows it, and every round for the days that were counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from models.cases.states import SATISFIED, ClockKind, ItemState
from models.clock.values import ClockEvent
from models.scenarios.definition import ScenarioDefinition
from models.values import AttributeValue
from rules.cases.replay import Happened, Replayed, replay


@dataclass(frozen=True, slots=True)
class PastItem:
    """Days of the acts on one item; ``None``: not yet."""

    opened_on: date | None = None
    received_on: date | None = None
    """Receipt of the application that was accepted, or that waits to be."""
    examined_on: date | None = None
    """Acceptance; the receipt where silence accepted."""
    deemed: bool = False
    """Silence accepted it (art. 32(4))."""
    satisfied_on: date | None = None
    """First day on which dependents could open."""
    corrections: int = 0
    clocks: tuple[tuple[ClockEvent, ...], ...] = ()
    """The limit to decide of every round: when it started, was suspended, extended and stopped."""


@dataclass(frozen=True, slots=True)
class PastProject:
    """A project of the past, finished or running."""

    code: str
    title: str
    scenario: ScenarioDefinition
    """The version that it is on."""
    attributes: Mapping[str, AttributeValue]
    registered_on: date
    items: Mapping[str, PastItem] = field(default_factory=dict)
    """Items that the project needed, by code."""

    @property
    def finished(self) -> bool:
        """Whether every item is satisfied."""
        return all(item.satisfied_on is not None for item in self.items.values())


def past_project(
    scenario: ScenarioDefinition,
    log: Iterable[Happened],
    versions: Mapping[int, ScenarioDefinition] | None = None,
) -> PastProject:
    """The project recorded in a log; ``versions`` as for :func:`rules.cases.replay.replay`."""
    entries = tuple(log)
    replayed = replay(scenario, entries, versions)
    begun = {happened.event.item for happened in entries}
    items = {
        code: PastItem()
        for code, item in replayed.items.items()
        # What was set aside after it had begun was needed as far as anybody knew.
        if item.state is not ItemState.NOT_REQUIRED or code in begun
    }
    for happened in entries:
        code = happened.event.item
        if code in items:
            items[code] = _after(items[code], happened)
    project: Mapping[str, Any] = replayed.project
    return PastProject(
        code=project["code"],
        title=project["title"],
        scenario=replayed.scenario,
        attributes=project["attributes"],
        registered_on=project["registered_on"],
        items={code: _with_clocks(replayed, code, item) for code, item in items.items()},
    )


def _after(item: PastItem, happened: Happened) -> PastItem:
    """The item after another entry of the log."""
    kind, on = happened.event.kind, happened.on
    if kind in ("ItemOpened", "ExaminationStarted") and item.opened_on is None:
        item = replace(item, opened_on=on)
    if kind == "ExaminationStarted":
        item = replace(item, examined_on=item.examined_on or on)
    if kind == "CorrectionRequested":
        item = replace(item, corrections=item.corrections + 1)
    if item.examined_on is None:
        item = _before_examination(item, kind, on)
    if item.satisfied_on is None and happened.event.data.get("state") in SATISFIED:
        item = replace(item, satisfied_on=on)
    return item


def _before_examination(item: PastItem, kind: str, on: date) -> PastItem:
    match kind:
        case "ApplicationSubmitted" | "CorrectionSupplied":
            return replace(item, received_on=on)
        case "CorrectionRequested" | "ApplicationRefused" | "ApplicationWithdrawn":
            return replace(item, received_on=None)
        case "ApplicationAccepted":
            return replace(item, examined_on=on)
        case "ApplicationDeemedAccepted":
            return replace(item, examined_on=item.received_on, deemed=True)
        case _:
            return item


def _with_clocks(replayed: Replayed, code: str, item: PastItem) -> PastItem:
    clocks = sorted(
        (clock.round, clock.history)
        for clock in replayed.clocks.values()
        if clock.item == code and clock.kind == ClockKind.DECISION
    )
    return replace(item, clocks=tuple(history for _, history in clocks))
