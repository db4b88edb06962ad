"""Exemptions: from what can be waived, for somebody but not silently for all, on a ground."""

from __future__ import annotations

import re
from collections.abc import Iterator

import z3

from models.errors import KaigongError
from models.findings import Finding, Path
from models.scenarios.definition import ItemCategory, ItemMode, ScenarioDefinition
from models.values import AttributeValue
from rules.scenarios.conditions.evaluation import MISSING, Missing, evaluate
from rules.scenarios.conditions.language import Attribute, Filled
from rules.scenarios.verifier.analysis.combinations import Combinations
from rules.scenarios.verifier.codes.exemptions import (
    EXEMPT_ALWAYS,
    EXEMPT_BY_DEFAULT,
    EXEMPT_MILESTONE,
    EXEMPT_NEVER,
    EXEMPT_WITHOUT_GROUND,
)

#: Marks of a statute, a document, a published page; memory [M] is marked as such wherever it is shown.
_GROUND = re.compile(r"\[[LSPCM][:\]]")


def check_exemptions(scenario: ScenarioDefinition) -> Iterator[Finding]:
    """Every exemption is from something that can be waived, on a ground that can waive it."""
    for index, item in enumerate(scenario.items):
        if item.exempt is None:
            continue
        at: Path = ("items", index, "exempt")
        params: dict[str, object]
        if item.mode is ItemMode.MILESTONE:
            yield Finding(EXEMPT_MILESTONE, at, {"item": item.code})
        if _by_default(scenario, item.exempt.when):
            params = {"item": item.code, "condition": item.exempt.when}
            yield Finding(EXEMPT_BY_DEFAULT, (*at, "when"), params)
        basis = item.exempt.basis
        if item.category is ItemCategory.LICENCE and not _GROUND.search(basis):
            params = {"item": item.code, "basis": basis}
            yield Finding(EXEMPT_WITHOUT_GROUND, (*at, "basis"), params)


def _by_default(scenario: ScenarioDefinition, condition: str | None) -> bool:
    """Whether a project of which nothing was said is exempt: no fact that somebody stated waives it."""
    if condition is None:
        return False
    defaults = {attribute.key: attribute.default for attribute in scenario.attributes}

    def stated(operand: Attribute | Filled) -> AttributeValue | Missing:
        value = defaults.get(operand.name) if isinstance(operand, Attribute) else None
        return MISSING if value is None else value

    try:
        return evaluate(condition, stated) is True
    except KaigongError:  # reported with the other conditions
        return False


def check_exempt_projects(
    scenario: ScenarioDefinition, combinations: Combinations
) -> Iterator[Finding]:
    """Conditions of exemptions that hold for no project, or for every one that the item concerns."""
    for index, item in enumerate(scenario.items):
        if item.exempt is None or item.exempt.when is None:
            continue
        concerned, exempt = (combinations.formula(w) for w in (item.when, item.exempt.when))
        path: Path = ("items", index, "exempt", "when")
        params: dict[str, object] = {"item": item.code, "condition": item.exempt.when}
        if combinations.witness(z3.And(concerned, exempt)) is None:
            yield Finding(EXEMPT_NEVER, path, params)
        elif combinations.witness(z3.And(concerned, z3.Not(exempt))) is None:
            yield Finding(EXEMPT_ALWAYS, path, params)
