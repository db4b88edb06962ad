"""Papers that items ask for 材料, and how strictly."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import ConfigDict, Field

from models.values import Key, Text, Value


class MaterialClass(StrEnum):
    """How strictly an item asks for a material (``domain/scenarios`` §3.3)."""

    CORE = "core"
    """主审材料: never deferrable."""
    DEFERRABLE = "deferrable"
    """容缺材料: may come later, on the applicant's signed commitment."""
    SHARED = "shared"
    """免提交: the system fills it in from what it already holds."""
    COMMITMENT = "commitment"
    """告知承诺: the signed commitment takes its place."""


class MaterialDefinition(Value):
    """One paper, wherever it is asked for; a project hands it in once."""

    key: Annotated[
        Key, Field(description="Name in items; the same paper has the same key everywhere.")
    ]
    name: Annotated[Text, Field(description="Name as people read it.")]
    from_document: Annotated[
        Key | None, Field(description="Document kind that the system fills this material in from.")
    ] = None
    from_register: Annotated[
        bool, Field(description="Filled in from the enterprise register (e.g. business licence).")
    ] = False

    instructions: Annotated[
        Text | None,
        Field(
            description="How it is made out and what is often wrong with it; goes with every notice "
            "of corrections that names it.",
            examples=[{"zh": "加盖公章", "en": "With the seal of the company"}],
        ),
    ] = None

    @property
    def system_held(self) -> bool:
        """Whether the system has a source of its own for this paper (Licensing Law art. 33)."""
        return self.from_register or self.from_document is not None


class MaterialRequirement(Value):
    """That an item asks for a material, and how strictly."""

    material: Annotated[Key, Field(description="Key of the material.")]
    material_class: Annotated[
        MaterialClass, Field(alias="class", description="How strictly it is asked for.")
    ] = MaterialClass.CORE
    substantive: Annotated[
        bool,
        Field(
            description="For a deferrable material: its absence may change the result, so only a "
            "preliminary opinion can be given without it."
        ),
    ] = False
    basis: Annotated[
        str | None,
        Field(description="Article that lists the material; what a statute lists is core."),
    ] = None
    when: Annotated[
        str | None,
        Field(
            max_length=500,
            description="Condition over project attributes, in CEL; without one, always asked for.",
        ),
    ] = None
    by_architect: Annotated[
        bool,
        Field(
            description="In projects under architect responsibility the responsible architect's "
            "signed commitment takes its place [D]."
        ),
    ] = False

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)
