"""Posts of stewards that end by their dates: warned of ahead, and projects move before the last day is over.

Like a departure the rule finds who is next, each project by an act of its own with a hand-over list; the
person keeps their account and whatever else they are.
"""

from __future__ import annotations

from datetime import timedelta

import orjson
from sqlalchemy import text

from config.logs import get_logger
from models.errors import KaigongError
from models.tables import notice, role_grant
from rules.cases.context import Context
from services.cases.handover.duties import Duties, move, steward_duties
from services.people.stewards import STEWARD_POSTS
from services.seals import sealed
from services.unit_of_work import Database

log = get_logger()

#: Working days before the end of a post in which its holder and leaders are told [D] (``domain/stewards`` 2.2).
WARNED_BEFORE = 20


def move_from_ended_posts(database: Database, context: Context) -> int:
    """Move the projects of whoever has no post as a steward from tomorrow on; how many people there were."""
    tomorrow = context.today + timedelta(days=1)
    with database.reading() as connection:
        logins = connection.execute(_ENDING, {"on": tomorrow}).scalars().all()
    return sum(_moved(database, login, context) for login in logins)


def _moved(database: Database, login: str, context: Context) -> bool:
    """Move one person's projects; nobody to take them is told in the log of the watch and tried again."""
    try:
        with database.transaction() as connection:
            projects = steward_duties(connection, login)
            move(connection, Duties(login, (), projects), context.now, to=None)
    except KaigongError as refusal:
        log.warning("post_ended_projects_stay", login=login, why=refusal.code)
        return False
    return True


def warn_of_ending_posts(database: Database, context: Context) -> int:
    """Tell, once for each post, its holder and leaders that it ends and their projects go to others."""
    until = context.calendar.add_working_days(context.today, WARNED_BEFORE)
    with database.transaction() as connection:
        rows = connection.execute(_NEAR, {"today": context.today, "until": until}).all()
        for row in rows:
            params = {"page": "/projects", "effective_on": row.to_on.isoformat()}
            for audience in (f"person:{row.login}", "leader"):
                values = {"audience": audience, "now": context.now}
                connection.execute(_TELL, values | {"params": orjson.dumps(params).decode()})
        connection.execute(_WARNED, {"ids": [row.id for row in rows], "today": context.today})
    return len(rows)


_POSTS = ", ".join(f"'{post}'" for post in sorted(STEWARD_POSTS))
#: Stewards of running projects who had such a post and have none from a day on. Who never had any is a
#: steward everywhere by their account.
_ENDING = text(
    "SELECT DISTINCT s.steward FROM steward_span s WHERE s.to_at = 'infinity'"  # noqa: S608
    f" AND EXISTS (SELECT FROM role_grant g WHERE g.login = s.steward AND g.post IN ({_POSTS})"
    " AND g.to_on <= :on)"
    f" AND NOT EXISTS (SELECT FROM role_grant g WHERE g.login = s.steward AND g.post IN ({_POSTS})"
    " AND (g.to_on IS NULL OR g.to_on > :on)) ORDER BY s.steward"
)
_NEAR = text(
    "SELECT g.id, g.login, g.to_on FROM role_grant g JOIN account a ON a.login = g.login AND a.active"  # noqa: S608
    f" WHERE g.post IN ({_POSTS}) AND g.to_on > :today AND g.to_on <= :until"
    " AND EXISTS (SELECT FROM steward_span s WHERE s.steward = g.login AND s.to_at = 'infinity')"
    " AND g.ending_told_on IS NULL ORDER BY g.id FOR UPDATE OF g SKIP LOCKED"
)
_WARNED = sealed(role_grant, "UPDATE role_grant SET ending_told_on = :today WHERE id = ANY(:ids)")
_TELL = sealed(
    notice,
    "INSERT INTO notice (audience, template, params, created_at)"
    " VALUES (:audience, 'post_ending', CAST(:params AS jsonb), :now)",
)
