"""Who is told what becomes of a version: the other administrators, and whoever works on it.

Written in the transaction of the act, so that each of them is told exactly once.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, text

from models.actor import Actor

PUBLISHED: Final = "scenario_published"
DECLINED: Final = "scenario_declined"


def tell_of_request(
    connection: Connection,
    key: str,
    version: int,
    actor: Actor,
    now: datetime,
    reason: str | None = None,
) -> None:
    """A publication waits for every administrator but the one who asked for it."""
    values = {"template": "scenario_requested", "reason": reason or "", "now": now}
    connection.execute(_REQUEST, values | {"key": key, "version": version, "actor": actor.login})


def tell_of_answer(
    connection: Connection,
    key: str,
    version: int,
    template: str,
    actor: Actor,
    now: datetime,
    reason: str | None = None,
) -> None:
    """Whoever asked for a publication, and whoever wrote the text last, learn what became of it.

    They stand with the version: a request is forgotten only afterwards.
    """
    values = {"template": template, "reason": reason or "", "now": now}
    connection.execute(_ANSWER, values | {"key": key, "version": version, "actor": actor.login})


_TOLD = (
    "INSERT INTO notice (audience, template, params, created_at) SELECT {audience}, :template,"
    " jsonb_build_object('name', v.definition -> 'name', 'version', v.version,"
    " 'effective_on', v.effective_on, 'reason', CAST(:reason AS text),"
    " 'page', '/scenarios/' || v.key || '/' || v.version), :now FROM scenario_version v"
)
_REQUEST = text(
    _TOLD.format(audience="'administrators_but:' || CAST(:actor AS text)")
    + " WHERE v.key = :key AND v.version = :version"
)
_ANSWER = text(
    _TOLD.format(audience="'person:' || a.login")
    + " JOIN account a ON a.login IN (v.requested_by, v.changed_by) AND a.active"
    " AND a.login <> :actor WHERE v.key = :key AND v.version = :version"
)
