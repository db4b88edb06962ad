"""Units: a new one, other values, the end of one."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from models.cases.commands import Entry, Prompt
from models.people.organisation import KnownUnit, Unit, UnitName
from models.values import Key
from services.organisation.declaration import By, OrganisationAct, OrganisationCommand, Section
from services.people import organisation
from services.unit_of_work import Database


class AddUnit(Unit):
    """A new unit."""

    act: Literal["add_unit"] = "add_unit"


class ChangeUnit(OrganisationCommand):
    """Other values for a unit; what is left out stays."""

    act: Literal["change_unit"] = "change_unit"
    key: Annotated[KnownUnit, Field(title="Unit", description="Key of the unit.")]
    name_zh: Annotated[
        UnitName | None, Field(title="Name of the unit", description="Its Chinese name.")
    ] = None
    name_en: Annotated[
        UnitName | None, Field(title="English name", description="Its English name.")
    ] = None
    parent: Annotated[
        KnownUnit | None, Field(title="Unit above it", description="Key of the unit above it.")
    ] = None
    department: Annotated[
        Key | None,
        Field(title="Department of the catalogue", description="Key of the department that it is."),
        Prompt(Entry.LINE),
    ] = None
    region_code: Annotated[
        str | None,
        StringConstraints(pattern=r"^\d{6}$"),
        Field(title="Region code", description="Six digits of its project codes."),
        Prompt(Entry.LINE),
    ] = None


class EndUnit(OrganisationCommand):
    """A unit ends on a day, and its successor is asked for in its place."""

    act: Literal["end_unit"] = "end_unit"
    key: Annotated[KnownUnit, Field(title="Unit", description="Key of the unit.")]
    on: Annotated[date, Field(title="First day without it", description="First day without it.")]
    successor: Annotated[
        KnownUnit | None, Field(title="Successor", description="Key of who takes over.")
    ] = None


def _add(database: Database, command: AddUnit, by: By) -> str:
    unit = Unit(**command.model_dump(exclude={"act"}))
    organisation.add_unit(database, unit, by.origin)
    return unit.key


def _change(database: Database, command: ChangeUnit, by: By) -> None:
    changes = command.model_dump(exclude={"act", "key"}, exclude_none=True)
    organisation.change_unit(database, command.key, changes, by.origin)


def _end(database: Database, command: EndUnit, by: By) -> None:
    organisation.end_unit(database, command.key, command.on, command.successor, by.origin)


ADD_UNIT = OrganisationAct(
    command=AddUnit,
    label="Add a unit",
    help="A new unit, in force from a day on.",
    perform=_add,
    section=Section.UNITS,
    called=("unit", "add"),
    arguments=("key",),
    done="{key} is a unit from {from_on} on.",
)
CHANGE_UNIT = OrganisationAct(
    command=ChangeUnit,
    label="Change a unit",
    help="Other values for a unit: what is not given stays.",
    perform=_change,
    section=Section.UNITS,
    called=("unit", "change"),
    arguments=("key",),
    done="{key} was changed.",
)
END_UNIT = OrganisationAct(
    command=EndUnit,
    label="End a unit",
    help="End a unit on a day; its successor is asked for in its place from then on. Its projects and the posts over it go on in the successor: nothing is moved, no clock stands still.",
    perform=_end,
    section=Section.UNITS,
    called=("unit", "end"),
    arguments=("key",),
    done="{key} ends on {on}.",
)
