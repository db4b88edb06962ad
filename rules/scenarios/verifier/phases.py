"""Permits of one phase: the next phase exists, is applied for, and comes after this one."""

from __future__ import annotations

from collections.abc import Iterator

from models.findings import Finding, Path
from models.scenarios.definition import ItemMode, ScenarioDefinition
from rules.scenarios.verifier.analysis.graph import ancestors
from rules.scenarios.verifier.codes.graph import (
    NEXT_PHASE_NOT_AFTER,
    NEXT_PHASE_OF_MILESTONE,
    UNKNOWN_NEXT_PHASE,
)


def check_phases(scenario: ScenarioDefinition) -> Iterator[Finding]:
    """Every declared next phase exists and can follow."""
    before = ancestors(scenario)
    for index, item in enumerate(scenario.items):
        if item.next_phase is None:
            continue
        name = item.next_phase.item
        path: Path = ("items", index, "next_phase", "item")
        params: dict[str, object] = {"item": item.code, "name": name}
        following = scenario.item.get(name)
        if item.mode is ItemMode.MILESTONE:
            yield Finding(NEXT_PHASE_OF_MILESTONE, ("items", index, "next_phase"), params)
        elif following is None or name == item.code or following.mode is not ItemMode.APPLICATION:
            yield Finding(UNKNOWN_NEXT_PHASE, path, params)
        elif name in before and item.code not in before[name]:
            yield Finding(NEXT_PHASE_NOT_AFTER, path, params)
