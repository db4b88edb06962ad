"""The credit record 信用记录: entered in the transaction that voids, lifted by repair or correction.

Each entry belongs to a project's item and round, and whatever happens to it stands in the project's
event log too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, text

from models import commands as c
from models.actor import Actor
from models.credit import CreditCause, CreditEntry, CreditKind, CreditState
from models.errors import NotFound
from models.states import DeficiencyState
from rules.acts import credit as rules
from rules.clock import deadline
from rules.context import Policy
from rules.draft import Draft
from rules.expiry import PHASE_LAPSED
from services.event_log import Act
from services.policy import context_for
from services.store import load, save
from services.unit_of_work import Database
from services.working_calendar import working_calendar
from services.written_act import WrittenAct

Rule = Callable[[Draft, CreditEntry, str], None]


def standing(connection: Connection, enterprise: str) -> tuple[CreditEntry, ...]:
    """Dishonesties of an enterprise that nobody repaired or corrected."""
    rows = connection.execute(_OPEN, {"enterprise": enterprise})
    return tuple(_entry(row) for row in rows)


def record(database: Database, enterprise: str) -> tuple[CreditEntry, ...]:
    """The whole credit record of an enterprise, the latest entry first."""
    with database.reading() as connection:
        rows = connection.execute(_ALL, {"enterprise": enterprise}).all()
    return tuple(_entry(row) for row in rows)


def enter(connection: Connection, act: WrittenAct) -> None:
    """Enter the dishonesty of an approval that was voided because a promise was not kept.

    Voided after a re-examination, without anything left out, it is not held against the enterprise.
    """
    item = act.before.items[act.command.item]
    expired = [
        found.material
        for found in act.facts.deficiencies.values()
        if found.item == item.code
        and found.round == item.round
        and found.state is DeficiencyState.EXPIRED
    ]
    if expired:
        _enter(connection, act, CreditCause.VOIDING, act.command.reason)


def enter_of_phase(connection: Connection, act: WrittenAct) -> None:
    """Enter what a permit of one phase leaves behind: a lapse, or work beyond it, if the scenario says so."""
    declared = act.facts.definition(act.command.item).next_phase
    if declared is None or not declared.credit:
        return
    if isinstance(act.command, c.RecordViolation):
        _enter(connection, act, CreditCause.VIOLATION, act.command.finding)
    else:
        _enter(connection, act, CreditCause.LAPSE, PHASE_LAPSED)


def _enter(connection: Connection, act: WrittenAct, cause: CreditCause, reason: str) -> None:
    """Enter a dishonesty for the item of an act, as it was before."""
    item = act.before.items[act.command.item]
    values = {
        "enterprise": act.facts.enterprise,
        "project_id": act.facts.id,
        "item": item.code,
        "round": item.round,
        "on": act.context.today,
        "until": _until(act.context.today, act.context.policy),
        "reason": reason,
        "cause": cause.value,
    }
    connection.execute(_ENTER, values)


def take_back(connection: Connection, act: WrittenAct) -> None:
    """The dishonesty of a voiding that was corrected was none; a cured one stays one."""
    for event in act.events:
        if event.kind == "ApprovalRestored" and not event.data["cured"]:
            place = {
                "project_id": act.facts.id,
                "item": event.item,
                "round": event.data["voided_round"],
            }
            row = connection.execute(_OF_VOIDING, place).one_or_none()
            if row is not None:
                reason, on = act.command.reason, act.context.today
                close(connection, _entry(row), CreditKind.CORRECTION, reason, on)


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
    with database.transaction() as connection:
        stored = load(connection, _find(connection, number).project_id, lock=True)
        # Read again: whoever held the project before may have lifted it.
        entry = _find(connection, number)
        draft = Draft(stored.facts, context)
        rule(draft, entry, reason)
        save(connection, stored, draft.outcome(wake=False), Act(actor, now, f"{kind.value}_credit"))
        return close(connection, entry, kind, reason, context.today)


def close(
    connection: Connection, entry: CreditEntry, kind: CreditKind, reason: str, on: date
) -> CreditEntry:
    """Close a dishonesty with an entry that says by what; the caller's transaction holds the project."""
    state = CreditState.REPAIRED if kind is CreditKind.REPAIR else CreditState.CORRECTED
    values = {"id": entry.id, "state": state.value, "kind": kind.value, "reason": reason, "on": on}
    connection.execute(_STATE, values)
    return _entry(connection.execute(_CLOSE, values).one())


def _find(connection: Connection, number: int) -> CreditEntry:
    row = connection.execute(_ONE, {"id": number}).one_or_none()
    if row is None:
        raise NotFound(field="entry", value=number, remedy="Look at the credit record again.")
    return _entry(row)


def _until(on: date, policy: Policy) -> date | None:
    length = policy.credit_length
    return None if length is None else deadline(working_calendar(), on, length)


def _entry(row: Row[Any]) -> CreditEntry:
    """The columns stand in the order of the fields."""
    found = CreditEntry(*row)
    return replace(
        found,
        kind=CreditKind(found.kind),
        state=CreditState(found.state),
        cause=CreditCause(found.cause),
    )


_COLUMNS = (
    "id, enterprise, kind, project_id, item, round, entered_on, until, reason, state, closes, cause"
)
_ONE = text(f"SELECT {_COLUMNS} FROM credit_entry WHERE id = :id")  # noqa: S608
_ALL = text(
    f"SELECT {_COLUMNS} FROM credit_entry WHERE enterprise = :enterprise ORDER BY id DESC"  # noqa: S608
)
_OPEN = text(
    f"SELECT {_COLUMNS} FROM credit_entry"  # noqa: S608
    " WHERE enterprise = :enterprise AND state = 'open' ORDER BY id"
)
_OF_VOIDING = text(
    f"SELECT {_COLUMNS} FROM credit_entry WHERE project_id = :project_id"  # noqa: S608
    " AND item = :item AND round = :round AND state = 'open' AND cause = 'voiding'"
)
_ENTER = text(
    "INSERT INTO credit_entry (enterprise, kind, project_id, item, round, entered_on, until, reason,"
    " state, cause) VALUES (:enterprise, 'dishonesty', :project_id, :item, :round, :on, :until,"
    " :reason, 'open', :cause)"
)
_STATE = text("UPDATE credit_entry SET state = :state WHERE id = :id")
_CLOSE = text(
    "INSERT INTO credit_entry (enterprise, kind, project_id, item, round, entered_on, reason,"  # noqa: S608
    " state, closes, cause) SELECT enterprise, :kind, project_id, item, round, :on, :reason,"
    " 'closed', id, cause"
    f" FROM credit_entry WHERE id = :id RETURNING {_COLUMNS}"
)
