"""The order of items: cycles, and parts of a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from models.findings import Finding
from models.scenarios.definition import ItemDefinition, ItemMode, ScenarioDefinition
from rules.scenarios.verifier.codes.graph import (
    CYCLE,
    PART_APPLIED_FOR,
    PART_COUNTED,
    PART_IN_OTHER_STAGE,
    SITE_VISIT_OF_NOBODY,
    SITE_VISIT_OUT_OF_PLACE,
    WHOLE_IS_PART,
)
from rules.scenarios.verifier.codes.names import UNKNOWN_WHOLE


def in_order(scenario: ScenarioDefinition) -> tuple[str, ...]:
    """Item codes, each after everything its decision builds on: prerequisites and its own parts.

    Items in or behind a cycle are left out.
    """
    waits: dict[str, int] = {}
    releases: dict[str, list[str]] = {item.code: [] for item in scenario.items}
    for item in scenario.items:
        builds_on = _builds_on(scenario, item)
        waits[item.code] = len(builds_on)
        for code in builds_on:
            releases[code].append(item.code)
    ready = [code for code, count in waits.items() if count == 0]
    for code in ready:
        for released in releases[code]:
            waits[released] -= 1
            if waits[released] == 0:
                ready.append(released)
    return tuple(ready)


def ancestors(scenario: ScenarioDefinition) -> Mapping[str, frozenset[str]]:
    """Item code → every item that is satisfied before it opens; without the items in cycles."""
    opens: dict[str, frozenset[str]] = {}
    decided: dict[str, frozenset[str]] = {}
    for code in in_order(scenario):
        direct = [before for before in scenario.item[code].after if before in scenario.item]
        parts = scenario.parts.get(code, ())
        opens[code] = frozenset(direct).union(*(decided[before] for before in direct))
        decided[code] = opens[code].union(parts, *(decided[part] for part in parts))
    return opens


def check_graph(scenario: ScenarioDefinition) -> Iterator[Finding]:
    """Cycles, each named once, and parts that cannot be parts."""
    for cycle in _cycles(scenario):
        yield Finding(
            CYCLE,
            ("items", _index(scenario, cycle[0]), "after"),
            {"cycle": " → ".join((*cycle, cycle[0]))},
        )
    for index, item in enumerate(scenario.items):
        if item.part_of is not None:
            yield from _check_part(scenario, index, item)
        if item.site_visit is not None:
            yield from _check_site_visit(scenario, index, item)


def _builds_on(scenario: ScenarioDefinition, item: ItemDefinition) -> tuple[str, ...]:
    """Items satisfied before an item is decided: its prerequisites and, for a joint item, its parts."""
    named = (*item.after, *scenario.parts.get(item.code, ()))
    return tuple(dict.fromkeys(code for code in named if code in scenario.item))


def _index(scenario: ScenarioDefinition, code: str) -> int:
    return next(index for index, item in enumerate(scenario.items) if item.code == code)


def _cycles(scenario: ScenarioDefinition) -> Iterator[tuple[str, ...]]:
    """Cycles that share no item; more may hide behind them and show when these are gone."""
    sound = set(in_order(scenario))
    left = {
        item.code: [before for before in _builds_on(scenario, item) if before not in sound]
        for item in scenario.items
        if item.code not in sound
    }
    seen: set[str] = set()
    for start in left:
        walk: list[str] = []
        code: str | None = start
        while code is not None and code not in seen:
            seen.add(code)
            walk.append(code)
            code = next(iter(left[code]), None)
        if code in walk:
            # Walked from an item to what it waits for; people read it the other way round,
            # beginning with what stands first in the file.
            cycle = walk[walk.index(code) :][::-1]
            start_at = min(range(len(cycle)), key=lambda place: _index(scenario, cycle[place]))
            yield (*cycle[start_at:], *cycle[:start_at])


def _check_part(
    scenario: ScenarioDefinition, index: int, item: ItemDefinition
) -> Iterator[Finding]:
    path = ("items", index, "part_of")
    whole = scenario.item.get(item.part_of or "")
    params: dict[str, object] = {"item": item.code, "whole": item.part_of}
    if whole is None or whole.code == item.code or whole.mode is not ItemMode.APPLICATION:
        yield Finding(UNKNOWN_WHOLE, path, {"item": item.code, "name": item.part_of})
        return
    if whole.part_of is not None:
        yield Finding(WHOLE_IS_PART, path, params)
    if item.counted and item.promised is not None:
        yield Finding(PART_COUNTED, path, params)
    if item.mode is ItemMode.APPLICATION:
        yield Finding(PART_APPLIED_FOR, path, params)
    if item.stage != whole.stage:
        yield Finding(PART_IN_OTHER_STAGE, path, params)


def _check_site_visit(
    scenario: ScenarioDefinition, index: int, item: ItemDefinition
) -> Iterator[Finding]:
    """A joint visit belongs to an item that is examined, and is for its parts or what follows it."""
    path = ("items", index, "site_visit")
    if item.part_of is not None or item.mode is ItemMode.MILESTONE:
        reason = "a part itself" if item.part_of is not None else "a milestone"
        yield Finding(SITE_VISIT_OUT_OF_PLACE, path, {"item": item.code, "reason": reason})
        return
    followers = [
        follower for follower in scenario.dependents[item.code] if follower in scenario.item
    ]
    beside = any(scenario.item[follower].stage == item.stage for follower in followers)
    if not scenario.parts.get(item.code) and not beside:
        yield Finding(SITE_VISIT_OF_NOBODY, path, {"item": item.code})
