"""Lengths of time as a scenario declares them."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from models.clock.values import Unit
from models.values import Value


class LengthDefinition(Value):
    """A length of time in a unit, with the source it comes from."""

    days: Annotated[int, Field(strict=True, ge=0, le=3660, description="Length, in the unit.")]
    unit: Annotated[Unit, Field(description="Working days, natural days or months.")] = (
        Unit.WORKING_DAY
    )
    source: Annotated[str | None, Field(description="Article or document, with its mark.")] = None


class LimitStart(StrEnum):
    """The day from which a limit to decide runs; its first day is not counted."""

    ACCEPTED = "accepted"
    """The day of acceptance (Licensing Law art. 42)."""
    RECEIVED = "received"
    """The day of receipt; after a notice of corrections the day on which the papers are complete."""


class ExtensionBy(StrEnum):
    """Whose approval an extension needs."""

    HEAD = "head"
    """The head of the authority that decides (Licensing Law art. 42(1))."""
    GOVERNMENT_HEAD = "government_head"
    """The head of the people's government (Licensing Law art. 42(2))."""


class ExtensionGround(StrEnum):
    """The grounds on which a law lets a limit be extended, where it names any."""

    COMPLICATED = "complicated"
    """The case is complicated."""
    OTHERS_ASKED = "others_asked"
    """The opinions of other bodies have to be asked."""


class ExtensionDefinition(Value):
    """How a limit may be extended: once, before its end, with the reason told."""

    days: Annotated[
        int,
        Field(strict=True, ge=0, le=3660, description="The most, in the unit; 0: not at all."),
    ]
    unit: Annotated[
        Unit,
        Field(description="Working days, natural days or months.", examples=["natural_day"]),
    ] = Unit.WORKING_DAY
    chosen: Annotated[
        bool,
        Field(
            description="Whether whoever extends chooses the length; else it is the whole of it."
        ),
    ] = False
    by: Annotated[
        ExtensionBy,
        Field(description="Whose approval it needs.", examples=["government_head"]),
    ] = ExtensionBy.HEAD
    grounds: Annotated[
        tuple[ExtensionGround, ...],
        Field(description="The grounds that the law names; none: any reason."),
    ] = ()
    source: Annotated[str | None, Field(description="Article or document, with its mark.")] = None


class LimitDefinition(LengthDefinition):
    """A limit to decide: a length, the day from which it runs, and how it may be extended."""

    starts: Annotated[
        LimitStart, Field(description="The day from which it runs; its first day is not counted.")
    ] = LimitStart.ACCEPTED
    extension: Annotated[
        ExtensionDefinition | None,
        Field(
            description="How a statutory limit may be extended; left out: as art. 42 of the "
            "Licensing Law says where it is the limit of that article, else not at all."
        ),
    ] = None


def _as_length(value: Any) -> Any:
    if isinstance(value, LimitDefinition):
        return {name: getattr(value, name) for name in LengthDefinition.model_fields}
    return value


#: A length of time that nothing starts or extends; a limit in its place is its length alone.
Length = Annotated[LengthDefinition, BeforeValidator(_as_length)]
