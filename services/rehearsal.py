"""Rehearsals with the paces of the past: what the events of earlier projects say about durations."""

from __future__ import annotations

from sqlalchemy import Connection, text

from models.definition import ScenarioDefinition
from rules.calendar import WorkingCalendar
from rules.simulation import KINDS, Paces, PastEvent, paces_from_history


def observed_paces(
    connection: Connection, scenario: ScenarioDefinition, calendar: WorkingCalendar
) -> Paces:
    """The paces that projects of this scenario showed, in any of its versions.

    Items that too few projects went through keep the usual pace.
    """
    values = {"key": scenario.key, "kinds": sorted(KINDS)}
    rows = connection.execution_options(yield_per=2000).execute(_EVENTS, values)
    events = (PastEvent(row.project_id, row.item, row.kind, row.happened) for row in rows)
    return paces_from_history(events, scenario, calendar)


_EVENTS = text(
    "SELECT e.project_id, e.item, e.kind,"
    " COALESCE(CAST(e.data ->> 'happened_on' AS date),"
    " CAST(e.at AT TIME ZONE 'Asia/Shanghai' AS date)) AS happened"
    " FROM case_event e JOIN project p ON p.id = e.project_id"
    " JOIN scenario_version s ON s.id = p.scenario_id"
    " WHERE s.key = :key AND e.item IS NOT NULL AND e.kind = ANY(:kinds)"
    " ORDER BY e.project_id, e.seq"
)
