"""From a scenario file and the catalogue to a definition that stands on its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from models.findings import Finding, Path
from models.scenarios.definition import (
    DepartmentDefinition,
    DocumentDefinition,
    ItemDefinition,
    ItemMode,
    ItemTerms,
    LimitDefinition,
    MaterialClass,
    MaterialDefinition,
    MaterialRequirement,
    ScenarioDefinition,
)
from models.scenarios.file import Catalogue, CatalogueItem, ItemUse, ScenarioFile
from rules.scenarios.verifier.codes.materials import STATUTORY_MATERIAL_DROPPED
from rules.scenarios.verifier.codes.names import CATALOGUE_REDEFINED, UNKNOWN_CATALOGUE_ITEM

#: Licensing Law art. 42(2): several departments that handle an application as one.
JOINT_LIMIT = LimitDefinition(days=45, source="行政许可法第四十二条第二款 [L]")


@dataclass(frozen=True, slots=True)
class Resolution:
    """A definition, what was wrong on the way to it, and where its items stand in the file."""

    definition: ScenarioDefinition | None
    findings: tuple[Finding, ...]
    item_positions: tuple[int, ...]
    """Index of each item of the definition among the items of the file."""
    unresolved: frozenset[str]
    """Codes that the file picks but the catalogue does not have."""


def resolve(file: ScenarioFile, catalogue: Catalogue) -> Resolution:
    """Replace every pick by the item it stands for and embed everything that is named."""
    findings: list[Finding] = list(_redefined(file, catalogue))
    items: list[ItemDefinition] = []
    positions: list[int] = []
    unresolved: set[str] = set()
    for index, entry in enumerate(file.items):
        if isinstance(entry, ItemDefinition):
            items.append(_own(entry))
        elif entry.use in catalogue.item:
            findings += _dropped(entry, catalogue.item[entry.use], index)
            items.append(_picked(entry, catalogue.item[entry.use]))
        else:
            findings.append(_not_in_catalogue(entry, catalogue, index))
            unresolved.add(entry.use)
            continue
        positions.append(index)
    definition = _definition(file, catalogue, tuple(items)) if items else None
    return Resolution(definition, tuple(findings), tuple(positions), frozenset(unresolved))


def _own(item: ItemDefinition) -> ItemDefinition:
    """An item of the scenario's own; handled jointly it has the limit of joint handling."""
    if item.joint_handling and item.statutory is None:
        return item.model_copy(update={"statutory": JOINT_LIMIT})
    return item


def _picked(entry: ItemUse, item: CatalogueItem) -> ItemDefinition:
    """The catalogue's item with the values that the scenario overrides."""
    terms = {name: getattr(item, name) for name in ItemTerms.model_fields}
    chosen = {
        name: value
        for name, value in ((name, getattr(entry, name)) for name in ItemUse.model_fields)
        if name != "use" and value is not None
    }
    if entry.joint_handling and not item.joint_handling:
        terms["statutory"] = JOINT_LIMIT
    if entry.part_of is not None:
        terms.update(_as_part(item))
    if entry.materials is not None:
        chosen["materials"] = tuple(
            _with_basis(requirement, item) for requirement in entry.materials
        )
    values: dict[str, Any] = {**terms, **chosen}
    return ItemDefinition.model_construct(**values)


def _as_part(item: CatalogueItem) -> dict[str, Any]:
    """A part is not applied for and counts no days: materials, form and time are the whole's."""
    mode = ItemMode.INTERNAL if item.mode is ItemMode.APPLICATION else item.mode
    return {"mode": mode, "counted": False, "materials": (), "form": ()}


def _with_basis(requirement: MaterialRequirement, item: CatalogueItem) -> MaterialRequirement:
    """A requirement keeps the article that the catalogue names for it."""
    known = item.required.get(requirement.material)
    if requirement.basis is not None or known is None or known.basis is None:
        return requirement
    return requirement.model_copy(update={"basis": known.basis})


def _dropped(entry: ItemUse, item: CatalogueItem, index: int) -> Iterable[Finding]:
    """Materials that a statute lists and the scenario's own list leaves out."""
    if entry.materials is None:
        return
    kept = {requirement.material for requirement in entry.materials}
    for requirement in item.materials:
        by_law = requirement.basis and requirement.material_class is MaterialClass.CORE
        if by_law and requirement.material not in kept:
            yield Finding(
                STATUTORY_MATERIAL_DROPPED,
                ("items", index, "materials"),
                {
                    "item": item.code,
                    "material": requirement.material,
                    "basis": str(requirement.basis),
                },
            )


def _not_in_catalogue(entry: ItemUse, catalogue: Catalogue, index: int) -> Finding:
    near = get_close_matches(entry.use, catalogue.item, n=5, cutoff=0.4)
    return Finding(
        UNKNOWN_CATALOGUE_ITEM,
        ("items", index, "use"),
        {"item": entry.use, "known": near or sorted(catalogue.item)},
    )


def _redefined(file: ScenarioFile, catalogue: Catalogue) -> Iterable[Finding]:
    """Own definitions under a name that the catalogue has already."""
    own: list[tuple[str, str, Path, bool]] = [
        *(
            ("item", entry.code, ("items", index, "code"), entry.code in catalogue.item)
            for index, entry in enumerate(file.items)
            if isinstance(entry, ItemDefinition)
        ),
        *(
            (
                "material",
                material.key,
                ("materials", index, "key"),
                material.key in catalogue.material,
            )
            for index, material in enumerate(file.materials)
        ),
        *(
            (
                "document",
                document.key,
                ("documents", index, "key"),
                document.key in catalogue.document,
            )
            for index, document in enumerate(file.documents)
        ),
        *(
            (
                "department",
                department.key,
                ("departments", index, "key"),
                department.key in catalogue.department,
            )
            for index, department in enumerate(file.departments)
        ),
    ]
    for kind, name, path, known in own:
        if known:
            yield Finding(CATALOGUE_REDEFINED, path, {"kind": kind, "name": name})


def _definition(
    file: ScenarioFile, catalogue: Catalogue, items: tuple[ItemDefinition, ...]
) -> ScenarioDefinition:
    """Own dictionaries first, in the order of the file, then what is used of the catalogue."""
    materials = _materials(file, catalogue, items)
    return ScenarioDefinition.model_construct(
        key=file.key,
        version=file.version,
        name=file.name,
        summary=file.summary,
        promise=file.promise,
        promises=file.promises,
        warnings=file.warnings,
        attributes=file.attributes,
        stages=file.stages,
        items=items,
        materials=materials,
        documents=_documents(file, catalogue, items, materials),
        departments=_departments(file, catalogue, items),
        bundles=file.bundles,
        architect=file.architect,
    )


def _materials(
    file: ScenarioFile, catalogue: Catalogue, items: tuple[ItemDefinition, ...]
) -> tuple[MaterialDefinition, ...]:
    named = [requirement.material for item in items for requirement in item.materials]
    own = {material.key for material in file.materials}
    return file.materials + tuple(
        catalogue.material[key]
        for key in dict.fromkeys(named)
        if key in catalogue.material and key not in own
    )


def _documents(
    file: ScenarioFile,
    catalogue: Catalogue,
    items: tuple[ItemDefinition, ...],
    materials: tuple[MaterialDefinition, ...],
) -> tuple[DocumentDefinition, ...]:
    kinds = [item.document for item in items] + [material.from_document for material in materials]
    named = [kind for kind in kinds if kind is not None]
    own = {document.key for document in file.documents}
    return file.documents + tuple(
        catalogue.document[key]
        for key in dict.fromkeys(named)
        if key in catalogue.document and key not in own
    )


def _departments(
    file: ScenarioFile, catalogue: Catalogue, items: tuple[ItemDefinition, ...]
) -> tuple[DepartmentDefinition, ...]:
    named = [stage.lead for stage in file.stages]
    for item in items:
        named += [item.department, item.competent_department or "", item.supervised_by or ""]
        named += [consultation.department for consultation in item.consults]
    own = {department.key for department in file.departments}
    return file.departments + tuple(
        catalogue.department[key]
        for key in dict.fromkeys(named)
        if key in catalogue.department and key not in own
    )
