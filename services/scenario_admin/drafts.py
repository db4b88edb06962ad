"""Drafts of scenarios: started from a version or from nothing, written, checked, thrown away.

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
from models.actor import Actor
from models.definition import Key
from models.errors import Conflict, KaigongError
from models.scenario_life import ScenarioAct, VersionState
from rules.scenario_reading import named
from rules.scenario_reading.yaml_source import MAX_BYTES
from services import scenarios
from services.scenario_admin import versions
from services.scenario_admin.files import read_text
from services.scenario_admin.findings import examine
from services.scenario_admin.installation_check import installation
from services.scenario_admin.record import check_administrator, check_reader, record
from services.scenario_admin.versions import Draft
from services.scenarios import Version
from services.unit_of_work import Database

SKELETON = Path(config.__file__).parent / "templates" / "new_scenario.yaml"
_KEY: TypeAdapter[str] = TypeAdapter(Key)


class KeyNotPossible(KaigongError):
    """key: {value} is no key of a scenario; use small letters, digits, - and _, at most 64 of them."""

    field = "key"


class SourceChanged(Conflict):
    """source: {changed_by} saved version {version} of {scenario} since you opened it; open it again and take your changes over."""

    field = "source"


class SourceTooLarge(KaigongError):
    """source: the text has {size} bytes; a scenario has at most {limit}. Leave out what is not part of it."""

    field = "source"


class NamesAnother(KaigongError):
    """source: the text calls itself {found}, version {found_version}; write key: {scenario} and version: {version}, the names of this draft."""

    field = "source"


class VersionNotSound(KaigongError):
    """version: version {version} of {scenario} has {count} errors and stays a draft: {reason}"""

    field = "version"


@dataclass(frozen=True, slots=True)
class DraftSource:
    """The text of a version, with what one needs to save it."""

    version: Version
    source: str

    @property
    def seen_hash(self) -> str:
        """What whoever saves says they saw."""
        return self.version.source_hash

    @property
    def editable(self) -> bool:
        """Whether its text may be changed now."""
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
    """Start the next version of a scenario; answers its key and number.

    It begins with the text of ``from_version``, or of another scenario that ``from_key`` names (its
    newest published version, unless one is named); else with the smallest scenario there is. Raises :class:`KeyNotPossible`,
    :class:`services.scenarios.UnknownVersion`.
    """
    check_administrator(actor)
    _check_key(key)
    with database.transaction() as connection:
        number = next_number(connection, key)
        source = _beginning(connection, key, from_key, from_version)
        draft = written(key, number, named(source, key, number))
        versions.save_draft(connection, draft, actor, now)
        data = {"from_key": from_key or key, "from_version": from_version}
        record(connection, key, number, ScenarioAct.START, actor, now, data=data)
    return key, number


def draft_source(database: Database, key: str, version: int, actor: Actor) -> DraftSource:
    """The text of a version, whatever its state."""
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
    """Keep the text of a draft, readable or not; a validated version becomes a draft again.

    Raises :class:`SourceChanged` when someone else saved it since, :class:`SourceTooLarge`, and
    :class:`services.scenarios.WrongVersionState` for what is no draft any more.
    """
    check_administrator(actor)
    source = source.replace("\r\n", "\n")
    _check_size(source)
    with database.transaction() as connection:
        found = scenarios.version_of(connection, key, version, lock=True)
        scenarios.check_state(found, ScenarioAct.EDIT.value, *EDITABLE)
        if found.source_hash != seen_hash:
            by = found.changed_by or "—"
            raise SourceChanged(changed_by=by, version=version, scenario=key)
        if hash_of(source) != found.source_hash:
            versions.save_draft(connection, written(key, version, source), actor, now)
            data = {"source_hash": hash_of(source)}
            record(connection, key, version, ScenarioAct.EDIT, actor, now, data=data)
        return _read(connection, key, version)


def discard_draft(database: Database, key: str, version: int, actor: Actor, now: datetime) -> None:
    """Throw a draft away; the record keeps that there was one."""
    check_administrator(actor)
    with database.transaction() as connection:
        found = scenarios.version_of(connection, key, version, lock=True)
        scenarios.check_state(found, ScenarioAct.DISCARD.value, *EDITABLE)
        versions.discard(connection, found)
        record(connection, key, version, ScenarioAct.DISCARD, actor, now)


def validate_draft(
    database: Database, key: str, version: int, actor: Actor, now: datetime
) -> Version:
    """Prove a draft: from now on its publication may be asked for. Raises :class:`VersionNotSound`."""
    check_administrator(actor)
    with database.transaction() as connection:
        return validate(connection, key, version, actor, now)


def validate(
    connection: Connection, key: str, version: int, actor: Actor, now: datetime
) -> Version:
    """Prove a draft, in a transaction that does more."""
    found = scenarios.version_of(connection, key, version, lock=True)
    scenarios.check_state(found, ScenarioAct.VALIDATE.value, *EDITABLE)
    source = scenarios.source_of(connection, found.id)
    if found.imported_from is None:
        _check_sound(connection, written(key, version, source))
        versions.save_draft(connection, written(key, version, source), actor, now)
    else:
        # The definition that the other district signed counts, not the text that it came from.
        imported = scenarios.draft_of(connection, found.id)
        _check_sound(connection, Draft(key, version, source, imported))
    versions.move(connection, found, VersionState.VALIDATED)
    record(connection, key, version, ScenarioAct.VALIDATE, actor, now)
    return scenarios.version_of(connection, key, version)


def written(key: str, version: int, source: str) -> Draft:
    """A draft with the definition that its text makes, if it makes one of this name."""
    definition = read_text(source, installation()).definition
    fits = definition is not None and (definition.key, definition.version) == (key, version)
    return Draft(key, version, source, definition if fits else None)


def hash_of(source: str) -> str:
    """SHA-256 of a text, as the database says it of the text that it keeps."""
    return hashlib.sha256(source.encode()).hexdigest()


def next_number(connection: Connection, key: str) -> int:
    """The number of a new version; whoever else wants one at the same time waits."""
    versions.lock_numbers(connection, key)
    return max((one.version for one in scenarios.versions(connection, key)), default=0) + 1


def _read(connection: Connection, key: str, version: int) -> DraftSource:
    found = scenarios.version_of(connection, key, version)
    return DraftSource(found, scenarios.source_of(connection, found.id))


def _beginning(connection: Connection, key: str, from_key: str | None, version: int | None) -> str:
    if version is not None:
        found = scenarios.version_of(connection, from_key or key, version).id
    elif from_key is not None:
        found = scenarios.published(connection, from_key)[0]
    else:
        lines = SKELETON.read_text(encoding="utf-8").splitlines(keepends=True)
        return "".join(lines[1:])
    return scenarios.source_of(connection, found)


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
    found = examine(draft.source, draft.definition, installation(connection))
    if found.errors:
        count, reason = len(found.errors), found.errors[0]
        raise VersionNotSound(scenario=key, version=version, count=count, reason=reason)
    said = found.definition
    if draft.definition is None and said is not None:
        raise NamesAnother(
            scenario=key, version=version, found=said.key, found_version=said.version
        )
