"""Whether a project needs an item by its scenario and its particulars."""

from __future__ import annotations

from models.cases.facts import ProjectFacts
from rules.scenarios.conditions.evaluation import holds


def needed(facts: ProjectFacts, code: str) -> bool:
    """Whether the item's condition holds for the project, and no rule exempts the project from it."""
    return holds(facts.definition(code).needed_when, facts.attributes)
