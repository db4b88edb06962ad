"""Permits of one phase 分阶段许可: which item follows which, what was promised, and whether it lapsed.

The foundation pit is permitted first and the whole building within the time that was promised
(S:004 case 10, P:19). The law knows no phases: all of it is what the scenario declares.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from models.cases.clock import ClockFacts
from models.cases.facts import ItemFacts, NamedParts, ProjectFacts
from models.cases.states import SATISFIED, STANDS_BY_DECISION, ClockKind, ClockState, ItemState
from models.cases.supervision import (
    SupervisionCause,
    SupervisionFacts,
    SupervisionKind,
    SupervisionState,
)
from models.scenarios.definition import ScenarioDefinition

Items = Mapping[str, ItemFacts]
Tasks = Mapping[int, SupervisionFacts]
#: States in which the next phase has not been applied for.
_NOT_APPLIED = frozenset({ItemState.WAITING, ItemState.OPEN, ItemState.WITHDRAWN})


def phases_before(scenario: ScenarioDefinition, items: Items, item: str) -> tuple[str, ...]:
    """Items of the phase before this one that stand by a decision."""
    return tuple(
        code for code in declared_before(scenario, item) if items[code].state in STANDS_BY_DECISION
    )


def declared_before(scenario: ScenarioDefinition, item: str) -> tuple[str, ...]:
    """Items that name this one as their next phase."""
    return tuple(
        definition.code
        for definition in scenario.items
        if definition.next_phase is not None and definition.next_phase.item == item
    )


def is_underway(scenario: ScenarioDefinition, items: Items, item: str) -> bool:
    """Whether a permit of one phase stands and the next one is not granted."""
    declared = scenario.item[item].next_phase
    if declared is None or items[item].state not in STANDS_BY_DECISION:
        return False
    return items[declared.item].state not in SATISFIED


def owes_application(scenario: ScenarioDefinition, items: Items, item: str) -> bool:
    """Whether the next phase is still to be applied for."""
    declared = scenario.item[item].next_phase
    return declared is not None and items[declared.item].state in _NOT_APPLIED


def promise(facts: ProjectFacts, item: str) -> ClockFacts | None:
    """The clock of the promise to apply for the next phase, while it runs."""
    round_ = facts.items[item].round
    running = (
        clock
        for clock in facts.clocks.values()
        if clock.kind == ClockKind.NEXT_PHASE
        and (clock.item, clock.round) == (item, round_)
        and clock.state is ClockState.RUNNING
    )
    return next(running, None)


def promises(facts: ProjectFacts) -> Iterator[ClockFacts]:
    """Every running promise to apply for a next phase."""
    clocks = (promise(facts, item.code) for item in facts.scenario.items if item.next_phase)
    return (clock for clock in clocks if clock is not None)


def has_lapsed(facts: ProjectFacts, item: str) -> bool:
    """Whether the lapse was handled already, also in a round that was restored since; one before the last
    day, which a later calendar moved, was none.
    """
    clock = promise(facts, item)
    until = clock.due_on if clock is not None else None
    ever = (task for task in facts.supervision.values() if task.item == item and _is_lapse(task))
    return any(until is None or task.opened_on > until for task in ever)


def lapses(parts: NamedParts, item: str) -> tuple[SupervisionFacts, ...]:
    """The tasks that a lapse of the item's round opened."""
    round_ = parts.items[item].round
    return tuple(
        task
        for task in parts.supervision.values()
        if _is_lapse(task) and (task.item, task.round) == (item, round_)
    )


def _is_lapse(task: SupervisionFacts) -> bool:
    return task.cause is SupervisionCause.LAPSE


def is_late(clock: ClockFacts | None, today: date) -> bool:
    """Whether the last day of the promise is over."""
    return clock is not None and clock.due_on is not None and clock.due_on < today


def open_tasks(tasks: Tasks, item: str | None = None) -> tuple[SupervisionFacts, ...]:
    """Open supervision tasks: of one item, or of all. Letters are none of them:
    they are answered (:func:`rules.cases.instruments.supervision_letters.unanswered`).
    """
    return tuple(
        task
        for task in tasks.values()
        if task.state is SupervisionState.OPEN and not task.is_letter and item in (None, task.item)
    )


def is_ordered(task: SupervisionFacts) -> bool:
    """Whether the project cannot be closed before the task is: what is looked at in rhythm can wait."""
    return task.kind is not SupervisionKind.INSPECTION
