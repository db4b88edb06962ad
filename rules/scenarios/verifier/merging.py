"""Stages that are one for some projects: which can be, and for whom."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import z3

from models.findings import Finding, Path
from models.scenarios.definition import (
    MergeDefinition,
    ScenarioDefinition,
    StageDefinition,
    StageKind,
)
from rules.scenarios.verifier.analysis.combinations import Combinations
from rules.scenarios.verifier.codes.merging import (
    MERGE_ALWAYS,
    MERGE_CHAIN,
    MERGE_KIND,
    MERGE_NEVER,
    MERGE_UNKNOWN,
)

#: Kinds whose behaviour goes with their items (consultations, phases, supervision), so that it is the
#: same in whatever stage these are run. Land is handed over, utilities are surveyed and an acceptance
#: is visited once per stage.
MERGEABLE: Final = (StageKind.PLANNING, StageKind.CONSTRUCTION_PERMIT, StageKind.GENERIC)


def check_merging(scenario: ScenarioDefinition) -> Iterator[Finding]:
    """Every stage is merged into another one that stays, both of kinds that can be one."""
    for index, stage in enumerate(scenario.stages):
        if stage.merge_into is not None:
            at: Path = ("stages", index, "merge_into", "stage")
            yield from _check(scenario, at, stage, stage.merge_into)


def _check(
    scenario: ScenarioDefinition, at: Path, stage: StageDefinition, rule: MergeDefinition
) -> Iterator[Finding]:
    target = scenario.stage.get(rule.stage)
    if target is None or target.key == stage.key:
        others = [key for key in scenario.stage if key != stage.key]
        params: dict[str, object] = {"stage": stage.key, "name": rule.stage, "known": others}
        yield Finding(MERGE_UNKNOWN, at, params)
        return
    if target.merge_into is not None:
        params = {"stage": stage.key, "name": target.key, "further": target.merge_into.stage}
        yield Finding(MERGE_CHAIN, at, params)
    for merged in (stage, target):
        if merged.kind not in MERGEABLE:
            kinds = [kind.value for kind in MERGEABLE]
            more = {"stage": merged.key, "kind": merged.kind, "known": kinds}
            yield Finding(MERGE_KIND, at, more)


def check_merged_projects(
    scenario: ScenarioDefinition, combinations: Combinations
) -> Iterator[Finding]:
    """Stages that are merged for no project, or for every one."""
    for index, stage in enumerate(scenario.stages):
        rule = stage.merge_into
        if rule is None:
            continue
        merged = combinations.formula(rule.when)
        path: Path = ("stages", index, "merge_into", "when")
        params: dict[str, object] = {"stage": stage.key, "condition": rule.when}
        if combinations.witness(merged) is None:
            yield Finding(MERGE_NEVER, path, params)
        elif combinations.witness(z3.Not(merged)) is None:
            yield Finding(MERGE_ALWAYS, path, params | {"name": rule.stage})
