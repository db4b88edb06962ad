"""The longest counted path that a project can take, of all combinations of attributes: found exactly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import z3

from models.definition import ScenarioDefinition
from models.findings import errors
from rules.condition_language import Attribute, parse, parts
from rules.verifier.combinations import Combinations
from rules.verifier.conditions import check_conditions
from rules.verifier.critical_path import CriticalPath, critical_path, path_without
from rules.verifier.graph import in_order


@dataclass(frozen=True, slots=True)
class WorstCase:
    """The longest counted path, and a project that takes it."""

    path: CriticalPath
    witness: Mapping[str, str] = field(default_factory=dict)
    """Attributes of such a project; empty where every project takes this path."""


def worst_case(scenario: ScenarioDefinition) -> WorstCase:
    """The longest of the critical paths that projects can have.

    Items that no project needs together are never added up. As long as conditions are faulty, each
    item is taken to be needed. The scenario's items must exist and make no cycle.
    """
    together = critical_path(scenario)
    if not _asked(scenario, together) or errors(tuple(check_conditions(scenario))):
        return WorstCase(together)
    combinations = Combinations(scenario)
    witness = _witness(scenario, combinations, together)
    if witness is not None:
        return WorstCase(together, witness)
    longest = _longest(scenario, combinations)
    return WorstCase(longest, _witness(scenario, combinations, longest) or {})


def _asked(scenario: ScenarioDefinition, path: CriticalPath) -> dict[str, str]:
    """Items that add days to a path if their condition holds → the condition."""
    items = (scenario.item[code] for code in path.items)
    return {item.code: item.when for item in items if item.when is not None and item.counted_days}


def _witness(
    scenario: ScenarioDefinition, combinations: Combinations, path: CriticalPath
) -> dict[str, str] | None:
    """A project that needs all that adds days to a path, by the attributes that decide it."""
    asked = _asked(scenario, path)
    found = combinations.witness(
        z3.And(*(combinations.needed[code] for code in asked), combinations.context)
    )
    if found is None:
        return None
    every = (part for when in asked.values() for part in parts(parse(when)))
    named = {part.name for part in every if isinstance(part, Attribute)}
    return {key: value for key, value in found.items() if key in named}


def _longest(scenario: ScenarioDefinition, combinations: Combinations) -> CriticalPath:
    """Ask for a project with a longer path until there is none."""
    days = _days(scenario, combinations)
    longest = CriticalPath(-1, ())
    while (model := combinations.model(days > longest.days)) is not None:
        skipped = [
            code
            for code, needed in combinations.needed.items()
            if not z3.is_true(model.eval(needed, model_completion=True))
        ]
        longest = path_without(scenario, skipped)
    return longest


def _days(scenario: ScenarioDefinition, combinations: Combinations) -> Any:
    """The length of the critical path as a formula over the attributes."""
    ways: dict[str, Any] = {}
    for code in in_order(scenario):
        item = scenario.item[code]
        builds_on = (*item.after, *scenario.parts.get(code, ()))
        before = _greatest([ways[one] for one in builds_on], combinations)
        own = 0 if item.part_of is not None else item.counted_days
        ways[code] = before + z3.If(combinations.needed[code], own, 0) if own else before
    return _greatest(list(ways.values()), combinations)


def _greatest(values: list[Any], combinations: Combinations) -> Any:
    found: Any = z3.IntVal(0, combinations.context)
    for value in values:
        found = z3.If(value > found, value, found)
    return found
