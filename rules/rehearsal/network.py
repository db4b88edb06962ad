"""A scenario as a network of positions: prerequisites and dependents, for projects of one kind.

Projects with the same attributes need the same items, so one network serves all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from models.scenarios.definition import ItemDefinition, ItemMode, ScenarioDefinition
from models.values import AttributeValue
from rules.rehearsal.paces import WITHOUT_LIMIT, ItemPace, Paces, working_days
from rules.scenarios.conditions.evaluation import complete_attributes, holds
from rules.scenarios.promises import made_to


class Mode(IntEnum):
    """The mode of an item, as a number."""

    APPLICATION = 0
    INTERNAL = 1
    MILESTONE = 2


_MODES = {
    ItemMode.APPLICATION: Mode.APPLICATION,
    ItemMode.INTERNAL: Mode.INTERNAL,
    ItemMode.MILESTONE: Mode.MILESTONE,
}


@dataclass(frozen=True, slots=True)
class Node:
    """One item of the network; other items are their positions."""

    code: str
    mode: Mode
    department: int
    waits: int
    """Items that have to be satisfied before it opens."""
    releases: tuple[int, ...]
    parts: tuple[int, ...]
    whole: int
    """The joint item that it is a part of; -1: none."""
    limit: float
    """Working days of which the decision takes a share."""
    promised: float | None
    """Working days promised; longer is late."""
    counted: bool
    pace: ItemPace
    at_once: bool = False
    """Whether a complete application is accepted in the moment in which it is made."""
    files: bool = False
    """Whether a complete application is done with its receipt: a filing 即为备案."""


@dataclass(frozen=True, slots=True)
class Network:
    """The items of projects with certain attributes."""

    nodes: tuple[Node, ...]
    needed: tuple[int, ...]
    """Positions of the items that the projects need, in the order of the scenario."""
    after: tuple[tuple[int, ...], ...]
    """Position → its prerequisites in the scenario, needed or not."""
    promised: frozenset[str] = frozenset()
    """Keys of what is promised to the projects."""

    @property
    def acts(self) -> Mapping[int, int]:
        """Department → acceptances and decisions that one project asks of it."""
        by_department: dict[int, int] = {}
        for position in self.needed:
            node = self.nodes[position]
            if node.mode is not Mode.MILESTONE:
                acts = 2 if node.mode is Mode.APPLICATION else 1
                by_department[node.department] = by_department.get(node.department, 0) + acts
        return by_department


def network(
    scenario: ScenarioDefinition,
    departments: Mapping[str, int],
    attributes: Mapping[str, AttributeValue],
    paces: Paces,
) -> Network:
    """The network of projects with these attributes; items they do not need are satisfied."""
    complete = complete_attributes(scenario, attributes)
    needed = {item.code for item in scenario.items if holds(item.needed_when, complete)}
    position = {item.code: place for place, item in enumerate(scenario.items)}

    def places(codes: tuple[str, ...]) -> tuple[int, ...]:
        return tuple(position[code] for code in codes if code in needed)

    nodes = tuple(
        Node(
            code=item.code,
            mode=_MODES[item.mode],
            department=departments[item.department],
            waits=len(places(item.after)),
            releases=places(scenario.dependents[item.code]),
            parts=places(scenario.parts.get(item.code, ())),
            whole=position[item.part_of] if item.part_of is not None else -1,
            limit=_limit(scenario, item),
            promised=working_days(item.promised),
            counted=_is_counted(item),
            pace=paces.of(item, scenario.stage[item.stage].kind),
            at_once=item.accept_on_submission,
            files=item.filed and item.accept_on_submission,
        )
        for item in scenario.items
    )
    return Network(
        nodes,
        tuple(position[item.code] for item in scenario.items if item.code in needed),
        tuple(tuple(position[code] for code in item.after) for item in scenario.items),
        frozenset(promise.named for promise in made_to(scenario, complete)),
    )


def _limit(scenario: ScenarioDefinition, item: ItemDefinition) -> float:
    """A part runs inside the limit of its whole."""
    terms = scenario.item[item.part_of] if item.part_of is not None else item
    promised, statutory = working_days(terms.promised), working_days(terms.statutory)
    if promised is not None:
        return promised
    return statutory if statutory is not None else WITHOUT_LIMIT


def _is_counted(item: ItemDefinition) -> bool:
    """Whether its days count toward the promise, as :mod:`rules.cases.promise` counts them."""
    has_clock = item.promised is not None or item.statutory is not None
    judged = item.counted and has_clock and item.part_of is None
    return judged and item.mode is not ItemMode.MILESTONE
