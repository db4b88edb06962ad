"""Exact checks over every possible project, whatever its attributes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import z3

from models.findings import Finding
from models.scenarios.definition import ScenarioDefinition
from rules.scenarios.verifier.analysis.combinations import Combinations, shown
from rules.scenarios.verifier.architect import check_architect_projects
from rules.scenarios.verifier.codes.conditions import (
    CONDITION_ALWAYS,
    CONDITION_NEVER,
    MATERIAL_ALWAYS,
    MATERIAL_NEVER,
)
from rules.scenarios.verifier.codes.graph import PART_WITHOUT_WHOLE
from rules.scenarios.verifier.codes.materials import SOURCE_MAY_BE_MISSING
from rules.scenarios.verifier.exemptions import check_exempt_projects
from rules.scenarios.verifier.guards import check_guards
from rules.scenarios.verifier.merging import check_merged_projects
from rules.scenarios.verifier.promises import check_classes


def check_combinations(scenario: ScenarioDefinition) -> Iterator[Finding]:
    """Conditions that never or always hold, and items that some project could never be granted."""
    conditional = any(
        item.needed_when or item.guards or any(requirement.when for requirement in item.materials)
        for item in scenario.items
    )
    classes = any(promise.when for promise in scenario.all_promises)
    beside = scenario.merging_stages or scenario.architect is not None or classes
    if not conditional and not beside:
        return
    combinations = Combinations(scenario)
    yield from _check_conditions(scenario, combinations)
    yield from check_exempt_projects(scenario, combinations)
    yield from check_merged_projects(scenario, combinations)
    yield from check_architect_projects(scenario, combinations)
    yield from _check_parts(scenario, combinations)
    yield from _check_materials(scenario, combinations)
    yield from _check_sources(scenario, combinations)
    yield from check_guards(scenario, combinations)
    yield from check_classes(scenario, combinations)


def _check_conditions(
    scenario: ScenarioDefinition, combinations: Combinations
) -> Iterator[Finding]:
    for index, item in enumerate(scenario.items):
        if item.when is None:
            continue
        needed = combinations.formula(item.when)
        params = {"item": item.code, "condition": item.when}
        if combinations.witness(needed) is None:
            yield Finding(CONDITION_NEVER, ("items", index, "when"), params)
        elif combinations.witness(z3.Not(needed)) is None:
            yield Finding(CONDITION_ALWAYS, ("items", index, "when"), params)


def _check_parts(scenario: ScenarioDefinition, combinations: Combinations) -> Iterator[Finding]:
    """A part opens when its whole is examined: no project may need the one without the other."""
    for index, item in enumerate(scenario.items):
        if item.part_of is None:
            continue
        needed = combinations.needed
        witness = combinations.witness(z3.And(needed[item.code], z3.Not(needed[item.part_of])))
        if witness is not None:
            params = {"item": item.code, "whole": item.part_of, "witness": shown(witness)}
            yield Finding(PART_WITHOUT_WHOLE, ("items", index, "part_of"), params)


def _check_materials(scenario: ScenarioDefinition, combinations: Combinations) -> Iterator[Finding]:
    """Conditions of materials that never or always hold for a project that needs the item."""
    for index, item in enumerate(scenario.items):
        for position, requirement in enumerate(item.materials):
            if requirement.when is None or item.always_exempt:
                continue
            needed, required = (
                combinations.needed[item.code],
                combinations.formula(requirement.when),
            )
            path = ("items", index, "materials", position, "when")
            params = {
                "item": item.code,
                "material": requirement.material,
                "condition": requirement.when,
            }
            if combinations.witness(z3.And(needed, required)) is None:
                yield Finding(MATERIAL_NEVER, path, params)
            elif combinations.witness(z3.And(needed, z3.Not(required))) is None:
                yield Finding(MATERIAL_ALWAYS, path, params)


def _check_sources(scenario: ScenarioDefinition, combinations: Combinations) -> Iterator[Finding]:
    """Papers that come from a document: some item before it issues it whenever it is needed."""
    after: dict[str, Mapping[str, Any]] = {}
    for index, item in enumerate(scenario.items):
        for position, requirement in enumerate(item.materials):
            document = scenario.material[requirement.material].from_document
            if document is None:
                continue
            if document not in after:
                issuers = [issuer.code for issuer in scenario.items if issuer.document == document]
                after[document] = combinations.after_one_of(issuers)
            needed = combinations.needed[item.code]
            if requirement.when is not None:
                needed = z3.And(needed, combinations.formula(requirement.when))
            missing = z3.And(needed, z3.Not(after[document][item.code]))
            witness = combinations.witness(missing)
            if witness is not None:
                params = {
                    "item": item.code,
                    "material": requirement.material,
                    "document": document,
                    "witness": shown(witness),
                }
                path = ("items", index, "materials", position, "material")
                yield Finding(SOURCE_MAY_BE_MISSING, path, params)
