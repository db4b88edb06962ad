"""Acts on matters: every act that a kind declares, each in one transaction.

As with projects: the row is locked, facts are loaded, the rules decide, the outcome is written with its
hash-chained event and its notices. A repeated request (same key) finds the act it repeats.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from models.matters.commands import ActOnMatter
from models.matters.facts import MatterOutcome
from models.people.actor import Actor
from rules.cases.context import Context
from rules.matters.decide import ActUnknown, asked_for, carried_out
from services.cases.acts import fingerprint
from services.clock.calendar_versions import in_force
from services.installation.policy import context_for
from services.ledger.event_log import Act
from services.ledger.repetition import done_with
from services.matters.numbering import close_out_number
from services.matters.receipts import MatterReceipt, receipt_of
from services.matters.store import MATTERS, StoredMatter, load_matter, save_matter
from services.matters.surroundings import surroundings
from services.unit_of_work import Database


def act(
    database: Database,
    number: int | str,
    command: ActOnMatter,
    actor: Actor,
    now: datetime,
    *,
    key: str | None = None,
) -> MatterReceipt:
    """Do one act on a matter. One that the actor may not see is not found, before anything else is said."""
    context = context_for(actor, now)
    with database.turn(("matter", number)), database.transaction() as connection:
        stored = load_matter(connection, number, actor, lock=True)
        request = fingerprint(command, actor)
        if key is not None:
            done = done_with(connection, MATTERS, stored.facts.id, key, request)
            if done is not None:
                facts = stored.facts
                return replace(receipt_of(facts, done.events), version=done.version, repeated=True)
        logged = Act(actor, now, command.act, key, request if key else None)
        saved, outcome = act_in_transaction(
            connection, stored, command, in_force(connection, context), logged
        )
        return receipt_of(saved.facts, outcome.events)


def act_in_transaction(
    connection: Connection,
    stored: StoredMatter,
    command: ActOnMatter,
    context: Context,
    logged: Act,
) -> tuple[StoredMatter, MatterOutcome]:
    """Decide and write one act on a matter that the caller's transaction has locked."""
    kind = stored.facts.kind
    declared = kind.acts.get(command.act)
    if declared is None:
        raise ActUnknown(value=command.act, kind=kind.name, acts=list(kind.acts))
    around = surroundings(connection, context, declared, command.form)
    asked = asked_for(stored.facts, command, around)
    around = replace(around, number=close_out_number(connection, stored.facts, asked, around))
    outcome = carried_out(stored.facts, asked, around)
    return save_matter(connection, stored, outcome, logged), outcome
