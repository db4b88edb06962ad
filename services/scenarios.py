"""Versions of scenarios in the database: draft, validated, published, retired.

A draft may be replaced as often as one likes. A published version never changes; a retired one takes
no new project, and the projects that are on it stay.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, Row, text

from models.actor import Actor
from models.definition import ScenarioDefinition
from models.errors import KaigongError
from models.findings import errors
from rules.verifier import verify
from services.installation_check import installation


class UnknownScenario(KaigongError):
    """scenario: {value} is not a published scenario; published are: {known}."""

    field = "scenario"


class VersionTaken(KaigongError):
    """version: {scenario} has a different version {version} already; give the draft a higher version number."""

    field = "version"


class VersionRetired(VersionTaken):
    """version: version {version} of {scenario} is retired and cannot be published again; give the draft a higher version number."""


class UnknownVersion(KaigongError):
    """version: {scenario} has no version {version}; its versions are: {known}."""

    field = "version"


class WrongVersionState(KaigongError):
    """version: version {version} of {scenario} is {state}; {act} needs one that is {needed}."""

    field = "version"


class VersionNotSound(KaigongError):
    """version: version {version} of {scenario} has {count} errors and stays a draft: {reason}"""

    field = "version"


class VersionState(StrEnum):
    """Where a version is in its life."""

    DRAFT = "draft"
    VALIDATED = "validated"
    PUBLISHED = "published"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a scenario as it stands in the database."""

    id: int
    key: str
    version: int
    state: VersionState
    content_hash: str
    effective_on: date | None
    """From this day on new projects are registered on it; ``None``: since it was published."""
    published_at: datetime | None
    published_by: str | None


#: Per database: scenario id → definition. A published version never changes, so it is read once.
_DEFINITIONS: WeakKeyDictionary[Engine, dict[int, ScenarioDefinition]] = WeakKeyDictionary()


def definition(connection: Connection, scenario_id: int) -> ScenarioDefinition:
    """The definition of one published version; that of a draft is read with :func:`draft_of`."""
    known = _DEFINITIONS.setdefault(connection.engine, {})
    found = known.get(scenario_id)
    if found is None:
        found = draft_of(connection, scenario_id)
        known[scenario_id] = found
    return found


def draft_of(connection: Connection, scenario_id: int) -> ScenarioDefinition:
    """The definition of a version that may change yet, as it stands now."""
    document = connection.execute(
        text("SELECT definition FROM scenario_version WHERE id = :id"), {"id": scenario_id}
    ).scalar_one()
    return ScenarioDefinition.model_validate(document)


# --- the life of a version ------------------------------------------------------------------------


def save_draft(connection: Connection, scenario: ScenarioDefinition, source: str) -> int:
    """Keep a draft, in place of the one with the same version number.

    Raises :class:`VersionTaken` when that number was published.
    """
    row = connection.execute(_DRAFT, _values(scenario, source)).one_or_none()
    if row is None:
        raise VersionTaken(scenario=scenario.key, version=scenario.version)
    return int(row.id)


def validate(connection: Connection, key: str, version: int) -> Version:
    """Prove a draft: from now on it may be published. Raises :class:`VersionNotSound`."""
    found = version_of(connection, key, version)
    _check_state(found, "validation", VersionState.DRAFT, VersionState.VALIDATED)
    faults = errors(verify(draft_of(connection, found.id), installation(connection)))
    if faults:
        raise VersionNotSound(
            scenario=key, version=version, count=len(faults), reason=faults[0].message()
        )
    _move(connection, found, VersionState.VALIDATED)
    return version_of(connection, key, version)


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

    A draft with the same number becomes the published version. ``effective_on`` is the first day on
    which projects are registered on it; without it they are from now on.
    """
    fingerprint = scenario.content_hash
    values = _values(scenario, source) | {"at": now, "by": actor.login, "on": effective_on}
    connection.execute(_PUBLISH, values)
    found = version_of(connection, scenario.key, scenario.version)
    if found.state is VersionState.RETIRED:
        raise VersionRetired(scenario=scenario.key, version=scenario.version)
    if found.content_hash != fingerprint:
        raise VersionTaken(scenario=scenario.key, version=scenario.version)
    return found.id


def publish_validated(
    connection: Connection,
    key: str,
    version: int,
    actor: Actor,
    now: datetime,
    *,
    effective_on: date | None = None,
) -> int:
    """Publish a version that was validated before."""
    found = version_of(connection, key, version)
    _check_state(found, "publication", VersionState.VALIDATED)
    row = connection.execute(_SOURCE, {"id": found.id}).one()
    scenario = draft_of(connection, found.id)
    return publish(connection, scenario, row.source, actor, now, effective_on=effective_on)


def retire(connection: Connection, key: str, version: int) -> Version:
    """Take a published version out of use: no new project gets it, those on it stay."""
    found = version_of(connection, key, version)
    _check_state(found, "retirement", VersionState.PUBLISHED)
    _move(connection, found, VersionState.RETIRED)
    return version_of(connection, key, version)


# --- looking ----------------------------------------------------------------------------------


def published(
    connection: Connection, key: str, on: date | None = None
) -> tuple[int, ScenarioDefinition]:
    """The newest published version of a scenario: its number in the database and its definition.

    With ``on``, the newest one that is in effect on that day.
    """
    row = connection.execute(_NEWEST, {"key": key, "on": on}).one_or_none()
    if row is None:
        known = connection.execute(_KEYS).scalars().all()
        raise UnknownScenario(value=key, known=list(known) or ["none"])
    return row.id, definition(connection, row.id)


def version_of(connection: Connection, key: str, version: int) -> Version:
    """One version, whatever its state. Raises :class:`UnknownVersion`."""
    found = {one.version: one for one in versions(connection, key)}
    if version not in found:
        known = [str(one) for one in found] or ["none"]
        raise UnknownVersion(scenario=key, version=version, known=known)
    return found[version]


def versions(connection: Connection, key: str) -> tuple[Version, ...]:
    """Every version of a scenario, oldest first."""
    return tuple(_version(row) for row in connection.execute(_VERSIONS, {"key": key}))


def released(connection: Connection, key: str) -> Mapping[int, ScenarioDefinition]:
    """Version number → definition, of every version that projects may be on."""
    return {
        one.version: definition(connection, one.id)
        for one in versions(connection, key)
        if one.state in (VersionState.PUBLISHED, VersionState.RETIRED)
    }


def _values(scenario: ScenarioDefinition, source: str) -> dict[str, Any]:
    return {
        "key": scenario.key,
        "version": scenario.version,
        "hash": scenario.content_hash,
        "definition": json.dumps(scenario.model_dump(mode="json", by_alias=True)),
        "source": source,
    }


def _version(row: Row[Any]) -> Version:
    return Version(
        row.id,
        row.key,
        row.version,
        VersionState(row.state),
        row.content_hash,
        row.effective_on,
        row.published_at,
        row.published_by,
    )


def _check_state(found: Version, act: str, *needed: VersionState) -> None:
    if found.state not in needed:
        raise WrongVersionState(
            scenario=found.key,
            version=found.version,
            state=found.state.value,
            act=act,
            needed=[state.value for state in needed],
        )


def _move(connection: Connection, found: Version, state: VersionState) -> None:
    connection.execute(_STATE, {"id": found.id, "state": state.value})


_DRAFT = text(
    "INSERT INTO scenario_version (key, version, state, content_hash, definition, source)"
    " VALUES (:key, :version, 'draft', :hash, CAST(:definition AS jsonb), :source)"
    " ON CONFLICT (key, version) DO UPDATE SET state = 'draft',"
    " content_hash = excluded.content_hash, definition = excluded.definition,"
    " source = excluded.source"
    " WHERE scenario_version.state IN ('draft', 'validated') RETURNING id"
)
_PUBLISH = text(
    "INSERT INTO scenario_version (key, version, state, content_hash, definition, source,"
    " effective_on, published_at, published_by) VALUES (:key, :version, 'published', :hash,"
    " CAST(:definition AS jsonb), :source,"
    " CAST(:on AS date), :at, :by)"
    " ON CONFLICT (key, version) DO UPDATE SET state = 'published',"
    " content_hash = excluded.content_hash, definition = excluded.definition,"
    " source = excluded.source, effective_on = excluded.effective_on,"
    " published_at = excluded.published_at, published_by = excluded.published_by"
    " WHERE scenario_version.state IN ('draft', 'validated')"
)
_STATE = text("UPDATE scenario_version SET state = :state WHERE id = :id")
_SOURCE = text("SELECT source FROM scenario_version WHERE id = :id")
_VERSIONS = text(
    "SELECT id, key, version, state, content_hash, effective_on, published_at, published_by"
    " FROM scenario_version WHERE key = :key ORDER BY version"
)
_NEWEST = text(
    "SELECT id FROM scenario_version WHERE key = :key AND state = 'published'"
    " AND (CAST(:on AS date) IS NULL OR effective_on IS NULL OR effective_on <= CAST(:on AS date))"
    " ORDER BY version DESC LIMIT 1"
)
_KEYS = text("SELECT DISTINCT key FROM scenario_version WHERE state = 'published' ORDER BY key")
