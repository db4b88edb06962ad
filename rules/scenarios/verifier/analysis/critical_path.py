"""The longest way through a scenario, in counted promised working days."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from models.scenarios.definition import (
    ItemDefinition,
    PromiseDefinition,
    ScenarioDefinition,
)
from models.values import AttributeValue
from rules.scenarios.conditions.evaluation import complete_attributes, holds
from rules.scenarios.promises import days_of, way
from rules.scenarios.verifier.analysis.graph import in_order


@dataclass(frozen=True, slots=True)
class CriticalPath:
    """The counted working days from the first item to the last, and the items on the way."""

    days: int
    items: tuple[str, ...]

    def text(self) -> str:
        """The path as people write it: ``A01 → A07``."""
        return " → ".join(self.items)


@dataclass(frozen=True, slots=True)
class _Way:
    """The longest path to an item, as a linked list whose tails are shared."""

    days: int = 0
    length: int = 0
    code: str = ""
    before: _Way | None = None

    def items(self) -> tuple[str, ...]:
        codes, way = [], self
        while way.before is not None:
            codes.append(way.code)
            way = way.before
        return tuple(reversed(codes))


#: Working days that an item adds to a path.
Days = Callable[[ItemDefinition], int]


def _counted(item: ItemDefinition) -> int:
    return item.counted_days


def days_within(scenario: ScenarioDefinition, promise: PromiseDefinition | None) -> Days:
    """What items add to the path that a promise has to hold; nothing outside of its events.

    Without a promise: the counted days of all.
    """
    if promise is None or promise.is_whole:
        return _counted
    between = way(scenario, promise)
    return lambda item: days_of(promise, item) if item.code in between else 0


def critical_path(
    scenario: ScenarioDefinition, attributes: Mapping[str, AttributeValue] | None = None
) -> CriticalPath:
    """The counted critical path of a project with these attributes; uncounted items take 0 days.

    Without ``attributes`` each conditional item takes part, whether or not a project can need all of
    them at once (:func:`rules.scenarios.verifier.analysis.worst_case` says what one can), but for those that every
    project is exempt from.
    """
    if attributes is None:
        return path_without(scenario, exempt_from(scenario))
    known = complete_attributes(scenario, attributes)
    skipped = frozenset(item.code for item in scenario.items if not holds(item.needed_when, known))
    return path_without(scenario, skipped)


def path_without(
    scenario: ScenarioDefinition, skipped: Collection[str], days: Days = _counted
) -> CriticalPath:
    """The counted critical path of a project that does not need the ``skipped`` items.

    Parts run inside the limit of their whole and do not show. The path ends with its last counted
    item; among ways of equal length the one with more items is named, then the one that stands first
    in the file. The scenario's items must exist and make no cycle.
    """
    ways = _ways(scenario, skipped, days)
    counted = [ways[item.code] for item in scenario.items if days(item)]
    longest = _longest(counted or list(ways.values()))
    return CriticalPath(longest.days, longest.items())


def promised_days(scenario: ScenarioDefinition) -> Mapping[str, int]:
    """Item code → counted working days from the beginning to its decision, each condition holding."""
    return {
        code: way.days for code, way in _ways(scenario, exempt_from(scenario), _counted).items()
    }


def exempt_from(scenario: ScenarioDefinition) -> frozenset[str]:
    """Items that every project is exempt from."""
    return frozenset(item.code for item in scenario.items if item.always_exempt)


def _ways(scenario: ScenarioDefinition, skipped: Collection[str], days: Days) -> Mapping[str, _Way]:
    ways: dict[str, _Way] = {}
    for code in in_order(scenario):
        item = scenario.item[code]
        builds_on = (*item.after, *scenario.parts.get(code, ()))
        before = _longest([ways[before_code] for before_code in builds_on])
        transparent = item.part_of is not None or code in skipped
        ways[code] = before if transparent else _extended(before, item, days(item))
    return ways


def _extended(before: _Way, item: ItemDefinition, days: int) -> _Way:
    return _Way(before.days + days, before.length + 1, item.code, before)


def _longest(ways: Sequence[_Way]) -> _Way:
    """``max`` gives the first of equals, so the order of the file decides between them."""
    return max(ways, key=lambda way: (way.days, way.length), default=_Way())
