"""Options of a rehearsal besides the scenario and the seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from models.values import AttributeValue
from rules.rehearsal.paces import Paces


@dataclass(frozen=True, slots=True)
class Options:
    """Arrival of projects, capacity of departments, and fixed attributes."""

    begins: date
    """The first project is registered on this day or the working day after it."""
    over: int = 250
    """Working days over which the registrations are spread evenly [D: a year]."""
    capacities: Mapping[str, int] = field(default_factory=dict)
    """Department → its capacity of acceptances, correction notices and decisions per working day.

    A department without an entry is staffed to be busy for :attr:`usage` of its time.
    """
    usage: float = 0.8
    """Share of its time that a department without a capacity of its own is busy [D]."""
    paces: Paces = field(default_factory=Paces)
    attributes: Mapping[str, AttributeValue] = field(default_factory=dict)
    """Attributes that every project has; the others are drawn, half of them at their default."""
