"""Items that a project is exempt from by a rule of its scenario 免办."""

from __future__ import annotations

from collections.abc import Mapping

from models.cases.facts import ProjectFacts
from models.scenarios.definition import ItemDefinition
from models.values import AttributeValue
from rules.scenarios.conditions.evaluation import holds


def is_exempt(item: ItemDefinition, attributes: Mapping[str, AttributeValue]) -> bool:
    """Whether a project is exempt from an item; an item that is not needed is not exempted."""
    return (
        item.exempt is not None
        and holds(item.when, attributes)
        and holds(item.exempt.when, attributes)
    )


def exempt_items(facts: ProjectFacts) -> tuple[ItemDefinition, ...]:
    """Items a project is exempt from and has not gone through, in the order of the scenario.

    What was applied for before a rule exempted it (the project moved to another version since)
    stays a decision of its own.
    """
    return tuple(
        item
        for item in facts.scenario.items
        if not facts.items[item.code].involved and is_exempt(item, facts.attributes)
    )
