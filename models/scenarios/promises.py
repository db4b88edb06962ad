"""Promises of a scenario 承诺: between two events of a project within a time, or all counted approvals."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

from pydantic import ConfigDict, Field, StringConstraints

from models.values import ItemCode, Key, Text, Value

#: Key of the promise that a scenario makes without naming it.
WHOLE: Final = "whole"
#: The event with which every project begins.
REGISTERED: Final = "registered"


class PromiseUnit(StrEnum):
    """What the time of a promise is counted in."""

    COUNTED_DAY = "counted_day"
    """Working days on which a limit to decide ran on the longest chain of counted approvals (R11)."""
    WORKING_DAY = "working_day"
    NATURAL_DAY = "natural_day"
    MONTH = "month"


class Happening(StrEnum):
    """What happens to an item."""

    OPENED = "opened"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    DECIDED = "decided"
    """It is granted, or recorded where it is a milestone."""


#: An event of a project: ``registered``, ``D03`` (granted, or recorded), ``D03.accepted`` and so on.
PromisedEvent = Annotated[
    str,
    StringConstraints(
        pattern=r"^(registered|[A-Z][A-Z0-9]{0,7}(\.(opened|received|accepted|decided))?)$"
    ),
]


def parts_of(event: str) -> tuple[str | None, Happening]:
    """Item and happening of an event; no item for the registration."""
    if event == REGISTERED:
        return None, Happening.OPENED
    item, _, happening = event.partition(".")
    return item, Happening(happening or Happening.DECIDED)


class PromiseDefinition(Value):
    """What the scenario promises: from one event to another within so many days or months.

    Without events it is about all counted approvals of a project.
    """

    model_config = ConfigDict(populate_by_name=True)

    days: Annotated[int, Field(ge=1, le=3660, description="Length, in the unit.")]
    unit: Annotated[
        PromiseUnit,
        Field(
            description="Counted days (working days on which approvals were examined, side by side "
            "once), working days, natural days or months.",
            examples=["month"],
        ),
    ] = PromiseUnit.COUNTED_DAY
    start: Annotated[
        PromisedEvent | None,
        Field(
            alias="from",
            description="Event that it runs from: an item (granted, or recorded where it is a "
            "milestone), an item with .opened, .received or .accepted, or registered.",
            examples=["E0"],
        ),
    ] = None
    end: Annotated[
        PromisedEvent | None,
        Field(
            alias="to",
            description="Event that it is kept by, written like the first one; without one, the "
            "grant of every counted item.",
            examples=["D03"],
        ),
    ] = None
    items: Annotated[
        tuple[ItemCode, ...],
        Field(
            description="Instead of two events: these items together, from the first acceptance to "
            "the last decision.",
            examples=[["B02", "C01", "C05"]],
        ),
    ] = ()
    when: Annotated[
        str | None,
        Field(
            max_length=500,
            description="Class of projects that it is made to, as a condition in CEL; without one, "
            "all.",
            examples=["!project.phased_permit"],
        ),
    ] = None
    source: Annotated[
        str | None, Field(description="Document that promises it, with its mark.")
    ] = None

    @property
    def named(self) -> str:
        """Its key: what its clock is called by."""
        return WHOLE

    @property
    def is_counted(self) -> bool:
        """Whether counted days limit it, and not the days that pass."""
        return self.unit is PromiseUnit.COUNTED_DAY

    @property
    def is_whole(self) -> bool:
        """Whether it is about all counted approvals of a project."""
        return self.is_counted and not (self.start or self.end or self.items)


class NamedPromise(PromiseDefinition):
    """One of several promises."""

    key: Annotated[Key, Field(description="Name of the promise; its clock keeps it.")]
    name: Annotated[Text, Field(description="What is promised, as people read it.")]

    @property
    def named(self) -> str:
        """Its key."""
        return self.key
