"""Exemptions: from what can be waived, for somebody but not silently for all, on a ground."""

from __future__ import annotations

import re
from collections.abc import Iterator

import z3

from models.definition import ItemCategory, ItemMode, ScenarioDefinition
from models.findings import Finding, Path
from rules.verifier.codes.exemptions import (
    EXEMPT_ALWAYS,
    EXEMPT_MILESTONE,
    EXEMPT_NEVER,
    EXEMPT_WITHOUT_GROUND,
)
from rules.verifier.combinations import Combinations

#: Marks of a statute, a document, a published page; memory [M] is marked as such wherever it is shown.
_GROUND = re.compile(r"\[[LSPCM][:\]]")


def check_exemptions(scenario: ScenarioDefinition) -> Iterator[Finding]:
    """Every exemption is from something that can be waived, on a ground that can waive it."""
    for index, item in enumerate(scenario.items):
        if item.exempt is None:
            continue
        at: Path = ("items", index, "exempt")
        if item.mode is ItemMode.MILESTONE:
            yield Finding(EXEMPT_MILESTONE, at, {"item": item.code})
        basis = item.exempt.basis
        if item.category is ItemCategory.LICENCE and not _GROUND.search(basis):
            params: dict[str, object] = {"item": item.code, "basis": basis}
            yield Finding(EXEMPT_WITHOUT_GROUND, (*at, "basis"), params)


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
