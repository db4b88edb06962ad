"""What is shown of a joint item: visits to the site, who has to come, what has to be put right."""

from __future__ import annotations

from collections.abc import Iterator

from models.facts import ProjectFacts
from rules.site_visit import JOINT_VISIT, may_be_absent, parties
from services.views.joint_views import PartyLine, RectificationLine, SiteVisitLine
from services.wording.names import department_name, item_name


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
            absent=tuple(
                (department_name(facts.scenario, key), reason)
                for key, reason in visit.absent.items()
            ),
        )


def rectification_lines(facts: ProjectFacts) -> Iterator[RectificationLine]:
    """Everything that had to be put right, in the order in which it was asked for."""
    entries = facts.rectifications.values()
    for entry in sorted(entries, key=lambda one: (one.required_on, one.key)):
        yield RectificationLine(
            item=entry.item,
            item_name=item_name(facts.scenario, entry.item),
            round=entry.round,
            verdict=entry.verdict,
            points=entry.points,
            required_on=entry.required_on,
            reported_on=entry.reported_on,
            note=entry.note,
            confirmed_on=entry.confirmed_on,
        )


def party_lines(facts: ProjectFacts, code: str) -> tuple[PartyLine, ...]:
    """Whom a joint visit needs; empty for an item without one."""
    if facts.definition(code).site_visit is None:
        return ()
    needed = parties(facts.scenario, facts.items, code)
    excused = may_be_absent(facts.scenario, facts.items, code)
    return tuple(
        PartyLine(
            department, department_name(facts.scenario, department), least, department in excused
        )
        for department, least in needed.items()
    )
