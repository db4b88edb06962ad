"""Lifting an entry of the credit record: repaired 信用修复 or corrected 更正, on the project's record too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from models.enterprises.credit import CreditEntry, CreditKind
from models.people.actor import Actor
from rules.cases.acts import credit as rules
from rules.cases.draft import Draft
from services.enterprises import credit
from services.installation.policy import context_for
from services.ledger.event_log import Act
from services.ledger.store import load, save
from services.unit_of_work import Database

_ACTS = {CreditKind.REPAIR: "repair_credit", CreditKind.CORRECTION: "correct_credit"}
Rule = Callable[[Draft, CreditEntry, str], None]


def repair(database: Database, entry: int, reason: str, actor: Actor, now: datetime) -> CreditEntry:
    """Lift a dishonesty that the enterprise made up for 信用修复; answers the entry of the repair."""
    return _lift(database, entry, reason, actor, now, rules.repair, CreditKind.REPAIR)


def correct(
    database: Database, entry: int, reason: str, actor: Actor, now: datetime
) -> CreditEntry:
    """Lift a dishonesty that was entered wrongly 更正; answers the entry of the correction."""
    return _lift(database, entry, reason, actor, now, rules.correct, CreditKind.CORRECTION)


def _lift(
    database: Database,
    number: int,
    reason: str,
    actor: Actor,
    now: datetime,
    rule: Rule,
    kind: CreditKind,
) -> CreditEntry:
    context = context_for(actor, now)
    rules.check_lifter(actor, _ACTS[kind])
    with database.transaction() as connection:
        stored = load(connection, credit.entry_of(connection, number, actor).project_id, lock=True)
        # Read again: whoever held the project before may have lifted it.
        entry = credit.entry_of(connection, number, actor)
        draft = Draft(stored.facts, context)
        rule(draft, entry, reason)
        save(connection, stored, draft.outcome(wake=False), Act(actor, now, f"{kind.value}_credit"))
        return credit.close(connection, entry, kind, reason, context.today)
