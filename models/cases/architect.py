"""Architect responsibility 建筑师负责制: the team that leads the design through all stages, and its opinions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from models.cases.part import Part, fact


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
    saved_cost: int | None = fact(default=None, sql="bigint")
    """What following it saves, in CNY; ``None``: nobody said."""

    @property
    def key(self) -> int:
        """What identifies the opinion within its project."""
        return self.number


#: What the architect's team of a project advised.
OPINIONS = Part(
    "opinions",
    OpinionFacts,
    table="design_opinion",
    key=("number",),
    label="design opinion",
    log="opinions",
    checks={"saved_cost": "saved_cost >= 0"},
)
