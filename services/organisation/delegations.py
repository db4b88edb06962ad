"""Delegations in writing: given, ended."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from models.cases.commands import Entry, Login, Prompt
from models.people.organisation import DocumentNumber, UnitName
from models.values import ItemCode, Name
from services.organisation.declaration import By, OrganisationAct, OrganisationCommand, Section
from services.organisation.posts import RowNumber
from services.people.powers import delegations
from services.people.powers.delegations import NewDelegation
from services.unit_of_work import Database


class GiveDelegation(OrganisationCommand):
    """Somebody delegates acts of theirs to another, in writing."""

    act: Literal["give_delegation"] = "give_delegation"
    giver: Annotated[Login, Field(title="Who delegates", description="Who delegates.")]
    receiver: Annotated[Login, Field(title="To whom", description="To whom.")]
    acts: Annotated[
        tuple[Name, ...],
        Field(
            title="Which acts",
            min_length=1,
            max_length=60,
            description="Which acts, each by its name.",
        ),
        Prompt(Entry.TICKS),
    ]
    items: Annotated[
        tuple[ItemCode, ...],
        Field(title="Items", max_length=200, description="For which items; none: for all."),
        Prompt(Entry.CODES, hint="Codes, with a space between them; none: for all."),
    ] = ()
    from_on: Annotated[date, Field(title="From", description="First day.")]
    to_on: Annotated[date, Field(title="First day without it", description="First day without it.")]
    document_no: Annotated[
        DocumentNumber,
        Field(title="Number of the document", description="Number of the document."),
    ]
    reason: Annotated[UnitName | None, Field(title="Reason", description="Reason.")] = None


class EndDelegation(OrganisationCommand):
    """A delegation ends before its last day."""

    act: Literal["end_delegation"] = "end_delegation"
    number: Annotated[RowNumber, Field(title="Number", description="Number of the delegation.")]


def _give(database: Database, command: GiveDelegation, by: By) -> int:
    wanted = NewDelegation(**command.model_dump(exclude={"act"}))
    with database.transaction() as connection:
        return delegations.give(connection, wanted, by.origin)


def _end(database: Database, command: EndDelegation, by: By) -> None:
    with database.transaction() as connection:
        delegations.end(connection, command.number, by.today, by.origin)


GIVE_DELEGATION = OrganisationAct(
    command=GiveDelegation,
    label="Write down a delegation",
    help="Somebody delegates acts that are theirs by their account to another, for at most a year. The other acts under it by choosing it on the account page; every act says by whose delegation it was done. What the law leaves to the head of the authority is not delegated.",
    perform=_give,
    section=Section.DELEGATIONS,
    called=("delegation", "give"),
    arguments=("giver", "receiver"),
    done="{receiver} acts by delegation of {giver}, number {number}.",
)
END_DELEGATION = OrganisationAct(
    command=EndDelegation,
    label="End the delegation",
    help="A delegation ends today, also while somebody has a form open.",
    perform=_end,
    section=Section.DELEGATIONS,
    called=("delegation", "end"),
    arguments=("number",),
    on_row=("number",),
    done="Delegation {number} is over.",
)
