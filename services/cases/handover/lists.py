"""Hand-over lists 交接清单: drawn up in the transaction in which somebody else comes to act; no clock moves.

One for all projects that one act moves from one person to another; what was open stands in it as it was
(:mod:`rules.cases.open_work`), sealed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import orjson
from sqlalchemy import Connection, text

from models.cases.facts import ProjectFacts
from models.cases.stewardship import Basis
from models.people.handover import HandoverCause
from models.tables import handover, handover_line, notice
from rules.cases.context import Context
from rules.cases.open_work import open_work
from services.ledger.written_act import WrittenAct
from services.seals import sealed

#: Basis of the new steward → why the list is drawn up; else somebody was named, or the rule found them.
_CAUSES: Mapping[Basis, HandoverCause] = {
    Basis.REBALANCED: HandoverCause.REBALANCED,
    Basis.CHOSEN: HandoverCause.CHOSEN,
    Basis.APPOINTED: HandoverCause.REASSIGNED,
}


def write_list(connection: Connection, act: WrittenAct) -> None:
    """The list of a project whose steward is another one from this act on; both are told of it."""
    before, after = act.before.steward, act.facts.steward
    if before is None or after is None or before == after:
        return
    cause = _CAUSES.get(act.command.basis, HandoverCause.POST_ENDED)
    if not connection.execute(_ACTIVE, {"login": before}).scalar():
        cause = HandoverCause.DEPARTURE
    number = list_of(connection, (before, after), cause, act.context)
    add_project(connection, number, act.facts)


def list_of(
    connection: Connection,
    sides: tuple[str, str],
    cause: HandoverCause,
    context: Context,
    absence: int | None = None,
) -> int:
    """The number of the list from one person to another for a cause at this moment, begun where there is none."""
    known = {"giver": sides[0], "receiver": sides[1], "cause": cause.value, "at": context.now}
    connection.execute(_ALONE, known)
    number = connection.execute(_KNOWN, known).scalar()
    if number is not None:
        return int(number)
    days = context.policy.handover_signed_within
    sign_by = context.calendar.add_working_days(context.today, days)
    number = int(
        connection.execute(_BEGIN, known | {"sign_by": sign_by, "absence": absence}).scalar_one()
    )
    for login in sides:
        tell(connection, f"person:{login}", "handover_drawn_up", number, context.now, sign_by)
    return number


def add_project(connection: Connection, number: int, facts: ProjectFacts) -> None:
    """What is open in a project, as a part of a list."""
    lines = [line.model_dump(mode="json", by_alias=True) for line in open_work(facts)]
    values = {"project": facts.id, "handover": number, "lines": orjson.dumps(lines).decode()}
    connection.execute(_ADD, values)


def tell(
    connection: Connection,
    audience: str,
    template: str,
    number: int,
    now: datetime,
    sign_by: object,
) -> None:
    """A notice about a list, with the page on which it is signed."""
    params = {"page": f"/handovers/{number}", "effective_on": str(sign_by)}
    values = {"audience": audience, "template": template, "now": now}
    connection.execute(_TELL, values | {"params": orjson.dumps(params).decode()})


_ACTIVE = text("SELECT active FROM account WHERE login = :login")
# Of two acts of one moment the second waits, and finds the list of the first.
_ALONE = text(
    "SELECT pg_advisory_xact_lock(hashtextextended("
    "concat_ws('/', 'handover', :giver, :receiver, :cause, CAST(:at AS timestamptz)), 0))"
)
_KNOWN = text(
    "SELECT id FROM handover WHERE giver = :giver AND receiver = :receiver AND cause = :cause"
    " AND made_at = :at"
)
_BEGIN = sealed(
    handover,
    "INSERT INTO handover (giver, receiver, cause, made_at, sign_by, absence)"
    " VALUES (:giver, :receiver, :cause, :at, :sign_by, :absence)",
    "t.id",
)
# Two changes of one moment back and forth: the newer list is the one that holds.
_ADD = sealed(
    handover_line,
    "INSERT INTO handover_line (project_id, handover, lines)"
    " VALUES (:project, :handover, CAST(:lines AS jsonb))"
    " ON CONFLICT (project_id, handover) DO UPDATE SET lines = excluded.lines",
)
_TELL = sealed(
    notice,
    "INSERT INTO notice (audience, template, params, created_at)"
    " VALUES (:audience, :template, CAST(:params AS jsonb), :now)",
)
