"""Guards: they refuse somebody and let somebody pass, and what they ask for is there by then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import z3

from models.errors import KaigongError
from models.findings import Finding, Path
from models.scenarios.definition import ItemDefinition, ItemMode, ScenarioDefinition
from models.scenarios.guards import GuardDefinition, GuardPoint
from rules.scenarios.conditions.language import Filled, parse, parts
from rules.scenarios.verifier.analysis.combinations import Combinations, shown
from rules.scenarios.verifier.analysis.graph import ancestors
from rules.scenarios.verifier.codes.guards import (
    GUARD_ALWAYS,
    GUARD_MAY_NOT_BE_BEFORE,
    GUARD_NEVER,
    GUARD_NOT_BEFORE,
    GUARD_POINT,
)

#: How an item comes to its end → the acts on it that a guard can stand before.
_POINTS: Mapping[ItemMode, frozenset[GuardPoint]] = {
    ItemMode.APPLICATION: frozenset(GuardPoint),
    ItemMode.INTERNAL: frozenset({GuardPoint.DECIDE}),
    ItemMode.MILESTONE: frozenset({GuardPoint.SUBMIT}),
}


def check_guards_in_order(scenario: ScenarioDefinition) -> Iterator[Finding]:
    """Every guard precedes an act of its item and refers to forms filled in by then.

    A text that is no guard is reported with the other conditions.
    """
    before = ancestors(scenario)
    for at, item, guard in _guards(scenario):
        if guard.at not in _POINTS[item.mode]:
            params = {"item": item.code, "point": guard.at.value, "mode": item.mode.value}
            yield Finding(GUARD_POINT, (*at, "at"), params)
        for other in _others(scenario, item, guard):
            if item.code in before and other not in before[item.code] and other != item.part_of:
                params = {"item": item.code, "other": other}
                yield Finding(GUARD_NOT_BEFORE, (*at, "check"), params)


def check_guards(scenario: ScenarioDefinition, combinations: Combinations) -> Iterator[Finding]:
    """Under every combination of attributes: the other item comes first, somebody passes, somebody not."""
    after: dict[str, Mapping[str, Any]] = {}
    for at, item, guard in _guards(scenario):
        if item.always_exempt:
            continue
        path: Path = (*at, "check")
        needed, passes = combinations.needed[item.code], combinations.formula(guard.check)
        params: dict[str, object] = {"item": item.code, "condition": guard.check}
        if combinations.witness(z3.And(needed, passes)) is None:
            yield Finding(GUARD_NEVER, path, params)
        elif combinations.witness(z3.And(needed, z3.Not(passes))) is None:
            yield Finding(GUARD_ALWAYS, path, params)
        for other in _others(scenario, item, guard):
            if other == item.part_of:
                continue
            if other not in after:
                after[other] = combinations.after_one_of((other,))
            early = z3.And(needed, combinations.needed[other], z3.Not(after[other][item.code]))
            witness = combinations.witness(early)
            if witness is not None:
                named = {"item": item.code, "other": other, "witness": shown(witness)}
                yield Finding(GUARD_MAY_NOT_BE_BEFORE, path, named)


def _guards(scenario: ScenarioDefinition) -> Iterator[tuple[Path, ItemDefinition, GuardDefinition]]:
    for index, item in enumerate(scenario.items):
        for position, guard in enumerate(item.guards):
            yield ("items", index, "guards", position), item, guard


def _others(
    scenario: ScenarioDefinition, item: ItemDefinition, guard: GuardDefinition
) -> tuple[str, ...]:
    """Items other than the guard's own whose forms it refers to."""
    try:
        operands = parts(parse(guard.check, forms=True))
    except KaigongError:  # reported with the other conditions
        return ()
    named = [part.item for part in operands if isinstance(part, Filled)]
    return tuple(
        code for code in dict.fromkeys(named) if code != item.code and code in scenario.item
    )
