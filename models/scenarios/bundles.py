"""Certificates that are held back and issued together 多证齐发."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from models.values import ItemCode, Key, Text, Value


class BundleDefinition(Value):
    """Certificates that reach the applicant together, on the day of an event 多证齐发.

    Their items are decided each in its own time; what they end in is held back and issued as one.
    """

    key: Annotated[Key, Field(description="Name of the bundle.")]
    name: Annotated[Text, Field(description="Name as people read it, such as 四证齐发.")]
    items: Annotated[
        tuple[ItemCode, ...],
        Field(min_length=1, description="Items whose documents are issued together."),
    ]
    released_by: Annotated[
        ItemCode, Field(description="Milestone that releases them, such as the land hand-over.")
    ]
    when: Annotated[
        str | None,
        Field(
            max_length=500,
            description="Condition over project attributes, in CEL; without one, always.",
        ),
    ] = None
    source: Annotated[str | None, Field(description="Document it comes from, with its mark.")] = (
        None
    )
