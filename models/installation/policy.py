"""What a district chooses where the law is silent, as it writes it down: ``policy.yaml``."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from models.clock.values import Unit
from models.people.post import Post
from models.scenarios.limits import LengthDefinition
from models.values import Value

#: Working days that are never more than 60 natural days, whatever the holidays.
MOST_WORKING_DAYS = 30
Days = Annotated[int, Field(strict=True, ge=1, le=365)]


class Period(LengthDefinition):
    """A length of time that is no shorter than a day."""

    days: Annotated[int, Field(strict=True, ge=1, le=3660)]


#: Key of a scenario → what a project of it weighs.
StewardWeights = dict[str, Annotated[int, Field(strict=True, ge=1, le=1000)]]


#: Post → a post that nobody has beside it, besides the pairs that hold everywhere.
SeparatePosts = dict[Post, Post]


class Yellow(Value):
    """When a light turns yellow: at most so much of the limit is left, whichever is more."""

    percent: Annotated[int, Field(strict=True, ge=0, le=100)]
    working_days: Annotated[int, Field(strict=True, ge=0, le=3660)]


class Ladder(Value):
    """Working days after the last day until a rung of the warning ladder."""

    head_after: Days
    supervision_after: Days
    statutory_supervision_after: Days
    """After the end of the statutory limit to decide, of which everybody hears on its first day."""

    @model_validator(mode="after")
    def _goes_up(self) -> Self:
        if self.supervision_after <= self.head_after:
            message = "supervision_after has to be more than head_after"
            raise ValueError(message)
        return self


class Suspension(Value):
    """Whether the boundary days of a special procedure count."""

    start_counts: bool
    end_counts: bool


class BasisFalls(StrEnum):
    """What becomes of a case under examination when an approval that it builds on falls."""

    WAIT = "wait"
    """It stops with its basis, and goes on the day that stands again."""
    ON_REQUEST = "on_request"
    """The officer sees the two lawful ways: wait, when the applicant asks for it, or deny."""


class AppealDecision(Period):
    """The time to decide an appeal: no longer than the law gives for a reconsideration."""

    days: Annotated[int, Field(strict=True, ge=1, le=60)]
    unit: Literal[Unit.NATURAL_DAY, Unit.WORKING_DAY] = Unit.NATURAL_DAY

    @model_validator(mode="after")
    def _within_the_law(self) -> Self:
        if self.unit is Unit.WORKING_DAY and self.days > MOST_WORKING_DAYS:
            message = f"{self.days} working days can be more than 60 natural days"
            raise ValueError(message)
        return self


class PolicyGroups(Value):
    """What the file says in other words than the policy: the rest of it is derived from that."""

    yellow: Yellow
    ladder: Ladder
    suspension: Suspension
    extension_moves_promise: bool
