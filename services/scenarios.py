"""Versions of scenarios as projects and pages look them up: which there are, what each says.

A published version never changes; a retired one takes no new project, and the projects that are on it
stay. What administrators do with versions stands in :mod:`services.scenario_admin`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, text

from models.definition import ScenarioDefinition
from models.errors import Conflict, KaigongError, NotFound
from models.scenario_life import VersionState


class UnknownScenario(KaigongError):
    """scenario: {value} is not a published scenario; published are: {known}."""

    field = "scenario"


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
_SOURCE = text("SELECT source FROM scenario_version WHERE id = :id")
_DEFINITION = text("SELECT key, version, definition FROM scenario_version WHERE id = :id")
_LOCK = text("SELECT 1 FROM scenario_version WHERE key = :key AND version = :version FOR UPDATE")
_VERSIONS = text(SELECT + " WHERE key = :key ORDER BY version")
_NEWEST = text(
    "SELECT id FROM scenario_version WHERE key = :key AND state = 'published'"
    " AND (CAST(:on AS date) IS NULL OR effective_on IS NULL OR effective_on <= CAST(:on AS date))"
    " ORDER BY version DESC LIMIT 1"
)
_KEYS = text("SELECT DISTINCT key FROM scenario_version WHERE state = 'published' ORDER BY key")
