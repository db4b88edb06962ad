"""Which unit answers for an item in a place 职权划分: entered, ended, asked for.

Without an entry the department of the catalogue answers. A place goes before those above it; of one place
there is one unit on every day, which the database sees to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, text

from config.texts import Word
from models.errors import KaigongError, NotFound
from models.people.organisation import PLACES, Unit, UnitKind
from models.people.security import Origin
from models.people.security import SecurityEvent as E
from models.tables import competence as competence_table
from models.tables import unit as unit_table
from rules.people.units import UnknownUnit, units_above
from services.people.organisation import UnknownPlace, units_of
from services.people.security_log import note
from services.seals import sealed


class CompetenceOverlap(KaigongError):
    template = "from_on: {unit} answers for {item} in {place} from {from_on} to {to_on} already; end that first, or choose other days."
    field = "from_on"


class CompetenceGap(KaigongError):
    template = "unit: {unit} is there from {from_on} to {to_on} only, so that nobody would answer for {item} in {place} before or after; choose days within, or another unit for the others."
    field = "unit"


class NoOffice(KaigongError):
    template = "unit: {unit} is no department, utility or section of one; officers who decide belong to one."
    field = "unit"


class UnknownItem(KaigongError):
    template = "item: {value} is no item of the catalogue or of a published scenario; look it up in the catalogue."
    field = "item"


#: Units that may decide; a section or window below one decides for it.
_OFFICES = frozenset(
    {
        *(UnitKind.DEPARTMENT, UnitKind.UTILITY, UnitKind.SUPERVISION_BODY),
        *(UnitKind.BUSINESS_ENVIRONMENT_OFFICE, UnitKind.PARK_OFFICE),
    }
)


@dataclass(frozen=True, slots=True)
class Competence:
    """That a unit answers for an item in a place, from a day to a day."""

    id: int
    item: str
    place: str
    unit: str
    office: str
    """The department under which its officers sign in."""
    from_on: date
    to_on: date | None
    document_no: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCompetence:
    """What is entered."""

    item: str
    place: str
    unit: str
    from_on: date
    to_on: date | None = None
    document_no: str | None = None


def set_competence(connection: Connection, wanted: NewCompetence, origin: Origin) -> int:
    """Enter who answers from a day on; whoever answers now without an end does so until that day.

    Raises ``UnknownItem``, ``UnknownPlace``, ``NoOffice``, ``CompetenceGap`` and ``CompetenceOverlap``.
    """
    units = units_of(connection)
    place = units.get(wanted.place)
    if place is None or place.kind not in PLACES or not place.holds(wanted.from_on):
        raise UnknownPlace(value=wanted.place)
    if connection.execute(_ITEM, {"item": wanted.item}).scalar() is None:
        raise UnknownItem(value=wanted.item)
    office = _office(connection, units, wanted)
    _check_there(units, wanted)
    if wanted.to_on is None:
        days = {"item": wanted.item, "place": wanted.place, "from_on": wanted.from_on}
        connection.execute(_END_BEFORE, days)
    _check_alone(connection, wanted)
    values = {**_values(wanted), "office": office, "by": origin.actor}
    number = int(connection.execute(_ENTER, values).scalar_one())
    note(connection, E.ADMINISTRATOR_ACT, origin, act="set_competence", entry=_told(wanted))
    return number


def end_competence(connection: Connection, number: int, on: date, origin: Origin) -> None:
    """From a day on the department of the catalogue answers again; ``NotFound`` for what is over."""
    row = connection.execute(_END, {"id": number, "on": on}).one_or_none()
    if row is None:
        remedy = "Look it up in 'kaigong competence list'; one that is over is not ended again."
        raise NotFound(field="competence", value=number, remedy=remedy)
    note(connection, E.ADMINISTRATOR_ACT, origin, act="end_competence", item=row.item, to_on=on)


def competences(connection: Connection) -> tuple[Competence, ...]:
    """Every entry, by item and place."""
    return tuple(Competence(*row) for row in connection.execute(_LIST))


def competence_of(connection: Connection, number: int) -> Competence:
    """One entry; raises ``NotFound``."""
    for entry in competences(connection):
        if entry.id == number:
            return entry
    remedy = "Look it up in 'kaigong competence list'."
    raise NotFound(field="competence", value=number, remedy=remedy)


def competent(connection: Connection, place: str, on: date) -> Mapping[str, str]:
    """Item → department that answers for it on a day in a place; an empty text where the catalogue's does
    again. Items about which the district never said anything are left out.
    """
    rows = connection.execute(_COMPETENT, {"place": place, "on": on})
    return {row.item: row.office or "" for row in rows}


def _office(connection: Connection, units: Mapping[str, Unit], wanted: NewCompetence) -> str:
    """The department of the unit, made from it where the catalogue has none."""
    if wanted.unit not in units:
        raise UnknownUnit(value=wanted.unit)
    for key in units_above(wanted.unit, units, wanted.from_on):
        unit = units[key]
        if unit.department is not None:
            return unit.department
        if unit.kind in _OFFICES:
            connection.execute(_NEW_OFFICE, {"key": key, "zh": unit.name.zh, "en": unit.name.en})
            connection.execute(_IS_OFFICE, {"key": key})
            return key
        if unit.kind in PLACES:
            break
    raise NoOffice(unit=wanted.unit)


def _check_there(units: Mapping[str, Unit], wanted: NewCompetence) -> None:
    unit = units[wanted.unit]
    begins = unit.from_on <= wanted.from_on
    lasts = unit.to_on is None or (wanted.to_on is not None and wanted.to_on <= unit.to_on)
    if not (begins and lasts):
        raise CompetenceGap(
            unit=unit.key,
            item=wanted.item,
            place=wanted.place,
            from_on=unit.from_on,
            to_on=unit.to_on or Word("open end"),
        )


def _check_alone(connection: Connection, wanted: NewCompetence) -> None:
    row = connection.execute(_MEETS, _values(wanted)).one_or_none()
    if row is not None:
        raise CompetenceOverlap(
            unit=row.unit,
            item=wanted.item,
            place=wanted.place,
            from_on=row.from_on,
            to_on=row.to_on or Word("open end"),
        )


def _values(wanted: NewCompetence) -> dict[str, object]:
    return {name: getattr(wanted, name) for name in NewCompetence.__dataclass_fields__}


def _told(wanted: NewCompetence) -> dict[str, object]:
    return {name: str(value) for name, value in _values(wanted).items() if value is not None}


_COLUMNS = "id, item, place, unit, office, from_on, to_on, document_no"
_LIST = text(f"SELECT {_COLUMNS} FROM competence ORDER BY item, place, from_on")  # noqa: S608
_ITEM = text(
    "SELECT 1 FROM scenario_version s WHERE s.definition -> 'items' @>"
    " jsonb_build_array(jsonb_build_object('code', CAST(:item AS text))) LIMIT 1"
)
_NEW_OFFICE = text(
    "INSERT INTO department (key, name_zh, name_en) VALUES (:key, :zh, :en) ON CONFLICT DO NOTHING"
)
_IS_OFFICE = sealed(unit_table, "UPDATE unit SET department = :key WHERE key = :key", "t.key")
_END_BEFORE = sealed(
    competence_table,
    "UPDATE competence SET to_on = :from_on WHERE item = :item AND place = :place"
    " AND to_on IS NULL AND from_on < :from_on",
    "t.id",
)
_MEETS = text(
    "SELECT unit, from_on, to_on FROM competence WHERE item = :item AND place = :place"
    " AND daterange(from_on, to_on)"
    " && daterange(CAST(:from_on AS date), CAST(:to_on AS date)) LIMIT 1"
)
_ENTER = sealed(
    competence_table,
    "INSERT INTO competence (item, place, unit, office, from_on, to_on, document_no, entered_by)"
    " VALUES (:item, :place, :unit, :office, :from_on, :to_on, :document_no, :by)",
    "t.id",
)
_END = sealed(
    competence_table,
    "UPDATE competence SET to_on = :on WHERE id = :id AND from_on < :on"
    " AND (to_on IS NULL OR to_on > :on)",
    "t.item",
)
#: The place and what is above it, a place that ended through its successor; of each item the nearest entry.
_COMPETENT = text(
    """
WITH RECURSIVE above AS (
  SELECT u.key, u.parent, u.to_on <= :on AND u.successor IS NOT NULL AS gone, u.successor, 0 AS depth
    FROM unit u WHERE u.key = :place
  UNION ALL
  SELECT n.key, n.parent, n.to_on <= :on AND n.successor IS NOT NULL, n.successor, a.depth + 1
    FROM above a JOIN unit n ON n.key = CASE WHEN a.gone THEN a.successor ELSE a.parent END
    WHERE a.depth < 40)
SELECT c.item, (array_agg(c.office ORDER BY a.depth) FILTER (WHERE c.from_on <= :on
    AND (c.to_on IS NULL OR :on < c.to_on)))[1] AS office
  FROM above a JOIN competence c ON c.place = a.key WHERE a.gone IS NOT TRUE GROUP BY c.item
"""
)
