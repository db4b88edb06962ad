"""What a scenario promises, and which items a promise is about: those on the way between its events."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache
from math import ceil
from typing import NamedTuple

from models.clock.values import Unit
from models.scenarios.definition import ItemDefinition, PromiseDefinition, ScenarioDefinition
from models.scenarios.promises import Happening, parts_of
from models.values import AttributeValue
from rules.clock import Path, longest_path
from rules.scenarios.by_identity import ByIdentity
from rules.scenarios.conditions.evaluation import holds

#: Working days of a month, roughly: only for comparing ways, never for a last day.
_MONTH = 22
_WEEK, _WORKING_WEEK = 7, 5


def made_to(
    scenario: ScenarioDefinition, attributes: Mapping[str, AttributeValue]
) -> tuple[PromiseDefinition, ...]:
    """What is promised to a project with these attributes, complete as they are kept."""
    return tuple(p for p in scenario.all_promises if holds(p.when, attributes))


def whole_days(
    scenario: ScenarioDefinition, attributes: Mapping[str, AttributeValue]
) -> int | None:
    """Counted working days within which such a project is promised all its approvals."""
    whole = (p.days for p in made_to(scenario, attributes) if p.is_whole)
    return min(whole, default=None)


def names_of(promise: PromiseDefinition) -> tuple[str, ...]:
    """Every item that a promise names."""
    events = (parts_of(event)[0] for event in (promise.start, promise.end) if event is not None)
    return (*promise.items, *(item for item in events if item is not None))


def way(scenario: ScenarioDefinition, promise: PromiseDefinition) -> frozenset[str]:
    """Items whose time lies between the two events of a promise; parts run inside their whole."""
    between = _after_start(scenario, promise) & _before_end(scenario, promise)
    return frozenset(code for code in between if scenario.item[code].part_of is None)


def still_before(scenario: ScenarioDefinition, promise: PromiseDefinition) -> frozenset[str]:
    """Items that have to be done before a promise is kept, whatever they build on."""
    if promise.items and promise.is_counted:
        return frozenset(promise.items)
    before = _before_end(scenario, promise)
    return frozenset(code for code in before if scenario.item[code].part_of is None)


class Route(NamedTuple):
    """What a promise is about in a scenario, worked out once; items have their place in the order in
    which they are decided.
    """

    codes: tuple[str, ...]
    earlier: tuple[tuple[int, ...], ...]
    """Of each item the places of those that it builds on."""
    like: tuple[int, ...]
    """Of each item the place of the first one that builds on the same."""
    place: Mapping[str, int]
    counted: frozenset[str]
    """Items on the way whose days are counted; parts run inside the days of their whole."""
    keeping: tuple[str, ...]
    """Items on the way that have to be done before it is kept, in the order of the file."""
    to_come: Mapping[str, int]
    """Items that have to be done before it is kept, wherever they lie, and the days promised for each."""


def route(scenario: ScenarioDefinition, promise: PromiseDefinition) -> Route:
    """The route of one of the scenario's promises."""
    return _route(ByIdentity(scenario), ByIdentity(promise))


@lru_cache(maxsize=512)
def _route(of: ByIdentity[ScenarioDefinition], about: ByIdentity[PromiseDefinition]) -> Route:
    scenario, promise = of.of, about.of
    codes, on_the_way = scenario.decision_order, way(scenario, promise)
    place = {code: number for number, code in enumerate(codes)}
    before = still_before(scenario, promise)
    needed = [item for item in scenario.items if item.counted_days or not promise.is_counted]
    earlier = [tuple(place[code] for code in scenario.builds_on[item]) for item in codes]
    return Route(
        codes,
        tuple(earlier),
        tuple(map(earlier.index, earlier)),
        place,
        frozenset(code for code in on_the_way if scenario.item[code].counted),
        tuple(item.code for item in needed if item.code in on_the_way),
        {item.code: days_of(promise, item) for item in scenario.items if item.code in before},
    )


def days_of(promise: PromiseDefinition, item: ItemDefinition) -> int:
    """Working days that an item is promised to take, as this promise counts them."""
    if promise.is_counted:
        return item.counted_days
    if item.promised is None or item.part_of is not None:
        return 0
    match item.promised.unit:
        case Unit.WORKING_DAY:
            return item.promised.days
        case Unit.NATURAL_DAY:
            return ceil(item.promised.days * _WORKING_WEEK / _WEEK)
        case Unit.MONTH:
            return item.promised.days * _MONTH


def promised_way(
    scenario: ScenarioDefinition, promise: PromiseDefinition, left_out: Collection[str] = ()
) -> Path[str]:
    """The longest chain of promised days that a promise has to hold."""
    on_the_way = way(scenario, promise)
    days = {
        item.code: days_of(promise, item)
        if item.code in on_the_way and item.code not in left_out
        else 0
        for item in scenario.items
    }
    path = longest_path(days, scenario.builds_on)
    return Path(path.days, tuple(code for code in path.items if days[code]))


def _after_start(scenario: ScenarioDefinition, promise: PromiseDefinition) -> frozenset[str]:
    if promise.items:
        items = frozenset(promise.items)
        return items if promise.is_counted else items | _followers(scenario, items)
    item, happening = parts_of(promise.start) if promise.start else (None, Happening.OPENED)
    if item is None:
        return frozenset(scenario.item)
    later = _followers(scenario, {item})
    return later if happening is Happening.DECIDED else later | {item}


def _before_end(scenario: ScenarioDefinition, promise: PromiseDefinition) -> frozenset[str]:
    if promise.items:
        items = frozenset(promise.items)
        return items if promise.is_counted else items | _reached(scenario.builds_on, items)
    if promise.end is None:
        return frozenset(scenario.item)
    item, happening = parts_of(promise.end)
    if item is None:
        return frozenset()
    if happening is Happening.DECIDED:
        return _reached(scenario.builds_on, {item}) | {item}
    return _reached(scenario.builds_on, scenario.item[item].after) | set(scenario.item[item].after)


def _followers(scenario: ScenarioDefinition, items: Collection[str]) -> frozenset[str]:
    follows: dict[str, list[str]] = {code: [] for code in scenario.item}
    for code, before in scenario.builds_on.items():
        for earlier in before:
            follows[earlier].append(code)
    return _reached(follows, items)


def _reached(edges: Mapping[str, Collection[str]], items: Collection[str]) -> frozenset[str]:
    """Everything that edges lead to from these items, step by step."""
    reached: set[str] = set()
    todo = list(items)
    while todo:
        for code in edges.get(todo.pop(), ()):
            if code not in reached:
                reached.add(code)
                todo.append(code)
    return frozenset(reached)
