"""Permits of one phase 分阶段许可: what has to follow within which time, and how they are supervised."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from models.scenarios.limits import Length
from models.values import ItemCode, Value


class NextPhaseDefinition(Value):
    """What the enterprise promises with a permit of one phase: to apply for the next one in time."""

    item: Annotated[ItemCode, Field(description="Item of the next phase.")]
    within: Annotated[
        Length, Field(description="From the grant to the application for the next phase.")
    ]
    yellow_days: Annotated[
        int,
        Field(
            strict=True, ge=0, le=3660, description="Natural days before the last day, yellow [D]."
        ),
    ] = 30
    credit: Annotated[
        bool,
        Field(description="Whether a lapse, and work beyond the phase, is a dishonesty [D]."),
    ] = True
    bars: Annotated[
        bool, Field(description="Whether the next phase is barred once it lapsed [D].")
    ] = False
    inspection_every: Annotated[
        Length | None,
        Field(description="How often the site is inspected until the next phase is granted [D]."),
    ] = None
