"""Promotion groups 1 + 1 + N of a reform's measures: a leader, a lead unit, responsible units (case 25)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, text

from models.errors import Conflict, KaigongError, NotFound
from models.people.security import Origin
from models.people.security import SecurityEvent as E
from models.tables import promotion_group
from rules.people.units import UnknownUnit
from services.people.organisation import check_account, units_of
from services.people.security_log import note
from services.seals import sealed


class MeasureHasGroup(Conflict):
    template = "measure: {value} has a promotion group already, number {number}; end that first."
    field = "measure"


class ResponsibleTwice(KaigongError):
    template = "responsible_units: {value} leads the measure already; name the other units."
    field = "responsible_units"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPromotionGroup:
    """What is entered."""

    measure: str
    leader: str
    lead_unit: str
    responsible_units: tuple[str, ...]
    from_on: date


@dataclass(frozen=True, slots=True)
class PromotionGroup:
    """A promotion group as a list shows it."""

    id: int
    measure: str
    leader: str
    leader_name: str
    lead_unit: str
    responsible_units: tuple[str, ...]
    from_on: date
    to_on: date | None


def form_group(connection: Connection, wanted: NewPromotionGroup, origin: Origin) -> int:
    """Enter a group; raises ``NotFound``, ``UnknownUnit``, ``ResponsibleTwice``, ``MeasureHasGroup``."""
    check_account(connection, "leader", wanted.leader)
    units = units_of(connection)
    for key in (wanted.lead_unit, *wanted.responsible_units):
        if key not in units or not units[key].holds(wanted.from_on):
            raise UnknownUnit(value=key)
    if wanted.lead_unit in wanted.responsible_units:
        raise ResponsibleTwice(value=wanted.lead_unit)
    known = connection.execute(_OPEN, {"measure": wanted.measure}).scalar()
    if known is not None:
        raise MeasureHasGroup(value=wanted.measure, number=known)
    values = {name: getattr(wanted, name) for name in NewPromotionGroup.__dataclass_fields__}
    values |= {"responsible_units": list(wanted.responsible_units), "by": origin.actor}
    number = int(connection.execute(_ENTER, values).scalar_one())
    note(connection, E.ADMINISTRATOR_ACT, origin, act="form_promotion_group", number=number)
    return number


def end_group(connection: Connection, number: int, on: date, origin: Origin) -> None:
    """End a group on a day; ``NotFound`` for what is over."""
    if connection.execute(_END, {"id": number, "on": on}).one_or_none() is None:
        remedy = "Look it up in the list of promotion groups."
        raise NotFound(field="number", value=number, remedy=remedy)
    note(connection, E.ADMINISTRATOR_ACT, origin, act="end_promotion_group", number=number)


def promotion_groups(connection: Connection) -> tuple[PromotionGroup, ...]:
    """Every group, by measure."""
    return tuple(
        PromotionGroup(
            row.id,
            row.measure,
            row.leader,
            row.name,
            row.lead_unit,
            tuple(row.responsible_units),
            row.from_on,
            row.to_on,
        )
        for row in connection.execute(_LIST)
    )


_OPEN = text("SELECT id FROM promotion_group WHERE measure = :measure AND to_on IS NULL")
_ENTER = sealed(
    promotion_group,
    "INSERT INTO promotion_group (measure, leader, lead_unit, responsible_units, from_on, entered_by)"
    " VALUES (:measure, :leader, :lead_unit, CAST(:responsible_units AS text[]), :from_on, :by)",
    "t.id",
)
_END = sealed(
    promotion_group,
    "UPDATE promotion_group SET to_on = greatest(CAST(:on AS date), from_on)"
    " WHERE id = :id AND to_on IS NULL",
    "t.id",
)
_LIST = text(
    "SELECT g.id, g.measure, g.leader, a.name, g.lead_unit, g.responsible_units, g.from_on, g.to_on"
    " FROM promotion_group g JOIN account a ON a.login = g.leader ORDER BY g.measure, g.from_on"
)
