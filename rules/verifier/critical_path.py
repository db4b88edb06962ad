"""The longest way through a scenario, in counted promised working days."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from models.definition import ItemDefinition, ScenarioDefinition
from models.facts import AttributeValue
from rules.conditions import complete_attributes, holds
from rules.verifier.graph import in_order


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
    """The longest way to an item, as its last step: ways share what they have in common."""

    days: int = 0
    length: int = 0
    code: str = ""
    before: _Way | None = None

    def items(self) -> tuple[str, ...]:
        found, way = [], self
        while way.before is not None:
            found.append(way.code)
            way = way.before
        return tuple(reversed(found))


def critical_path(
    scenario: ScenarioDefinition, attributes: Mapping[str, AttributeValue] | None = None
) -> CriticalPath:
    """The counted critical path of a project with these attributes; uncounted items take 0 days.

    Without ``attributes`` each conditional item takes part, whether or not a project can need all of
    them at once (:func:`rules.verifier.worst_case` says what one can), but for those that every
    project is exempt from.
    """
    if attributes is None:
        return path_without(scenario, _exempt(scenario))
    known = complete_attributes(scenario, attributes)
    skipped = frozenset(item.code for item in scenario.items if not holds(item.needed_when, known))
    return path_without(scenario, skipped)


def path_without(scenario: ScenarioDefinition, skipped: Collection[str]) -> CriticalPath:
    """The counted critical path of a project that does not need the ``skipped`` items.

    Parts run inside the limit of their whole and do not show. The path ends with its last counted
    item; among ways of equal length the one with more items is named, then the one that stands first
    in the file. The scenario's items must exist and make no cycle.
    """
    ways = _ways(scenario, skipped)
    counted = [ways[item.code] for item in scenario.items if item.counted_days]
    longest = _longest(counted or list(ways.values()))
    return CriticalPath(longest.days, longest.items())


def promised_days(scenario: ScenarioDefinition) -> Mapping[str, int]:
    """Item code → counted working days from the beginning to its decision, each condition holding."""
    return {code: way.days for code, way in _ways(scenario, _exempt(scenario)).items()}


def _exempt(scenario: ScenarioDefinition) -> frozenset[str]:
    return frozenset(item.code for item in scenario.items if item.always_exempt)


def _ways(scenario: ScenarioDefinition, skipped: Collection[str]) -> Mapping[str, _Way]:
    ways: dict[str, _Way] = {}
    for code in in_order(scenario):
        item = scenario.item[code]
        builds_on = (*item.after, *scenario.parts.get(code, ()))
        before = _longest([ways[one] for one in builds_on])
        transparent = item.part_of is not None or code in skipped
        ways[code] = before if transparent else _extended(before, item)
    return ways


def _extended(before: _Way, item: ItemDefinition) -> _Way:
    return _Way(before.days + item.counted_days, before.length + 1, item.code, before)


def _longest(ways: Sequence[_Way]) -> _Way:
    """``max`` gives the first of equals, so the order of the file decides between them."""
    return max(ways, key=lambda way: (way.days, way.length), default=_Way())
