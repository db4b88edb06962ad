"""A project rebuilt from its events."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date

from models.cases.facts import MaterialFacts, StageFacts, WorkingParts
from models.cases.states import MaterialState
from models.scenarios.definition import ScenarioDefinition
from models.values import AttributeValue
from rules.scenarios.own_scenario import own_scenario


class Replayed(WorkingParts):
    """A project rebuilt from its events."""

    def __init__(
        self, scenario: ScenarioDefinition, versions: Mapping[int, ScenarioDefinition]
    ) -> None:
        super().__init__()
        self.scenario = scenario
        self.versions = versions
        """Other versions of the scenario, which the project may have been on."""
        self.project: dict[str, object] = {}
        """Columns of the project row: ``code``, ``title``, ``steward``, ``state`` …"""

    def fill(self, kind: str | None, on: date, source: str | None = None) -> None:
        """Fill in every material that comes from this kind of document."""
        for material in self.scenario.materials:
            if kind is not None and material.from_document == kind:
                self.provide(material.key, source or f"document:{kind}", on)

    def provide(self, key: str, source: str, on: date | None, sha256: str | None = None) -> None:
        """Mark a material as provided."""
        self.materials[key] = MaterialFacts(
            key, MaterialState.PROVIDED, sha256=sha256, source=source, provided_on=on
        )

    def follow_version(self, version: object, attributes: Mapping[str, AttributeValue]) -> None:
        """Switch to this version of the scenario, as it applies to the attributes."""
        if version != self.scenario.version and isinstance(version, int):
            self.scenario = self.versions.get(version, self.scenario)
        self.scenario = own_scenario(self.scenario, attributes)

    def keep_stages(self, keys: Collection[str]) -> None:
        """Set the stages; opened stages stay opened."""
        stages = {key: self.stages.get(key) or StageFacts(key) for key in keys}
        self.stages.clear()
        self.stages.update(stages)

    def give_back(self, key: str) -> None:
        """Mark a material as returned."""
        if key in self.materials:
            material = self.materials[key]
            self.materials[key] = replace(material, state=MaterialState.RETURNED)
