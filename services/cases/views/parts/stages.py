"""Stages of a project as they are shown, each with its items and what is handled as one with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from models.cases.facts import ProjectFacts
from rules.cases import progress as planning
from rules.cases.context import Context
from rules.scenarios.own_scenario import merged_stages
from services.cases.views.parts.items import item_row
from services.cases.views.values.items import ClockRow, MergeRow, StageRow
from services.wording.names import department_name


def stage_rows(
    facts: ProjectFacts, clocks: Sequence[ClockRow], names: Mapping[str, str], context: Context
) -> Iterator[StageRow]:
    """The stages in the order of the scenario; ``clocks`` are those of the whole project, ``names`` people by login."""
    merged = merged_stages(facts.scenario, facts.attributes)
    for view in planning.stage_views(facts):
        stage = facts.scenario.stage[view.key]
        yield StageRow(
            key=view.key,
            name=stage.name,
            state=view.state,
            round=view.round,
            lead=stage.lead,
            lead_name=department_name(facts.scenario, stage.lead),
            opened_on=facts.stages[view.key].opened_on,
            items=tuple(item_row(facts, code, clocks, names, context) for code in view.items),
            merged=tuple(
                MergeRow(part.key, part.name, part.merge_into.basis, part.merge_into.when)
                for part in merged
                if part.merge_into is not None and part.merge_into.stage == view.key
            ),
        )
