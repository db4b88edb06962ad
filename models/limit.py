"""Lengths of time as a scenario declares them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from models.clock import Unit
from models.values import Value


class LimitDefinition(Value):
    """A time limit: a length in a unit, with the source it comes from."""

    days: Annotated[int, Field(strict=True, ge=0, le=3660, description="Length, in the unit.")]
    unit: Annotated[Unit, Field(description="Working days, natural days or months.")] = (
        Unit.WORKING_DAY
    )
    source: Annotated[str | None, Field(description="Article or document, with its mark.")] = None
