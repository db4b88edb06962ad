"""What utilities do for the line of a project."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from models.commands.base import ItemCommand, Sentence


class AcknowledgeLead(ItemCommand):
    """A utility says that it knows of the project, and whom the enterprise can ask."""

    act: Literal["acknowledge_lead"] = "acknowledge_lead"
    contact: Annotated[Sentence, Field(max_length=200)]


class AnswerLine(ItemCommand):
    """A utility answers its line of a joint application with its plan: the line is decided by it."""

    act: Literal["answer_line"] = "answer_line"
    plan: Sentence
    days: Annotated[int, Field(ge=0, le=365, description="Working days until it is connected.")]
    contact: Annotated[Sentence, Field(max_length=200)]
    to_red_line: Annotated[
        bool,
        Field(
            description="Whether the network reaches the red line of the parcel; where it does not, "
            "the public side builds up to it and pays."
        ),
    ]


class ConnectLine(ItemCommand):
    """A utility's line is connected, after the acceptance."""

    act: Literal["connect_line"] = "connect_line"
    connected_on: date
