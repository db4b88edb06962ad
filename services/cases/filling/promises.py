"""Promises of a ledger from before they ran as clocks: drawn up at the upgrade, not at the next act."""

from __future__ import annotations

from sqlalchemy import text

from models.cases import commands as c
from models.people.actor import SYSTEM
from rules.cases import promises
from rules.cases.context import Context
from services import timing
from services.cases.acts import execute_in_transaction
from services.installation.policy import context_for
from services.ledger.store import load
from services.unit_of_work import Database


def fill(database: Database) -> int:
    """Draw up what was promised to every running project that has no clock of it although one has begun;
    answers the number of projects. Repeating it changes nothing.
    """
    context = context_for(SYSTEM, timing.now())
    with database.reading() as connection:
        projects = connection.execute(_WITHOUT).scalars().all()
    return sum(_draw_up(database, project, context) for project in projects)


def _draw_up(database: Database, project: int, context: Context) -> bool:
    with database.transaction() as connection:
        stored = load(connection, project, lock=True)
        if not any(promises.settled(stored.facts, context.under(stored.facts.scenario))):
            return False
        execute_in_transaction(connection, stored, c.DrawUpPromises(), context)
        return True


#: Running projects of which no promise runs although their scenario makes some.
_WITHOUT = text(
    "SELECT p.id FROM project p JOIN scenario_version s ON s.id = p.scenario_id"
    " WHERE p.state = 'active' AND (jsonb_typeof(s.definition -> 'promise') = 'object'"
    " OR jsonb_array_length(coalesce(s.definition -> 'promises', '[]')) > 0)"
    " AND NOT EXISTS (SELECT FROM clock c WHERE c.project_id = p.id AND c.round = 0) ORDER BY p.id"
)
