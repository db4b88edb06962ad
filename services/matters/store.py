"""Loading a matter under its lock, and writing what an act changed in one statement, as of projects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from typing import Any, Final

import orjson
from sqlalchemy import Connection, text

from models.cases.part import Part
from models.errors import NotFound
from models.matters.facts import PARTS, ROW, MatterFacts, MatterOutcome
from models.people.actor import SYSTEM, Actor
from models.tables import matter
from rules.matters.predicates import seen_sql
from services.ledger.event_log import Act, Chain, Head, as_records, chained, told
from services.ledger.rows import arrays, records, upsert
from services.matters.published import kind_of
from services.prepared import Prepared
from services.seals import sealing

#: The chains of matters: none of their events fits into a project's.
MATTERS: Final = Chain("matter_event", "matter_id", sha256(b"matter").digest())
_TYPES: Final = {
    "matter": "text",
    "login": "text",
    "department": "text",
    "enterprise": "text",
    "own": "jsonb",
    "events": "json",
    "notices": "jsonb",
}
_COLUMNS = ", ".join(f'm."{name}"' for name in ("id", "kind_id", *ROW.names))


@dataclass(frozen=True, slots=True)
class StoredMatter:
    """A matter as it stands in the database: its facts and the head of its chain."""

    facts: MatterFacts
    kind_id: int
    head: Head
    calendar: str | None


def load_matter(
    connection: Connection, number: int | str, viewer: Actor = SYSTEM, *, lock: bool = False
) -> StoredMatter:
    """A matter by its number or its id, as somebody may see it; locked against other acts.

    What they may not see raises the same ``NotFound`` as what is not there, and is not locked.
    """
    by_id = isinstance(number, int) or (number.isascii() and number.isdigit())
    column = "id" if by_id else "number"
    values = {"matter": str(number)} | eyes(viewer)
    seen = seen_sql(viewer)
    facts = _facts(column, seen)
    row = facts.execute(connection, values, after=_lock(column, seen) if lock else None)
    if row is None:
        raise NotFound(field="matter", value=number, remedy="Look it up in the ledger of its kind.")
    return _stored(connection, row)


def eyes(viewer: Actor) -> dict[str, str | None]:
    """The parameters of a condition about what somebody sees."""
    return {
        "login": viewer.login,
        "department": viewer.department,
        "enterprise": viewer.enterprise,
    }


def _stored(connection: Connection, row: list[Any]) -> StoredMatter:
    id_, kind_id, *rest = row
    own, (count, hash_, calendar), parts = (
        rest[: len(ROW.names)],
        rest[len(ROW.names) : len(ROW.names) + 3],
        rest[len(ROW.names) + 3 :],
    )
    rows = {part.name: _decoded(part, array) for part, array in zip(PARTS, parts, strict=True)}
    facts = MatterFacts(
        id_,
        kind_of(connection, kind_id),
        ROW.read(dict(zip(ROW.names, own, strict=True))),
        rows["entries"],
        rows["clocks"],
    )
    return StoredMatter(facts, kind_id, Head(count, bytes.fromhex(hash_)), calendar)


def next_id(connection: Connection) -> int:
    """The number under which a new matter stands in the database."""
    return int(connection.execute(_NEXT_ID).scalar_one())


def save_matter(
    connection: Connection, before: StoredMatter, outcome: MatterOutcome, act: Act
) -> StoredMatter:
    """Write what an outcome changed, in one statement; answers the matter as it stands now."""
    after, head = outcome.facts, before.head
    notices = _notices(before, outcome, act)
    beside: dict[str, object] = {}
    if notices:
        beside["told"] = told([notice[name] for name in _TOLD] for notice in notices)
    entries = chained(outcome.events, after.id, head, act, after.row.version, beside)
    head = entries[-1][1]
    changed = {part: _changed(before.facts, after, part) for part in PARTS}
    changed = {part: rows for part, rows in changed.items() if rows}
    own = ROW.record(after.row) | {
        "id": after.id,
        "kind_id": before.kind_id,
        "event_count": head.seq,
        "event_hash": "\\x" + head.hash.hex(),
        "calendar": before.calendar,
    }
    values = {part.name: records(part, rows, after.id) for part, rows in changed.items()}
    values |= {
        "own": orjson.dumps([own]).decode(),
        "events": as_records(entries, MATTERS),
        "notices": orjson.dumps(notices).decode(),
    }
    new = before.head.seq == 0
    _write(tuple(changed), new).execute(connection, values)
    return replace(before, facts=after, head=head)


def _notices(before: StoredMatter, outcome: MatterOutcome, act: Act) -> list[dict[str, Any]]:
    first = before.head.seq + 1
    return [
        {
            "matter_id": outcome.facts.id,
            "seq": first + message.event,
            "audience": message.audience,
            "template": message.template,
            "item": None,
            "params": dict(message.params),
            "created_at": act.at.isoformat(),
        }
        for message in outcome.messages
    ]


_TOLD = ("seq", "audience", "template", "item", "params")


def _changed(before: MatterFacts, after: MatterFacts, part: Part[Any]) -> Sequence[Any]:
    known = before.of(part)
    return [row for key, row in after.of(part).items() if known.get(key) is not row]


def _decoded(part: Part[Any], rows: Sequence[list[Any]] | None) -> dict[Any, Any]:
    return {part.key_of(row): row for row in map(part.codec.read_row, rows or ())}


def _key(column: str) -> str:
    return "CAST(:matter AS bigint)" if column == "id" else ":matter"


@cache
def _lock(column: str, seen: str) -> Prepared:
    return Prepared(
        f"SELECT m.id FROM matter m WHERE m.{column} = {_key(column)} AND {seen}"  # noqa: S608
        " FOR NO KEY UPDATE OF m",
        _TYPES,
    )


@cache
def _facts(column: str, seen: str) -> Prepared:
    """One JSON array: the matter's row, the head of its chain, then one array of rows per part."""
    parts = ", ".join(f"({arrays(part, 't.matter_id = m.id')})" for part in PARTS)
    return Prepared(
        f"SELECT json_build_array({_COLUMNS}, m.event_count, encode(m.event_hash, 'hex'),"  # noqa: S608
        f" m.calendar, {parts}) FROM matter m WHERE m.{column} = {_key(column)} AND {seen}",
        _TYPES,
    )


@cache
def _write(changed: tuple[Part[Any], ...], new: bool) -> Prepared:
    """The statement that writes the matter's row, rows of these parts, the events and the notices."""
    names = ("id", "kind_id", *ROW.names, "event_count", "event_hash", "calendar")
    listed = ", ".join(f'"{name}"' for name in names)
    rows = f"SELECT {listed} FROM jsonb_populate_recordset(NULL::matter, :own)"  # noqa: S608
    if new:
        own = sealing(matter, f"INSERT INTO matter ({listed}) OVERRIDING SYSTEM VALUE {rows}")
    else:
        set_ = ", ".join(
            f'"{name}" = r."{name}"' for name in names if name not in {"id", "kind_id"}
        )
        own = f"changed AS (UPDATE matter m SET {set_} FROM ({rows}) r WHERE m.id = r.id)"  # noqa: S608
    queries = [own, *(f"{part.name}_ AS ({upsert(part, f':{part.name}')})" for part in changed)]
    queries.append(
        f"notices_ AS (INSERT INTO notice ({_NOTICE}) SELECT {_NOTICE}"  # noqa: S608
        " FROM jsonb_populate_recordset(NULL::notice, :notices))"
    )
    types = dict.fromkeys((part.name for part in changed), "jsonb") | _TYPES
    last = (
        f"INSERT INTO matter_event ({_EVENT}) SELECT {_EVENT}"  # noqa: S608
        " FROM json_populate_recordset(NULL::matter_event, :events)"
    )
    return Prepared(f"WITH {', '.join(queries)} {last}", types)


_EVENT = "matter_id, seq, at, kind, item, actor, role, data, command_key, hash"
_NOTICE = "matter_id, seq, audience, template, item, params, created_at"
_NEXT_ID = text("SELECT nextval(pg_get_serial_sequence('matter', 'id'))")
