"""What a scenario says about several departments that act together."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from models.values import Value


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
    source: Annotated[str | None, Field(description="Where the rule comes from, marked.")] = None
