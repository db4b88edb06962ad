"""A scenario as data: frozen values that the YAML files are read into.

A *scenario* 场景 has *stages* 阶段; a stage has *items* 事项; an item asks for *materials* 材料.
These values never change after publication: projects stay on the version they were registered with.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cached_property
from typing import Annotated

from pydantic import Field

from models.architect import ArchitectDefinition
from models.bundle import BundleDefinition
from models.dictionary import (
    AttributeDefinition,
    DepartmentDefinition,
    DepartmentKind,
    DocumentDefinition,
)
from models.exemption import ExemptionDefinition
from models.item import (
    ItemCategory,
    ItemDefinition,
    ItemMode,
    ItemTerms,
    SpecialProcedure,
    WhenBasisVoided,
)
from models.joint import ConsultDefinition, SiteVisitDefinition
from models.limit import LimitDefinition
from models.paper import MaterialClass, MaterialDefinition, MaterialRequirement
from models.stage import MergeDefinition, StageDefinition, StageKind
from models.values import ItemCode, Key, Text, Value
from models.warning import WarningsDefinition

#: The whole language of definitions, wherever a part of it is written down.
__all__ = [
    "ArchitectDefinition",
    "AttributeDefinition",
    "ConsultDefinition",
    "DepartmentDefinition",
    "DepartmentKind",
    "DocumentDefinition",
    "ExemptionDefinition",
    "ItemCategory",
    "ItemCode",
    "ItemDefinition",
    "ItemMode",
    "ItemTerms",
    "Key",
    "LimitDefinition",
    "MaterialClass",
    "MaterialDefinition",
    "MaterialRequirement",
    "MergeDefinition",
    "PromiseDefinition",
    "ScenarioDefinition",
    "SiteVisitDefinition",
    "SpecialProcedure",
    "StageDefinition",
    "StageKind",
    "Text",
    "Value",
    "WhenBasisVoided",
]


class PromiseDefinition(Value):
    """What the scenario promises: all counted approvals within so many working days."""

    days: Annotated[int, Field(ge=1, le=3660, description="Working days.")]
    source: Annotated[
        str | None, Field(description="Document that promises it, with its mark.")
    ] = None


class ScenarioDefinition(Value):
    """A whole approval scenario, resolved: everything it names is in it."""

    key: Key
    version: Annotated[int, Field(ge=1)] = 1
    name: Text
    summary: Text | None = None
    promise: PromiseDefinition | None = None
    warnings: WarningsDefinition | None = None
    attributes: tuple[AttributeDefinition, ...] = ()
    stages: Annotated[tuple[StageDefinition, ...], Field(min_length=1)]
    items: Annotated[tuple[ItemDefinition, ...], Field(min_length=1)]
    materials: tuple[MaterialDefinition, ...] = ()
    documents: tuple[DocumentDefinition, ...] = ()
    departments: tuple[DepartmentDefinition, ...] = ()
    bundles: tuple[BundleDefinition, ...] = ()
    architect: ArchitectDefinition | None = None

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 of the canonical content: the same for two versions that say the same.

        The version number is left out, and so is every value that is the default: a field added
        to the language later changes no hash.
        """
        content = self.model_dump(
            mode="json", by_alias=True, exclude={"version"}, exclude_defaults=True
        )
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def whole(self) -> ScenarioDefinition:
        """What this was made from for one project (:mod:`rules.own_scenario`); else itself."""
        # Itself is not kept: whoever compared two of them would never come to an end.
        made_from: ScenarioDefinition = vars(self).get("made_from", self)
        return made_from

    @cached_property
    def conditional_materials(self) -> tuple[str, ...]:
        """The conditions under which materials are asked for, each once."""
        asked = (one.when for item in self.items for one in item.materials)
        return tuple(dict.fromkeys(when for when in asked if when is not None))

    @cached_property
    def merging_stages(self) -> tuple[StageDefinition, ...]:
        """Stages that some projects go through as a part of another one."""
        return tuple(stage for stage in self.stages if stage.merge_into is not None)

    @cached_property
    def warns_on_its_own(self) -> bool:
        """Whether it says anything of when people are warned."""
        return self.warnings is not None or any(
            item.yellow is not None or item.next_phase is not None for item in self.items
        )

    @cached_property
    def item(self) -> Mapping[str, ItemDefinition]:
        """Item code → definition, in the order of the file."""
        return {item.code: item for item in self.items}

    @cached_property
    def stage(self) -> Mapping[str, StageDefinition]:
        """Stage key → definition, in the order of the file."""
        return {stage.key: stage for stage in self.stages}

    @cached_property
    def material(self) -> Mapping[str, MaterialDefinition]:
        """Material key → definition."""
        return {material.key: material for material in self.materials}

    @cached_property
    def document(self) -> Mapping[str, DocumentDefinition]:
        """Document kind → definition."""
        return {document.key: document for document in self.documents}

    @cached_property
    def department(self) -> Mapping[str, DepartmentDefinition]:
        """Department key → definition."""
        return {department.key: department for department in self.departments}

    @cached_property
    def bundle(self) -> Mapping[str, BundleDefinition]:
        """Bundle key → definition."""
        return {bundle.key: bundle for bundle in self.bundles}

    @cached_property
    def dependents(self) -> Mapping[str, tuple[str, ...]]:
        """Item code → codes of the items that name it as a prerequisite."""
        found: dict[str, list[str]] = {item.code: [] for item in self.items}
        for item in self.items:
            for code in item.after:
                found.setdefault(code, []).append(item.code)
        return {code: tuple(after) for code, after in found.items()}

    @cached_property
    def parts(self) -> Mapping[str, tuple[str, ...]]:
        """Item code → codes of the items that are part of it (joint acceptance and the like)."""
        found: dict[str, list[str]] = {}
        for item in self.items:
            if item.part_of is not None:
                found.setdefault(item.part_of, []).append(item.code)
        return {code: tuple(parts) for code, parts in found.items()}

    @cached_property
    def stage_items(self) -> Mapping[str, tuple[ItemDefinition, ...]]:
        """Stage key → its items, in the order of the file."""
        return {
            stage.key: tuple(item for item in self.items if item.stage == stage.key)
            for stage in self.stages
        }
