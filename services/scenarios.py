"""Versions of scenarios in the database: draft, validated, requested, published, retired.

A draft may be replaced as often as one likes, and its text need not make a definition yet. A published
version never changes; a retired one takes no new project, and the projects that are on it stay.

Here stands what the database keeps. What people do with it stands in :mod:`services.scenario_admin.drafts`,
:mod:`services.scenario_admin.publication`, :mod:`services.scenario_admin.migration` and :mod:`services.scenario_admin.transfer`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, text

from models.actor import Actor
from models.definition import ScenarioDefinition
from models.errors import Conflict, KaigongError, NotFound
from models.scenario_life import ScenarioAct, VersionState
from services.messages.scenario_notices import PUBLISHED, tell_of_answer
from services.scenario_admin.record import record


class UnknownScenario(KaigongError):
    """scenario: {value} is not a published scenario; published are: {known}."""

    field = "scenario"


class VersionTaken(Conflict):
    """version: {scenario} has a different version {version} already; give the draft a higher version number."""

    field = "version"


class VersionRetired(VersionTaken):
    """version: version {version} of {scenario} is retired and cannot be published again; give the draft a higher version number."""


class UnknownKey(NotFound):
    """scenario: there is no scenario {value}; choose one from the list of scenarios."""

    field = "scenario"


class UnknownVersion(NotFound):
    """version: {scenario} has no version {version}; its versions are: {known}."""

    field = "version"


class WrongVersionState(Conflict):
    """version: version {version} of {scenario} is {state}; {act} needs one that is {needed}."""

    field = "version"


class VersionChanged(Conflict):
    """version: version {version} of {scenario} was changed since you looked; look again before you approve it."""

    field = "version"


class DraftNotReadable(KaigongError):
    """version: the text of version {version} of {scenario} makes no scenario yet: {reason}"""

    field = "version"


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a scenario as it stands in the database."""

    id: int
    key: str
    version: int
    state: VersionState
    content_hash: str | None
    """``None`` while the text of a draft makes no definition."""
    source_hash: str
    """SHA-256 of the text, by which two people at the same draft notice each other."""
    effective_on: date | None
    """From this day on new projects are registered on it; ``None``: since it was published."""
    published_at: datetime | None
    published_by: str | None
    """Who approved the publication, or published without one."""
    changed_at: datetime | None
    changed_by: str | None
    requested_at: datetime | None
    requested_by: str | None
    imported_from: str | None
    """Fingerprint of the district whose file this is, until its text is changed here."""


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
    row = connection.execute(_DEFINITION, {"id": scenario_id}).one()
    if row.definition is None:
        reason = "see its findings."
        raise DraftNotReadable(scenario=row.key, version=row.version, reason=reason)
    return ScenarioDefinition.model_validate(row.definition)


def source_of(connection: Connection, scenario_id: int) -> str:
    """The text of a version."""
    return str(connection.execute(_SOURCE, {"id": scenario_id}).scalar_one())


# --- the life of a version ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it is kept: its text, and the definition where the text makes one."""

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
    """Let nobody else number a version of this scenario until the transaction ends."""
    connection.execute(_LOCK_NUMBERS, {"key": key})


def discard(connection: Connection, found: Version) -> None:
    """Take a draft away; its number is free again."""
    connection.execute(_DISCARD, {"id": found.id})


def move(connection: Connection, found: Version, state: VersionState) -> None:
    """Take a version to another state of its life; whether it may get there was checked before."""
    connection.execute(_STATE, {"id": found.id, "state": state.value})


def forget_request(connection: Connection, found: Version) -> None:
    """A version whose publication was not approved is a validated one again."""
    connection.execute(_FORGET_REQUEST, {"id": found.id})


def keep_request(
    connection: Connection, found: Version, actor: Actor, now: datetime, effective_on: date | None
) -> None:
    """A validated version waits for another administrator from now on."""
    values = {"id": found.id, "on": effective_on} | _by(actor, now)
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
    found = version_of(connection, scenario.key, scenario.version)
    if found.state is VersionState.RETIRED:
        raise VersionRetired(scenario=scenario.key, version=scenario.version)
    if found.content_hash != fingerprint:
        raise VersionTaken(scenario=scenario.key, version=scenario.version)
    if done.rowcount:
        data = {"content_hash": fingerprint, "effective_on": effective_on}
        act = ScenarioAct.PUBLISH
        record(connection, found.key, found.version, act, actor, now, data=data)
        tell_of_answer(connection, found.key, found.version, PUBLISHED, actor, now)
    return found.id


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


def version_of(connection: Connection, key: str, version: int, *, lock: bool = False) -> Version:
    """One version, whatever its state; ``lock`` keeps others off it. Raises :class:`UnknownVersion`."""
    if lock:
        connection.execute(_LOCK, {"key": key, "version": version})
    found = {one.version: one for one in versions(connection, key)}
    if version not in found:
        known = [str(one) for one in found] or ["none"]
        raise UnknownVersion(scenario=key, version=version, known=known)
    return found[version]


def versions(connection: Connection, key: str) -> tuple[Version, ...]:
    """Every version of a scenario, oldest first."""
    return tuple(
        version_from(row) for row in connection.execute(_VERSIONS, {"key": key}).mappings()
    )


def released(connection: Connection, key: str) -> Mapping[int, ScenarioDefinition]:
    """Version number → definition, of every version that projects may be on."""
    return {
        one.version: definition(connection, one.id)
        for one in versions(connection, key)
        if one.state in (VersionState.PUBLISHED, VersionState.RETIRED)
    }


def check_state(found: Version, act: str, *needed: VersionState) -> None:
    """Refuse an act that the version's state does not allow."""
    if found.state not in needed:
        raise WrongVersionState(
            scenario=found.key,
            version=found.version,
            state=found.state.value,
            act=act,
            needed=[state.value for state in needed],
        )


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


def version_from(row: Mapping[Any, Any]) -> Version:
    """A version from the columns of :data:`SELECT`; what else the row holds is left aside."""
    values = {field.name: row[field.name] for field in fields(Version)}
    return Version(**values | {"state": VersionState(row["state"])})


#: A version without its text and definition, as :func:`version_from` reads it.
SELECT = (
    "SELECT id, key, version, state, content_hash,"
    " encode(sha256(convert_to(source, 'UTF8')), 'hex') AS source_hash, effective_on,"
    " published_at, published_by, changed_at, changed_by, requested_at, requested_by, imported_from"
    " FROM scenario_version"
)
_DRAFT = text(
    "INSERT INTO scenario_version (key, version, state, content_hash, definition, source,"
    " changed_at, changed_by, imported_from) VALUES (:key, :version, 'draft', :hash,"
    " CAST(:definition AS jsonb), :source, :at, :by, :imported_from)"
    " ON CONFLICT (key, version) DO UPDATE SET state = 'draft',"
    " content_hash = excluded.content_hash, definition = excluded.definition,"
    " source = excluded.source, changed_at = excluded.changed_at,"
    " changed_by = excluded.changed_by, imported_from = excluded.imported_from"
    " WHERE scenario_version.state IN ('draft', 'validated') RETURNING id"
)
#: A draft that says something else is somebody's work: only the same content becomes published.
_PUBLISH = text(
    "INSERT INTO scenario_version (key, version, state, content_hash, definition, source,"
    " effective_on, published_at, published_by) VALUES (:key, :version, 'published', :hash,"
    " CAST(:definition AS jsonb), :source,"
    " CAST(:on AS date), :at, :by)"
    " ON CONFLICT (key, version) DO UPDATE SET state = 'published',"
    " source = excluded.source, effective_on = excluded.effective_on,"
    " published_at = excluded.published_at, published_by = excluded.published_by"
    " WHERE scenario_version.state IN ('draft', 'validated', 'requested')"
    " AND scenario_version.content_hash = excluded.content_hash"
)
_REQUEST = text(
    "UPDATE scenario_version SET state = 'requested', requested_at = :at, requested_by = :by,"
    " effective_on = CAST(:on AS date) WHERE id = :id"
)
_FORGET_REQUEST = text(
    "UPDATE scenario_version SET state = 'validated', requested_at = NULL, requested_by = NULL,"
    " effective_on = NULL WHERE id = :id"
)
_STATE = text("UPDATE scenario_version SET state = :state WHERE id = :id")
_DISCARD = text("DELETE FROM scenario_version WHERE id = :id")
_SOURCE = text("SELECT source FROM scenario_version WHERE id = :id")
_DEFINITION = text("SELECT key, version, definition FROM scenario_version WHERE id = :id")
_LOCK = text("SELECT 1 FROM scenario_version WHERE key = :key AND version = :version FOR UPDATE")
_LOCK_NUMBERS = text("SELECT pg_advisory_xact_lock(hashtext('scenario_version'), hashtext(:key))")
_VERSIONS = text(SELECT + " WHERE key = :key ORDER BY version")
_NEWEST = text(
    "SELECT id FROM scenario_version WHERE key = :key AND state = 'published'"
    " AND (CAST(:on AS date) IS NULL OR effective_on IS NULL OR effective_on <= CAST(:on AS date))"
    " ORDER BY version DESC LIMIT 1"
)
_KEYS = text("SELECT DISTINCT key FROM scenario_version WHERE state = 'published' ORDER BY key")
