"""Papers of a project as they are shown: who asks for each, whether it is there and needed now."""

from __future__ import annotations

from collections.abc import Iterator

from models.cases.facts import ProjectFacts
from models.cases.states import ItemState, MaterialState
from models.scenarios.definition import MaterialDefinition
from rules.cases import progress as planning
from services.cases.views.values.project_records import MaterialRow

#: States in which an item asks the applicant for papers.
ASKING = frozenset({ItemState.OPEN, ItemState.CORRECTING})


def material_rows(facts: ProjectFacts) -> Iterator[MaterialRow]:
    """Papers that an item of this project asks for, in the order of the scenario."""
    needed = {view_item for view in planning.stage_views(facts) for view_item in view.items}
    for material in facts.scenario.materials:
        items = tuple(
            item.code
            for item in facts.scenario.items
            if item.code in needed and material.key in item.required
        )
        if items or material.key in facts.materials:
            yield _material_row(facts, material, items)


def _material_row(
    facts: ProjectFacts, material: MaterialDefinition, items: tuple[str, ...]
) -> MaterialRow:
    held = facts.materials.get(material.key)
    there = held is not None and held.state is MaterialState.PROVIDED
    asked = any(facts.items[code].state in ASKING for code in items)
    return MaterialRow(
        key=material.key,
        name=material.name,
        state=MaterialState(held.state) if held else None,
        system_held=material.system_held,
        source=held.source if held else None,
        file_name=held.file_name if held else None,
        sha256=held.sha256 if held else None,
        version=held.version if held else 0,
        provided_on=held.provided_on if held else None,
        items=items,
        needed=asked and not there and not material.system_held,
    )
