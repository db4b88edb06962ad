"""A stage 阶段: the unit that a Prefect task runs and a steward watches."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from models.scenarios.utilities import LeadsDefinition
from models.values import Key, Text, Value


class StageKind(StrEnum):
    """What kind of stage it is; the kind brings behaviour (one Prefect task module each)."""

    LAND = "land"
    PLANNING = "planning"
    CONSTRUCTION_PERMIT = "construction_permit"
    UTILITY_HOOKUPS = "utility_hookups"
    JOINT_ACCEPTANCE = "joint_acceptance"
    GENERIC = "generic"


class MergeDefinition(Value):
    """That some projects go through this stage as a part of another one 合并办理.

    Their items belong to the other stage, which is led, run, shown and counted as one.
    """

    stage: Annotated[Key, Field(description="Stage that takes its items in.")]
    when: Annotated[
        str,
        Field(
            min_length=1,
            max_length=500,
            description="Condition over project attributes, in CEL: the projects for which the two "
            "stages are one.",
        ),
    ]
    basis: Annotated[
        str,
        Field(
            pattern=r"\S",
            max_length=300,
            description="Article or document that lets the stages be one, with its mark.",
        ),
    ]


class StageDefinition(Value):
    """One stage: the unit that a Prefect task runs and a steward watches."""

    key: Annotated[Key, Field(description="Name in items.")]
    kind: Annotated[
        StageKind, Field(description="What kind of stage it is; generic for any other.")
    ]
    name: Annotated[Text, Field(description="Name as people read it.")]
    lead: Annotated[Key, Field(description="Lead department 牵头部门.")]
    leads: Annotated[
        LeadsDefinition | None,
        Field(description="Of a stage of utilities: when they hear of the project in advance."),
    ] = None
    merge_into: Annotated[
        MergeDefinition | None,
        Field(
            description="Projects that go through it as a part of another stage, and by which rule."
        ),
    ] = None
