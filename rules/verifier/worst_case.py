"""The longest counted path that a project can take, of all combinations of attributes: found exactly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from heapq import heappop, heappush
from typing import Final

import z3

from models.definition import ScenarioDefinition
from models.findings import errors
from rules.condition_language import Attribute, parse, parts
from rules.verifier.combinations import Combinations, TooEntangled
from rules.verifier.conditions import check_conditions
from rules.verifier.critical_path import CriticalPath, critical_path, path_without

#: How many items may be walked through in search of the path; counted, not timed, so that the same
#: scenario always gets the same answer. 200 000 take one or two seconds.
STEPS: Final = 200_000
#: What a question to the solver costs beside the walk, in items.
QUESTION: Final = 100


@dataclass(frozen=True, slots=True)
class WorstCase:
    """The longest counted path, and a project that takes it."""

    path: CriticalPath
    witness: Mapping[str, str] = field(default_factory=dict)
    """Attributes of such a project; empty where every project takes this path."""


@dataclass(frozen=True, slots=True, order=True)
class _Branch:
    """Projects for which some conditions hold and some items fall away; the longest bound sorts first."""

    bound: int
    """Days of ``path``, negative: no project of this branch takes more."""
    number: int
    path: CriticalPath = field(compare=False)
    held: tuple[str, ...] = field(compare=False, default=())
    fallen: frozenset[str] = field(compare=False, default=frozenset())


@lru_cache(maxsize=32)
def worst_case(scenario: ScenarioDefinition) -> WorstCase | None:
    """The longest of the critical paths that projects can have.

    ``None``: the conditions depend on each other so much that it cannot be told. Items that no
    project needs together are never added up. As long as conditions are faulty, each item is taken
    to be needed. The scenario's items must exist and make no cycle.
    """
    together = critical_path(scenario)
    if not _asked(scenario, together) or errors(tuple(check_conditions(scenario))):
        return WorstCase(together)
    try:
        return _longest(scenario, Combinations(scenario), together)
    except TooEntangled:
        return None


def _longest(
    scenario: ScenarioDefinition, combinations: Combinations, together: CriticalPath
) -> WorstCase:
    """Branch and bound: the longest path whose conditions some project meets.

    Where no project meets all conditions of a path, at least one of those in conflict does not hold:
    there is one branch for each of them, in which those before it hold.
    """
    branches, number = [_Branch(-together.days, 0, together)], 0
    while True:
        branch = heappop(branches)
        asked = dict.fromkeys((*branch.held, *_asked(scenario, branch.path).values()))
        conflict = combinations.conflict(asked)
        if not conflict:
            return WorstCase(branch.path, _witness(combinations, tuple(asked)))
        held = branch.held
        for condition in [one for one in asked if one in conflict and one not in branch.held]:
            number += 1
            if number * (len(scenario.items) + QUESTION) > STEPS:
                raise TooEntangled
            fallen = branch.fallen | {condition}
            path = path_without(scenario, _items_of(scenario, fallen))
            heappush(branches, _Branch(-path.days, number, path, held, fallen))
            held = (*held, condition)


def _asked(scenario: ScenarioDefinition, path: CriticalPath) -> dict[str, str]:
    """Items that add days to a path if their condition holds → the condition."""
    items = (scenario.item[code] for code in path.items)
    return {
        item.code: item.needed_when
        for item in items
        if item.needed_when is not None and item.counted_days
    }


def _items_of(scenario: ScenarioDefinition, conditions: frozenset[str]) -> frozenset[str]:
    return frozenset(
        item.code for item in scenario.items if item.always_exempt or item.needed_when in conditions
    )


def _witness(combinations: Combinations, conditions: tuple[str, ...]) -> dict[str, str]:
    """A project for which all conditions hold, by the attributes that decide them."""
    formulas = (combinations.formula(condition) for condition in conditions)
    found = combinations.witness(z3.And(*formulas, combinations.context)) or {}
    every = (part for condition in conditions for part in parts(parse(condition)))
    named = {part.name for part in every if isinstance(part, Attribute)}
    return {key: value for key, value in found.items() if key in named}
