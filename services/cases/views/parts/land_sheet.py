"""What was recorded of the parcel of a project."""

from __future__ import annotations

from collections.abc import Iterator

from models.cases.facts import ProjectFacts
from models.scenarios.definition import ItemMode, StageKind
from services.cases.views.parts.forms import FieldRow, field_rows


def land_sheet(facts: ProjectFacts) -> Iterator[FieldRow]:
    """The forms of the milestones of land, as far as they were filled in."""
    land = {stage.key for stage in facts.scenario.stages if stage.kind is StageKind.LAND}
    for item in facts.scenario.items:
        if item.stage in land and item.mode is ItemMode.MILESTONE:
            lines = field_rows(item, facts.items[item.code].form)
            yield from (line for line in lines if line.value is not None)
