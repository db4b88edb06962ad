"""Advice: lawful but unwise choices that an experienced officer would question before publication."""

from __future__ import annotations

from collections.abc import Iterator

from models.findings import Finding, Path
from models.scenarios.definition import (
    DepartmentKind,
    ItemCategory,
    ItemDefinition,
    ItemMode,
    MaterialClass,
    ScenarioDefinition,
    WhenBasisVoided,
)
from rules.scenarios.verifier.analysis.graph import ancestors
from rules.scenarios.verifier.codes.advice import (
    LICENCE_NOT_COUNTED,
    LICENCE_WITHOUT_BASIS,
    NO_LIMIT,
    ONLY_DEFERRABLE,
    PROMISED_NOTHING,
    SAME_PAPER,
    STANDS_WITHOUT_BASIS,
    STATUTORY_BY_COMMITMENT,
)


def check_advice(scenario: ScenarioDefinition) -> Iterator[Finding]:
    """Advice on every item and material of a scenario whose names and order are sound."""
    for index, item in enumerate(scenario.items):
        at: Path = ("items", index)
        if item.category is ItemCategory.LICENCE:
            yield from _licence(scenario, at, item)
        yield from _limits(scenario, at, item)
        yield from _materials(scenario, at, item)
    yield from _same_papers(scenario)


def _licence(scenario: ScenarioDefinition, at: Path, item: ItemDefinition) -> Iterator[Finding]:
    if item.legal_basis is None:
        yield Finding(LICENCE_WITHOUT_BASIS, at, {"item": item.code})
    if item.counted or item.mode is not ItemMode.APPLICATION:
        return
    before = ancestors(scenario)
    waiting = [
        other.code
        for other in scenario.items
        if other.counted_days and item.code in before[other.code]
    ]
    if waiting:
        params = {"item": item.code, "waiting": waiting[0]}
        yield Finding(LICENCE_NOT_COUNTED, (*at, "counted"), params)


def _limits(scenario: ScenarioDefinition, at: Path, item: ItemDefinition) -> Iterator[Finding]:
    if item.mode is ItemMode.MILESTONE or item.part_of is not None:
        return
    department = scenario.department[item.department]
    limited = item.promised or item.statutory or item.special_procedures
    # Utilities and outside bodies set their own limits.
    if department.kind is DepartmentKind.DEPARTMENT and not limited:
        yield Finding(NO_LIMIT, at, {"item": item.code})
    at_once = (ItemCategory.FILING, ItemCategory.NOTICE)
    promised = item.promised.days if item.promised else None
    if promised == 0 and item.mode is ItemMode.APPLICATION and item.category not in at_once:
        yield Finding(PROMISED_NOTHING, (*at, "promised", "days"), {"item": item.code})


def _materials(scenario: ScenarioDefinition, at: Path, item: ItemDefinition) -> Iterator[Finding]:
    classes = {requirement.material_class for requirement in item.materials}
    if classes == {MaterialClass.DEFERRABLE}:
        yield Finding(ONLY_DEFERRABLE, (*at, "materials"), {"item": item.code})
    for position, requirement in enumerate(item.materials):
        place = (*at, "materials", position)
        params: dict[str, object] = {"item": item.code, "material": requirement.material}
        pledged = requirement.material_class is MaterialClass.COMMITMENT
        if requirement.basis and (pledged or requirement.by_architect):
            params["basis"] = requirement.basis
            field = "by_architect" if requirement.by_architect else "class"
            yield Finding(STATUTORY_BY_COMMITMENT, (*place, field), params)
        kind = scenario.material[requirement.material].from_document
        issuers = [issuer.code for issuer in scenario.items if kind and issuer.document == kind]
        if item.when_basis_voided is WhenBasisVoided.KEEP and issuers:
            params["issuers"] = issuers
            yield Finding(STANDS_WITHOUT_BASIS, (*at, "when_basis_voided"), params)


def _same_papers(scenario: ScenarioDefinition) -> Iterator[Finding]:
    known: dict[str, str] = {}
    for index, material in enumerate(scenario.materials):
        other = known.setdefault(material.name.zh, material.key)
        if other != material.key:
            params = {"material": material.key, "other": other}
            yield Finding(SAME_PAPER, ("materials", index, "name"), params)
