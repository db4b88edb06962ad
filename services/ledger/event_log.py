"""Append-only logs, of projects and of matters: each event's hash covers the one before it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, TextClause, text

from models.cases.outcome import Event
from models.people.actor import Actor
from rules.cases.context import ZONE
from rules.cases.replay import Happened

#: What the first event of every project continues from.
GENESIS = bytes(32)


class Chain(NamedTuple):
    """A family of chains: where its events stand, and whose they are."""

    table: str
    owner: str
    """Column of whom a chain belongs to."""
    genesis: bytes = GENESIS
    """What the first event of each continues from: no event of one family fits into another."""


#: The chains of projects.
PROJECTS = Chain("case_event", "project_id")


class Head(NamedTuple):
    """Where a chain has got to: the number of the last event, and its hash."""

    seq: int = 0
    hash: bytes = GENESIS


class Act(NamedTuple):
    """What all events of one act share."""

    actor: Actor
    at: datetime
    act: str
    key: str | None = None
    """The request's own: the same key twice is one act."""
    request: str | None = None
    """Fingerprint of what was asked for and by whom, kept with the key."""


#: What the first event of an act says of the act as a whole, beside its own data.
#: ``clock_behind`` is the moment of the event before, where the clock stood behind it; ``on_behalf_of``
#: the steward who is away and for whom their deputy did it; ``acting`` in which capacity it was done, where
#: not by the account.
ACT_FIELDS = (
    "act",
    "version",
    "request",
    "told",
    "named",
    "clock_behind",
    "on_behalf_of",
    "acting",
)


def told(notices: Iterable[Sequence[Any]]) -> str:
    """Hash of what an act told people; of each notice its event, audience, template, item, parameters.

    The first event of the act carries it as ``told``: a notice that was changed, or put in, is found.
    """
    rows = sorted(map(list, notices), key=lambda row: row[:3])
    return hashlib.sha256(canonical(rows).encode()).hexdigest()


def named(file_name: str) -> str:
    """Hash of a paper's file name, as events carry it (``named``): names may tell of people."""
    return hashlib.sha256(file_name.encode()).hexdigest()[:32]


class LoggedEvent(NamedTuple):
    """An event as it stands in the log; ``data`` is the very text that was hashed."""

    owner: int
    """Number of the project or the matter."""
    seq: int
    at: datetime
    kind: str
    item: str | None
    actor: str
    role: str
    data: str
    key: str | None = None

    def hashed(self, before: bytes) -> bytes:
        """SHA-256 over the hash before and everything the event says."""
        head = [self.owner, self.seq, _utc(self.at), self.kind]
        content = [*head, self.item, self.actor, self.role, self.key]
        head_text = orjson.dumps(content)
        return hashlib.sha256(before + head_text + b"\n" + self.data.encode()).digest()


def happened(logged: LoggedEvent) -> Happened:
    """An entry of the log as the rules read it."""
    event = Event(logged.kind, logged.item, orjson.loads(logged.data))
    return Happened(logged.at.astimezone(ZONE).date(), logged.actor, logged.role, event)


@lru_cache(maxsize=256)
def _utc(at: datetime) -> str:
    """The moment as it is hashed; all events of a batch share it."""
    return at.astimezone(UTC).isoformat()


def canonical(data: Mapping[str, Any] | list[Any]) -> str:
    """The one JSON text of a value: an event's data is stored and hashed as it."""
    return orjson.dumps(data, option=orjson.OPT_SORT_KEYS).decode()


def chained(
    events: Iterable[Event],
    owner: int,
    head: Head,
    act: Act,
    version: int,
    beside: Mapping[str, object] = MappingProxyType({}),
) -> list[tuple[LoggedEvent, Head]]:
    """The events as they continue the chain, each with the head after it.

    The first one names the act and its owner's ``version`` after it, and carries the key of the
    request, by which a repetition finds it, and ``beside``: hashes of what the act wrote beside the facts.
    """
    entries: list[tuple[LoggedEvent, Head]] = []
    actor, role = act.actor.login, act.actor.role.value
    for event in events:
        first = not entries
        logged = LoggedEvent(
            owner,
            head.seq + 1,
            act.at,
            event.kind,
            event.item,
            actor,
            role,
            canonical({**event.data, **_act_data(act, version), **beside} if first else event.data),
            act.key if first else None,
        )
        head = Head(logged.seq, logged.hashed(head.hash))
        entries.append((logged, head))
    return entries


def as_records(entries: Iterable[tuple[LoggedEvent, Head]], chain: Chain = PROJECTS) -> str:
    """The entries as a JSON list of records for the table of their chains.

    It is text already, because ``data`` must reach the table exactly as it was hashed.
    """
    return "[" + ",".join(_record(logged, head.hash, chain.owner) for logged, head in entries) + "]"


def _act_data(act: Act, version: int) -> dict[str, object]:
    data: dict[str, object] = {"act": act.act, "version": version}
    capacity = act.actor.capacity
    if capacity is not None:
        data["acting"] = capacity.logged()
    return data if act.request is None else data | {"request": act.request}


def _record(logged: LoggedEvent, hash_: bytes, owner: str) -> str:
    record = {
        owner: logged.owner,
        "seq": logged.seq,
        "at": logged.at.isoformat(),
        "kind": logged.kind,
        "item": logged.item,
        "actor": logged.actor,
        "role": logged.role,
        "command_key": logged.key,
        "hash": "\\x" + hash_.hex(),
    }
    return orjson.dumps(record).decode()[:-1] + ', "data": ' + logged.data + "}"


@cache
def _reading(chain: Chain, whole: bool) -> TextClause:
    where = "" if whole else f"WHERE {chain.owner} = :owner"
    return text(
        f"SELECT {chain.owner}, seq, at, kind, item, actor, role, data::text, command_key, hash"  # noqa: S608
        f" FROM {chain.table} {where} ORDER BY {chain.owner}, seq"
    )


def read_log(
    connection: Connection,
    owner: int | None = None,
    *,
    streamed: bool = True,
    chain: Chain = PROJECTS,
) -> Iterator[tuple[LoggedEvent, bytes]]:
    """Every event of one project (or of whom the chain belongs to), or of all, in order, with its hash.

    ``streamed`` from a snapshot; not in the transaction of an act, which begins with its first write.
    """
    query = _reading(chain, owner is None)
    values = {} if owner is None else {"owner": owner}
    # Said of this statement alone: the connection goes on to be used for others meanwhile.
    options = {"yield_per": 2000} if streamed else {}
    for row in connection.execute(query, values, execution_options=options):
        yield LoggedEvent(*row[:9]), bytes(row[9])
