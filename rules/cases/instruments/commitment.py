"""The commitments that grants rest on: what is open about them."""

from __future__ import annotations

from collections.abc import Mapping

from models.cases.commitment import COMMITMENTS, CommitmentFacts
from models.cases.facts import ItemFacts, MaterialFacts, NamedParts
from models.scenarios.definition import ItemDefinition, MaterialClass
from rules.cases.instruments.completeness import provided, replaced_by_commitment


def commitment_of(parts: NamedParts, code: str) -> CommitmentFacts | None:
    """What a grant rests on in an item's current round, checked or not."""
    return parts.of(COMMITMENTS).get((code, parts.items[code].round))


def open_check(parts: NamedParts, code: str) -> CommitmentFacts | None:
    """The same, where something has still to be done about it."""
    commitment = commitment_of(parts, code)
    return commitment if commitment is not None and commitment.is_open else None


def stands_for(
    definition: ItemDefinition, item: ItemFacts, materials: Mapping[str, MaterialFacts]
) -> tuple[str, ...]:
    """Papers that are not there and whose place the signed commitment takes."""
    return tuple(
        key
        for key in definition.required
        if replaced_by_commitment(definition, item, key) and not provided(materials, key)
    )


def needs_commitment(definition: ItemDefinition, materials: Mapping[str, MaterialFacts]) -> bool:
    """Whether a missing paper can only be replaced by the signed commitment."""
    return any(
        required.material_class is MaterialClass.COMMITMENT
        and not provided(materials, required.material)
        for required in definition.materials
    )
