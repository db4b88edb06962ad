"""Drafts of scenarios: start, edit, validate, discard.

A draft is kept as it was typed, whether or not it makes a scenario yet. Two people at the same draft
notice each other: whoever saves says which text they saw.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection

import config
from models.errors import Conflict, KaigongError
from models.people.actor import Actor
from models.scenarios.definition import Key
from models.scenarios.life import ScenarioAct, VersionState
from rules.scenarios.reading import named
from rules.scenarios.reading.yaml_source import MAX_BYTES
from services.scenarios import published as scenarios
from services.scenarios import versions
from services.scenarios.findings import examine
from services.scenarios.installation_check import installation
from services.scenarios.published import Version
from services.scenarios.record import check_administrator, check_reader, record
from services.scenarios.scenario_files import read_text
from services.scenarios.versions import Draft
from services.unit_of_work import Database

SKELETON = Path(config.__file__).parent / "templates" / "new_scenario.yaml"
_KEY: TypeAdapter[str] = TypeAdapter(Key)


class KeyNotPossible(KaigongError):
    template = "key: {value} is no key of a scenario; use small letters, digits, - and _, at most 64 of them."
    field = "key"


class SourceChanged(Conflict):
    template = "source: {changed_by} saved version {version} of {scenario} since you opened it; open it again and take your changes over."
    field = "source"


class SourceTooLarge(KaigongError):
    template = "source: the text has {size} bytes; a scenario has at most {limit}. Leave out what is not part of it."
    field = "source"


class NamesAnother(KaigongError):
    template = "source: the text calls itself {found}, version {found_version}; write key: {scenario} and version: {version}, the names of this draft."
    field = "source"


class VersionNotSound(KaigongError):
    template = (
        "version: version {version} of {scenario} has {count} errors and stays a draft: {reason}"
    )
    field = "version"


@dataclass(frozen=True, slots=True)
class DraftSource:
    """The text of a version, with the hash needed to save it."""

    version: Version
    source: str

    @property
    def seen_hash(self) -> str:
        """Hash of the text shown, sent back when saving."""
        return self.version.source_hash

    @property
    def editable(self) -> bool:
        """Whether its text may be changed."""
        return self.version.state in EDITABLE


#: A validated version that is changed is a draft again.
EDITABLE = (VersionState.DRAFT, VersionState.VALIDATED)


def start_draft(
    database: Database,
    key: str,
    from_version: int | None,
    actor: Actor,
    now: datetime,
    *,
    from_key: str | None = None,
) -> tuple[str, int]:
    """Start the next version of a scenario; returns its key and number.

    It begins with the text of ``from_version``, or of another scenario that ``from_key`` names (its
    newest published version, unless one is named); else with the smallest scenario there is. Raises :class:`KeyNotPossible`,
    :class:`services.scenarios.published.UnknownVersion`.
    """
    check_administrator(actor)
    _check_key(key)
    with database.transaction() as connection:
        number = next_number(connection, key)
        source = _initial_text(connection, key, from_key, from_version)
        draft = written(key, number, named(source, key, number))
        versions.save_draft(connection, draft, actor, now)
        data = {"from_key": from_key or key, "from_version": from_version}
        record(connection, key, number, ScenarioAct.START, actor, now, data=data)
    return key, number


def draft_source(database: Database, key: str, version: int, actor: Actor) -> DraftSource:
    """The text of a version in any state."""
    check_reader(actor)
    with database.reading() as connection:
        return _read(connection, key, version)


def save_draft_source(
    database: Database,
    key: str,
    version: int,
    source: str,
    actor: Actor,
    now: datetime,
    seen_hash: str,
) -> DraftSource:
    """Save the text of a draft, valid or not; a validated version becomes a draft again.

    Raises :class:`SourceChanged` when someone else saved it since, :class:`SourceTooLarge`, and
    :class:`services.scenarios.published.WrongVersionState` for what is no draft any more.
    """
    check_administrator(actor)
    source = source.replace("\r\n", "\n")
    _check_size(source)
    with database.transaction() as connection:
        current = scenarios.version_of(connection, key, version, lock=True)
        scenarios.check_state(current, ScenarioAct.EDIT.value, *EDITABLE)
        if current.source_hash != seen_hash:
            by = current.changed_by or "—"
            raise SourceChanged(changed_by=by, version=version, scenario=key)
        if hash_of(source) != current.source_hash:
            versions.save_draft(connection, written(key, version, source), actor, now)
            data = {"source_hash": hash_of(source)}
            record(connection, key, version, ScenarioAct.EDIT, actor, now, data=data)
        return _read(connection, key, version)


def discard_draft(database: Database, key: str, version: int, actor: Actor, now: datetime) -> None:
    """Discard a draft; the record keeps the act."""
    check_administrator(actor)
    with database.transaction() as connection:
        current = scenarios.version_of(connection, key, version, lock=True)
        scenarios.check_state(current, ScenarioAct.DISCARD.value, *EDITABLE)
        versions.discard(connection, current)
        record(connection, key, version, ScenarioAct.DISCARD, actor, now)


def validate_draft(
    database: Database, key: str, version: int, actor: Actor, now: datetime
) -> Version:
    """Validate a draft, so that its publication can be requested. Raises :class:`VersionNotSound`."""
    check_administrator(actor)
    with database.transaction() as connection:
        return validate(connection, key, version, actor, now)


def validate(
    connection: Connection, key: str, version: int, actor: Actor, now: datetime
) -> Version:
    """Validate a draft within the caller's transaction."""
    current = scenarios.version_of(connection, key, version, lock=True)
    scenarios.check_state(current, ScenarioAct.VALIDATE.value, *EDITABLE)
    source = scenarios.source_of(connection, current.id)
    if current.imported_from is None:
        _check_sound(connection, written(key, version, source))
        versions.save_draft(connection, written(key, version, source), actor, now)
    else:
        # The definition that the other district signed counts, not the text that it came from.
        imported = scenarios.draft_of(connection, current.id)
        _check_sound(connection, Draft(key, version, source, imported))
    versions.move(connection, current, VersionState.VALIDATED)
    record(connection, key, version, ScenarioAct.VALIDATE, actor, now)
    return scenarios.version_of(connection, key, version)


def written(key: str, version: int, source: str) -> Draft:
    """A draft with its text's definition, if that is valid and has this key and version."""
    definition = read_text(source, installation()).definition
    fits = definition is not None and (definition.key, definition.version) == (key, version)
    return Draft(key, version, source, definition if fits else None)


def hash_of(source: str) -> str:
    """SHA-256 of a text, equal to the database's hash of the stored text."""
    return hashlib.sha256(source.encode()).hexdigest()


def next_number(connection: Connection, key: str) -> int:
    """The number of a new version; concurrent callers wait for the transaction."""
    versions.lock_numbers(connection, key)
    return max((version.version for version in scenarios.versions(connection, key)), default=0) + 1


def _read(connection: Connection, key: str, version: int) -> DraftSource:
    current = scenarios.version_of(connection, key, version)
    return DraftSource(current, scenarios.source_of(connection, current.id))


def _initial_text(
    connection: Connection, key: str, from_key: str | None, version: int | None
) -> str:
    if version is not None:
        scenario_id = scenarios.version_of(connection, from_key or key, version).id
    elif from_key is not None:
        scenario_id = scenarios.newest(connection, from_key)[0]
    else:
        lines = SKELETON.read_text(encoding="utf-8").splitlines(keepends=True)
        return "".join(lines[1:])
    return scenarios.source_of(connection, scenario_id)


def _check_key(key: str) -> None:
    try:
        _KEY.validate_python(key)
    except ValidationError as fault:
        raise KeyNotPossible(value=key or "–") from fault


def _check_size(source: str) -> None:
    size = len(source.encode())
    if size > MAX_BYTES:
        raise SourceTooLarge(size=size, limit=MAX_BYTES)


def _check_sound(connection: Connection, draft: Draft) -> None:
    key, version = draft.key, draft.version
    examined = examine(draft.source, draft.definition, installation(connection))
    if examined.errors:
        count, reason = len(examined.errors), examined.errors[0]
        raise VersionNotSound(scenario=key, version=version, count=count, reason=reason)
    definition = examined.definition
    if draft.definition is None and definition is not None:
        raise NamesAnother(
            scenario=key, version=version, found=definition.key, found_version=definition.version
        )
