"""Architect responsibility 建筑师负责制: which projects of a scenario are under it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from models.values import Value


class ArchitectDefinition(Value):
    """Which projects are under architect responsibility 建筑师负责制, a pilot [D].

    Such a project has a responsible architect, whose commitment takes the place of the papers that the
    scenario names (``by_architect``).
    """

    when: Annotated[
        str,
        Field(
            min_length=1,
            max_length=500,
            description="Condition over project attributes, in CEL: the projects under it.",
        ),
    ]
    basis: Annotated[
        str,
        Field(
            pattern=r"\S",
            max_length=300,
            description="Document that the pilot rests on, with its mark.",
        ),
    ]
