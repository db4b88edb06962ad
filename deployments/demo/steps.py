"""A step of the demonstration."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from models.cases import commands as c
from models.people.actor import Actor


@dataclass(frozen=True, slots=True)
class Step:
    """The commands of one person and the day on which they are sent."""

    on: date
    actor: Actor
    commands: tuple[c.ProjectCommand, ...]
