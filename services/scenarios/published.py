"""Lookup of scenario versions for projects and pages.

A published version never changes; a retired one takes no new project, and the projects that are on it
stay. What administrators do with versions stands in :mod:`services.scenarios`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, text

from config.texts import ACT, Word
from models.errors import Conflict, KaigongError, NotFound
from models.scenarios.definition import DepartmentDefinition, ScenarioDefinition
from models.scenarios.life import VersionState
from models.values import Text


class UnknownScenario(KaigongError):
    template = "scenario: {value} is not a published scenario; published are: {known}."
    field = "scenario"


class ScenarioNotInEffect(UnknownScenario):
    template = "scenario: {value} takes effect on {day}; until then these can be chosen: {known}."


class UnknownKey(NotFound):
    template = "scenario: there is no scenario {value}; choose one from the list of scenarios."
    field = "scenario"


class UnknownVersion(NotFound):
    template = "version: {scenario} has no version {version}; its versions are: {known}."
    field = "version"


class WrongVersionState(Conflict):
    template = (
        "version: version {version} of {scenario} is {state}; {act} needs one that is {needed}."
    )
    field = "version"


class VersionChanged(Conflict):
    template = "version: version {version} of {scenario} was changed since you looked; look again before you approve it."
    field = "version"


class DraftNotReadable(KaigongError):
    template = (
        "version: the text of version {version} of {scenario} makes no scenario yet: {reason}"
    )
    field = "version"


@dataclass(frozen=True, slots=True)
class Version:
    """One stored version of a scenario."""

    id: int
    key: str
    version: int
    state: VersionState
    content_hash: str | None
    """``None`` while a draft's text is not a valid definition."""
    source_hash: str
    """SHA-256 of the text, which detects concurrent edits of a draft."""
    effective_on: date | None
    """From this day on new projects are registered on it; ``None``: since it was published."""
    published_at: datetime | None
    published_by: str | None
    """Who approved the publication, or published without approval."""
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
    cached = known.get(scenario_id)
    if cached is None:
        cached = _with_offices(connection, draft_of(connection, scenario_id))
        known[scenario_id] = cached
    return cached


def naming(connection: Connection, scenario_id: int, keys: Iterable[str]) -> ScenarioDefinition:
    """The definition with the names of all these departments: a district may have offices of its own that
    came since it was read.
    """
    known = definition(connection, scenario_id)
    if all(key in known.department for key in keys):
        return known
    known = _with_offices(connection, known)
    _DEFINITIONS[connection.engine][scenario_id] = known
    return known


def _with_offices(connection: Connection, read: ScenarioDefinition) -> ScenarioDefinition:
    """A scenario with the offices that answer for items in some district beside its own departments."""
    offices = (
        DepartmentDefinition(key=row.key, name=Text(zh=row.name_zh, en=row.name_en))
        for row in connection.execute(_OFFICES)
    )
    further = tuple(office for office in offices if office.key not in read.department)
    return (
        read.model_copy(update={"departments": (*read.departments, *further)}) if further else read
    )


def draft_of(connection: Connection, scenario_id: int) -> ScenarioDefinition:
    """The current definition of a version that may still change."""
    row = connection.execute(_DEFINITION, {"id": scenario_id}).one()
    if row.definition is None:
        raise DraftNotReadable(
            scenario=row.key, version=row.version, reason=Word("see its findings.")
        )
    return ScenarioDefinition.model_validate(row.definition)


def source_of(connection: Connection, scenario_id: int) -> str:
    """The text of a version."""
    return str(connection.execute(_SOURCE, {"id": scenario_id}).scalar_one())


# --- looking ----------------------------------------------------------------------------------


def effective(connection: Connection, key: str, on: date) -> tuple[int, ScenarioDefinition]:
    """The version that projects are registered on: of the published ones the newest in effect on a day.

    Answers its number in the database and its definition. Raises :class:`UnknownScenario`, and
    :class:`ScenarioNotInEffect` where every published version takes effect later.
    """
    row = connection.execute(_EFFECTIVE, {"key": key, "on": on}).one_or_none()
    if row is not None:
        return row.id, definition(connection, row.id)
    known = list(connection.execute(_EFFECTIVE_KEYS, {"on": on}).scalars()) or [Word("none")]
    first = connection.execute(_FIRST_DAY, {"key": key}).scalar_one()
    if first is None:
        raise UnknownScenario(value=key, known=known)
    raise ScenarioNotInEffect(value=key, day=first.isoformat(), known=known)


def newest(connection: Connection, key: str) -> tuple[int, ScenarioDefinition]:
    """The version that administrators go on from: the newest published one, in effect already or not.

    Answers its number in the database and its definition. Raises :class:`UnknownScenario`. What is
    asked of a project, or displayed to applicants, is :func:`effective`.
    """
    row = connection.execute(_NEWEST, {"key": key}).one_or_none()
    if row is None:
        known = connection.execute(_KEYS).scalars().all()
        raise UnknownScenario(value=key, known=list(known) or [Word("none")])
    return row.id, definition(connection, row.id)


def every_effective(connection: Connection, on: date) -> tuple[ScenarioDefinition, ...]:
    """The scenarios that projects can be registered with on a day, each in the version in effect, by key."""
    rows = connection.execute(_EVERY_EFFECTIVE, {"on": on})
    return tuple(definition(connection, row.id) for row in rows)


def every_newest(connection: Connection) -> tuple[ScenarioDefinition, ...]:
    """The newest published version of every scenario, in effect already or not, by key."""
    return tuple(definition(connection, row.id) for row in connection.execute(_EVERY_NEWEST))


def version_of(connection: Connection, key: str, version: int, *, lock: bool = False) -> Version:
    """One version in any state; ``lock`` locks its row. Raises :class:`UnknownVersion`."""
    if lock:
        connection.execute(_LOCK, {"key": key, "version": version})
    return one_of(versions(connection, key), key, version)


def one_of(stored: Iterable[Version], key: str, version: int) -> Version:
    """One of the versions of a scenario by its number. Raises :class:`UnknownVersion`."""
    by_number = {current.version: current for current in stored}
    if version not in by_number:
        known = [str(number) for number in by_number] or [Word("none")]
        raise UnknownVersion(scenario=key, version=version, known=known)
    return by_number[version]


def versions(connection: Connection, key: str) -> tuple[Version, ...]:
    """Every version of a scenario, oldest first."""
    return tuple(
        version_from(row) for row in connection.execute(_VERSIONS, {"key": key}).mappings()
    )


def released(connection: Connection, key: str) -> Mapping[int, ScenarioDefinition]:
    """Version number → definition, of every version that projects may be on."""
    return released_of(connection, versions(connection, key))


def released_of(
    connection: Connection, stored: Iterable[Version]
) -> Mapping[int, ScenarioDefinition]:
    """As :func:`released`, where the versions were looked up already."""
    return {
        version.version: definition(connection, version.id)
        for version in stored
        if version.state in (VersionState.PUBLISHED, VersionState.RETIRED)
    }


def check_state(version: Version, act: str, *needed: VersionState) -> None:
    """Refuse an act that the version's state does not allow."""
    if version.state not in needed:
        raise WrongVersionState(
            scenario=version.key,
            version=version.version,
            state=version.state,
            act=Word(act, ACT),
            needed=list(needed),
        )


def version_from(row: Mapping[Any, Any]) -> Version:
    """A version from the columns of :data:`SELECT`; further columns are ignored."""
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
_PUBLISHED = " FROM scenario_version WHERE state = 'published'"
_IN_EFFECT = _PUBLISHED + " AND (effective_on IS NULL OR effective_on <= :on)"
_NEWEST_OF_KEY = " AND key = :key ORDER BY version DESC LIMIT 1"
_NEWEST_OF_EACH = " ORDER BY key, version DESC"
_NEWEST = text("SELECT id" + _PUBLISHED + _NEWEST_OF_KEY)
_EFFECTIVE = text("SELECT id" + _IN_EFFECT + _NEWEST_OF_KEY)
_EVERY_NEWEST = text("SELECT DISTINCT ON (key) id" + _PUBLISHED + _NEWEST_OF_EACH)
_EVERY_EFFECTIVE = text("SELECT DISTINCT ON (key) id" + _IN_EFFECT + _NEWEST_OF_EACH)
_KEYS = text("SELECT DISTINCT key" + _PUBLISHED + " ORDER BY key")
_EFFECTIVE_KEYS = text("SELECT DISTINCT key" + _IN_EFFECT + " ORDER BY key")
_FIRST_DAY = text("SELECT min(effective_on)" + _PUBLISHED + " AND key = :key")
_OFFICES = text(
    "SELECT key, name_zh, name_en FROM department d"
    " WHERE EXISTS (SELECT FROM competence c WHERE c.office = d.key) ORDER BY key"
)
