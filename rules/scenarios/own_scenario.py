"""The scenario as it is for one project: without materials whose condition does not hold, with the
stages that are one for it as one, and the architect's commitment in place of the papers it replaces.

Everything that looks at a project's papers and stages looks at this, so none of it has to know of
conditions.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from models.scenarios.definition import (
    ItemDefinition,
    MaterialClass,
    MaterialRequirement,
    ScenarioDefinition,
    StageDefinition,
)
from models.values import AttributeValue, Text
from rules.scenarios.by_identity import ByIdentity
from rules.scenarios.conditions.evaluation import holds


def own_scenario(
    scenario: ScenarioDefinition, attributes: Mapping[str, AttributeValue]
) -> ScenarioDefinition:
    """The scenario for a project with these attributes, complete as they are kept."""
    scenario = scenario.whole
    conditions = scenario.conditional_materials
    dropped = frozenset(when for when in conditions if not holds(when, attributes))
    merged = frozenset(stage.key for stage in merged_stages(scenario, attributes))
    rule = scenario.architect
    architect = rule is not None and holds(rule.when, attributes)
    if not dropped and not merged and not architect:
        return scenario
    return _own(ByIdentity(scenario), dropped, merged, architect)


def merged_stages(
    scenario: ScenarioDefinition, attributes: Mapping[str, AttributeValue]
) -> tuple[StageDefinition, ...]:
    """Stages that a project with these attributes goes through as part of another stage."""
    return tuple(
        stage
        for stage in scenario.whole.merging_stages
        if stage.merge_into is not None and holds(stage.merge_into.when, attributes)
    )


@lru_cache(maxsize=256)
def _own(
    reference: ByIdentity[ScenarioDefinition],
    dropped: frozenset[str],
    merged: frozenset[str],
    architect: bool,
) -> ScenarioDefinition:
    scenario = reference.of
    moved = {
        stage.key: stage.merge_into.stage
        for stage in scenario.merging_stages
        if stage.key in merged and stage.merge_into is not None
    }
    items = tuple(_own_item(item, dropped, moved, architect) for item in scenario.items)
    own = scenario.model_copy(update={"items": items, "stages": _own_stages(scenario, moved)})
    vars(own)["made_from"] = scenario
    return own


def _own_item(
    item: ItemDefinition, dropped: frozenset[str], moved: Mapping[str, str], architect: bool
) -> ItemDefinition:
    kept = tuple(requirement for requirement in item.materials if requirement.when not in dropped)
    if architect:
        kept = tuple(
            _by_commitment(requirement) if requirement.by_architect else requirement
            for requirement in kept
        )
    changes: dict[str, Any] = {}
    if kept != item.materials:
        changes["materials"] = kept
    if item.stage in moved:
        changes["stage"] = moved[item.stage]
    # A copy derives anew: what was derived from the longer list is not kept.
    return item.model_copy(update=changes) if changes else item


def _by_commitment(requirement: MaterialRequirement) -> MaterialRequirement:
    taken = {"material_class": MaterialClass.COMMITMENT, "substantive": False}
    return requirement.model_copy(update=taken)


def _own_stages(
    scenario: ScenarioDefinition, moved: Mapping[str, str]
) -> tuple[StageDefinition, ...]:
    """The remaining stages; a stage that others merge into has the names of all of them."""
    left = []
    for stage in scenario.stages:
        if stage.key in moved:
            continue
        together = [
            member
            for member in scenario.stages
            if member is stage or moved.get(member.key) == stage.key
        ]
        whole = len(together) == 1
        left.append(stage if whole else stage.model_copy(update={"name": _joined(together)}))
    return tuple(left)


def _joined(stages: list[StageDefinition]) -> Text:
    """The name of stages that are one, as authorities write it: 规划许可+施工许可."""
    return Text(
        zh="+".join(stage.name.zh for stage in stages),
        en=" + ".join(stage.name.en for stage in stages),
    )
