"""Acts of projects under architect responsibility 建筑师负责制."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from models.cases.commands.base import PRINTABLE, ProjectCommand, Sentence, ShortText
from models.plain_text import AS_LINE


class RecordArchitectTeam(ProjectCommand):
    """Say which design unit and which architect answer for the design 登记责任建筑师团队."""

    act: Literal["record_architect_team"] = "record_architect_team"
    unit: Annotated[ShortText, Field(title="Design unit", description="Design unit.")]
    unit_code: Annotated[
        ShortText,
        Field(
            title="Unified social credit code of the design unit",
            description="Its unified social credit code.",
        ),
    ]
    architect: Annotated[
        ShortText,
        Field(title="Responsible architect", description="Name of the responsible architect."),
    ]
    registration: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=4, max_length=40, pattern=PRINTABLE),
        AS_LINE,
        Field(
            title="Registration number of the architect",
            description="Number under which the architect is registered.",
        ),
    ]


class RecordDesignOpinion(ProjectCommand):
    """Enter an opinion of the architect's team in the register 登记设计意见."""

    act: Literal["record_design_opinion"] = "record_design_opinion"
    by: Annotated[ShortText, Field(title="Given by", description="Who of the team gave it.")]
    subject: Annotated[ShortText, Field(title="On what", description="What it is on.")]
    opinion: Annotated[Sentence, Field(title="Opinion")]
    adopted: Annotated[bool, Field(title="Adopted", description="Whether it was followed.")]
    saved_cost: Annotated[
        int | None,
        Field(
            ge=0,
            le=10**12,
            title="Cost saved, in CNY",
            description="What following it saves, in CNY.",
        ),
    ] = None
