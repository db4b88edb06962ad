"""What a district chooses where the law is silent, as it writes it down: ``policy.yaml``."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from models.limit import LimitDefinition
from models.values import Value

Days = Annotated[int, Field(strict=True, ge=1, le=365)]


class Period(LimitDefinition):
    """A length of time that is no shorter than a day."""

    days: Annotated[int, Field(strict=True, ge=1, le=3660)]


class Yellow(Value):
    """When a light turns yellow: at most so much of the limit is left, whichever is more."""

    percent: Annotated[int, Field(strict=True, ge=0, le=100)]
    working_days: Annotated[int, Field(strict=True, ge=0, le=3660)]


class Ladder(Value):
    """Working days after the last day until a rung of the warning ladder."""

    head_after: Days
    supervision_after: Days

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


class Credit(Value):
    """What a broken commitment costs."""

    threshold: Annotated[int, Field(strict=True, ge=1, le=1000)]
    length: Period | None


class PolicyFile(Value):
    """The whole file; the one that is shipped has every field."""

    make_up: Period
    appeal: Period
    decider_may_be_handler: bool
    yellow: Yellow
    ladder: Ladder
    supervision_reply: Period
    suspension: Suspension
    extension_moves_promise: bool
    credit: Credit
