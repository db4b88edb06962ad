"""The table of statutes 法条对照: each duty with its article, its edition and where it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from models.clock.values import Unit
from models.scenarios.limits import ExtensionDefinition
from models.values import Key, Text, Value

RowId = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*$", max_length=16)]
Pointer = Annotated[
    str, StringConstraints(pattern=r"^(item|clock|act|document|finding):[A-Za-z0-9_]+$")
]
TestName = Annotated[str, StringConstraints(pattern=r"^tests/[a-z0-9_/]+\.py::test_[a-z0-9_]+$")]


class StatuteMark(StrEnum):
    """Where the text of an act was read; only statute text is shown as law."""

    STATUTE = "L"
    PUBLISHED = "P"
    MEMORY = "M"


class StatuteScope(StrEnum):
    """Who keeps a duty."""

    ENFORCED = "enforced"
    """The product makes the breach impossible, or computes and shows it."""
    TOLD = "told"
    """The enterprise or another body; the product reminds and records."""
    OUTSIDE = "outside"
    """Another authority, or out of reach: the table says so and nothing else."""


class StatuteKind(StrEnum):
    """What a duty is."""

    CLOCK = "clock"
    PROHIBITION = "prohibition"
    DUTY_TO_TELL = "duty_to_tell"
    FORM = "form"
    SEPARATION = "separation"
    CONSEQUENCE = "consequence"


class Silence(StrEnum):
    """What a law makes of it when nobody says or does anything."""

    ACCEPTED = "accepted"
    AGREED = "agreed"
    RENEWED = "renewed"
    FILED = "filed"
    LAPSED = "lapsed"


class ClockStart(StrEnum):
    """The day from which a limit of the law runs."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    DECIDED = "decided"
    COLLECTED = "collected"
    HAPPENED = "happened"
    TOLD = "told"


class Reading(Value):
    """Another unit than the one the text has, with the reason; never shown as law."""

    unit: Unit
    reason: Annotated[str, Field(min_length=1)]
    mark: Annotated[str, StringConstraints(pattern=r"^[DPM]$")] = "D"


class StatuteClock(Value):
    """The limit that a row sets."""

    length: Annotated[int, Field(strict=True, ge=0, le=3660)]
    unit: Unit
    starts: ClockStart
    read_as: Reading | None = None
    extension: ExtensionDefinition | None = None


class StatuteAct(Value):
    """A law, regulation or order, as it was read."""

    key: Key
    name: Annotated[str, Field(min_length=1)]
    title: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]
    edition: date
    mark: StatuteMark


class StatuteRow(Value):
    """One duty."""

    id: RowId
    act: Key
    article: Annotated[str, Field(min_length=1)]
    scope: StatuteScope
    kind: StatuteKind
    rule: Text
    clock: StatuteClock | None = None
    silence: Silence | None = None
    """What silence, or nobody's act, comes to by law; ``None``: the end of a limit makes it late and
    nothing more."""
    places: tuple[Pointer, ...] = ()
    test: TestName | None = None
    starts_on: Annotated[date | None, Field(alias="from")] = None
    """First day in force of this row; ``None``: since the edition of its act."""
    until: date | None = None
    """Last day in force."""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.kind is StatuteKind.CLOCK) != (self.clock is not None):
            message = f"{self.id}: a clock needs its limit, and nothing else has one"
            raise ValueError(message)
        if self.scope is StatuteScope.ENFORCED and not (self.places and self.test):
            message = f"{self.id}: what is enforced names where, and the test that plays it"
            raise ValueError(message)
        return self

    def in_force(self, on: date, edition: date) -> bool:
        """Whether the row holds on a day, by its own days or those of its act's edition."""
        return (self.starts_on or edition) <= on and (self.until is None or on <= self.until)


class Statutes(Value):
    """The whole table."""

    acts: tuple[StatuteAct, ...]
    rows: tuple[StatuteRow, ...]

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        for names in ([act.key for act in self.acts], [row.id for row in self.rows]):
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                message = f"{', '.join(twice)}: stands twice"
                raise ValueError(message)
        unknown = sorted({row.id for row in self.rows if row.act not in self.act})
        if unknown:
            message = f"{', '.join(unknown)}: of an act that is not listed"
            raise ValueError(message)
        return self

    @cached_property
    def act(self) -> Mapping[str, StatuteAct]:
        """Key → act."""
        return {act.key: act for act in self.acts}

    @cached_property
    def row(self) -> Mapping[str, StatuteRow]:
        """Id → row."""
        return {row.id: row for row in self.rows}

    def of_act(self, key: str) -> tuple[StatuteRow, ...]:
        """The rows of an act, in the order of the file."""
        return tuple(row for row in self.rows if row.act == key)
