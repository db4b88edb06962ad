"""Acts of utilities on the line of a project."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from models.cases.commands.base import ItemCommand, Prompt, Sentence


class AcknowledgeLead(ItemCommand):
    """A utility says that it knows of the project, and whom the enterprise can ask."""

    act: Literal["acknowledge_lead"] = "acknowledge_lead"
    contact: Annotated[
        Sentence,
        Field(title="Whom the enterprise can ask (name or office, telephone)", max_length=200),
    ]


class AnswerLine(ItemCommand):
    """A utility answers its line of a joint application with its plan: the line is decided by it."""

    act: Literal["answer_line"] = "answer_line"
    plan: Annotated[Sentence, Field(title="Plan: load, point and way of connection")]
    days: Annotated[
        int,
        Field(
            title="Working days until it is connected",
            ge=0,
            le=365,
            description="Working days until it is connected.",
        ),
    ]
    contact: Annotated[
        Sentence,
        Field(title="Whom the enterprise can ask (name or office, telephone)", max_length=200),
    ]
    to_red_line: Annotated[
        bool,
        Field(
            title="Up to the red line of the parcel",
            description="Whether the network reaches the red line of the parcel; where it does not, "
            "the public side builds up to it and pays.",
        ),
    ]


class ConnectLine(ItemCommand):
    """A utility's line is connected, after the acceptance."""

    act: Literal["connect_line"] = "connect_line"
    connected_on: Annotated[date, Field(title="Connected on"), Prompt(until_today=True)]
