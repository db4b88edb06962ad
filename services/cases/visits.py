"""How far somebody has read the log of a project, and so what is new to them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, text

from models.people.actor import Actor
from services.cases.views.sight import look_up
from services.unit_of_work import Database


def read_until(connection: Connection, login: str, project: str) -> int | None:
    """Number of the newest event of a project that somebody has seen; ``None``: they never looked."""
    seen: int | None = connection.execute(
        _READ_UNTIL, {"account": login, "code": project}
    ).scalar_one_or_none()
    return seen


def mark_read(database: Database, viewer: Actor, project: str, until: int, now: datetime) -> None:
    """Keep that somebody has seen a project's log up to an event; never less than before.

    ``NotFound`` where the viewer may see no such project.
    """
    with database.transaction() as connection:
        stored, _ = look_up(connection, viewer, project)
        values = {
            "account": viewer.login,
            "project": stored.facts.id,
            "seq": min(until, stored.head.seq),
            "now": now,
        }
        connection.execute(_MARK, values)


_READ_UNTIL = text(
    "SELECT v.seq FROM project_visit v JOIN project p ON p.id = v.project_id"
    " WHERE v.account = :account AND p.code = :code"
)
_MARK = text(
    "INSERT INTO project_visit (account, project_id, seq, seen_at)"
    " VALUES (:account, :project, :seq, :now)"
    " ON CONFLICT (account, project_id) DO UPDATE"
    " SET seq = greatest(project_visit.seq, excluded.seq), seen_at = excluded.seen_at"
)
