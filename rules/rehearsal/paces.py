"""Paces of people: tables of equally likely durations, in working days or shares of a limit.

A table is a distribution in its simplest shape: the values that history showed, or defaults [D].
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from models.clock.values import Unit
from models.scenarios.definition import (
    ItemDefinition,
    ItemMode,
    LimitDefinition,
    StageKind,
    WorksEvent,
)

Table = tuple[float, ...]

#: Working days in which buildings are built, from commencement to completion [D].
WORKS: Final[Table] = (60, 80, 100, 120, 150, 200)
#: Working days of an examination without any limit [D].
WITHOUT_LIMIT: Final = 1
#: Working days per unit, roughly: enough for a forecast.
_WORKING_DAYS: Mapping[Unit, float] = {
    Unit.WORKING_DAY: 1.0,
    Unit.NATURAL_DAY: 5 / 7,
    Unit.MONTH: 21.0,
}


@dataclass(frozen=True, slots=True)
class ItemPace:
    """Durations of each step of an item; every default is [D]."""

    apply: Table = (0, 0, 1, 1, 1, 2, 2, 3, 5)
    """Working days from the opening of the item to the application."""
    intake: Table = (0, 0, 0, 1, 1, 1, 2, 3)
    """Working days from the receipt to acceptance or the notice of corrections."""
    correct: Table = (1, 2, 2, 3, 3, 4, 5, 8)
    """Working days from the notice of corrections to the corrections."""
    share: Table = (0.2, 0.3, 0.4, 0.5, 0.5, 0.6, 0.6, 0.7, 0.7, 0.8) * 2 + (0.9, 1, 1, 1, 1.3)
    """Share of the promised limit that the decision takes; above 1 it is late."""
    record: Table = (0, 0, 1, 1, 2)
    """Working days from the opening of a milestone to its record."""
    correction: float = 0.15
    """Share of applications that have to be corrected."""


@dataclass(frozen=True, slots=True)
class Paces:
    """The pace of every item: its own where history knows it, else the usual one."""

    usual: ItemPace = field(default_factory=ItemPace)
    items: Mapping[str, ItemPace] = field(default_factory=dict)

    def of(self, item: ItemDefinition, kind: StageKind) -> ItemPace:
        """The pace of one item; milestones of the acceptance stage are the works, but their beginning."""
        own = self.items.get(item.code)
        if own is not None:
            return own
        if item.works is WorksEvent.COMMENCEMENT:
            return self.usual
        if item.mode is ItemMode.MILESTONE and kind is StageKind.JOINT_ACCEPTANCE:
            return replace(self.usual, record=WORKS)
        return self.usual


def working_days(limit: LimitDefinition | None) -> float | None:
    """A limit in working days; approximate if it is in natural days or months."""
    return None if limit is None else limit.days * _WORKING_DAYS[limit.unit]
