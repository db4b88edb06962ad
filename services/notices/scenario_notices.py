"""Notices about the publication of a version, to other administrators and its authors.

Written in the transaction of the act, so that each recipient gets exactly one.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from models.people.actor import Actor
from models.tables import notice
from services.seals import sealed

PUBLISHED: Final = "scenario_published"
DECLINED: Final = "scenario_declined"


def notify_request(
    connection: Connection,
    key: str,
    version: int,
    actor: Actor,
    now: datetime,
    reason: str | None = None,
) -> None:
    """Notify every administrator but the requester of a publication request."""
    values = {"template": "scenario_requested", "reason": reason or "", "now": now}
    connection.execute(_REQUEST, values | {"key": key, "version": version, "actor": actor.login})


def notify_answer(
    connection: Connection,
    key: str,
    version: int,
    template: str,
    actor: Actor,
    now: datetime,
    reason: str | None = None,
) -> None:
    """Notify the requester and the last author of the outcome of a publication request.

    Both are read from the version, so the request must be cleared only afterwards.
    """
    values = {"template": template, "reason": reason or "", "now": now}
    connection.execute(_ANSWER, values | {"key": key, "version": version, "actor": actor.login})


_NOTICE = (
    "INSERT INTO notice (audience, template, params, created_at) SELECT {audience}, :template,"
    " jsonb_build_object('name', v.definition -> 'name', 'version', v.version,"
    " 'effective_on', v.effective_on, 'reason', CAST(:reason AS text),"
    " 'page', '/scenarios/' || v.key || '/' || v.version), :now FROM scenario_version v"
)
_REQUEST = sealed(
    notice,
    _NOTICE.format(audience="'administrators_but:' || CAST(:actor AS text)")
    + " WHERE v.key = :key AND v.version = :version",
)
_ANSWER = sealed(
    notice,
    _NOTICE.format(audience="'person:' || a.login")
    + " JOIN account a ON a.login IN (v.requested_by, v.changed_by) AND a.active"
    " AND a.login <> :actor WHERE v.key = :key AND v.version = :version",
)
