"""The one joint visit to the site of a joint item: what is looked at, who takes part, whether it was held.

What is looked at are the parts of the item; an item without parts has its site looked at for the
items of its stage that come after it.
"""

from __future__ import annotations

from collections.abc import Mapping

from models.definition import ScenarioDefinition
from models.facts import ItemFacts, SiteVisitFacts
from models.joint import AbsenceRule
from models.states import FINISHED, ItemState

#: The joint visit of a round; what is looked at once more is counted on from it.
JOINT_VISIT = 1
_DECIDED = FINISHED | {ItemState.CONDITIONALLY_GRANTED}

Items = Mapping[str, ItemFacts]
Visits = Mapping[tuple[str, int, int], SiteVisitFacts]


def covered(scenario: ScenarioDefinition, items: Items, code: str) -> tuple[str, ...]:
    """Codes of the items that an item's visit is for, as far as the project needs them."""
    stage = items[code].stage
    followers = [one for one in scenario.dependents[code] if items[one].stage == stage]
    found = scenario.parts.get(code) or followers
    return tuple(one for one in found if items[one].state is not ItemState.NOT_REQUIRED)


def looked_at(scenario: ScenarioDefinition, items: Items, code: str) -> tuple[str, ...]:
    """The same without what is decided already: that is not looked at again."""
    found = covered(scenario, items, code)
    return tuple(one for one in found if items[one].state not in _DECIDED)


def parties(scenario: ScenarioDefinition, items: Items, code: str) -> Mapping[str, int]:
    """Department → the least number of its officers on the spot; who decides the whole leads."""
    visit = scenario.item[code].site_visit
    found = {items[code].department: 1}
    for one in looked_at(scenario, items, code):
        verifies = visit is not None and scenario.item[one].site_verification
        least = visit.officers if visit is not None and verifies else 1
        department = items[one].department
        found[department] = max(least, found.get(department, 1))
    if visit is not None and len(found) == 1:
        # Nobody goes alone: where one department looks at everything, its own officers are enough.
        return dict.fromkeys(found, visit.officers)
    return found


def may_be_absent(scenario: ScenarioDefinition, items: Items, code: str) -> tuple[str, ...]:
    """Utilities without whom a visit can be held where the scenario says so: nobody else.

    Who leads holds it, and what is verified on the spot needs its officers there (art. 34).
    """
    visit = scenario.item[code].site_visit
    if visit is None or visit.absence is AbsenceRule.REFUSED:
        return ()
    others = {
        items[one].department
        for one in looked_at(scenario, items, code)
        if scenario.item[one].utility is None or scenario.item[one].site_verification
    }
    needed = parties(scenario, items, code)
    return tuple(one for one in needed if one not in {*others, items[code].department})


def stayed_away(
    scenario: ScenarioDefinition, items: Items, visits: Visits, code: str
) -> SiteVisitFacts | None:
    """The visit that a line's utility did not come to, and whose record it works from."""
    whole = covered_by(scenario, items, code)
    visit = joint_visit(items, visits, whole) if whole is not None else None
    return visit if visit is not None and items[code].department in visit.absent else None


def covered_by(scenario: ScenarioDefinition, items: Items, code: str) -> str | None:
    """The item whose joint visit looks at this one as well, if there is any."""
    definition = scenario.item[code]
    for one in (definition.part_of, *definition.after):
        whole = scenario.item.get(one) if one is not None else None
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
