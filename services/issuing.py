"""Issuing the numbered document of a granted item."""

from __future__ import annotations

from datetime import datetime

from models import commands as c
from models.actor import Actor
from rules.decide import UnknownItem
from services.acts import Receipt, apply, receipt, repetition
from services.documents import next_number
from services.policy import context_for
from services.store import load
from services.unit_of_work import Database


def issue_document(
    database: Database,
    project: int | str,
    item: str,
    actor: Actor,
    now: datetime,
    *,
    key: str | None = None,
) -> Receipt:
    """Issue an item's document with the next number of its kind, in one transaction."""
    context = context_for(actor, now)
    with database.transaction() as connection:
        stored = load(connection, project, lock=True)
        if item not in stored.facts.items:
            raise UnknownItem(item=item, known=list(stored.facts.items))
        draft = c.IssueDocument(item=item, number="-")
        if key is not None and (done := repetition(connection, stored, draft, key)) is not None:
            return done
        number = next_number(connection, stored.facts, item, context.today.year)
        command = c.IssueDocument(item=item, number=number)
        _, outcome = apply(connection, stored, command, context, key=key)
        return receipt(outcome)
