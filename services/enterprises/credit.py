"""The credit record 信用记录: entered in the transaction that voids, lifted by repair or correction.

Each entry belongs to a project's item and round, and whatever happens to it stands in the project's
event log too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, text

from models.cases import commands as c
from models.cases.commitment import EndGround
from models.enterprises.credit import (
    SERIOUS,
    CreditCause,
    CreditEntry,
    CreditKind,
    CreditStanding,
    CreditState,
)
from models.tables import credit_entry
from rules.cases.clocks.kinds import PHASE_LAPSED
from rules.cases.context import Context
from rules.cases.instruments.deferred import newly_broken
from rules.clock import deadline
from services.ledger.written_act import WrittenAct
from services.seals import sealed
from services.unit_of_work import Database


def standing(connection: Connection, enterprise: str) -> CreditStanding:
    """Dishonesties of an enterprise that were neither repaired nor corrected, and the commitments it kept."""
    rows = connection.execute(_STANDING, {"enterprise": enterprise}).all()
    entries = tuple(_entry(row[1:]) for row in rows if row.id is not None)
    return CreditStanding(entries, tuple(rows[0].kept_on or ()))


def open_entries(connection: Connection, projects: Sequence[int]) -> dict[int, list[CreditEntry]]:
    """Dishonesties because of these projects that were neither repaired nor corrected, by project."""
    entries: dict[int, list[CreditEntry]] = {}
    for row in connection.execute(_OPEN_IN, {"projects": list(projects)}):
        entries.setdefault(row.project_id, []).append(_entry(row))
    return entries


def move_ends(connection: Connection, ends: Mapping[int, date]) -> None:
    """Let entries count up to other days; the callers' transaction holds their projects."""
    if ends:
        values = [{"id": entry, "until": until} for entry, until in ends.items()]
        connection.execute(_UNTIL, values)


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
    if any(newly_broken(act.facts, item.code, item.round)):
        _enter(connection, act, CreditCause.VOIDING, act.command.reason)


def enter_of_phase(connection: Connection, act: WrittenAct) -> None:
    """Enter the lapse of a phase permit, or work beyond it, where the scenario declares that it counts."""
    declared = act.facts.definition(act.command.item).next_phase
    if declared is None or not declared.credit:
        return
    if isinstance(act.command, c.RecordViolation):
        _enter(connection, act, CreditCause.VIOLATION, act.command.finding)
    else:
        _enter(connection, act, CreditCause.LAPSE, PHASE_LAPSED)


def enter_of_revocation(connection: Connection, act: WrittenAct) -> None:
    """Enter what the holder of a revoked approval answers for; what the authority did is not held against it."""
    item = act.before.items[act.command.item]
    voiding = act.facts.voidings.get((item.code, item.round))
    ground = voiding.ground if voiding is not None else None
    if ground in _CAUSES:
        _enter(connection, act, _CAUSES[ground], act.command.reason)


_CAUSES = {
    EndGround.FALSE_COMMITMENT: CreditCause.COMMITMENT_FALSE,
    EndGround.FRAUD: CreditCause.FRAUD,
    EndGround.BROKEN_COMMITMENT: CreditCause.COMMITMENT_BROKEN,
}


def _enter(connection: Connection, act: WrittenAct, cause: CreditCause, reason: str) -> None:
    """Enter a dishonesty for the item of an act, as it was before."""
    item = act.before.items[act.command.item]
    values = {
        "enterprise": act.facts.enterprise,
        "project_id": act.facts.id,
        "item": item.code,
        "round": item.round,
        "on": act.context.today,
        "until": _until(act.context, cause),
        "reason": reason,
        "cause": cause.value,
    }
    connection.execute(_ENTER, values)


def enter_of_denial(connection: Connection, act: WrittenAct) -> None:
    """Enter false papers, where the application was denied for them (art. 78)."""
    if act.command.falsehood:
        _enter(connection, act, CreditCause.FALSE_PAPERS, act.command.reason)


def take_back(connection: Connection, act: WrittenAct) -> None:
    """Withdraw the dishonesty of a voiding that was corrected; a cured one stands."""
    for event in act.events:
        restored = event.kind == "ApprovalRestored" and not event.data["cured"]
        if restored or event.kind == "AppealUpheld":
            place = {
                "project_id": act.facts.id,
                "item": event.item,
                "round": event.data["voided_round"],
            }
            row = connection.execute(_OF_VOIDING, place).one_or_none()
            if row is not None:
                reason, on = act.command.reason, act.context.today
                _close(connection, row.id, CreditKind.CORRECTION, reason, on)


def lift(connection: Connection, act: WrittenAct) -> None:
    """Close a dishonesty that was made up for 信用修复, or was entered wrongly 更正."""
    repaired = isinstance(act.command, c.RepairCredit)
    kind = CreditKind.REPAIR if repaired else CreditKind.CORRECTION
    _close(connection, act.command.entry, kind, act.command.reason, act.context.today)


def withdraw(connection: Connection, entry: int, reason: str, on: date) -> None:
    """Withdraw a dishonesty that was entered too early; the caller's transaction holds its project."""
    _close(connection, entry, CreditKind.CORRECTION, reason, on)


def _close(connection: Connection, entry: int, kind: CreditKind, reason: str, on: date) -> None:
    """Close a dishonesty with an entry that says by what; the caller's transaction holds the project."""
    state = CreditState.REPAIRED if kind is CreditKind.REPAIR else CreditState.CORRECTED
    values = {"id": entry, "state": state.value, "kind": kind.value, "reason": reason, "on": on}
    connection.execute(_STATE, values)
    connection.execute(_CLOSE, values)


def _until(context: Context, cause: CreditCause) -> date | None:
    policy = context.policy
    length = policy.credit_serious_length if cause in SERIOUS else policy.credit_length
    return None if length is None else deadline(context.calendar, context.today, length)


def _entry(row: Row[Any] | Sequence[Any]) -> CreditEntry:
    """The columns stand in the order of the fields."""
    entry = CreditEntry(*row)
    return replace(
        entry,
        kind=CreditKind(entry.kind),
        state=CreditState(entry.state),
        cause=CreditCause(entry.cause),
    )


_COLUMNS = (
    "id, enterprise, kind, project_id, item, round, entered_on, until, reason, state, closes, cause"
)
#: Whether an appeal against the voiding is open.
APPEALED = (
    "EXISTS (SELECT FROM voiding v WHERE v.project_id = credit_entry.project_id"
    " AND v.item = credit_entry.item AND v.round = credit_entry.round AND v.state = 'appealed')"
    " AND credit_entry.cause = 'voiding'"
)
_SHOWN = f"{_COLUMNS}, {APPEALED} AS appealed"
_ALL = text(
    f"SELECT {_SHOWN} FROM credit_entry WHERE enterprise = :enterprise ORDER BY id DESC"  # noqa: S608
)
#: One row at least: the days on which commitments were kept, and beside them what stands.
_STANDING = text(
    f"SELECT k.kept_on, s.* FROM (SELECT array_agg(m.closed_on) AS kept_on FROM commitment m"  # noqa: S608
    " JOIN project p ON p.id = m.project_id WHERE p.enterprise = :enterprise AND m.state = 'kept') k"
    f" LEFT JOIN (SELECT {_SHOWN} FROM credit_entry WHERE enterprise = :enterprise"
    " AND state = 'open') s ON true ORDER BY s.id"
)
_OPEN_IN = text(
    f"SELECT {_COLUMNS} FROM credit_entry"  # noqa: S608
    " WHERE project_id = ANY(:projects) AND state = 'open' ORDER BY id"
)
_UNTIL = sealed(credit_entry, "UPDATE credit_entry SET until = :until WHERE id = :id")
_OF_VOIDING = text(
    f"SELECT {_COLUMNS} FROM credit_entry WHERE project_id = :project_id"  # noqa: S608
    " AND item = :item AND round = :round AND state = 'open'"
    " AND cause IN ('voiding', 'commitment_false', 'fraud', 'commitment_broken')"
)
_ENTER = sealed(
    credit_entry,
    "INSERT INTO credit_entry (enterprise, kind, project_id, item, round, entered_on, until, reason,"
    " state, cause) VALUES (:enterprise, 'dishonesty', :project_id, :item, :round, :on, :until,"
    " :reason, 'open', :cause)",
)
_STATE = sealed(credit_entry, "UPDATE credit_entry SET state = :state WHERE id = :id")
_CLOSE = sealed(
    credit_entry,
    "INSERT INTO credit_entry (enterprise, kind, project_id, item, round, entered_on, reason,"
    " state, closes, cause) SELECT enterprise, :kind, project_id, item, round, :on, :reason,"
    " 'closed', id, cause"
    " FROM credit_entry WHERE id = :id",
)
