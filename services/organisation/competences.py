"""Who answers for which item in which district: chosen, ended, and what is in hand moved after it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from models.cases.commands import Entry, Prompt
from models.people.organisation import DocumentNumber, KnownUnit
from models.values import ItemCode
from services.cases.handover.competences import move_open_work
from services.organisation.declaration import By, OrganisationAct, OrganisationCommand, Section
from services.organisation.posts import RowNumber
from services.people.powers import competences
from services.people.powers.competences import NewCompetence
from services.unit_of_work import Database


class SetCompetence(OrganisationCommand):
    """A unit answers for an item in a district from a day on."""

    act: Literal["set_competence"] = "set_competence"
    item: Annotated[
        ItemCode, Field(title="Item", description="Code of the item."), Prompt(Entry.LINE)
    ]
    place: Annotated[
        KnownUnit, Field(title="Place", description="In which new area, new city, park or town.")
    ]
    unit: Annotated[
        KnownUnit, Field(title="Unit", description="Which department, section or utility answers.")
    ]
    from_on: Annotated[date, Field(title="From", description="First day.")]
    to_on: Annotated[
        date | None, Field(title="First day without it", description="First day without it.")
    ] = None
    document_no: Annotated[
        DocumentNumber | None,
        Field(title="Number of the decision", description="Number of the decision."),
    ] = None


class EndCompetence(OrganisationCommand):
    """From a day on the department of the catalogue answers again."""

    act: Literal["end_competence"] = "end_competence"
    number: Annotated[RowNumber, Field(title="Number", description="Number of the entry.")]
    on: Annotated[date, Field(title="First day without it", description="First day without it.")]


class MoveOpenWork(OrganisationCommand):
    """What is in hand goes to the unit that is competent now."""

    act: Literal["move_open_work"] = "move_open_work"
    number: Annotated[RowNumber, Field(title="Number", description="Number of the entry.")]


def _set(database: Database, command: SetCompetence, by: By) -> int:
    wanted = NewCompetence(**command.model_dump(exclude={"act"}))
    with database.transaction() as connection:
        return competences.set_competence(connection, wanted, by.origin)


def _end(database: Database, command: EndCompetence, by: By) -> None:
    with database.transaction() as connection:
        competences.end_competence(connection, command.number, command.on, by.origin)


def _move(database: Database, command: MoveOpenWork, by: By) -> int:
    return move_open_work(database, command.number, by.now, by.origin)


SET_COMPETENCE = OrganisationAct(
    command=SetCompetence,
    label="Say who answers for an item",
    help="From a day on a unit answers for an item in a place and all below it, instead of the department that the catalogue names. Applications of that day go to it; what is in hand stays until it is moved. Whoever answered without an end does so until that day.",
    perform=_set,
    section=Section.COMPETENCES,
    called=("competence", "set"),
    arguments=("item", "place", "unit"),
    done="{unit} answers for {item} in {place} from {from_on} on, number {number}.",
)
END_COMPETENCE = OrganisationAct(
    command=EndCompetence,
    label="End it",
    help="From a day on the department of the catalogue answers again.",
    perform=_end,
    section=Section.COMPETENCES,
    called=("competence", "end"),
    arguments=("number",),
    on_row=("number",),
    done="Competence {number} ends on {on}.",
)
MOVE_OPEN_WORK = OrganisationAct(
    command=MoveOpenWork,
    label="Move what is in hand",
    help="Applications and examinations of the item in the place go to the unit that answers for it today, with their letters; no clock moves, and both units, the steward and the enterprise are told.",
    perform=_move,
    section=Section.COMPETENCES,
    called=("competence", "move"),
    arguments=("number",),
    on_row=("number",),
    done="{number} items were moved.",
)
