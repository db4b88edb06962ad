"""Issued documents 证照批文: numbers without gaps, the face of each, its standing."""

from __future__ import annotations

import json
import secrets
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

from models import commands as c
from models.facts import ProjectFacts
from models.outcome import Outcome
from models.states import ItemState
from rules.acts.lifecycle import NoDocument
from rules.context import Context

_NUMBER = text(
    "INSERT INTO document_number (kind, region, year, last) VALUES (:kind, :region, :year, 1)"
    " ON CONFLICT (kind, region, year) DO UPDATE SET last = document_number.last + 1"
    " RETURNING last"
)
_INSERT = text(
    "INSERT INTO license_document (project_id, item, round, kind, number, state, conditional,"
    " issued_on, token, face) VALUES (:project_id, :item, :round, :kind, :number, 'valid',"
    " :conditional, :issued_on, :token, CAST(:face AS jsonb))"
)
_REVOKE = text(
    "UPDATE license_document SET state = 'revoked', revoked_on = :on, revoked_reason = :reason"
    " WHERE project_id = :project_id AND item = :item AND round = :round AND state = 'valid'"
)


def next_number(connection: Connection, facts: ProjectFacts, item: str, on: date) -> str:
    """The next number of the item's kind of document, gap-free per kind, region and year of ``on``.

    The row lock is held to the end of the transaction: a refused issue leaves no gap.
    """
    kind = facts.definition(item).document
    if kind is None:
        raise NoDocument(item=item)
    definition = facts.scenario.document[kind]
    values = {"kind": kind, "region": facts.region, "year": on.year}
    seq = connection.execute(_NUMBER, values).scalar_one()
    return definition.number(facts.region, on, seq)


def numbered(
    connection: Connection, facts: ProjectFacts, command: c.IssueDocument, context: Context
) -> c.IssueDocument:
    """The command with a number: its own, or the next one where a document can be issued at all."""
    item = facts.items.get(command.item)
    if command.number is not None or item is None or item.document_issued:
        return command
    if facts.definition(command.item).document is None:
        return command
    number = next_number(connection, facts, command.item, context.today)
    return command.model_copy(update={"number": number})


def record_issued(
    connection: Connection, outcome: Outcome, command: c.IssueDocument, context: Context
) -> None:
    """The row of a document that was just issued, with the face it was issued with."""
    facts = outcome.facts
    item = facts.items[command.item]
    connection.execute(
        _INSERT,
        {
            "project_id": facts.id,
            "item": command.item,
            "round": item.round,
            "kind": facts.definition(command.item).document,
            "number": command.number,
            "conditional": item.state is ItemState.CONDITIONALLY_GRANTED,
            "issued_on": context.today,
            "token": secrets.token_urlsafe(16),
            "face": json.dumps(face(facts, command.item), ensure_ascii=False),
        },
    )


def revoke(
    connection: Connection, outcome: Outcome, command: c.VoidApproval, context: Context
) -> None:
    """The documents of a voided approval no longer stand."""
    item = outcome.facts.items[command.item]
    values = {"project_id": outcome.facts.id, "item": command.item, "round": item.round}
    connection.execute(_REVOKE, values | {"on": context.today, "reason": command.reason})


def face(facts: ProjectFacts, item: str) -> dict[str, Any]:
    """What a document says, kept as it was on the day of issue."""
    definition, decided = facts.definition(item), facts.items[item]
    kind = facts.scenario.document[definition.document or ""]
    owed = [facts.scenario.material[d.material].name for d in facts.open_deficiencies(item)]
    return {
        "name": kind.name.model_dump(),
        "item": definition.name.model_dump(),
        "scope": definition.scope.model_dump() if definition.scope else None,
        "department": definition.department,
        "legal_basis": definition.legal_basis,
        "project": facts.title,
        "project_code": facts.code,
        "enterprise": facts.enterprise,
        "decided_on": decided.decided_on.isoformat() if decided.decided_on else None,
        "deficiencies": [name.model_dump() for name in owed],
    }
