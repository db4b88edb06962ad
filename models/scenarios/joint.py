"""What a scenario says about several departments that act together."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from models.scenarios.limits import Length
from models.values import Key, Value


class AbsenceRule(StrEnum):
    """What becomes of a joint visit when a utility that was told of the day does not come."""

    REFUSED = "refused"
    """It is not recorded: everyone has to be there."""
    RELIES_ON_RECORD = "relies_on_record"
    """It stands; who did not come works from the record, and does not survey the site on its own."""


class SiteVisitDefinition(Value):
    """That everyone who decides a part goes to the site together, exactly once a round 一次踏勘."""

    officers: Annotated[
        int,
        Field(
            strict=True,
            ge=2,
            le=20,
            description="Least number of officers of each department that verifies on the spot "
            "(art. 34: two); every other department that takes part sends one at least.",
        ),
    ] = 2
    absence: Annotated[
        AbsenceRule,
        Field(
            description="What holds when a utility was told of the day and does not come: `refused`, "
            "or `relies_on_record`: it is recorded as absent and works from what the others found. "
            "For utilities alone, never for who verifies by statute; the district's choice [D]."
        ),
    ] = AbsenceRule.REFUSED
    source: Annotated[str | None, Field(description="Where the rule comes from, marked.")] = None


class ConsultDefinition(Value):
    """That another department is asked before an item is decided 征求意见."""

    department: Annotated[Key, Field(description="Department that is asked.")]
    limit: Annotated[Length, Field(description="Time to answer.")]
    silence_is_consent: Annotated[
        bool,
        Field(
            description="Whether nothing said by the last day is taken as consent; never for an "
            "opinion that a statute asks for. Otherwise silence is warned of, up the ladder."
        ),
    ] = False
    basis: Annotated[
        str | None,
        Field(description="Why it is asked, marked: [L] where a statute asks for its opinion."),
    ] = None

    @property
    def by_statute(self) -> bool:
        """Whether a statute asks for this opinion."""
        return "[L]" in (self.basis or "")
