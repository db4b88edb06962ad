"""Names: unknown, duplicate or unused."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from models.findings import Finding, FindingKind, Path
from models.scenarios.definition import ItemDefinition, ScenarioDefinition
from rules.scenarios.verifier.codes.names import (
    UNKNOWN_DEPARTMENT,
    UNKNOWN_DOCUMENT,
    UNKNOWN_ITEM,
    UNKNOWN_MATERIAL,
    UNKNOWN_STAGE,
    UNUSED_NAME,
    UNUSED_STAGE,
)
from rules.scenarios.verifier.repeats import check_repeats


def check_names(scenario: ScenarioDefinition) -> Iterator[Finding]:
    """Every name used is defined, once, and every name defined is used."""
    for index, item in enumerate(scenario.items):
        yield from _check_item(scenario, index, item)
    for index, stage in enumerate(scenario.stages):
        yield from _known(
            UNKNOWN_DEPARTMENT, ("stages", index, "lead"), stage.lead, scenario.department
        )
    for index, material in enumerate(scenario.materials):
        if material.from_document is not None:
            path = ("materials", index, "from_document")
            yield from _known(UNKNOWN_DOCUMENT, path, material.from_document, scenario.document)
    yield from check_repeats(scenario)
    yield from _unused(scenario)


def _check_item(
    scenario: ScenarioDefinition, index: int, item: ItemDefinition
) -> Iterator[Finding]:
    at: Path = ("items", index)
    yield from _known(UNKNOWN_STAGE, (*at, "stage"), item.stage, scenario.stage)
    for position, code in enumerate(item.after):
        if code not in scenario.item:
            params = {"item": item.code, "name": code, "known": list(scenario.item)}
            yield Finding(UNKNOWN_ITEM, (*at, "after", position), params)
    for position, requirement in enumerate(item.materials):
        if requirement.material not in scenario.material:
            params = {"item": item.code, "name": requirement.material}
            path = (*at, "materials", position, "material")
            yield Finding(UNKNOWN_MATERIAL, path, params)
    for name in ("department", "competent_department", "supervised_by"):
        department = getattr(item, name)
        if department is not None:
            yield from _known(UNKNOWN_DEPARTMENT, (*at, name), department, scenario.department)
    if item.document is not None:
        yield from _known(UNKNOWN_DOCUMENT, (*at, "document"), item.document, scenario.document)


def _known(kind: FindingKind, path: Path, name: str, known: Collection[str]) -> Iterator[Finding]:
    if name not in known:
        yield Finding(kind, path, {"name": name, "known": list(known)})


def _unused(scenario: ScenarioDefinition) -> Iterator[Finding]:
    stages = {item.stage for item in scenario.items}
    for index, stage in enumerate(scenario.stages):
        if stage.key not in stages:
            yield Finding(UNUSED_STAGE, ("stages", index), {"name": stage.key})
    materials = {requirement.material for item in scenario.items for requirement in item.materials}
    documents = {item.document for item in scenario.items}
    documents |= {material.from_document for material in scenario.materials}
    departments = {stage.lead for stage in scenario.stages}
    for item in scenario.items:
        departments |= {item.department, item.competent_department or item.department}
        departments |= {
            item.supervising,
            *(consultation.department for consultation in item.consults),
        }
    for kind, where, keys, used in (
        ("material", "materials", [material.key for material in scenario.materials], materials),
        ("document", "documents", [document.key for document in scenario.documents], documents),
        (
            "department",
            "departments",
            [department.key for department in scenario.departments],
            departments,
        ),
    ):
        for index, key in enumerate(keys):
            if key not in used:
                yield Finding(UNUSED_NAME, (where, index), {"kind": kind, "name": key})
