"""Deferred papers of a project as they are shown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from models.cases.facts import ProjectFacts
from models.cases.states import BROKEN_PROMISE, DeficiencyState, Light
from rules.cases.clocks.lights import light_of
from services.cases.views.values.project_records import DeficiencyRow
from services.wording.names import item_name, material_name


def deficiency_rows(facts: ProjectFacts, now: datetime) -> Iterator[DeficiencyRow]:
    """Every deferred paper, what is still owed first."""
    open_states = (DeficiencyState.OPEN, DeficiencyState.SUBMITTED)
    entries = sorted(facts.deficiencies.values(), key=lambda d: (d.state not in open_states, d.key))
    by_subject = {(c.item, c.round, c.subject): c for c in facts.clocks.values() if c.subject}
    for entry in entries:
        clock = by_subject.get(entry.key)
        light = light_of(clock, now) if clock else Light.GREEN
        expired = entry.state in BROKEN_PROMISE
        yield DeficiencyRow(
            item=entry.item,
            item_name=item_name(facts.scenario, entry.item),
            round=entry.round,
            material=entry.material,
            material_name=material_name(facts.scenario, entry.material),
            state=entry.state,
            light=Light.RED if expired else light,
            opened_on=entry.opened_on,
            due_on=entry.due_on,
            submitted_on=entry.submitted_on,
            closed_on=entry.closed_on,
        )
