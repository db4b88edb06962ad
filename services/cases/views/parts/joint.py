"""Views of joint items: site visits, parties and rectifications."""

from __future__ import annotations

from collections.abc import Iterator

from models.cases.facts import ProjectFacts
from rules.cases.instruments.site_visit import JOINT_VISIT, may_be_absent, parties
from services.cases.views.values.joint import PartyRow, RectificationRow, SiteVisitRow
from services.wording.names import department_name, item_name


def site_visit_rows(facts: ProjectFacts) -> Iterator[SiteVisitRow]:
    """Every visit, in the order of the items and of the visits to each."""
    order = list(facts.items)
    visits = facts.site_visits.values()
    for visit in sorted(visits, key=lambda v: (order.index(v.item), v.round, v.number)):
        yield SiteVisitRow(
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


def rectification_rows(facts: ProjectFacts) -> Iterator[RectificationRow]:
    """Every rectification, in the order in which it was required."""
    entries = facts.rectifications.values()
    for entry in sorted(entries, key=lambda entry: (entry.required_on, entry.key)):
        yield RectificationRow(
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


def party_rows(facts: ProjectFacts, code: str) -> tuple[PartyRow, ...]:
    """Parties of a joint visit; empty for an item without one."""
    if facts.definition(code).site_visit is None:
        return ()
    needed = parties(facts.scenario, facts.items, code)
    excused = may_be_absent(facts.scenario, facts.items, code)
    return tuple(
        PartyRow(
            department, department_name(facts.scenario, department), least, department in excused
        )
        for department, least in needed.items()
    )
