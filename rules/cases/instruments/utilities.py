"""Lines of a joint utility application 联合报装: selection, leads and connection.

One application stands for all of them, one survey looks at the site for all, one reply answers all;
each utility keeps its own line from the lead to the connection.
"""

from __future__ import annotations

from collections.abc import Mapping

from models.cases.facts import ItemFacts, ProjectFacts
from models.cases.states import SATISFIED, ItemState
from models.cases.utility_line import LineFacts
from models.scenarios.definition import ItemMode, ScenarioDefinition
from rules.scenarios.conditions.evaluation import holds
from rules.scenarios.utility_items import is_application, is_reply

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
    stage_lines = lines(scenario, items, item.stage)
    surveyed = item.site_visit is not None or is_reply(item, scenario)
    return stage_lines if is_application(item) or surveyed else ()


def connected_lines(scenario: ScenarioDefinition, items: Items, code: str) -> tuple[str, ...]:
    """Codes of the lines of its stage that a milestone comes after; none for any other item."""
    definition = scenario.item[code]
    if definition.mode is not ItemMode.MILESTONE:
        return ()
    stage_lines = lines(scenario, items, definition.stage)
    before = _before(scenario, code) if stage_lines else frozenset()
    return tuple(line for line in stage_lines if line in before)


def application_of(scenario: ScenarioDefinition, code: str) -> str | None:
    """The joint application that a line belongs to."""
    stage = scenario.stage_items[scenario.item[code].stage]
    return next((item.code for item in stage if is_application(item)), None)


def connection_of(scenario: ScenarioDefinition, code: str) -> str | None:
    """The milestone that a line is connected with."""
    stage = scenario.stage_items[scenario.item[code].stage]
    milestones = (item.code for item in stage if item.mode is ItemMode.MILESTONE)
    return next(
        (milestone for milestone in milestones if code in _before(scenario, milestone)), None
    )


def line_of(known: Mapping[str, LineFacts], item: ItemFacts) -> LineFacts:
    """The line of an item; ``None`` when it has not begun."""
    return known.get(item.code) or LineFacts(item.code, item.department)


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
    """Codes of the lines whose lead is due and not sent."""
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
    """Whether the leads of a stage are sent at registration."""
    declared = facts.scenario.stage[stage].leads
    if declared is None or declared.at_registration is None:
        return False
    return holds(declared.at_registration, facts.attributes)


def _before(scenario: ScenarioDefinition, code: str) -> frozenset[str]:
    """Codes of all direct and indirect prerequisites of an item."""
    predecessors: set[str] = set()
    queue = [*scenario.item[code].after]
    while queue:
        predecessor = queue.pop()
        if predecessor not in predecessors:
            predecessors.add(predecessor)
            queue += scenario.item[predecessor].after
    return frozenset(predecessors)


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
