"""One item of a project as it is shown: its papers, clocks, light, and whom it waits for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from models.cases.commitment import CheckState
from models.cases.facts import ItemFacts, ProjectFacts
from models.cases.states import (
    SATISFIED,
    UNDER_EXAMINATION,
    ClockKind,
    ClockState,
    DeficiencyState,
    ItemState,
    MaterialState,
    VoidingState,
)
from models.scenarios.definition import ItemDefinition, MaterialClass
from rules.cases.clocks.lights import worst
from rules.cases.context import Context
from rules.cases.instruments.basis import fallen, is_held
from rules.cases.instruments.commitment import open_check
from rules.cases.instruments.completeness import missing, provided
from rules.cases.instruments.credit.standing import barred
from rules.cases.instruments.phases import is_ordered, open_tasks
from rules.cases.instruments.utilities import unconnected
from rules.cases.progress import WaitsFor, held_back, whose_move
from rules.scenarios.extensions import extension_of
from services.cases.views.parts.bundles import bundle_row
from services.cases.views.parts.clocks import next_due
from services.cases.views.parts.forms import field_rows, without_marks
from services.cases.views.values.items import ClockRow, ItemRow, RequirementRow
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


def item_row(
    facts: ProjectFacts,
    code: str,
    clocks: Sequence[ClockRow],
    names: Mapping[str, str],
    context: Context,
) -> ItemRow:
    """One item; ``clocks`` are those of the whole project, ``names`` people by login."""
    definition, item = facts.definition(code), facts.items[code]
    own = tuple(clock for clock in clocks if clock.item == code and clock.round == item.round)
    due = next_due(own)
    held = held_back(facts).get(code)
    return ItemRow(
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
        light=worst(c.light for c in own if c.state is not ClockState.STOPPED),
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
        requirements=_requirements(facts, definition, item, context),
        form=tuple(field_rows(definition, item.form, _wrong(item, "fields"))),
        clocks=own,
        special_procedures=definition.special_procedures,
        extension=extension_of(definition),
        commitment=item.commitment,
        correction_notices=item.correction_notices,
        legal_basis=without_marks(definition.legal_basis),
        re_examination=item.re_examination,
        held_in=bundle_row(facts, held.definition) if held else None,
        line=facts.lines.get(code),
    )


def _waits_for(facts: ProjectFacts, item: ItemFacts) -> WaitsFor:
    """Party an item waits for: by its state, or the department for made-up materials and documents."""
    if is_held(facts.clocks.get((item.code, ClockKind.DECISION, item.round, ""))):
        return WaitsFor.PREREQUISITE
    ordered = any(is_ordered(task) for task in open_tasks(facts.supervision, item.code))
    again = item.re_examination or _appealed(facts, item)
    if again or ordered or _utility_acts(facts, item):
        return WaitsFor.DEPARTMENT
    check = open_check(facts, item.code)
    if check is not None and check.state in (CheckState.TOLD, CheckState.RECTIFY):
        return WaitsFor.APPLICANT
    if item.state is ItemState.GRANTED and _to_deliver(facts, item):
        return WaitsFor.DEPARTMENT if item.document_issued else WaitsFor.SYSTEM
    owed = facts.open_deficiencies(item.code)
    if owed and all(d.state is DeficiencyState.SUBMITTED for d in owed):
        return WaitsFor.DEPARTMENT
    return whose_move(facts, item)


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
    if facts.items[definition.code].state in UNDER_EXAMINATION:
        return fallen(facts.scenario, facts.items, definition.code)
    return tuple(code for code in definition.after if facts.items[code].state not in SATISFIED)


def _wrong(item: ItemFacts, kind: str) -> Mapping[str, str]:
    """Faults named by the notice of corrections, until acceptance."""
    under_correction = item.state in (ItemState.CORRECTING, ItemState.RECEIVED)
    return item.corrections.get(kind, {}) if under_correction else {}


def _requirements(
    facts: ProjectFacts, definition: ItemDefinition, item: ItemFacts, context: Context
) -> tuple[RequirementRow, ...]:
    undecided = item.state in _BEFORE_DECISION
    received = item.state is ItemState.RECEIVED
    lost = barred(definition, item, facts.materials, context) if received else ()
    lacking = missing(definition, item, facts.materials) if undecided else ()
    wrong = _wrong(item, "materials")
    lines = []
    for requirement in definition.materials:
        key = requirement.material
        material = facts.materials.get(key)
        held = facts.scenario.material.get(key)
        line = RequirementRow(
            material=key,
            name=material_name(facts.scenario, key),
            material_class=requirement.material_class,
            system_held=bool(held and held.system_held),
            substantive=requirement.substantive,
            provided=provided(facts.materials, key),
            returned=material is not None and material.state is MaterialState.RETURNED,
            deferred=key in item.deferred,
            missing=key in lacking,
            file_name=material.file_name if material else None,
            provided_on=material.provided_on if material else None,
            wrong=wrong.get(key),
        )
        # Before the application a commitment takes the place of such a paper: none is asked for.
        by_commitment = requirement.material_class is MaterialClass.COMMITMENT
        line = replace(line, by_architect=by_commitment and requirement.by_architect)
        line = replace(line, missing=False) if by_commitment and line.missing else line
        fallen_back = replace(line, deferred=False, missing=True, barred=True)
        lines.append(fallen_back if key in lost else line)
    return tuple(lines)
