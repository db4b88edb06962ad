"""What somebody in a demonstration is going to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from models import commands as c
from models.actor import Actor


@dataclass(frozen=True, slots=True)
class Step:
    """An act that somebody will do, and the day on which they come to it."""

    on: date
    actor: Actor
    commands: tuple[c.ProjectCommand, ...]
