"""The summary of a demonstration, read from the ledger, never from the script."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, text

from models.cases.commitment import COMMITMENTS, CommitmentFacts
from models.cases.facts import ProjectFacts
from models.cases.states import ProjectState
from rules.cases.promise import counted_path
from services.cases.audit import verify
from services.clock.working_calendar import working_calendar
from services.installation.policy import policy
from services.ledger.store import load
from services.unit_of_work import Database


def summarise(database: Database, codes: Sequence[str]) -> dict[str, Any]:
    """The projects, and whether the log that cannot be rewritten is whole."""
    with database.reading() as connection:
        projects = [_project(connection, code) for code in codes]
    audit = verify(database)
    return {"projects": projects, "audit": {"events": audit.events, "ok": audit.ok}}


def _project(connection: Connection, code: str) -> dict[str, Any]:
    stored = load(connection, code, history=True)
    facts = stored.facts
    values = {"id": facts.id}
    today = facts.completed_on or max(
        (i.decided_on for i in facts.items.values() if i.decided_on), default=facts.registered_on
    )
    assert today is not None  # noqa: S101 - a stored project has its day of registration
    path = counted_path(facts, working_calendar(), today, policy())
    rungs: dict[str, int] = {row.rung: row.given for row in connection.execute(_RUNGS, values)}
    return {
        "code": facts.code,
        "title": facts.title,
        "scenario": facts.scenario.key,
        "completed": facts.state is ProjectState.COMPLETED,
        "registered_on": facts.registered_on.isoformat() if facts.registered_on else None,
        "completed_on": facts.completed_on.isoformat() if facts.completed_on else None,
        "counted_working_days": path.days,
        "counted_path": list(path.items),
        "promised_working_days": facts.scenario.promised_days,
        "items": [_item(item) for item in facts.items.values()],
        "corrections": connection.execute(_CORRECTIONS, values).scalar_one(),
        "deficiencies": [
            {"item": d.item, "round": d.round, "material": d.material, "state": d.state.value}
            for d in facts.deficiencies.values()
        ],
        "agents": [_agent(facts, number) for number in facts.authorisations],
        "commitments": [_commitment(facts, row) for row in facts.of(COMMITMENTS).values()],
        "voided": connection.execute(_VOIDED, values).scalar_one(),
        "alerts": {"yellow": rungs.pop("yellow", 0), "red": rungs.pop("red", 0), **rungs},
        "certificates": [dict(row._mapping) for row in connection.execute(_DOCUMENTS, values)],  # noqa: SLF001 - SQLAlchemy's public name
    }


def _agent(facts: ProjectFacts, number: int) -> dict[str, Any]:
    """One authorisation, and how much was done under it."""
    given = facts.authorisations[number]
    done = [act for act in facts.agent_acts.values() if act.authorisation == number]
    return {
        "authorisation": number,
        "agent": given.agent,
        "state": given.state.value,
        "until": given.valid_until.isoformat(),
        "acts": len(done),
    }


def _commitment(facts: ProjectFacts, row: CommitmentFacts) -> dict[str, Any]:
    """What a grant rested on, by which list it was granted at once, and what the check found."""
    return {
        "item": row.item,
        "name": facts.definition(row.item).name.model_dump(),
        "round": row.round,
        "list": row.list_number,
        "state": row.state.value,
        "closed_on": row.closed_on.isoformat() if row.closed_on else None,
    }


def _item(item: Any) -> dict[str, Any]:
    return {
        "code": item.code,
        "state": item.state.value,
        "round": item.round,
        "accepted_on": item.accepted_on.isoformat() if item.accepted_on else None,
        "decided_on": item.decided_on.isoformat() if item.decided_on else None,
    }


_RUNGS = text(
    "SELECT data ->> 'rung' AS rung, count(*) AS given FROM case_event"
    " WHERE project_id = :id AND kind = 'WarningGiven' GROUP BY 1"
)
_CORRECTIONS = text(
    "SELECT count(*) FROM case_event WHERE project_id = :id AND kind = 'CorrectionRequested'"
)
_VOIDED = text("SELECT count(*) FROM case_event WHERE project_id = :id AND kind = 'ApprovalVoided'")
_DOCUMENTS = text(
    "SELECT number, kind, item, round, state, issued_on::text FROM official_document"
    " WHERE project_id = :id AND category = 'certificate' ORDER BY id"
)
