"""Architect responsibility 建筑师负责制: whether a project is under it, and which papers it replaces."""

from __future__ import annotations

from models.cases.facts import ProjectFacts
from models.scenarios.definition import ItemDefinition
from rules.scenarios.conditions.evaluation import holds


def is_under(facts: ProjectFacts) -> bool:
    """Whether the project is under architect responsibility by its scenario."""
    rule = facts.scenario.architect
    return rule is not None and holds(rule.when, facts.attributes)


def replaced(facts: ProjectFacts, item: ItemDefinition) -> tuple[str, ...]:
    """Materials of an item that the responsible architect's commitment replaces."""
    if not is_under(facts):
        return ()
    return tuple(material.material for material in item.materials if material.by_architect)
