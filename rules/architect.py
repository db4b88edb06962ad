"""Architect responsibility 建筑师负责制: whether a project is under it, and which papers it replaces."""

from __future__ import annotations

from models.definition import ItemDefinition
from models.facts import ProjectFacts
from rules.conditions import holds


def is_under(facts: ProjectFacts) -> bool:
    """Whether the project is under architect responsibility by its scenario."""
    rule = facts.scenario.architect
    return rule is not None and holds(rule.when, facts.attributes)


def replaced(facts: ProjectFacts, item: ItemDefinition) -> tuple[str, ...]:
    """Papers of an item whose place the responsible architect's commitment takes."""
    if not is_under(facts):
        return ()
    return tuple(one.material for one in item.materials if one.by_architect)
