"""Case rounds 办件 of a ledger from before there were any, written from its log."""

from __future__ import annotations

from sqlalchemy import Connection, text

from models.cases.case_round import ROUND_PARTS, ROUNDS, table_of
from models.people.actor import SYSTEM
from rules.cases.context import Context
from services import timing
from services.cases.rounds import Rounds, of_log
from services.installation.policy import context_for
from services.ledger.event_log import read_log
from services.ledger.rows import records, upsert
from services.ledger.store import load
from services.unit_of_work import Database


def fill(database: Database) -> int:
    """Write the rounds of every project that has none although something was applied for in it; answers
    the number of projects. Repeating it changes nothing.
    """
    context = context_for(SYSTEM, timing.now())
    with database.reading() as connection:
        projects = connection.execute(_WITHOUT).scalars().all()
    for project in projects:
        with database.transaction() as connection:
            load(connection, project, lock=True)
            write_rounds(connection, project, context)
    return len(projects)


def write_rounds(connection: Connection, project: int, context: Context) -> None:
    """Write the rounds of a locked project that has none, as its log tells them."""
    stored = load(connection, project, history=True)
    log = [logged for logged, _ in read_log(connection, project, streamed=False)]
    _write(connection, project, of_log(connection, stored, log, context))


def _write(connection: Connection, project: int, rounds: Rounds) -> None:
    for part in (ROUNDS, ROUND_PARTS):
        rows = [round_ for round_ in rounds.values() if table_of(round_) is part]
        if rows:
            values = {"rows": records(part, rows, project)}
            connection.execute(_UPSERT[part], values)


_UPSERT = {part: text(upsert(part, "CAST(:rows AS jsonb)")) for part in (ROUNDS, ROUND_PARTS)}
#: Projects in which something was handed in and that have no round.
_WITHOUT = text(
    "SELECT p.id FROM project p WHERE EXISTS (SELECT FROM case_event e WHERE e.project_id = p.id"
    " AND e.kind IN ('ApplicationSubmitted', 'ExaminationStarted'))"
    " AND NOT EXISTS (SELECT FROM case_round r WHERE r.project_id = p.id) ORDER BY p.id"
)
