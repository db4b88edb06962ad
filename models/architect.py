"""Architect responsibility 建筑师负责制: the team that leads the design through all stages, and its opinions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Self

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


@dataclass(frozen=True, slots=True)
class ArchitectTeam:
    """The responsible-architect team 责任建筑师团队 of a project: one column of its row."""

    unit: str
    """Design unit 设计单位."""
    unit_code: str
    """Its unified social credit code."""
    architect: str
    """Name of the responsible architect 责任建筑师."""
    registration: str
    """Number under which the architect is registered 注册建筑师注册编号."""
    since: date

    def document(self) -> dict[str, str]:
        """The team as plain JSON values."""
        values = {name: getattr(self, name) for name in ("unit", "unit_code", "architect")}
        return {**values, "registration": self.registration, "since": self.since.isoformat()}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """The team from its plain JSON values."""
        return cls(**{**document, "since": date.fromisoformat(document["since"])})


@dataclass(frozen=True, slots=True)
class OpinionFacts:
    """One entry of the register of design opinions 设计意见: never changed, a later one may say more."""

    number: int
    """Counts the opinions of a project, from 1."""
    recorded_on: date
    by: str
    """Who of the team gave it."""
    subject: str
    """What it is on: a drawing, a structure, a method."""
    opinion: str
    adopted: bool
    saved_cost: int | None = None
    """What following it saves, in CNY; ``None``: nobody said."""

    @property
    def key(self) -> int:
        """What identifies the opinion within its project."""
        return self.number

    def document(self) -> dict[str, object]:
        """The opinion as plain JSON values, for the event log."""
        values = {name: getattr(self, name) for name in self.__slots__}
        values["recorded_on"] = self.recorded_on.isoformat()
        return {name: value for name, value in values.items() if value is not None}
