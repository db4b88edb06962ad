"""Lines of utilities 报装线路, and who hears of a project in advance 超前报装."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from models.values import ItemCode, Value


class UtilityKind(StrEnum):
    """What a line of a joint utility application 联合报装 brings to the site."""

    WATER = "water"
    DRAINAGE = "drainage"
    POWER = "power"
    GAS = "gas"
    HEAT = "heat"
    TELECOM = "telecom"
    ROAD = "road"


class LeadsDefinition(Value):
    """Utilities hear of a project before it applies to them 超前报装: a lead opens no application."""

    on: Annotated[
        ItemCode,
        Field(
            description="Item whose grant sends a lead to the utility of each line of the stage."
        ),
    ]
    at_registration: Annotated[
        str | None,
        Field(
            max_length=500,
            description="Condition over project attributes, in CEL: such a project's leads are sent "
            "as soon as it is registered, like those of a key project 重点项目.",
        ),
    ] = None
    source: Annotated[str | None, Field(description="Document it comes from, with its mark.")] = (
        None
    )
