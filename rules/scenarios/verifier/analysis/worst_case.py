"""The longest counted path that a project can take, of all combinations of attributes: found exactly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from heapq import heappop, heappush
from typing import Final

import z3

from models.findings import errors
from models.scenarios.definition import PromiseDefinition, ScenarioDefinition
from rules.scenarios.conditions.language import Attribute, parse, parts
from rules.scenarios.promises import way
from rules.scenarios.verifier.analysis.combinations import Combinations, TooEntangled
from rules.scenarios.verifier.analysis.critical_path import (
    CriticalPath,
    Days,
    days_within,
    exempt_from,
    path_without,
)
from rules.scenarios.verifier.conditions import check_conditions

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


class _Search:
    """The paths of a scenario, as one promise counts them, and the conditions that they hang on."""

    def __init__(self, scenario: ScenarioDefinition, promise: PromiseDefinition | None) -> None:
        self.scenario = scenario
        self.days: Days = days_within(scenario, promise)
        outside = promise is not None and not promise.is_whole
        inside = way(scenario, promise) if promise is not None and outside else scenario.item.keys()
        self._never = exempt_from(scenario) | (scenario.item.keys() - inside)
        #: The class of projects that the promise is made to.
        self.class_ = (promise.when,) if promise is not None and promise.when is not None else ()

    def path(self, fallen: frozenset[str] = frozenset()) -> CriticalPath:
        """The longest path of projects for which these conditions do not hold."""
        items = (item for item in self.scenario.items if item.needed_when in fallen)
        skipped = self._never | {item.code for item in items}
        return path_without(self.scenario, skipped, self.days)

    def conditions_of(self, path: CriticalPath) -> tuple[str, ...]:
        """The conditions under which items add days to a path."""
        items = (self.scenario.item[code] for code in path.items)
        return tuple(
            item.needed_when for item in items if item.needed_when is not None and self.days(item)
        )


@lru_cache(maxsize=64)
def worst_case(
    scenario: ScenarioDefinition, promise: PromiseDefinition | None = None
) -> WorstCase | None:
    """The longest of the critical paths that projects can have; of a ``promise`` those between its
    events, of the projects that it is made to.

    ``None``: the conditions depend on each other so much that it cannot be told. Items that no
    project needs together are never added up. As long as conditions are faulty, each item is taken
    to be needed. The scenario's items must exist and make no cycle.
    """
    search = _Search(scenario, promise)
    together = search.path()
    hangs_on = (*search.class_, *search.conditions_of(together))
    if not hangs_on or errors(tuple(check_conditions(scenario))):
        return WorstCase(together)
    try:
        return _longest(search, Combinations(scenario), together)
    except TooEntangled:
        return None


def _longest(search: _Search, combinations: Combinations, together: CriticalPath) -> WorstCase:
    """Branch and bound: the longest path whose conditions some project meets.

    Where no project meets all conditions of a path, at least one of those in conflict does not hold:
    there is one branch for each of them, in which those before it hold.
    """
    branches, number = [_Branch(-together.days, 0, together, search.class_)], 0
    while branches:
        branch = heappop(branches)
        conditions = dict.fromkeys((*branch.held, *search.conditions_of(branch.path)))
        conflict = combinations.conflict(conditions)
        if not conflict:
            return WorstCase(branch.path, _witness(combinations, tuple(conditions)))
        held = branch.held
        for condition in [
            condition
            for condition in conditions
            if condition in conflict and condition not in branch.held
        ]:
            number += 1
            if number * (len(search.scenario.items) + QUESTION) > STEPS:
                raise TooEntangled
            fallen = branch.fallen | {condition}
            path = search.path(fallen)
            heappush(branches, _Branch(-path.days, number, path, held, fallen))
            held = (*held, condition)
    # No project is of the class: nothing has to be held, and that is a finding of its own.
    return WorstCase(CriticalPath(0, ()))


def _witness(combinations: Combinations, conditions: tuple[str, ...]) -> dict[str, str]:
    """A project for which all conditions hold, by the attributes that decide them."""
    formulas = (combinations.formula(condition) for condition in conditions)
    witness = combinations.witness(z3.And(*formulas, combinations.context)) or {}
    every = (part for condition in conditions for part in parts(parse(condition)))
    named = {part.name for part in every if isinstance(part, Attribute)}
    return {key: value for key, value in witness.items() if key in named}
