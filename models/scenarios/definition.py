"""A scenario as data: frozen values that the YAML files are read into.

A *scenario* 场景 has *stages* 阶段; a stage has *items* 事项; an item asks for *materials* 材料.
These values never change after publication: projects stay on the version they were registered with.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cached_property
from graphlib import TopologicalSorter
from typing import Annotated

from pydantic import Field

from models.scenarios.architect import ArchitectDefinition
from models.scenarios.bundles import BundleDefinition
from models.scenarios.dictionary import (
    AttributeDefinition,
    DepartmentDefinition,
    DepartmentKind,
    DocumentDefinition,
)
from models.scenarios.exemptions import ExemptionDefinition
from models.scenarios.item import (
    ItemCategory,
    ItemDefinition,
    ItemMode,
    ItemTerms,
    SpecialProcedure,
    WhenBasisVoided,
    WorksEvent,
)
from models.scenarios.joint import ConsultDefinition, SiteVisitDefinition
from models.scenarios.limits import (
    ExtensionBy,
    ExtensionDefinition,
    ExtensionGround,
    LengthDefinition,
    LimitDefinition,
    LimitStart,
)
from models.scenarios.paper import MaterialClass, MaterialDefinition, MaterialRequirement
from models.scenarios.promises import NamedPromise, PromiseDefinition
from models.scenarios.stage import MergeDefinition, StageDefinition, StageKind
from models.scenarios.warnings import WarningsDefinition
from models.values import ItemCode, Key, Text, Value

#: The whole language of definitions, wherever a part of it is written down.
__all__ = [
    "ArchitectDefinition",
    "AttributeDefinition",
    "ConsultDefinition",
    "DepartmentDefinition",
    "DepartmentKind",
    "DocumentDefinition",
    "ExemptionDefinition",
    "ExtensionBy",
    "ExtensionDefinition",
    "ExtensionGround",
    "ItemCategory",
    "ItemCode",
    "ItemDefinition",
    "ItemMode",
    "ItemTerms",
    "Key",
    "LengthDefinition",
    "LimitDefinition",
    "LimitStart",
    "MaterialClass",
    "MaterialDefinition",
    "MaterialRequirement",
    "MergeDefinition",
    "NamedPromise",
    "PromiseDefinition",
    "ScenarioDefinition",
    "SiteVisitDefinition",
    "SpecialProcedure",
    "StageDefinition",
    "StageKind",
    "Text",
    "Value",
    "WhenBasisVoided",
    "WorksEvent",
]


class ScenarioDefinition(Value):
    """A whole approval scenario, resolved: everything it names is in it."""

    key: Key
    version: Annotated[int, Field(ge=1)] = 1
    name: Text
    summary: Text | None = None
    promise: PromiseDefinition | None = None
    promises: tuple[NamedPromise, ...] = ()
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
        """What this was made from for one project (:mod:`rules.scenarios.own_scenario`); else itself."""
        # Itself is not kept: whoever compared two of them would never come to an end.
        made_from: ScenarioDefinition = vars(self).get("made_from", self)
        return made_from

    @cached_property
    def all_promises(self) -> tuple[PromiseDefinition, ...]:
        """Everything that it promises, to whatever class of projects."""
        return (*((self.promise,) if self.promise is not None else ()), *self.promises)

    @property
    def promised_days(self) -> int | None:
        """Counted working days within which it promises all approvals to every project; else ``None``."""
        to_all = (p.days for p in self.all_promises if p.is_whole and p.when is None)
        return min(to_all, default=None)

    @cached_property
    def conditional_materials(self) -> tuple[str, ...]:
        """The conditions under which materials are asked for, each once."""
        conditions = (requirement.when for item in self.items for requirement in item.materials)
        return tuple(dict.fromkeys(when for when in conditions if when is not None))

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
        dependents: dict[str, list[str]] = {item.code: [] for item in self.items}
        for item in self.items:
            for code in item.after:
                dependents.setdefault(code, []).append(item.code)
        return {code: tuple(after) for code, after in dependents.items()}

    @cached_property
    def parts(self) -> Mapping[str, tuple[str, ...]]:
        """Item code → codes of the items that are part of it (joint acceptance and the like)."""
        parts: dict[str, list[str]] = {}
        for item in self.items:
            if item.part_of is not None:
                parts.setdefault(item.part_of, []).append(item.code)
        return {code: tuple(codes) for code, codes in parts.items()}

    @cached_property
    def builds_on(self) -> Mapping[str, tuple[str, ...]]:
        """Item code → what is done before it is decided: its prerequisites and its own parts."""
        return {item.code: (*item.after, *self.parts.get(item.code, ())) for item in self.items}

    @cached_property
    def decision_order(self) -> tuple[str, ...]:
        """Item codes, each after everything that it builds on; the items must make no cycle."""
        return tuple(TopologicalSorter(self.builds_on).static_order())

    @cached_property
    def stage_items(self) -> Mapping[str, tuple[ItemDefinition, ...]]:
        """Stage key → its items, in the order of the file."""
        return {
            stage.key: tuple(item for item in self.items if item.stage == stage.key)
            for stage in self.stages
        }
