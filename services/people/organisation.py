"""The units of the organisation: read, changed, ended, merged; every change is sealed and logged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, text

from config.strict_yaml import load
from models.errors import Conflict, KaigongError, NotFound
from models.people.organisation import PLACES, Unit
from models.people.security import CONSOLE, Origin
from models.people.security import SecurityEvent as E
from models.tables import unit as unit_table
from rules.people.units import UnknownUnit, unit_faults, unit_on, units_above
from services.people.security_log import note
from services.seals import sealed
from services.unit_of_work import Database

SHIPPED: Final = Path(__file__).parents[2] / "config" / "organisation.yaml"


class UnknownPlace(KaigongError):
    template = "place: {value} is no place that is there now; choose a new city, park or town from 'kaigong unit list'."
    field = "place"


class StillCompetent(Conflict):
    template = "to_on: {unit} answers for {item} in {place} beyond {value}, so that nobody would; name another unit for it from that day on first."
    field = "to_on"


class UnitTaken(Conflict):
    template = "key: there is a unit {value} already; choose another key, or change that one."
    field = "key"


def units_of(connection: Connection) -> dict[str, Unit]:
    """Every unit by its key, those that ended too."""
    return {row["key"]: Unit(**row) for row in connection.execute(_UNITS).mappings()}


def check_fits(units: Mapping[str, Unit]) -> None:
    """Raise the first ``UnitFault`` of a tree."""
    for _, fault in unit_faults(units):
        raise fault


def add_unit(database: Database, unit: Unit, origin: Origin = CONSOLE) -> None:
    """A new unit. Raises ``UnitTaken`` and ``UnitFault``."""
    with database.transaction() as connection:
        known = units_of(connection)
        if unit.key in known:
            raise UnitTaken(value=unit.key)
        check_fits({**known, unit.key: unit})
        write_units(connection, [unit], origin)


def change_unit(
    database: Database, key: str, changes: Mapping[str, Any], origin: Origin = CONSOLE
) -> Unit:
    """Other values for a unit, its end and successor too. Raises ``UnknownUnit`` and ``UnitFault``."""
    with database.transaction() as connection:
        known = units_of(connection)
        if key not in known:
            raise UnknownUnit(value=key)
        unit = Unit(**{**known[key].model_dump(), **changes})
        check_fits({**known, key: unit})
        write_units(connection, [unit], origin)
    return unit


def end_unit(
    database: Database, key: str, on: date, successor: str | None, origin: Origin = CONSOLE
) -> Unit:
    """End a unit on a day: from then on its successor is asked for in its place; nothing is moved."""
    return change_unit(database, key, {"to_on": on, "successor": successor}, origin)


def write_units(connection: Connection, units: Iterable[Unit], origin: Origin) -> None:
    """Write units that fit together; those above come before those below.

    Raises ``StillCompetent`` for one that ends and answers for an item beyond that day.
    """
    for unit in _from_above({unit.key: unit for unit in units}):
        _check_answers_for_nothing(connection, unit)
        connection.execute(_WRITE, unit.model_dump(mode="json"))
        details = unit.model_dump(mode="json", exclude_none=True, exclude={"key", "kind"})
        note(connection, E.ADMINISTRATOR_ACT, origin, act="write_unit", unit=unit.key, **details)


def _check_answers_for_nothing(connection: Connection, unit: Unit) -> None:
    if unit.to_on is None:
        return
    row = connection.execute(_ANSWERS, {"unit": unit.key, "on": unit.to_on}).one_or_none()
    if row is not None:
        raise StillCompetent(value=unit.to_on, unit=unit.key, item=row.item, place=row.place)


def know_shipped_units(connection: Connection) -> None:
    """Insert the units that are shipped, where nobody has entered any yet."""
    if connection.execute(_ANY).scalar() is None:
        for unit in _from_above({unit.key: unit for unit in shipped_units()}):
            connection.execute(_WRITE, unit.model_dump(mode="json"))


@cache
def shipped_units() -> tuple[Unit, ...]:
    """The units of ``config/organisation.yaml``."""
    content = load(SHIPPED.read_text(encoding="utf-8"))
    return tuple(Unit(**values) for values in content["units"])


def place_of(connection: Connection, asked: str, on: date) -> tuple[str, tuple[str, ...]]:
    """The place that is there for another on a day, and the units above, the nearest first.

    Raises ``UnknownPlace``.
    """
    units = units_of(connection)
    place = units.get(unit_on(asked, units, on))
    if place is None or not place.holds(on) or place.kind not in PLACES:
        raise UnknownPlace(value=asked)
    return place.key, units_above(place.key, units, on)


def place_of_region(connection: Connection, region_code: str, on: date) -> str | None:
    """The place whose project codes have a region code; ``None`` where no place says so."""
    asked = {"code": region_code, "on": on}
    return connection.execute(_OF_REGION, asked).scalar_one_or_none()


def check_account(connection: Connection, field: str, login: str) -> None:
    """Refuse a login that nobody can sign in with."""
    if connection.execute(_ACCOUNT, {"login": login}).scalar() is None:
        remedy = "Look it up in 'kaigong account list'."
        raise NotFound(field=field, value=login, remedy=remedy)


def _from_above(units: Mapping[str, Unit]) -> Iterable[Unit]:
    written: dict[str, Unit] = {}

    def write(unit: Unit) -> None:
        if unit.key in written:
            return
        for key in (unit.parent, unit.successor):
            if key is not None and key in units:
                write(units[key])
        written[unit.key] = unit

    for unit in units.values():
        write(unit)
    return tuple(written.values())


_COLUMNS = tuple(Unit.model_fields)
_UNITS = text(f"SELECT {', '.join(_COLUMNS)} FROM unit ORDER BY key")  # noqa: S608
_ACCOUNT = text("SELECT 1 FROM account WHERE login = :login AND active")
_OF_REGION = text(
    "SELECT key FROM unit WHERE region_code = :code AND from_on <= :on"
    " AND (to_on IS NULL OR :on < to_on) ORDER BY key LIMIT 1"
)
_ANSWERS = text(
    "SELECT item, place FROM competence WHERE unit = :unit AND (to_on IS NULL OR to_on > :on)"
    " ORDER BY item, place LIMIT 1"
)
_ANY = text("SELECT 1 FROM unit LIMIT 1")
_WRITE = sealed(
    unit_table,
    f"INSERT INTO unit ({', '.join(_COLUMNS)})"  # noqa: S608
    f" VALUES (:key, :kind, :name_zh, :name_en, :parent, :department, :region_code,"
    " CAST(:from_on AS date), CAST(:to_on AS date), :successor)"
    f" ON CONFLICT (key) DO UPDATE SET"
    f" {', '.join(f'{name} = excluded.{name}' for name in _COLUMNS[1:])}",
    "t.key",
)
