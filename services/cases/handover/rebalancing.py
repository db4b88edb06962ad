"""Rebalancing of a place 再平衡: proposed by rule, approved by a person, each move an act of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, text

from models.cases import commands as c
from models.cases.stewardship import Basis, Standing
from models.errors import Conflict
from models.people.actor import Actor
from models.people.organisation import Unit
from rules.cases.context import ZONE
from rules.people.balance import Held, Move, Proposal, propose
from rules.people.units import units_above
from services.cases.acts import execute_in_transaction
from services.installation.policy import context_for
from services.ledger.store import load
from services.people.organisation import place_of, units_of
from services.people.stewards import candidates
from services.unit_of_work import Database

#: A project that was moved stays with whoever has it for so long [D].
SETTLES = timedelta(days=60)


class ProposalStale(Conflict):
    template = "project: {value} is with another steward by now; ask for a new proposal."
    field = "project"


def rebalancing(database: Database, place: str, now: datetime) -> Proposal:
    """The fewest moves that level the loads of a place's stewards; nothing is moved."""
    with database.reading() as connection:
        key, _ = place_of(connection, place, now.astimezone(ZONE).date())
        pool = candidates(connection, now, key)
        capacities = {
            candidate.login: candidate.capacity
            for candidate in pool
            if candidate.standing is Standing.STEWARD and not candidate.away
        }
        return propose(_held(connection, sorted(capacities), key, now), capacities)


def move_projects(database: Database, moves: Sequence[Move], actor: Actor, now: datetime) -> None:
    """Do what was approved, all of it or none. Raises ``ProposalStale`` where a project is elsewhere by now."""
    context = context_for(actor, now)
    with database.transaction() as connection:
        for move in sorted(moves):
            stored = load(connection, move.project, lock=True)
            if stored.facts.steward != move.giver:
                raise ProposalStale(value=move.project)
            command = c.AssignSteward(steward=move.receiver, basis=Basis.REBALANCED)
            execute_in_transaction(connection, stored, command, context)


def _held(connection: Connection, stewards: Sequence[str], place: str, now: datetime) -> list[Held]:
    """What the stewards of a place have; what lies elsewhere, was chosen, or was moved lately stays."""
    units, on = units_of(connection), now.astimezone(ZONE).date()
    rows = connection.execute(_HELD, {"stewards": list(stewards), "since": now - SETTLES})
    return [
        Held(
            row.code,
            row.steward,
            row.weight,
            row.settling or not _lies_in(row.place, place, units, on),
        )
        for row in rows
    ]


def _lies_in(lies: str | None, place: str, units: Mapping[str, Unit], on: date) -> bool:
    return lies is not None and place in units_above(lies, units, on)


_HELD = text(
    "SELECT p.code, p.place, s.steward, s.weight, s.basis IN ('chosen', 'commissioner')"
    " OR (s.from_at > :since AND EXISTS (SELECT FROM steward_span b"
    " WHERE b.project_id = s.project_id AND b.to_at <= s.from_at AND b.seq < s.seq)) AS settling"
    " FROM steward_span s JOIN project p ON p.id = s.project_id"
    " WHERE s.to_at = 'infinity' AND s.steward = ANY(:stewards) ORDER BY p.code"
)
