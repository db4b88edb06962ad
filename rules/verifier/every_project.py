"""What holds, or does not, for every project whatever its attributes: decided exactly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import z3

from models.definition import ScenarioDefinition
from models.findings import Finding
from rules.verifier.architect import check_architect_projects
from rules.verifier.codes.conditions import (
    CONDITION_ALWAYS,
    CONDITION_NEVER,
    MATERIAL_ALWAYS,
    MATERIAL_NEVER,
)
from rules.verifier.codes.graph import PART_WITHOUT_WHOLE
from rules.verifier.codes.materials import SOURCE_MAY_BE_MISSING
from rules.verifier.combinations import Combinations, shown
from rules.verifier.exemptions import check_exempt_projects
from rules.verifier.guards import check_guards
from rules.verifier.merging import check_merged_projects


def check_combinations(scenario: ScenarioDefinition) -> Iterator[Finding]:
    """Conditions that never or always hold, and items that some project could never be granted."""
    conditional = any(
        item.needed_when or item.guards or any(one.when for one in item.materials)
        for item in scenario.items
    )
    if not conditional and not scenario.merging_stages and scenario.architect is None:
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
            needed, asked = combinations.needed[item.code], combinations.formula(requirement.when)
            path = ("items", index, "materials", position, "when")
            params = {
                "item": item.code,
                "material": requirement.material,
                "condition": requirement.when,
            }
            if combinations.witness(z3.And(needed, asked)) is None:
                yield Finding(MATERIAL_NEVER, path, params)
            elif combinations.witness(z3.And(needed, z3.Not(asked))) is None:
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
                issuers = [one.code for one in scenario.items if one.document == document]
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
