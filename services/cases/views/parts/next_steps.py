"""What an enterprise has to do next in its project, in the order in which it falls due."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from models.cases.facts import ItemFacts, ProjectFacts
from models.cases.states import (
    FAILED,
    ClockKind,
    DeficiencyState,
    ItemState,
    MaterialState,
    ProjectState,
)
from models.scenarios.definition import ItemMode, Text
from rules.cases.instruments.completeness import missing
from rules.cases.instruments.corrections import named_fields, owed
from rules.cases.instruments.phases import promises
from rules.cases.instruments.rectification import latest
from rules.cases.instruments.utilities import unconnected
from services.wording.names import material_name


@dataclass(frozen=True, slots=True)
class NextStep:
    """One step that the enterprise has to take."""

    kind: str
    """``correct``, ``rectify``, ``make_up``, ``apply``, ``record``, ``again`` or ``receive``."""
    item: str
    item_name: Text
    materials: tuple[Text, ...]
    """Papers to hand in for it."""
    due_on: date | None
    fields: tuple[Text, ...] = ()
    """Fields of its form to fill in again, as the notice of corrections named them."""


_ORDER = ("correct", "rectify", "make_up", "apply", "again", "record", "receive")


def next_steps(facts: ProjectFacts) -> tuple[NextStep, ...]:
    """Every step that waits for the enterprise, blocking ones first."""
    if facts.state is not ProjectState.ACTIVE:
        return ()
    steps = [step for item in facts.items.values() for step in _of_item(facts, item)]
    far = date.max
    return tuple(sorted(steps, key=lambda s: (_ORDER.index(s.kind), s.due_on or far)))


def _of_item(facts: ProjectFacts, item: ItemFacts) -> Iterator[NextStep]:
    match item.state:
        case ItemState.CORRECTING:
            definition = facts.definition(item.code)
            fields = [definition.field[key].name for key in named_fields(definition, item)]
            step = _step("correct", facts, item, owed(definition, item, facts.materials))
            yield replace(step, fields=tuple(fields))
        case ItemState.RECTIFYING if latest(facts.items, facts.rectifications, item.code):
            yield _step("rectify", facts, item, ())
        case ItemState.OPEN if facts.definition(item.code).mode is ItemMode.MILESTONE:
            # Each utility records its own connection.
            if not unconnected(facts.scenario, facts.items, facts.lines, item.code):
                yield _step("record", facts, item, ())
        case ItemState.OPEN:
            promised = [
                clock.due_on
                for clock in promises(facts)
                if clock.due_on and item.code == _next_phase(facts, clock.item)
            ]
            due = min(promised, default=None)
            yield _step("apply", facts, item, _to_hand_in(facts, item), due)
        case state if state in FAILED:
            yield _step("again", facts, item, ())
    late = [d for d in facts.open_deficiencies(item.code) if d.state is DeficiencyState.OPEN]
    if late:
        due = min((d.due_on for d in late if d.due_on), default=None)
        yield _step("make_up", facts, item, tuple(d.material for d in late), due)
    delivery = facts.clocks.get((item.code, ClockKind.DELIVERY, item.round, ""))
    if delivery is not None and item.document_issued:
        yield _step("receive", facts, item, (), delivery.due_on)


def _next_phase(facts: ProjectFacts, item: str) -> str | None:
    declared = facts.definition(item).next_phase
    return declared.item if declared else None


def _to_hand_in(facts: ProjectFacts, item: ItemFacts) -> tuple[str, ...]:
    """Missing papers that the applicant has: neither filled in by the system nor a commitment."""
    definition = facts.definition(item.code)
    returned = (
        key
        for key in definition.required
        if (material := facts.materials.get(key)) and material.state is MaterialState.RETURNED
    )
    lacking = dict.fromkeys([*returned, *missing(definition, item, facts.materials)])
    return tuple(
        key
        for key in lacking
        if not facts.scenario.material[key].system_held
        and definition.required[key].material_class != "commitment"
    )


def _step(
    kind: str,
    facts: ProjectFacts,
    item: ItemFacts,
    materials: tuple[str, ...],
    due_on: date | None = None,
) -> NextStep:
    names = tuple(material_name(facts.scenario, key) for key in materials)
    name = facts.definition(item.code).name
    return NextStep(kind, item.code, name, names, due_on)
