"""Conditions on case rounds: declared once, read by the rules and made SQL of by the service.

There are few words on purpose: each has one meaning in both. A column without a value meets no
condition but :class:`IsNot` and :class:`Later`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from models.cases.case_round import CaseRound


@dataclass(frozen=True, slots=True)
class Is:
    """The column has this value."""

    column: str
    value: str | bool

    def holds(self, round_: CaseRound) -> bool:
        """Whether a round passes."""
        return bool(getattr(round_, self.column) == self.value)


@dataclass(frozen=True, slots=True)
class IsNot:
    """The column has another value, or none."""

    column: str
    value: str

    def holds(self, round_: CaseRound) -> bool:
        """Whether a round passes."""
        return bool(getattr(round_, self.column) != self.value)


@dataclass(frozen=True, slots=True)
class OneOf:
    """The column has one of these values."""

    column: str
    values: Collection[str]

    def holds(self, round_: CaseRound) -> bool:
        """Whether a round passes."""
        return getattr(round_, self.column) in self.values


@dataclass(frozen=True, slots=True)
class Known:
    """The column has a value."""

    column: str

    def holds(self, round_: CaseRound) -> bool:
        """Whether a round passes."""
        return getattr(round_, self.column) is not None


@dataclass(frozen=True, slots=True)
class Within:
    """The number of the column lies between two, both included; ``most`` of ``None`` is no bound."""

    column: str
    least: int
    most: int | None = None

    def holds(self, round_: CaseRound) -> bool:
        """Whether a round passes."""
        number = getattr(round_, self.column)
        return (
            number is not None
            and number >= self.least
            and (self.most is None or number <= self.most)
        )


@dataclass(frozen=True, slots=True)
class NotAfter:
    """The day of the column is that of the other column, or before it."""

    column: str
    other: str

    def holds(self, round_: CaseRound) -> bool:
        """Whether a round passes."""
        day, other = getattr(round_, self.column), getattr(round_, self.other)
        return day is not None and other is not None and day <= other


@dataclass(frozen=True, slots=True)
class Later:
    """The day of the column is after that of the other column, or has not come."""

    column: str
    other: str

    def holds(self, round_: CaseRound) -> bool:
        """Whether a round passes."""
        day, other = getattr(round_, self.column), getattr(round_, self.other)
        return other is not None and (day is None or day > other)


Condition = Is | IsNot | OneOf | Known | Within | NotAfter | Later


def columns_of(condition: Condition) -> tuple[str, ...]:
    """The columns that a condition reads."""
    if isinstance(condition, NotAfter | Later):
        return (condition.column, condition.other)
    return (condition.column,)
