"""The one joint visit to the site of a joint item: what is looked at, who takes part, whether it was held.

What is looked at are the parts of the item; an item without parts has its site looked at for the
items of its stage that come after it.
"""

from __future__ import annotations

from collections.abc import Mapping

from models.cases.facts import ItemFacts
from models.cases.site_visit import SiteVisitFacts
from models.cases.states import FINISHED, ItemState
from models.scenarios.definition import ScenarioDefinition
from models.scenarios.joint import AbsenceRule

#: The joint visit of a round; what is looked at once more is counted on from it.
JOINT_VISIT = 1
_DECIDED = FINISHED | {ItemState.CONDITIONALLY_GRANTED}

Items = Mapping[str, ItemFacts]
Visits = Mapping[tuple[str, int, int], SiteVisitFacts]


def covered(scenario: ScenarioDefinition, items: Items, code: str) -> tuple[str, ...]:
    """Codes of the items that an item's visit is for, as far as the project needs them."""
    stage = items[code].stage
    followers = [item for item in scenario.dependents[code] if items[item].stage == stage]
    candidates = scenario.parts.get(code) or followers
    return tuple(item for item in candidates if items[item].state is not ItemState.NOT_REQUIRED)


def looked_at(scenario: ScenarioDefinition, items: Items, code: str) -> tuple[str, ...]:
    """The covered items that are not decided yet."""
    visited = covered(scenario, items, code)
    return tuple(item for item in visited if items[item].state not in _DECIDED)


def parties(scenario: ScenarioDefinition, items: Items, code: str) -> Mapping[str, int]:
    """Department → the least number of its officers on the spot; who decides the whole leads."""
    visit = scenario.item[code].site_visit
    officers = {items[code].department: 1}
    for item in looked_at(scenario, items, code):
        verifies = visit is not None and scenario.item[item].site_verification
        least = visit.officers if visit is not None and verifies else 1
        department = items[item].department
        officers[department] = max(least, officers.get(department, 1))
    if visit is not None and len(officers) == 1:
        # Nobody goes alone: where one department looks at everything, its own officers are enough.
        return dict.fromkeys(officers, visit.officers)
    return officers


def may_be_absent(scenario: ScenarioDefinition, items: Items, code: str) -> tuple[str, ...]:
    """Utilities that may be absent from a visit, where the scenario allows it.

    The lead holds the visit; verification on site needs its officers (art. 34).
    """
    visit = scenario.item[code].site_visit
    if visit is None or visit.absence is AbsenceRule.REFUSED:
        return ()
    others = {
        items[item].department
        for item in looked_at(scenario, items, code)
        if scenario.item[item].utility is None or scenario.item[item].site_verification
    }
    needed = parties(scenario, items, code)
    return tuple(party for party in needed if party not in {*others, items[code].department})


def stayed_away(
    scenario: ScenarioDefinition, items: Items, visits: Visits, code: str
) -> SiteVisitFacts | None:
    """The visit from which a line's utility was absent."""
    whole = covered_by(scenario, items, code)
    visit = joint_visit(items, visits, whole) if whole is not None else None
    return visit if visit is not None and items[code].department in visit.absent else None


def covered_by(scenario: ScenarioDefinition, items: Items, code: str) -> str | None:
    """The item whose joint visit covers this one; ``None`` without one."""
    definition = scenario.item[code]
    for candidate in (definition.part_of, *definition.after):
        whole = scenario.item.get(candidate) if candidate is not None else None
        if (
            whole is None
            or whole.site_visit is None
            or items[whole.code].stage != items[code].stage
        ):
            continue
        if whole.code == definition.part_of or not scenario.parts.get(whole.code):
            return whole.code
    return None


def joint_visit(items: Items, visits: Visits, code: str) -> SiteVisitFacts | None:
    """The joint visit of an item's current round, as soon as it is scheduled."""
    return visits.get((code, items[code].round, JOINT_VISIT))


def was_held(items: Items, visits: Visits, code: str) -> bool:
    """Whether the joint visit of an item's current round took place."""
    visit = joint_visit(items, visits, code)
    return visit is not None and visit.held_on is not None
