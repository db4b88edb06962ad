"""One item of a project as it is shown: its papers, clocks, light, and whom it waits for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from models.definition import ItemDefinition, MaterialClass
from models.facts import ClockFacts, ItemFacts, ProjectFacts
from models.states import (
    SATISFIED,
    ClockKind,
    ClockState,
    DeficiencyState,
    ItemState,
    MaterialState,
    VoidingState,
)
from rules import timers
from rules.clock import describe, explain, read_clock
from rules.completeness import missing, provided
from rules.context import Context
from rules.phases import is_ordered, open_tasks
from rules.planning import WaitsFor, held_back, waits_for
from rules.utilities import unconnected
from services.views import lights
from services.views.bundle_lines import bundle_line
from services.views.form_lines import field_lines, without_marks
from services.views.values.items import ClockLine, DayLine, ItemLine, RequirementLine
from services.wording.names import department_name, material_name

#: States in which an item's papers matter to whoever looks at it.
_BEFORE_DECISION = frozenset(
    {
        ItemState.WAITING,
        ItemState.OPEN,
        ItemState.RECEIVED,
        ItemState.CORRECTING,
        ItemState.RECTIFYING,
        ItemState.ACCEPTED,
        ItemState.SUSPENDED,
        ItemState.PRELIMINARY,
    }
)


def item_line(
    facts: ProjectFacts,
    code: str,
    clocks: Sequence[ClockLine],
    names: Mapping[str, str],
) -> ItemLine:
    """One item; ``clocks`` are those of the whole project, ``names`` people by login."""
    definition, item = facts.definition(code), facts.items[code]
    own = tuple(clock for clock in clocks if clock.item == code and clock.round == item.round)
    due = next_due(own)
    held = held_back(facts).get(code)
    return ItemLine(
        code=code,
        name=definition.name,
        stage=item.stage,
        mode=definition.mode,
        until_passed=definition.until_passed,
        part_of=definition.part_of,
        state=item.state,
        round=item.round,
        version=item.version,
        waits_for=WaitsFor.PREREQUISITE if held else _waits_for(facts, item),
        light=lights.worst([c.light for c in own if c.state is not ClockState.STOPPED]),
        department=item.department,
        department_name=department_name(facts.scenario, item.department),
        handler=item.handler,
        handler_name=names.get(item.handler or "", item.handler),
        opened_on=item.opened_on,
        received_on=item.received_on,
        accepted_on=item.accepted_on,
        decided_on=item.decided_on,
        due_on=due.due_on if due else None,
        remaining_working_days=due.remaining_working_days if due else None,
        builds_on=definition.after,
        waits_for_items=held.waits_for if held else _unsatisfied(facts, definition),
        requirements=_requirements(facts, definition, item),
        form=tuple(field_lines(definition, item.form, _wrong(item, "fields"))),
        clocks=own,
        special_procedures=definition.special_procedures,
        commitment=item.commitment,
        correction_notices=item.correction_notices,
        legal_basis=without_marks(definition.legal_basis),
        re_examination=item.re_examination,
        held_in=bundle_line(facts, held.definition) if held else None,
        line=facts.lines.get(code),
    )


def clock_line(clock: ClockFacts, context: Context) -> ClockLine:
    """One clock as it reads today."""
    view = timers.view(clock, context)
    reading = read_clock(view, context.today, context.calendar)
    return ClockLine(
        item=clock.item,
        kind=clock.kind,
        round=clock.round,
        subject=clock.subject,
        state=clock.state,
        light=lights.light_of(clock, context.today),
        started_on=clock.started_on,
        stopped_on=clock.stopped_on,
        promised_length=clock.promised_length,
        promised_unit=clock.promised_unit,
        statutory_length=clock.statutory_length,
        statutory_unit=clock.statutory_unit,
        due_on=clock.due_on,
        statutory_due_on=clock.statutory_due_on,
        counted_days=reading.counted_days,
        remaining_working_days=reading.remaining_working_days,
        provisional=clock.provisional,
        extended=bool(view.extensions),
    )


def next_due(clocks: Sequence[ClockLine]) -> ClockLine | None:
    """The running clock that ends first."""
    running = [c for c in clocks if c.state is ClockState.RUNNING and c.due_on]
    return min(running, key=lambda c: c.due_on or date.max, default=None)


def days_of(
    clock: ClockFacts,
    context: Context,
    translate: Callable[[str], str],
    *,
    statutory: bool = False,
) -> tuple[DayLine, ...]:
    """Every day of a clock and why it counts or not, in the language of ``translate``."""
    found = explain(
        timers.terms(clock),
        clock.history,
        context.calendar,
        context.policy.clock,
        statutory=statutory,
        until=context.today,
    )
    return tuple(
        DayLine(day.date, day.counted, day.reason.value, describe(day, translate)) for day in found
    )


def _waits_for(facts: ProjectFacts, item: ItemFacts) -> WaitsFor:
    """As the state says; but made-up materials and issued documents wait for the department."""
    ordered = any(is_ordered(task) for task in open_tasks(facts.supervision, item.code))
    again = item.re_examination or _appealed(facts, item)
    if again or ordered or _utility_acts(facts, item):
        return WaitsFor.DEPARTMENT
    if item.state is ItemState.GRANTED and _to_deliver(facts, item):
        return WaitsFor.DEPARTMENT if item.document_issued else WaitsFor.SYSTEM
    owed = facts.open_deficiencies(item.code)
    if owed and all(d.state is DeficiencyState.SUBMITTED for d in owed):
        return WaitsFor.DEPARTMENT
    if item.state is ItemState.PRELIMINARY and not owed:
        return WaitsFor.DEPARTMENT
    return waits_for(item.state)


def _utility_acts(facts: ProjectFacts, item: ItemFacts) -> bool:
    """A line that can be connected waits for its utility, and the connection for its lines."""
    line = facts.lines.get(item.code)
    if line is not None and line.connect_from is not None and line.connected_on is None:
        return True
    left = unconnected(facts.scenario, facts.items, facts.lines, item.code)
    return item.state is ItemState.OPEN and bool(left)


def _appealed(facts: ProjectFacts, item: ItemFacts) -> bool:
    return any(
        voiding.item == item.code and voiding.state is VoidingState.APPEALED
        for voiding in facts.voidings.values()
    )


def _to_deliver(facts: ProjectFacts, item: ItemFacts) -> bool:
    return (item.code, ClockKind.DELIVERY, item.round, "") in facts.clocks


def _unsatisfied(facts: ProjectFacts, definition: ItemDefinition) -> tuple[str, ...]:
    return tuple(code for code in definition.after if facts.items[code].state not in SATISFIED)


def _wrong(item: ItemFacts, kind: str) -> Mapping[str, str]:
    """What the notice of corrections said, until the application is accepted."""
    told = item.state in (ItemState.CORRECTING, ItemState.RECEIVED)
    return item.corrections.get(kind, {}) if told else {}


def _requirements(
    facts: ProjectFacts, definition: ItemDefinition, item: ItemFacts
) -> tuple[RequirementLine, ...]:
    undecided = item.state in _BEFORE_DECISION
    lacking = missing(definition, item, facts.materials) if undecided else ()
    wrong = _wrong(item, "materials")
    lines = []
    for requirement in definition.materials:
        key = requirement.material
        found = facts.materials.get(key)
        held = facts.scenario.material.get(key)
        line = RequirementLine(
            material=key,
            name=material_name(facts.scenario, key),
            material_class=requirement.material_class,
            system_held=bool(held and held.system_held),
            substantive=requirement.substantive,
            provided=provided(facts.materials, key),
            returned=found is not None and found.state is MaterialState.RETURNED,
            deferred=key in item.deferred,
            missing=key in lacking,
            file_name=found.file_name if found else None,
            provided_on=found.provided_on if found else None,
            wrong=wrong.get(key),
        )
        # Before the application a commitment takes the place of such a paper: none is asked for.
        by_commitment = requirement.material_class is MaterialClass.COMMITMENT
        line = replace(line, by_architect=by_commitment and requirement.by_architect)
        lines.append(replace(line, missing=False) if by_commitment and line.missing else line)
    return tuple(lines)


def decision_clock(clocks: Sequence[ClockFacts], item: ItemFacts) -> ClockFacts | None:
    """The clock of an item's current round that its deadline is explained by."""
    order = (ClockKind.DECISION, ClockKind.CORRECTION_WINDOW, ClockKind.DELIVERY)
    own = [c for c in clocks if c.item == item.code and c.round == item.round]
    running = [c for c in own if c.state is not ClockState.STOPPED]
    for found in (running, own):
        for kind in order:
            for clock in found:
                if clock.kind is kind:
                    return clock
    return None
