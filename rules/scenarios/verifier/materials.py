"""Materials and documents: every core material has a source, and nothing statutory is deferred."""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping
from datetime import date

from models.findings import Finding, Path
from models.scenarios.definition import (
    DocumentDefinition,
    ItemDefinition,
    ItemMode,
    MaterialClass,
    MaterialDefinition,
    MaterialRequirement,
    ScenarioDefinition,
)
from rules.scenarios.verifier.analysis.graph import ancestors
from rules.scenarios.verifier.codes.materials import (
    DOCUMENT_PATTERN,
    MATERIALS_NOT_ASKED,
    NO_MATERIALS,
    SHARED_WITHOUT_SOURCE,
    SOURCE_NEVER_ISSUED,
    SOURCE_NOT_BEFORE,
    STATUTORY_MATERIAL_DEFERRABLE,
    SUBSTANTIVE_NOT_DEFERRABLE,
    TWO_SOURCES,
)

_FIELDS = {"region", "year", "date", "seq"}


def check_materials(scenario: ScenarioDefinition) -> Iterator[Finding]:
    """Each item's requirements are lawful and can be provided in time."""
    issuers = _issuers(scenario)
    before = ancestors(scenario)
    for index, item in enumerate(scenario.items):
        at: Path = ("items", index)
        if item.materials and item.mode is not ItemMode.APPLICATION:
            yield Finding(MATERIALS_NOT_ASKED, (*at, "materials"), {"item": item.code})
        asks = item.mode is ItemMode.APPLICATION and not item.always_exempt
        if not item.materials and asks:
            yield Finding(NO_MATERIALS, at, {"item": item.code})
        for position, requirement in enumerate(item.materials):
            path = (*at, "materials", position)
            yield from _check_class(path, item, requirement)
            material = scenario.material.get(requirement.material)
            if material is not None and not item.always_exempt:
                yield from _check_source(path, item, requirement, material, issuers, before)
    for index, material in enumerate(scenario.materials):
        if material.from_register and material.from_document is not None:
            yield Finding(TWO_SOURCES, ("materials", index), {"material": material.key})


def check_documents(scenario: ScenarioDefinition) -> Iterator[Finding]:
    """Every number pattern gives each document a number of its own."""
    for index, document in enumerate(scenario.documents):
        reason = pattern_fault(document)
        if reason is not None:
            params = {"pattern": document.number_pattern, "reason": reason}
            yield Finding(DOCUMENT_PATTERN, ("documents", index, "number_pattern"), params)


def pattern_fault(document: DocumentDefinition) -> str | None:
    """The fault of a number pattern; ``None`` for a valid one."""
    try:
        parts = list(string.Formatter().parse(document.number_pattern))
    except ValueError as fault:
        return str(fault)
    fields = {name for _, name, _, _ in parts if name is not None}
    unknown = sorted(fields - _FIELDS)
    if unknown:
        return f"{{{unknown[0]}}} is unknown"
    if "seq" not in fields:
        return "{seq} is missing"
    if any(len(spec or "") > 3 for _, _, spec, _ in parts):  # noqa: PLR2004 - like 07d
        return "a number is padded to 99 places at most"
    try:
        document.number("611102", date(2026, 1, 5), 1)
    except (ValueError, KeyError, IndexError, AttributeError) as fault:
        return str(fault)
    return None


def _issuers(scenario: ScenarioDefinition) -> Mapping[str, tuple[str, ...]]:
    """Document kind → codes of the items that end in it."""
    issuers: dict[str, tuple[str, ...]] = {}
    for item in scenario.items:
        if item.document is not None:
            issuers[item.document] = (*issuers.get(item.document, ()), item.code)
    return issuers


def _check_class(
    path: Path, item: ItemDefinition, requirement: MaterialRequirement
) -> Iterator[Finding]:
    params: dict[str, object] = {
        "item": item.code,
        "material": requirement.material,
        "basis": requirement.basis,
    }
    deferrable = requirement.material_class is MaterialClass.DEFERRABLE
    if deferrable and requirement.basis is not None:
        yield Finding(STATUTORY_MATERIAL_DEFERRABLE, (*path, "class"), params)
    if requirement.substantive and not deferrable:
        yield Finding(SUBSTANTIVE_NOT_DEFERRABLE, (*path, "substantive"), params)


def _check_source(
    path: Path,
    item: ItemDefinition,
    requirement: MaterialRequirement,
    material: MaterialDefinition,
    issuers: Mapping[str, tuple[str, ...]],
    before: Mapping[str, frozenset[str]],
) -> Iterator[Finding]:
    """A paper not required of the applicant has a source before the item opens."""
    at = (*path, "material")
    params: dict[str, object] = {"item": item.code, "material": material.key}
    if material.from_document is None:
        if requirement.material_class is MaterialClass.SHARED and not material.from_register:
            yield Finding(SHARED_WITHOUT_SOURCE, at, params)
        return
    params["document"] = material.from_document
    issuing = issuers.get(material.from_document, ())
    if not issuing:
        yield Finding(SOURCE_NEVER_ISSUED, at, params)
    elif item.code in before and not before[item.code].intersection(issuing):
        yield Finding(SOURCE_NOT_BEFORE, at, {**params, "issuers": list(issuing)})
