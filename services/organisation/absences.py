"""Absences: written down, cut short."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from models.people.organisation import NewAbsence
from services.organisation.declaration import By, OrganisationAct, OrganisationCommand, Section
from services.organisation.posts import RowNumber
from services.people import absences
from services.unit_of_work import Database


class RecordAbsence(NewAbsence):
    """Somebody will be away, and another acts for them."""

    act: Literal["record_absence"] = "record_absence"


class EndAbsence(OrganisationCommand):
    """Somebody is back, or does not go."""

    act: Literal["end_absence"] = "end_absence"
    number: Annotated[RowNumber, Field(title="Number", description="Number of the absence.")]


def _record(database: Database, command: RecordAbsence, by: By) -> int:
    absence = NewAbsence(**command.model_dump(exclude={"act"}))
    return absences.record_absence(database, absence, by.now, by.origin)


def _end(database: Database, command: EndAbsence, by: By) -> None:
    absences.end_absence(database, command.number, by.now, by.origin)


RECORD_ABSENCE = OrganisationAct(
    command=RecordAbsence,
    label="Write down an absence",
    help="Write down that somebody will be away; a circle of substitutes is refused. The deputy gets what arrives and acts; clocks run on, and it comes back by itself.",
    perform=_record,
    section=Section.ABSENCES,
    called=("absence", "add"),
    arguments=("login",),
    done="{substitute} acts for {login}, number {number}.",
)
END_ABSENCE = OrganisationAct(
    command=EndAbsence,
    label="Is back",
    help="Somebody is back, or does not go: from now on they act themselves.",
    perform=_end,
    section=Section.ABSENCES,
    called=("absence", "end"),
    arguments=("number",),
    on_row=("number",),
    done="Absence {number} is over.",
)
