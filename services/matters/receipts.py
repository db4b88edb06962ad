"""Receipts of acts on matters, and finding the filing that a request repeats."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import Connection, text

from models.cases.outcome import Event
from models.matters.facts import MatterFacts
from models.people.actor import Actor
from services.ledger.repetition import done_with
from services.matters.store import MATTERS, load_matter


@dataclass(frozen=True, slots=True)
class MatterReceipt:
    """Result of an act: where the matter stands now."""

    id: int
    number: str
    version: int
    state: str
    events: tuple[Event, ...]
    repeated: bool = False
    """Whether the same request was done before and nothing happened now."""


def receipt_of(facts: MatterFacts, events: tuple[Event, ...]) -> MatterReceipt:
    """The receipt of an act."""
    row = facts.row
    return MatterReceipt(facts.id, row.number, row.version, row.state, events)


def filed_before(
    connection: Connection, actor: Actor, key: str, request: str
) -> MatterReceipt | None:
    """The receipt of the filing that somebody did with this key before."""
    id_ = connection.execute(_FILED, {"actor": actor.login, "key": key}).scalar_one_or_none()
    if id_ is None:
        return None
    done = done_with(connection, MATTERS, id_, key, request)
    facts = load_matter(connection, int(id_)).facts
    return replace(receipt_of(facts, done.events if done else ()), version=1, repeated=True)


_FILED = text(
    "SELECT matter_id FROM matter_event WHERE seq = 1 AND actor = :actor AND command_key = :key"
)
