"""Architect responsibility: for some projects, and in place of papers that the applicant hands in."""

from __future__ import annotations

from collections.abc import Iterator

import z3

from models.findings import Finding, Path
from models.scenarios.definition import MaterialClass, ScenarioDefinition
from rules.scenarios.verifier.analysis.combinations import Combinations
from rules.scenarios.verifier.codes.architect import (
    ARCHITECT_ALWAYS,
    ARCHITECT_NEVER,
    ARCHITECT_NOTHING,
    ARCHITECT_UNDECLARED,
)

_REPLACEABLE = (MaterialClass.CORE, MaterialClass.DEFERRABLE)


def check_architect(scenario: ScenarioDefinition) -> Iterator[Finding]:
    """Every paper that the architect's commitment replaces is one, in a scenario that has architects."""
    for index, item in enumerate(scenario.items):
        for position, requirement in enumerate(item.materials):
            if not requirement.by_architect:
                continue
            at: Path = ("items", index, "materials", position, "by_architect")
            params: dict[str, object] = {"item": item.code, "material": requirement.material}
            if scenario.architect is None:
                yield Finding(ARCHITECT_UNDECLARED, at, params)
            if requirement.material_class not in _REPLACEABLE:
                kind = {"material_class": requirement.material_class.value}
                yield Finding(ARCHITECT_NOTHING, at, params | kind)


def check_architect_projects(
    scenario: ScenarioDefinition, combinations: Combinations
) -> Iterator[Finding]:
    """Whether some project is under architect responsibility, and some is not."""
    rule = scenario.architect
    if rule is None:
        return
    under = combinations.formula(rule.when)
    path, params = ("architect", "when"), {"condition": rule.when}
    if combinations.witness(under) is None:
        yield Finding(ARCHITECT_NEVER, path, params)
    elif combinations.witness(z3.Not(under)) is None:
        yield Finding(ARCHITECT_ALWAYS, path, params)
