"""Guards: what has to be true of a project and of its forms before an item goes on."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from models.values import Text, Value


class GuardPoint(StrEnum):
    """The act that a guard stands before."""

    SUBMIT = "submit"
    """The application (and its correction), or the record of a milestone."""
    DECIDE = "decide"
    """The grant, or the preliminary opinion."""


class GuardDefinition(Value):
    """A condition that refuses an act with its own sentence where it is false.

    Where a value in it is not there (a field left empty, a form of an item that the project does not
    need), the comparison is open, and so is the guard unless the rest of it decides: nobody is
    refused for what nobody was asked.
    """

    check: Annotated[
        str,
        Field(
            max_length=500,
            description="Condition over project.NAME and form.ITEM.FIELD, in CEL; false refuses.",
        ),
    ]
    at: Annotated[GuardPoint, Field(description="Act that it stands before.")] = GuardPoint.SUBMIT
    refusal: Annotated[Text, Field(description="What is wrong and what to do, in one sentence.")]
    basis: Annotated[
        str | None, Field(description="Article or document that it follows from, with its mark.")
    ] = None
