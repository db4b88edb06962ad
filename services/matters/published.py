"""Published versions of kinds, as matters are filed with them; a published version never changes."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date, datetime
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, text

from config.kind_files import kind_paths
from config.texts import Word
from models.errors import Conflict, InvalidInput
from models.matters.definition import KindDefinition
from models.people.actor import Actor
from models.tables import matter_kind
from services.matters.kind_files import publishable, read_kind_file
from services.seals import sealed


class UnknownKind(InvalidInput):
    template = "kind: there is no kind {value}; published kinds: {known}."
    field = "kind"


class KindVersionTaken(Conflict):
    template = "version: version {version} of {kind} says something else already; give the file a higher version number."
    field = "version"


#: Per database: number of the version → definition.
_DEFINITIONS: WeakKeyDictionary[Engine, dict[int, KindDefinition]] = WeakKeyDictionary()


def kind_of(connection: Connection, kind_id: int) -> KindDefinition:
    """The definition of one published version."""
    known = _DEFINITIONS.setdefault(connection.engine, {})
    if kind_id not in known:
        document = connection.execute(_DEFINITION, {"id": kind_id}).scalar_one()
        known[kind_id] = KindDefinition.model_validate(document)
    return known[kind_id]


def effective_kind(connection: Connection, key: str, on: date) -> tuple[int, KindDefinition]:
    """The version that matters are filed with on a day. Raises :class:`UnknownKind`."""
    number = connection.execute(_EFFECTIVE, {"key": key, "on": on}).scalar_one_or_none()
    if number is None:
        known = list(connection.execute(_KEYS, {"on": on}).scalars()) or [Word("none")]
        raise UnknownKind(value=key, known=known)
    return number, kind_of(connection, number)


def every_kind(connection: Connection, on: date) -> tuple[KindDefinition, ...]:
    """Every kind that matters may be filed with on a day, by key."""
    return tuple(
        kind_of(connection, number) for number in connection.execute(_EVERY, {"on": on}).scalars()
    )


def publish_kind(
    connection: Connection, kind: KindDefinition, source: str, actor: Actor, now: datetime
) -> int:
    """Publish a version; the same content again is the same version. Raises :class:`KindVersionTaken`."""
    values = {
        "key": kind.key,
        "version": kind.version,
        "hash": kind.content_hash,
        "definition": json.dumps(kind.model_dump(mode="json", by_alias=True)),
        "source": source,
        "at": now,
        "by": actor.login,
    }
    connection.execute(_PUBLISH, values)
    row = connection.execute(_VERSION, {"key": kind.key, "version": kind.version}).one()
    if row.content_hash != kind.content_hash:
        raise KindVersionTaken(kind=kind.key, version=kind.version)
    return int(row.id)


def publish_shipped_kinds(connection: Connection, actor: Actor, now: datetime) -> tuple[int, ...]:
    """Publish every shipped kind that is not published yet; answers the numbers of their versions.

    A version that was published with other content stays as it is: published versions never change.
    """
    done = []
    for path in kind_paths():
        kind = publishable(read_kind_file(path), path.name)
        with suppress(KindVersionTaken):
            done.append(publish_kind(connection, kind, path.read_text("utf-8"), actor, now))
    return tuple(done)


_IN_EFFECT = (
    " FROM matter_kind WHERE state = 'published' AND (effective_on IS NULL OR effective_on <= :on)"
)
_DEFINITION = text("SELECT definition FROM matter_kind WHERE id = :id")
_EFFECTIVE = text(f"SELECT id{_IN_EFFECT} AND key = :key ORDER BY version DESC LIMIT 1")
_EVERY = text(f"SELECT DISTINCT ON (key) id{_IN_EFFECT} ORDER BY key, version DESC")
_KEYS = text(f"SELECT DISTINCT key{_IN_EFFECT} ORDER BY key")
_VERSION = text("SELECT id, content_hash FROM matter_kind WHERE key = :key AND version = :version")
_PUBLISH = sealed(
    matter_kind,
    "INSERT INTO matter_kind (key, version, state, content_hash, definition, source, published_at,"
    " published_by) VALUES (:key, :version, 'published', :hash, CAST(:definition AS jsonb), :source,"
    " :at, :by) ON CONFLICT (key, version) DO NOTHING",
)
