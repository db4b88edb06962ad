"""Preliminary opinions 初审意见: what they leave open, and when the decision is due again.

The limit to decide is held while a paper is out that may change the result: the applicant's own time,
told in writing with the opinion [D]. It goes on with the verification of the last one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from models.cases.deficiencies import DeficiencyFacts
from models.cases.facts import ItemFacts, MaterialFacts, ProjectFacts
from models.cases.states import ItemState
from models.scenarios.definition import ItemDefinition
from rules.cases.instruments.completeness import outstanding_substantive


def blocking(
    definition: ItemDefinition,
    item: ItemFacts,
    materials: Mapping[str, MaterialFacts],
    owed: Iterable[DeficiencyFacts],
) -> tuple[str, ...]:
    """Missing or unverified materials that may change the result."""
    lacking = outstanding_substantive(definition, item, materials)
    unverified = [deficiency.material for deficiency in owed]
    substantive = [key for key in unverified if definition.required[key].substantive]
    return tuple(dict.fromkeys((*lacking, *substantive)))


def due_again(facts: ProjectFacts, code: str) -> bool:
    """Whether only the decision is left to follow on a preliminary opinion."""
    item = facts.items[code]
    if item.state is not ItemState.PRELIMINARY:
        return False
    owed = facts.open_deficiencies(code)
    return not blocking(facts.definition(code), item, facts.materials, owed)
