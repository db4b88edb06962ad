"""What an act on a matter needs beside its facts; built by a service, never by a rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from models.people.actor import Actor
from rules.cases.context import Context

__all__ = ["MatterContext"]


@dataclass(frozen=True, slots=True)
class MatterContext:
    """The context of an act on a project's item, and what only matters ask for."""

    act: Context
    """Actor, moment, calendar and policy."""
    posts: frozenset[tuple[str, str | None]] = frozenset()
    """Posts of the actor today, each with the department of its unit."""
    units: frozenset[str] = frozenset()
    """Departments that there are, where a form names one."""
    people: Mapping[str, Actor] = field(default_factory=dict)
    """Accounts that a form names, as far as there are any."""
    number: str | None = None
    """The number to be given: of the matter when it is filed, of its close-out when it is closed."""
    steward: str | None = None
    """Steward of the project that it is about, when it is filed."""
    owner: str | None = None
    """Enterprise of the project that it is about, when it is filed."""
