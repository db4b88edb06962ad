"""Versions of scenarios in the database: published ones never change."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, text

from models.actor import Actor
from models.definition import ScenarioDefinition
from models.errors import KaigongError


class UnknownScenario(KaigongError):
    """scenario: {value} is not a published scenario; published are: {known}."""

    field = "scenario"


class VersionTaken(KaigongError):
    """version: {scenario} has a different version {version} already; give the draft a higher version number."""

    field = "version"


#: Per database: scenario id → definition. A published version never changes, so it is read once.
_DEFINITIONS: WeakKeyDictionary[Engine, dict[int, ScenarioDefinition]] = WeakKeyDictionary()


def definition(connection: Connection, scenario_id: int) -> ScenarioDefinition:
    """The definition of one stored version."""
    known = _DEFINITIONS.setdefault(connection.engine, {})
    found = known.get(scenario_id)
    if found is None:
        document = connection.execute(
            text("SELECT definition FROM scenario_version WHERE id = :id"), {"id": scenario_id}
        ).scalar_one()
        found = ScenarioDefinition.model_validate(document)
        known[scenario_id] = found
    return found


def content_hash(scenario: ScenarioDefinition) -> str:
    """Fingerprint of everything a scenario says, whatever its file looked like."""
    document = scenario.model_dump(mode="json", by_alias=True)
    text_ = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text_.encode()).hexdigest()


def publish(
    connection: Connection, scenario: ScenarioDefinition, source: str, actor: Actor, now: datetime
) -> int:
    """Publish a version; the same content again is the same version, other content is refused."""
    fingerprint = content_hash(scenario)
    values = {
        "key": scenario.key,
        "version": scenario.version,
        "hash": fingerprint,
        "definition": json.dumps(scenario.model_dump(mode="json", by_alias=True)),
        "source": source,
        "at": now,
        "by": actor.login,
    }
    connection.execute(_PUBLISH, values)
    row = connection.execute(_VERSION, values).one()
    if row.content_hash != fingerprint:
        raise VersionTaken(scenario=scenario.key, version=scenario.version)
    return int(row.id)


def published(connection: Connection, key: str) -> tuple[int, ScenarioDefinition]:
    """The newest published version of a scenario: its number in the database and its definition."""
    row = connection.execute(_NEWEST, {"key": key}).one_or_none()
    if row is None:
        known = connection.execute(_KEYS).scalars().all()
        raise UnknownScenario(value=key, known=list(known) or ["none"])
    return row.id, definition(connection, row.id)


_PUBLISH = text(
    "INSERT INTO scenario_version (key, version, state, content_hash, definition, source,"
    " effective_on, published_at, published_by) VALUES (:key, :version, 'published', :hash,"
    " CAST(:definition AS jsonb), :source, CAST(:at AS timestamptz)::date, :at, :by)"
    " ON CONFLICT (key, version) DO NOTHING"
)
_VERSION = text(
    "SELECT id, content_hash FROM scenario_version WHERE key = :key AND version = :version"
)
_NEWEST = text(
    "SELECT id FROM scenario_version WHERE key = :key AND state = 'published'"
    " ORDER BY version DESC LIMIT 1"
)
_KEYS = text("SELECT DISTINCT key FROM scenario_version WHERE state = 'published' ORDER BY key")
