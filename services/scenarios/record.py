"""Append-only record of administrators' acts on scenarios, and the permission checks for them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, text

from models.errors import NotPermitted
from models.people.actor import Actor, Role
from models.scenarios.life import ScenarioAct
from models.tables import scenario_act
from services.seals import sealed

#: Who may change scenarios; the system does where an operator of the machine asks for it.
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR, Role.SYSTEM})
#: Who may look at drafts, findings and the record beside those.
READERS = ADMINISTRATORS | {Role.LEADER}


class MayNotAdminister(NotPermitted):
    template = "actor: {actor} may not administer scenarios; ask an administrator."


@dataclass(frozen=True, slots=True)
class Recorded:
    """One recorded act."""

    id: int
    key: str
    version: int
    act: ScenarioAct
    at: datetime
    actor: str
    actor_name: str | None
    """The actor's name; ``None`` for the system and for deleted accounts."""
    reason: str | None
    data: Mapping[str, Any]

    @property
    def effective_on(self) -> date | None:
        """The effective day given with a request or a publication."""
        day = self.data.get("effective_on")
        return date.fromisoformat(day) if day else None


def check_administrator(actor: Actor) -> None:
    """Refuse actors who may not change scenarios."""
    if actor.role not in ADMINISTRATORS:
        raise MayNotAdminister(actor=actor.login)


def check_reader(actor: Actor) -> None:
    """Refuse actors who may only see published scenarios."""
    if actor.role not in READERS:
        raise MayNotAdminister(actor=actor.login)


def record(
    connection: Connection,
    key: str,
    version: int,
    act: ScenarioAct,
    actor: Actor,
    now: datetime,
    *,
    reason: str | None = None,
    data: Mapping[str, object] | None = None,
) -> int:
    """Record an act in its own transaction; returns its number."""
    values = {
        "key": key,
        "version": version,
        "act": act.value,
        "at": now,
        "actor": actor.login,
        "reason": reason,
        "data": json.dumps(data or {}, ensure_ascii=False, default=str),
    }
    return int(connection.execute(_ADD, values).scalar_one())


def acts_of(
    connection: Connection,
    key: str,
    version: int | None = None,
    *,
    before: int | None = None,
    limit: int = 100,
) -> tuple[Recorded, ...]:
    """The record of a scenario or of one version of it, newest first.

    Projects that moved away from a version belong to its record too.
    """
    values = {"key": key, "version": version, "before": before, "limit": limit}
    return tuple(_recorded(row) for row in connection.execute(_LIST, values))


def act_of(connection: Connection, key: str, number: int) -> Recorded | None:
    """One act of the record of a scenario."""
    row = connection.execute(_ONE, {"key": key, "id": number}).one_or_none()
    return _recorded(row) if row is not None else None


def _recorded(row: Row[Any]) -> Recorded:
    return Recorded(
        row.id,
        row.key,
        row.version,
        ScenarioAct(row.act),
        row.at,
        row.actor,
        row.actor_name,
        row.reason,
        row.data,
    )


_SELECT = (
    "SELECT a.id, a.key, a.version, a.act, a.at, a.actor, p.name AS actor_name, a.reason, a.data"
    " FROM scenario_act a LEFT JOIN account p ON p.login = a.actor"
)
_ADD = sealed(
    scenario_act,
    "INSERT INTO scenario_act (key, version, act, at, actor, reason, data) VALUES (:key, :version,"
    " :act, :at, :actor, :reason, CAST(:data AS jsonb))",
    "id",
)
_LIST = text(
    _SELECT + " WHERE a.key = :key"
    " AND (CAST(:version AS integer) IS NULL OR a.version = :version"
    " OR a.act = 'migrate_projects' AND a.data ->> 'from' = CAST(:version AS text))"
    " AND (CAST(:before AS bigint) IS NULL OR a.id < :before) ORDER BY a.id DESC LIMIT :limit"
)
_ONE = text(_SELECT + " WHERE a.key = :key AND a.id = :id")
