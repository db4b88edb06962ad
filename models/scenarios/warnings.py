"""When people are warned: what a scenario says where it differs from the installation [D]."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from models.values import Value


class YellowDefinition(Value):
    """When a light turns yellow [D]: at most so much of the limit is left, whichever comes first.

    What is left out is as the scenario has it, and after that the installation.
    """

    percent: Annotated[
        int | None,
        Field(
            strict=True, ge=0, le=100, description="Share of the limit that is left.", examples=[30]
        ),
    ] = None
    working_days: Annotated[
        int | None,
        Field(strict=True, ge=0, le=3660, description="Working days that are left.", examples=[2]),
    ] = None


class WarningsDefinition(Value):
    """When people are warned in this scenario, where it differs from the installation [D]."""

    yellow: Annotated[
        YellowDefinition, Field(description="When lights turn yellow.", examples=[{"percent": 30}])
    ] = YellowDefinition()
    head_after: Annotated[
        int | None,
        Field(
            strict=True,
            ge=1,
            le=365,
            description="Working days after the last day until the department's head is told.",
            examples=[1],
        ),
    ] = None
    supervision_after: Annotated[
        int | None,
        Field(
            strict=True,
            ge=1,
            le=365,
            description="Working days after the last day until the supervision letter 督办函.",
            examples=[3],
        ),
    ] = None
    source: Annotated[
        str | None, Field(description="Where it comes from, with its mark.", examples=["[D]"])
    ] = None
