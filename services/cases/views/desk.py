"""Somebody's open projects at a glance: counted by light and by whom they wait for. One query."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import text

from models.people.actor import Actor
from rules.clock.lights import day_of
from services.cases.views.lists import project_order
from services.cases.views.parts import lights
from services.cases.views.values.lists import DeskSummary
from services.people.visibility import among, scope
from services.unit_of_work import Database

#: Projects at a glance are counted up to so many, and up to so many where each is asked whether its
#: reader is concerned with it.
GLANCE, GLANCE_BY_OFFICE = 10_000, 1000


def desk(database: Database, when: date | datetime, *, viewer: Actor) -> DeskSummary:
    """The open projects that someone may see, counted by light and by whom they wait for.

    Up to :data:`GLANCE` projects are counted; of more, whoever looks is told that there are more.
    """
    where, values = scope(viewer)
    few, always = among(viewer)
    values |= {**lights.at(when), "week": day_of(when) + timedelta(days=7)}
    most = GLANCE if few is None or always else GLANCE_BY_OFFICE
    query = project_order.glance(where, few, always, most, _COUNTS)
    with database.reading() as connection:
        row = connection.execute(text(query), values).mappings().one()
    return DeskSummary(**row)


_COUNTS = (
    "count(*) FILTER (WHERE p.red_on <= :today) AS red,"
    " count(*) FILTER (WHERE p.red_on > :today AND p.yellow_at <= :now) AS yellow,"
    " count(*) FILTER (WHERE p.red_on > :today AND p.yellow_at > :now) AS green,"
    " count(*) FILTER (WHERE p.waits_for_applicant) AS waits_for_enterprise,"
    " count(*) FILTER (WHERE p.waits_for_department) AS waits_for_departments,"
    " count(*) FILTER (WHERE p.next_due_on BETWEEN :today AND :week) AS due_within_a_week"
)
