"""What is decided in the moment in which it is applied for: a complete filing, a grant on commitment."""

from __future__ import annotations

from collections.abc import Mapping

from models.cases.facts import ItemFacts, MaterialFacts, NamedParts
from models.cases.states import SATISFIED, ItemState
from models.scenarios.definition import ItemDefinition
from rules.cases.instruments.completeness import missing


def is_complete_filing(
    definition: ItemDefinition, item: ItemFacts, materials: Mapping[str, MaterialFacts]
) -> bool:
    """Whether it is a filing of which nobody has to look at anything, and everything is there."""
    if not (definition.filed and definition.accept_on_submission):
        return False
    promised = item.deferred or item.commitment is not None
    return not promised and not missing(definition, item, materials)


def is_granted_on_commitment(parts: NamedParts, definition: ItemDefinition) -> bool:
    """Whether an application is granted at once on its signed commitment 承诺即批, if a list says so."""
    item = parts.items[definition.code]
    if not definition.grant_on_commitment or item.commitment is None or item.deferred:
        return False
    if item.state not in (ItemState.RECEIVED, ItemState.ACCEPTED) or item.re_examination:
        return False
    basis = [parts.items[code] for code in definition.after]
    firm = all(
        prerequisite.state in SATISFIED and not prerequisite.re_examination
        for prerequisite in basis
    )
    return firm and not missing(definition, item, parts.materials)
