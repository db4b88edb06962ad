"""A request is answered once, and the same answer again: in every chain, by the key of the request."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, TextClause, text

from config.texts import ACT, Word
from models.cases.outcome import Event
from models.errors import Conflict
from services.ledger.event_log import ACT_FIELDS, Chain


class KeyUsedBefore(Conflict):
    template = (
        "idempotency_key: this key was used for another act ({act}); use a new key for each act."
    )
    field = "idempotency_key"


class Done(NamedTuple):
    """An act that was done before under a key."""

    version: int
    events: tuple[Event, ...]


def done_with(
    connection: Connection, chain: Chain, owner: int, key: str, request: str
) -> Done | None:
    """The act recorded for ``key``; ``KeyUsedBefore`` for a different request, ``None`` for a new key."""
    rows = connection.execute(_by_key(chain), {"id": owner, "key": key}).all()
    if not rows:
        return None
    act = rows[0].data
    if act.get("request") != request:
        raise KeyUsedBefore(act=Word(act["act"], ACT))
    return Done(act["version"], tuple(_event(row) for row in rows))


def _event(row: Row[Any]) -> Event:
    data = {name: value for name, value in row.data.items() if name not in ACT_FIELDS}
    return Event(row.kind, row.item, data)


@cache
def _by_key(chain: Chain) -> TextClause:
    """The events of the act with this key: from its first event up to the first one of the next act."""
    table, owner = chain.table, chain.owner
    return text(
        f"SELECT e.kind, e.item, e.data FROM {table} f JOIN {table} e"  # noqa: S608
        f" ON e.{owner} = f.{owner} AND e.seq >= f.seq AND e.seq < COALESCE("
        f"(SELECT min(n.seq) FROM {table} n WHERE n.{owner} = f.{owner} AND n.seq > f.seq"
        " AND n.data ->> 'act' IS NOT NULL), f.seq + 1000000)"
        f" WHERE f.{owner} = :id AND f.command_key = :key ORDER BY e.seq"
    )
