"""A project is not closed while something in it can be objected to: the day after, it is looked at again."""

from __future__ import annotations

from sqlalchemy import text

from rules.cases.context import Context
from services.installation.heartbeat import last_watch
from services.installation.policy import context_for
from services.unit_of_work import Database


def wake_after_last_day(database: Database, context: Context) -> None:
    """Wake the projects of which a last day to object was over since the last watch."""
    with database.transaction() as connection:
        last = last_watch(connection)
        since = None if last is None else context_for(context.actor, last.as_of).today
        if since is None or since < context.today:
            connection.execute(_WAKE, {"since": since, "today": context.today})


_WAKE = text(
    "INSERT INTO wake_up (project_id, version) SELECT p.id, p.version FROM project p"
    " WHERE p.state = 'active' AND EXISTS (SELECT FROM voiding v WHERE v.project_id = p.id"
    " AND v.state = 'standing' AND v.appeal_until < :today"
    " AND (CAST(:since AS date) IS NULL OR v.appeal_until >= :since))"
    " ON CONFLICT (project_id) DO NOTHING"
)
