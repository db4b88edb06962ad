"""What the release before wrote while it still served, taken over: what only this one derives is derived."""

from __future__ import annotations

from sqlalchemy import Connection, text

from models.cases.duty import DUTIES
from models.migrations import overlap
from models.people.actor import SYSTEM
from rules.cases.context import Context
from rules.cases.duties import duties
from services import timing
from services.cases.filling.rounds import write_rounds
from services.installation.policy import context_for
from services.ledger import standing
from services.ledger.rows import records, upsert
from services.ledger.store import load
from services.unit_of_work import Database


def take_over(database: Database) -> int:
    """Derive anew what the earlier program did not know of, for every project that it wrote in; answers
    how many. Nothing is done while that program is still connected: it would write again.
    """
    with database.reading() as connection:
        if not overlap.lasts(connection) or overlap.older_connections(connection):
            return 0
        projects = connection.execute(_WRITTEN).scalars().all()
    context = context_for(SYSTEM, timing.now())
    for project in projects:
        with database.transaction() as connection:
            _take_over(connection, project, context)
    return len(projects)


def _take_over(connection: Connection, project: int, context: Context) -> None:
    load(connection, project, lock=True)
    for statement in (_WARNED, _NO_DUTIES, _NO_ROUNDS, _NO_ROUND_PARTS):
        connection.execute(statement, {"id": project})
    facts = load(connection, project, history=True).facts
    connection.execute(_STANDING, standing.columns(facts) | {"id": project})
    rows = list(duties(facts, facts.items).values())
    if rows:
        connection.execute(_DUTIES, {"rows": records(DUTIES, rows, project)})
    write_rounds(connection, project, context)
    connection.execute(_DONE, {"id": project})


_WRITTEN = text("SELECT project_id FROM older_write ORDER BY project_id")
_DONE = text("DELETE FROM older_write WHERE project_id = :id")
_NO_DUTIES = text("DELETE FROM duty WHERE project_id = :id")
_NO_ROUNDS = text("DELETE FROM case_round WHERE project_id = :id")
_NO_ROUND_PARTS = text("DELETE FROM case_round_part WHERE project_id = :id")
_DUTIES = text(upsert(DUTIES, "CAST(:rows AS jsonb)"))
#: The next deadline watch reads the clocks of the project again.
_STANDING = text(
    "UPDATE project SET calendar = CASE WHEN state = 'active' THEN NULL ELSE calendar END,"  # noqa: S608
    f" {', '.join(f'{name} = :{name}' for name in standing.TYPES)} WHERE id = :id"
)
#: What was warned of stands in the log, in order (as in migration 0033).
_WARNED = text(
    "UPDATE clock c SET warned_for = g.last_days, warned_on = g.days FROM (SELECT item,"
    " data ->> 'clock' AS kind, CAST(data ->> 'round' AS int) AS round, data ->> 'subject' AS subject,"
    " array_agg(coalesce(data ->> 'due_on', CAST(CAST(at AT TIME ZONE 'Asia/Shanghai' AS date) AS text))"
    " ORDER BY seq) AS last_days,"
    " array_agg(CAST(CAST(at AT TIME ZONE 'Asia/Shanghai' AS date) AS text) ORDER BY seq) AS days"
    " FROM case_event WHERE project_id = :id AND kind = 'WarningGiven' GROUP BY 1, 2, 3, 4) g"
    " WHERE c.project_id = :id AND g.item = c.item AND g.kind = c.kind"
    " AND coalesce(g.round, c.round) = c.round AND g.subject = c.subject"
    " AND cardinality(c.warned) = cardinality(g.days)"
)
