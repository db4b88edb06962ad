"""Names: unknown, given twice, defined for nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from models.definition import ItemDefinition, ScenarioDefinition
from models.findings import Finding, FindingKind, Path
from rules.verifier.codes.names import (
    DUPLICATE,
    UNKNOWN_DEPARTMENT,
    UNKNOWN_DOCUMENT,
    UNKNOWN_ITEM,
    UNKNOWN_MATERIAL,
    UNKNOWN_STAGE,
    UNUSED_NAME,
    UNUSED_STAGE,
)


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
    yield from _duplicates(scenario)
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


def _duplicates(scenario: ScenarioDefinition) -> Iterator[Finding]:
    lists: tuple[tuple[str, str, Iterable[str], str], ...] = (
        ("item", "items", (one.code for one in scenario.items), "code"),
        ("stage", "stages", (one.key for one in scenario.stages), "key"),
        ("attribute", "attributes", (one.key for one in scenario.attributes), "key"),
        ("material", "materials", (one.key for one in scenario.materials), "key"),
        ("document", "documents", (one.key for one in scenario.documents), "key"),
        ("department", "departments", (one.key for one in scenario.departments), "key"),
        ("bundle", "bundles", (one.key for one in scenario.bundles), "key"),
    )
    for kind, where, names, field in lists:
        for index, name in _repeated(names):
            yield Finding(DUPLICATE, (where, index, field), {"kind": kind, "name": name})
    for index, item in enumerate(scenario.items):
        at: Path = ("items", index)
        for position, code in _repeated(item.after):
            path = (*at, "after", position)
            yield Finding(DUPLICATE, path, {"kind": "prerequisite", "name": code})
        for position, key in _repeated(one.material for one in item.materials):
            path = (*at, "materials", position)
            yield Finding(DUPLICATE, path, {"kind": "material", "name": key})
        for position, key in _repeated(one.key for one in item.form):
            path = (*at, "form", position)
            yield Finding(DUPLICATE, path, {"kind": "field", "name": key})

    for index, bundle in enumerate(scenario.bundles):
        for position, code in _repeated(bundle.items):
            path = ("bundles", index, "items", position)
            yield Finding(DUPLICATE, path, {"kind": "item", "name": code})


def _repeated(names: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Position and name of every name that came before."""
    seen: set[str] = set()
    for index, name in enumerate(names):
        if name in seen:
            yield index, name
        seen.add(name)


def _unused(scenario: ScenarioDefinition) -> Iterator[Finding]:
    stages = {item.stage for item in scenario.items}
    for index, stage in enumerate(scenario.stages):
        if stage.key not in stages:
            yield Finding(UNUSED_STAGE, ("stages", index), {"name": stage.key})
    materials = {one.material for item in scenario.items for one in item.materials}
    documents = {item.document for item in scenario.items}
    documents |= {one.from_document for one in scenario.materials}
    departments = {stage.lead for stage in scenario.stages}
    for item in scenario.items:
        departments |= {item.department, item.competent_department or item.department}
        departments |= {item.supervising, *(one.department for one in item.consults)}
    for kind, where, keys, used in (
        ("material", "materials", [one.key for one in scenario.materials], materials),
        ("document", "documents", [one.key for one in scenario.documents], documents),
        ("department", "departments", [one.key for one in scenario.departments], departments),
    ):
        for index, key in enumerate(keys):
            if key not in used:
                yield Finding(UNUSED_NAME, (where, index), {"kind": kind, "name": key})
