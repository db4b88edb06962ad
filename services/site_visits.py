"""The visits to the site of a project as they are shown, and who has to come to the next one."""

from __future__ import annotations

from collections.abc import Iterator

from models.facts import ProjectFacts
from rules.site_visit import JOINT_VISIT, parties
from services.names import department_name, item_name
from services.views import PartyLine, SiteVisitLine


def site_visit_lines(facts: ProjectFacts) -> Iterator[SiteVisitLine]:
    """Every visit, in the order of the items and of the visits to each."""
    order = list(facts.items)
    visits = facts.site_visits.values()
    for visit in sorted(visits, key=lambda one: (order.index(one.item), one.round, one.number)):
        yield SiteVisitLine(
            item=visit.item,
            item_name=item_name(facts.scenario, visit.item),
            round=visit.round,
            joint=visit.number == JOINT_VISIT,
            scheduled_for=visit.scheduled_for,
            held_on=visit.held_on,
            officers=sum(len(named) for named in visit.officers.values()),
            departments=tuple(department_name(facts.scenario, key) for key in visit.officers),
            finding=visit.finding,
        )


def party_lines(facts: ProjectFacts, code: str) -> tuple[PartyLine, ...]:
    """Whom a joint visit needs; empty for an item without one."""
    if facts.definition(code).site_visit is None:
        return ()
    needed = parties(facts.scenario, facts.items, code)
    return tuple(
        PartyLine(department, department_name(facts.scenario, department), least)
        for department, least in needed.items()
    )
