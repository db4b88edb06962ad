"""Conditions on the rows that a clock concerns: declared once, read by the rules and by the database.

The rules read them of facts (:meth:`RowOf.holds`); the watch makes SQL of them
(:mod:`services.cases.watch.ended_clocks`). There are few words on purpose: each has one meaning in
both, absent values included.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from models.cases.clock import ClockFacts
from models.cases.facts import ProjectFacts
from models.cases.part import Part


@dataclass(frozen=True, slots=True)
class Is:
    """The column has this value; a column without a value has none."""

    column: str
    value: str | bool

    def holds(self, row: Any, clock: ClockFacts) -> bool:
        """Whether a row passes."""
        del clock
        return bool(getattr(row, self.column) == self.value)


@dataclass(frozen=True, slots=True)
class OneOf:
    """The column has one of these values."""

    column: str
    values: Collection[str]

    def holds(self, row: Any, clock: ClockFacts) -> bool:
        """Whether a row passes."""
        del clock
        return getattr(row, self.column) in self.values


@dataclass(frozen=True, slots=True)
class NotByLastDay:
    """The column has no day, or one after the last day of the clock."""

    column: str

    def holds(self, row: Any, clock: ClockFacts) -> bool:
        """Whether a row passes; never for a clock without a last day."""
        if clock.due_on is None:
            return False
        day = getattr(row, self.column)
        return day is None or day > clock.due_on


Test = Is | OneOf | NotByLastDay


@dataclass(frozen=True, slots=True)
class RowOf:
    """A row that concerns the clock's subject exists and passes all the tests."""

    part: Part[Any]
    """The part of the facts that has such rows."""
    key: Mapping[str, str] = field(hash=False)
    """Column of the row → field of the clock that it equals."""
    tests: tuple[Test, ...] = ()
    missing: bool = False
    """There must be no such row instead."""

    def holds(self, facts: ProjectFacts, clock: ClockFacts) -> bool:
        """Whether the condition holds in a project."""
        present = any(self._fits(row, clock) for row in facts.of(self.part).values())
        return present is not self.missing

    def _fits(self, row: Any, clock: ClockFacts) -> bool:
        about = all(getattr(row, name) == getattr(clock, of) for name, of in self.key.items())
        return about and all(test.holds(row, clock) for test in self.tests)
