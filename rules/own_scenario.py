"""The scenario as it is for one project: materials whose condition does not hold are not in it.

Everything that looks at a project's papers looks at this, so none of it has to know of conditions.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from models.definition import ItemDefinition, ScenarioDefinition
from models.facts import AttributeValue
from rules.conditions import holds


def own_scenario(
    scenario: ScenarioDefinition, attributes: Mapping[str, AttributeValue]
) -> ScenarioDefinition:
    """The scenario for a project with these attributes, complete as they are kept."""
    conditions = scenario.conditional_materials
    dropped = frozenset(when for when in conditions if not holds(when, attributes))
    return _without(_Same(scenario), dropped) if dropped else scenario


class _Same:
    """A scenario that is the same only as itself: comparing two by what they say takes long."""

    __slots__ = ("scenario",)

    def __init__(self, scenario: ScenarioDefinition) -> None:
        self.scenario = scenario

    def __hash__(self) -> int:
        return id(self.scenario)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.scenario is self.scenario


@lru_cache(maxsize=256)
def _without(same: _Same, dropped: frozenset[str]) -> ScenarioDefinition:
    scenario = same.scenario
    items = tuple(_asked_less(item, dropped) for item in scenario.items)
    values = {name: getattr(scenario, name) for name in ScenarioDefinition.model_fields}
    made = ScenarioDefinition.model_construct(**(values | {"items": items}))
    vars(made)["whole"] = scenario
    return made


def _asked_less(item: ItemDefinition, dropped: frozenset[str]) -> ItemDefinition:
    kept = tuple(one for one in item.materials if one.when not in dropped)
    if len(kept) == len(item.materials):
        return item
    # Made anew, not copied: a copy would keep what was derived from the longer list.
    values = {name: getattr(item, name) for name in ItemDefinition.model_fields}
    return ItemDefinition.model_construct(**(values | {"materials": kept}))
