"""The lines of a joint utility application 联合报装: which there are, who hears of them, when they connect.

One application stands for all of them, one survey looks at the site for all, one reply answers all;
each utility keeps its own line from the lead to the connection.
"""

from __future__ import annotations

from collections.abc import Mapping

from models.definition import ItemCategory, ItemDefinition, ItemMode, ScenarioDefinition
from models.facts import ItemFacts, LineFacts, ProjectFacts
from models.states import SATISFIED, ItemState
from rules.conditions import holds

Items = Mapping[str, ItemFacts]

#: States in which a utility has not decided on its line.
UNDECIDED = frozenset(
    {
        ItemState.WAITING,
        ItemState.OPEN,
        ItemState.RECEIVED,
        ItemState.CORRECTING,
        ItemState.ACCEPTED,
        ItemState.SUSPENDED,
        ItemState.PRELIMINARY,
    }
)


def lines(scenario: ScenarioDefinition, items: Items, stage: str) -> tuple[str, ...]:
    """Codes of the lines of a stage that the project needs."""
    return tuple(
        item.code
        for item in scenario.stage_items[stage]
        if item.utility is not None and items[item.code].state is not ItemState.NOT_REQUIRED
    )


def lines_of(scenario: ScenarioDefinition, items: Items, code: str) -> tuple[str, ...]:
    """Codes of the lines that an item is for: the joint application, its survey, its reply."""
    item = scenario.item[code]
    found = lines(scenario, items, item.stage)
    surveyed = item.site_visit is not None or is_reply(item, scenario)
    return found if is_application(item) or surveyed else ()


def is_reply(item: ItemDefinition, scenario: ScenarioDefinition) -> bool:
    """Whether its document is the one reply to a joint application: it says the plan of every line."""
    before = [scenario.item[code] for code in item.after if code in scenario.item]
    return item.document is not None and any(one.utility is not None for one in before)


def connected_lines(scenario: ScenarioDefinition, items: Items, code: str) -> tuple[str, ...]:
    """Codes of the lines of its stage that a milestone comes after; none for any other item."""
    definition = scenario.item[code]
    if definition.mode is not ItemMode.MILESTONE:
        return ()
    found = lines(scenario, items, definition.stage)
    before = _before(scenario, code) if found else frozenset()
    return tuple(line for line in found if line in before)


def application_of(scenario: ScenarioDefinition, code: str) -> str | None:
    """The joint application that a line belongs to."""
    stage = scenario.stage_items[scenario.item[code].stage]
    return next((item.code for item in stage if is_application(item)), None)


def is_application(item: ItemDefinition) -> bool:
    """Whether this is a joint application of utilities; a licence beside it is none."""
    service = item.category is ItemCategory.UTILITY_SERVICE
    return service and item.mode is ItemMode.APPLICATION and item.utility is None


def connection_of(scenario: ScenarioDefinition, code: str) -> str | None:
    """The milestone that a line is connected with."""
    stage = scenario.stage_items[scenario.item[code].stage]
    milestones = (item.code for item in stage if item.mode is ItemMode.MILESTONE)
    return next((one for one in milestones if code in _before(scenario, one)), None)


def unconnected(
    scenario: ScenarioDefinition, items: Items, known: Mapping[str, LineFacts], code: str
) -> tuple[str, ...]:
    """Codes of the lines that a milestone still waits for."""
    return tuple(
        line
        for line in connected_lines(scenario, items, code)
        if line not in known or known[line].connected_on is None
    )


def leads_due(facts: ProjectFacts, stage: str) -> tuple[str, ...]:
    """Codes of the lines whose utility has to hear of the project now, and has not yet."""
    declared = facts.scenario.stage[stage].leads
    if declared is None or not _announced(facts, stage):
        return ()
    return tuple(
        code
        for code in lines(facts.scenario, facts.items, stage)
        if facts.items[code].state in UNDECIDED
        and (code not in facts.lines or facts.lines[code].lead_on is None)
    )


def at_registration(facts: ProjectFacts, stage: str) -> bool:
    """Whether the utilities of a stage hear of this project without waiting for any grant."""
    declared = facts.scenario.stage[stage].leads
    if declared is None or declared.at_registration is None:
        return False
    return holds(declared.at_registration, facts.attributes)


def _before(scenario: ScenarioDefinition, code: str) -> frozenset[str]:
    """Codes of everything that an item comes after, directly or not."""
    found: set[str] = set()
    queue = [*scenario.item[code].after]
    while queue:
        one = queue.pop()
        if one not in found:
            found.add(one)
            queue += scenario.item[one].after
    return frozenset(found)


def _announced(facts: ProjectFacts, stage: str) -> bool:
    if at_registration(facts, stage):
        return True
    declared = facts.scenario.stage[stage].leads
    cause = facts.items.get(declared.on) if declared is not None else None
    return (
        cause is not None
        and cause.state in SATISFIED
        and cause.state not in (ItemState.NOT_REQUIRED, ItemState.PRELIMINARY)
    )
