"""What stands about every page: counts of waiting tasks, and whether the watch stands still. One query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from models.people.actor import Actor, Role
from services.cases.views.inbox import size_query
from services.installation.heartbeat import STANDS_SINCE
from services.notices.notice_list import unread_query
from services.scenarios.overview import WAITING_REQUESTS
from services.unit_of_work import Database


@dataclass(frozen=True, slots=True)
class MenuCounts:
    """Counts of what waits for one person."""

    inbox: int
    """Things in an officer's inbox; 0 for whoever has none."""
    notices: int
    """Notices that were not read."""
    requests: int
    """Publications that wait for the person's approval; 0 for whoever approves none."""
    watched_until: datetime | None = None
    """Where the deadline watch stands still, the moment as of which lights and warnings are."""


def menu_counts(database: Database, actor: Actor) -> MenuCounts:
    """Count what waits for a person now."""
    inbox, values = size_query(actor)
    notices, notices_of = unread_query(actor)
    requests = WAITING_REQUESTS if actor.role is Role.ADMINISTRATOR else "SELECT 0"
    query = (
        f"SELECT ({inbox}) AS inbox, ({notices}) AS notices, ({requests}) AS requests,"
        f" ({STANDS_SINCE}) AS watched_until"
    )
    with database.reading() as connection:
        row = connection.execute(text(query), values | notices_of | {"login": actor.login}).one()
    return MenuCounts(row.inbox, row.notices, row.requests, row.watched_until)
