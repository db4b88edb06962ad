"""A project as its events tell it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from models.architect import OpinionFacts
from models.consultation import ConsultationFacts
from models.definition import ScenarioDefinition
from models.facts import (
    AttributeValue,
    ClockFacts,
    DeficiencyFacts,
    ItemFacts,
    LineFacts,
    MaterialFacts,
    RectificationFacts,
    SiteVisitFacts,
    VoidingFacts,
)
from models.states import MaterialState
from models.supervision import SupervisionFacts
from rules.own_scenario import own_scenario


@dataclass(slots=True)
class Replayed:
    """A project as its events tell it."""

    scenario: ScenarioDefinition
    versions: Mapping[int, ScenarioDefinition] = field(default_factory=dict)
    """Other versions of the scenario, which the project may have been on."""
    project: dict[str, object] = field(default_factory=dict)
    """Columns of the project row: ``code``, ``title``, ``steward``, ``state`` …"""
    items: dict[str, ItemFacts] = field(default_factory=dict)
    stages: dict[str, date | None] = field(default_factory=dict)
    clocks: dict[tuple[str, str, int, str], ClockFacts] = field(default_factory=dict)
    deficiencies: dict[tuple[str, int, str], DeficiencyFacts] = field(default_factory=dict)
    materials: dict[str, MaterialFacts] = field(default_factory=dict)
    voidings: dict[tuple[str, int], VoidingFacts] = field(default_factory=dict)
    site_visits: dict[tuple[str, int, int], SiteVisitFacts] = field(default_factory=dict)
    rectifications: dict[tuple[str, int, int], RectificationFacts] = field(default_factory=dict)
    consultations: dict[tuple[str, int, str], ConsultationFacts] = field(default_factory=dict)
    supervision: dict[int, SupervisionFacts] = field(default_factory=dict)
    lines: dict[str, LineFacts] = field(default_factory=dict)
    opinions: dict[int, OpinionFacts] = field(default_factory=dict)

    def fill(self, kind: str | None, on: date, source: str | None = None) -> None:
        """The system holds every paper that comes from this kind of document."""
        for material in self.scenario.materials:
            if kind is not None and material.from_document == kind:
                self.provide(material.key, source or f"document:{kind}", on)

    def provide(self, key: str, source: str, on: date | None, sha256: str | None = None) -> None:
        """A paper is there."""
        self.materials[key] = MaterialFacts(
            key, MaterialState.PROVIDED, sha256=sha256, source=source, provided_on=on
        )

    def follow_version(self, version: object, attributes: Mapping[str, AttributeValue]) -> None:
        """From here on the project follows this version of its scenario, as it is for its attributes."""
        if version != self.scenario.version and isinstance(version, int):
            self.scenario = self.versions.get(version, self.scenario)
        self.scenario = own_scenario(self.scenario, attributes)

    def keep_stages(self, keys: Collection[str]) -> None:
        """These are the stages now; what is opened stays opened."""
        self.stages = {key: self.stages.get(key) for key in keys}

    def give_back(self, key: str) -> None:
        """A paper was returned."""
        if key in self.materials:
            found = self.materials[key]
            self.materials[key] = replace(found, state=MaterialState.RETURNED)
