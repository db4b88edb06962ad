"""The case round 办件: one application of one item, from its receipt to its end. What figures count.

An item's row holds its current round; this one stays. It is written by the act that changes it, in its
transaction, and is no fact: nothing is decided by it. What it says of people and places is as of the
day on which it ended, whoever answers for the project later.
"""

from __future__ import annotations

from dataclasses import Field, dataclass, field, fields, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from models.cases.part import Part, PartIndex


class Channel(StrEnum):
    """How an application came in 渠道."""

    PORTAL = "portal"
    MOBILE = "mobile"
    WINDOW = "window"
    STATION = "station"
    HOME_SERVICE = "home_service"
    MAIL = "mail"
    AGENT = "agent"
    API = "api"


class AcceptanceKind(StrEnum):
    """How an application was accepted 受理."""

    EXPLICIT = "explicit"
    DEEMED = "deemed"
    """By silence (Licensing Law art. 32)."""


class RoundOutcome(StrEnum):
    """How a round ended 办结; the first end stays, whatever becomes of the approval."""

    GRANTED = "granted"
    CONDITIONALLY_GRANTED = "conditionally_granted"
    DENIED = "denied"
    NOT_ACCEPTED = "not_accepted"
    NOT_REQUIRED = "not_required"
    WITHDRAWN = "withdrawn"
    FELL_AWAY = "fell_away"
    """The project does not need the item any more; it is in no figure."""
    ENDED_WITH_WHOLE = "ended_with_whole"
    """A part of a joint item whose whole ended before the part was decided."""


class Keep(StrEnum):
    """Which value a column keeps when an act brings another one."""

    FIRST = "first"
    LATEST = "latest"
    WHILE_OPEN = "while_open"
    """The latest as long as the round has not ended."""
    SUM = "sum"


def kept(how: Keep, default: Any = None, *, compared: bool = True) -> Any:
    """A column; ``compared``: whether an audit can tell its value from the log alone, whatever the
    calendar and the policy say by now.
    """
    return field(default=default, metadata={"keep": how, "compared": compared})


@dataclass(frozen=True, slots=True)
class CaseRound:
    """One round of one item; days are Beijing days, ``None`` for what has not happened."""

    item: str
    round: int
    whole: str | None = kept(Keep.FIRST)
    """The joint item of which it is a part; parts are counted by themselves, never added to rounds."""
    stage: str = kept(Keep.WHILE_OPEN, "")
    department: str = kept(Keep.WHILE_OPEN, "")
    region: str = kept(Keep.WHILE_OPEN, "")
    scenario: str = kept(Keep.WHILE_OPEN, "")
    scenario_version: int = kept(Keep.WHILE_OPEN, 0)
    enterprise: str = kept(Keep.WHILE_OPEN, "")
    steward: str | None = kept(Keep.WHILE_OPEN)
    handler: str | None = kept(Keep.WHILE_OPEN)
    channel: Channel | None = kept(Keep.FIRST)
    received_on: date | None = kept(Keep.FIRST)
    """When it was handed in, complete or not; for what the authority opens itself, when it began."""
    received_at: datetime | None = kept(Keep.FIRST)
    accepted_on: date | None = kept(Keep.WHILE_OPEN)
    acceptance_kind: AcceptanceKind | None = kept(Keep.FIRST)
    notices: int = kept(Keep.WHILE_OPEN, 0)
    """Notices of corrections."""
    notices_by_override: int = kept(Keep.SUM, 0)
    """Those that the head of the department ordered beyond the first."""
    corrected_on: date | None = kept(Keep.LATEST)
    deferred_count: int = kept(Keep.WHILE_OPEN, 0)
    """Papers that were allowed to follow 容缺."""
    commitment: bool = kept(Keep.WHILE_OPEN, default=False)
    ended_on: date | None = kept(Keep.FIRST)
    ended_at: datetime | None = kept(Keep.FIRST)
    outcome: RoundOutcome | None = kept(Keep.FIRST)
    """``None`` as long as it is open; a preliminary opinion ends nothing."""
    clock_stopped_on: date | None = kept(Keep.FIRST)
    """The day by which timeliness is judged: of the end, or of the preliminary opinion before it."""
    promised_due_on: date | None = kept(Keep.FIRST, compared=False)
    """Last day of what was promised, as it stood at the end, suspensions and extensions in it; of a round
    that is open the clock has it."""
    statutory_due_on: date | None = kept(Keep.FIRST, compared=False)
    counted_days: int | None = kept(Keep.FIRST, compared=False)
    """Days that the limit to decide ran, in working days, without what is not counted."""
    natural_days: int | None = kept(Keep.FIRST, compared=False)
    """The same in natural days."""
    instant: bool | None = kept(Keep.FIRST)
    """Whether it was decided on the day of its acceptance, without a special procedure."""
    parts: int = kept(Keep.WHILE_OPEN, 0)
    """Parts of a joint item."""
    voided_on: date | None = kept(Keep.LATEST)
    restored_on: date | None = kept(Keep.LATEST)
    delivered_on: date | None = kept(Keep.FIRST)
    delivery_method: str | None = kept(Keep.FIRST)

    @property
    def key(self) -> tuple[str, int]:
        """What identifies it within its project."""
        return (self.item, self.round)


#: Columns beside the key, in order.
COLUMNS = fields(CaseRound)[2:]
_INDEXES = (
    ("received", ("received_on",), "received_on IS NOT NULL"),
    ("accepted", ("accepted_on",), "accepted_on IS NOT NULL"),
    ("ended", ("ended_on", "department"), "ended_on IS NOT NULL"),
    ("open", ("department", "received_on"), "ended_on IS NULL"),
    ("voided", ("voided_on",), "voided_on IS NOT NULL"),
    ("restored", ("restored_on",), "restored_on IS NOT NULL"),
)


def _part(name: str, table: str, label: str) -> Part[CaseRound]:
    indexes = tuple(PartIndex(f"ix_{table}_{key}", on, where) for key, on, where in _INDEXES)
    return Part(
        name,
        CaseRound,
        table=table,
        key=("item", "round"),
        label=label,
        common=True,
        indexes=indexes,
    )


#: Declared like parts of a project for their tables; they are none: no act loads them.
ROUNDS = _part("rounds", "case_round", "case round")
ROUND_PARTS = _part("round_parts", "case_round_part", "part of a case round")


def table_of(round_: CaseRound) -> Part[CaseRound]:
    """Where a round is kept."""
    return ROUNDS if round_.whole is None else ROUND_PARTS


def merged(known: CaseRound | None, change: CaseRound) -> CaseRound:
    """The round that follows from what is known and what an act says of it.

    The statement that writes rounds says the same in SQL (:func:`services.ledger.rows.upsert`).
    """
    if known is None:
        return change
    values = {column.name: _kept(column, known, change) for column in COLUMNS}
    return replace(change, **values)


def _kept(column: Field[Any], known: CaseRound, change: CaseRound) -> Any:
    before, new = getattr(known, column.name), getattr(change, column.name)
    match column.metadata["keep"]:
        case Keep.FIRST:
            return new if before is None else before
        case Keep.LATEST:
            return before if new is None else new
        case Keep.SUM:
            return before + new
        case _:
            return new if known.ended_on is None else before
