"""Grants on commitment at once: something is committed to, and nobody has to look at anything first."""

from __future__ import annotations

from collections.abc import Iterator

from config.texts import Word
from models.findings import Finding, Path
from models.scenarios.definition import ItemDefinition, ItemMode, MaterialClass, ScenarioDefinition
from models.scenarios.guards import GuardPoint
from rules.scenarios.verifier.codes.at_once import (
    COMMITMENT_BEFORE_EXAMINATION,
    COMMITMENT_OF_NOTHING,
)


def check_at_once(scenario: ScenarioDefinition) -> Iterator[Finding]:
    """Every item that is granted on commitment at once can be."""
    for index, item in enumerate(scenario.items):
        if not item.grant_on_commitment:
            continue
        path: Path = ("items", index, "grant_on_commitment")
        if all(paper.material_class is not MaterialClass.COMMITMENT for paper in item.materials):
            yield Finding(COMMITMENT_OF_NOTHING, path, {"item": item.code})
        reason = _looked_at_first(scenario, item)
        if reason is not None:
            params = {"item": item.code, "reason": reason}
            yield Finding(COMMITMENT_BEFORE_EXAMINATION, path, params)


def _looked_at_first(scenario: ScenarioDefinition, item: ItemDefinition) -> str | None:
    """What an officer has to see to before the grant; ``None``: nothing."""
    looks = (
        (item.mode is not ItemMode.APPLICATION, Word("not applied for")),
        (item.filed, Word("a filing, which nobody grants")),
        (item.part_of is not None or item.code in scenario.parts, Word("decided with others")),
        (item.site_verification or item.site_visit is not None, Word("verified on the spot")),
        (bool(item.consults), Word("other departments are asked about it")),
        (
            any(guard.at is GuardPoint.DECIDE for guard in item.guards),
            Word("a guard stands before its grant"),
        ),
    )
    return next((word for holds, word in looks if holds), None)
