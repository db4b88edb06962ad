"""Storage of scenario versions through their life: draft, request, publication.

A draft may be replaced as often as one likes, and its text need not make a definition yet. A published
version never changes: :mod:`services.scenarios.published` reads it for the projects that are on it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, text

from models.errors import Conflict
from models.people.actor import Actor
from models.scenarios.definition import ScenarioDefinition
from models.scenarios.life import ScenarioAct, VersionState
from models.tables import scenario_version
from services.notices.scenario_notices import PUBLISHED, notify_answer
from services.scenarios.published import Version, version_of
from services.scenarios.record import record
from services.seals import sealed


class VersionTaken(Conflict):
    template = "version: {scenario} has a different version {version} already; give the draft a higher version number."
    field = "version"


class VersionRetired(VersionTaken):
    template = "version: version {version} of {scenario} is retired and cannot be published again; give the draft a higher version number."


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft to be stored: its text, and its definition where the text is valid."""

    key: str
    version: int
    source: str
    definition: ScenarioDefinition | None
    imported_from: str | None = None


def save_draft(connection: Connection, draft: Draft, actor: Actor, now: datetime) -> int:
    """Keep a draft, in place of the one with the same version number.

    Raises :class:`VersionTaken` when that number was published or waits for it.
    """
    row = connection.execute(_DRAFT, _values(draft) | _by(actor, now)).one_or_none()
    if row is None:
        raise VersionTaken(scenario=draft.key, version=draft.version)
    return int(row.id)


def lock_numbers(connection: Connection, key: str) -> None:
    """Lock the numbering of this scenario's versions until the transaction ends."""
    connection.execute(_LOCK_NUMBERS, {"key": key})


def discard(connection: Connection, version: Version) -> None:
    """Delete a draft and free its number."""
    connection.execute(_DISCARD, {"id": version.id})


def move(connection: Connection, version: Version, state: VersionState) -> None:
    """Set the state of a version; the transition was checked before."""
    connection.execute(_STATE, {"id": version.id, "state": state.value})


def forget_request(connection: Connection, version: Version) -> None:
    """Return a version whose publication was not approved to VALIDATED."""
    connection.execute(_FORGET_REQUEST, {"id": version.id})


def keep_request(
    connection: Connection, version: Version, actor: Actor, now: datetime, effective_on: date | None
) -> None:
    """Store the publication request of a validated version."""
    values = {"id": version.id, "on": effective_on} | _by(actor, now)
    connection.execute(_REQUEST, values)


def publish(
    connection: Connection,
    scenario: ScenarioDefinition,
    source: str,
    actor: Actor,
    now: datetime,
    *,
    effective_on: date | None = None,
) -> int:
    """Publish a version; the same content again is the same version, other content is refused.

    A draft that says the same becomes the published version. ``effective_on`` is the first day on
    which projects are registered on it; without it they are from now on.
    """
    fingerprint = scenario.content_hash
    draft = Draft(scenario.key, scenario.version, source, scenario)
    done = connection.execute(_PUBLISH, _values(draft) | _by(actor, now) | {"on": effective_on})
    current = version_of(connection, scenario.key, scenario.version)
    if current.state is VersionState.RETIRED:
        raise VersionRetired(scenario=scenario.key, version=scenario.version)
    if current.content_hash != fingerprint:
        raise VersionTaken(scenario=scenario.key, version=scenario.version)
    if done.rowcount:
        data = {"content_hash": fingerprint, "effective_on": effective_on}
        act = ScenarioAct.PUBLISH
        record(connection, current.key, current.version, act, actor, now, data=data)
        notify_answer(connection, current.key, current.version, PUBLISHED, actor, now)
    return current.id


def _values(draft: Draft) -> dict[str, Any]:
    scenario = draft.definition
    document = scenario.model_dump(mode="json", by_alias=True) if scenario else None
    return {
        "key": draft.key,
        "version": draft.version,
        "hash": scenario.content_hash if scenario else None,
        "definition": json.dumps(document) if document else None,
        "source": draft.source,
        "imported_from": draft.imported_from,
    }


def _by(actor: Actor, now: datetime) -> dict[str, Any]:
    return {"at": now, "by": actor.login}


_DRAFT = sealed(
    scenario_version,
    "INSERT INTO scenario_version (key, version, state, content_hash, definition, source,"
    " changed_at, changed_by, imported_from) VALUES (:key, :version, 'draft', :hash,"
    " CAST(:definition AS jsonb), :source, :at, :by, :imported_from)"
    " ON CONFLICT (key, version) DO UPDATE SET state = 'draft',"
    " content_hash = excluded.content_hash, definition = excluded.definition,"
    " source = excluded.source, changed_at = excluded.changed_at,"
    " changed_by = excluded.changed_by, imported_from = excluded.imported_from"
    " WHERE scenario_version.state IN ('draft', 'validated')",
    "id",
)
#: A draft that says something else is somebody's work: only the same content becomes published.
_PUBLISH = sealed(
    scenario_version,
    "INSERT INTO scenario_version (key, version, state, content_hash, definition, source,"
    " effective_on, published_at, published_by) VALUES (:key, :version, 'published', :hash,"
    " CAST(:definition AS jsonb), :source,"
    " CAST(:on AS date), :at, :by)"
    " ON CONFLICT (key, version) DO UPDATE SET state = 'published',"
    " source = excluded.source, effective_on = excluded.effective_on,"
    " published_at = excluded.published_at, published_by = excluded.published_by"
    " WHERE scenario_version.state IN ('draft', 'validated', 'requested')"
    " AND scenario_version.content_hash = excluded.content_hash",
)
_REQUEST = sealed(
    scenario_version,
    "UPDATE scenario_version SET state = 'requested', requested_at = :at, requested_by = :by,"
    " effective_on = CAST(:on AS date) WHERE id = :id",
)
_FORGET_REQUEST = sealed(
    scenario_version,
    "UPDATE scenario_version SET state = 'validated', requested_at = NULL, requested_by = NULL,"
    " effective_on = NULL WHERE id = :id",
)
_STATE = sealed(scenario_version, "UPDATE scenario_version SET state = :state WHERE id = :id")
_DISCARD = sealed(scenario_version, "DELETE FROM scenario_version WHERE id = :id")
_LOCK_NUMBERS = text("SELECT pg_advisory_xact_lock(hashtext('scenario_version'), hashtext(:key))")
