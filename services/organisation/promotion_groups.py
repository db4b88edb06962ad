"""Promotion groups of a reform's measures: formed, ended."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from models.cases.commands import Entry, Login, Prompt
from models.people.organisation import KnownUnit, UnitName
from models.values import Key
from services.organisation.declaration import By, OrganisationAct, OrganisationCommand, Section
from services.organisation.posts import RowNumber
from services.people.powers import promotion_groups
from services.people.powers.promotion_groups import NewPromotionGroup
from services.unit_of_work import Database


class FormPromotionGroup(OrganisationCommand):
    """A measure of the reform gets its leader, its lead unit and its responsible units."""

    act: Literal["form_promotion_group"] = "form_promotion_group"
    measure: Annotated[UnitName, Field(title="Measure", description="Measure of the reform.")]
    leader: Annotated[Login, Field(title="Leader", description="Who leads it.")]
    lead_unit: Annotated[KnownUnit, Field(title="Lead unit", description="Key of the lead unit.")]
    responsible_units: Annotated[
        tuple[Key, ...],
        Field(
            title="Responsible units",
            min_length=1,
            max_length=60,
            description="Keys of the responsible units.",
        ),
        Prompt(Entry.CODES, hint="Keys, with a space between them."),
    ]
    from_on: Annotated[date, Field(title="From", description="First day.")]


class EndPromotionGroup(OrganisationCommand):
    """A group is over."""

    act: Literal["end_promotion_group"] = "end_promotion_group"
    number: Annotated[RowNumber, Field(title="Number", description="Number of the group.")]


def _form(database: Database, command: FormPromotionGroup, by: By) -> int:
    wanted = NewPromotionGroup(**command.model_dump(exclude={"act"}))
    with database.transaction() as connection:
        return promotion_groups.form_group(connection, wanted, by.origin)


def _end(database: Database, command: EndPromotionGroup, by: By) -> None:
    with database.transaction() as connection:
        promotion_groups.end_group(connection, command.number, by.today, by.origin)


FORM_PROMOTION_GROUP = OrganisationAct(
    command=FormPromotionGroup,
    label="Form a promotion group",
    help="One leader, one lead unit and the responsible units of a measure of the reform; a measure has one group at a time.",
    perform=_form,
    section=Section.PROMOTION_GROUPS,
    called=("unit", "form-group"),
    arguments=("measure",),
    done="{measure} has its promotion group, number {number}.",
)
END_PROMOTION_GROUP = OrganisationAct(
    command=EndPromotionGroup,
    label="End the group",
    help="A promotion group is over from today on.",
    perform=_end,
    section=Section.PROMOTION_GROUPS,
    called=("unit", "end-group"),
    arguments=("number",),
    on_row=("number",),
    done="Promotion group {number} is over.",
)
