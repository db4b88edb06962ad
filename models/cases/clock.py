"""Clocks of a project's items: the history of each, and the dates derived from it for look-up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from models.cases.part import NO_TEXTS, Part, PartIndex, fact
from models.cases.states import ClockState
from models.clock.values import (
    ZONE,
    ClockEvent,
    ClockExtended,
    ClockHeld,
    ClockRenewed,
    ClockResumed,
    ClockStarted,
    ClockStopped,
    ClockSuspended,
    Unit,
)
from models.codec import Many, Tagged

#: How an event of a clock is written, in its row and in the log.
CLOCK_EVENTS = Tagged(
    "event",
    ClockStarted,
    ClockSuspended,
    ClockResumed,
    ClockExtended,
    ClockHeld,
    ClockRenewed,
    ClockStopped,
)


@dataclass(frozen=True, slots=True)
class ClockFacts:
    """A clock of an item: its history, and the dates derived from it for look-up by index."""

    item: str
    kind: str
    """A name of :data:`rules.cases.clocks.registry.KINDS`."""
    round: int
    subject: str = ""
    """The material, for a make-up clock; ``corrected`` for the window after a correction; else empty.

    With it every clock of a round has a row, a history and warnings of its own.
    """
    state: ClockState = ClockState.RUNNING
    promised_length: int | None = None
    promised_unit: Unit = fact(default=Unit.WORKING_DAY, checked=False)
    statutory_length: int | None = None
    statutory_unit: Unit = fact(default=Unit.WORKING_DAY, checked=False)
    history: tuple[ClockEvent, ...] = fact(default=(), values=Many(CLOCK_EVENTS))
    """Append-only: every date below is derived from it."""
    started_on: date | None = None
    stopped_on: date | None = None
    due_on: date | None = None
    """Last day of the promised limit, or of the statutory one when nothing is promised."""
    statutory_due_on: date | None = None
    yellow_at: datetime | None = fact(default=None, logged=False)
    """From when on the light is yellow."""
    statutory_yellow_at: datetime | None = fact(default=None, logged=False)
    """The same before the end of the statutory limit, which has warnings of its own."""
    provisional: bool = fact(default=False, logged=False)
    """Whether the due date lies in a year without an official holiday notice."""
    warned: tuple[str, ...] = fact(default=(), server_default=NO_TEXTS)
    """Rungs of the warning ladder that were given already, in order."""
    warned_for: tuple[date, ...] = fact(default=(), server_default=NO_TEXTS)
    """The last day that each of them warned of: a rung belongs to a last day, not to the clock."""
    warned_on: tuple[date, ...] = fact(default=(), server_default=NO_TEXTS)
    """The day on which each of them was given."""
    rest: int | None = fact(default=None, logged=False)
    """Of a promise: working days before its last day on which it turns yellow, what has to come
    included; with it the light follows a calendar that changes."""
    next_rung: str | None = fact(default=None, logged=False)
    next_rung_at: datetime | None = fact(default=None, logged=False)
    """The next warning to be given and when it falls due; ``None`` when no rung is left."""

    @property
    def given(self) -> tuple[tuple[str, date, date], ...]:
        """Rung, last day and day of each warning that was given."""
        return tuple(zip(self.warned, self.warned_for, self.warned_on, strict=True))

    @property
    def yellow_on(self) -> date | None:
        """First day on which the light is yellow."""
        return self.yellow_at.astimezone(ZONE).date() if self.yellow_at else None

    @property
    def next_rung_on(self) -> date | None:
        """Day on which the next warning falls due."""
        return self.next_rung_at.astimezone(ZONE).date() if self.next_rung_at else None

    @property
    def of_project(self) -> bool:
        """Whether it runs for the project as a whole, and follows from its items after every act."""
        return self.round == 0

    @property
    def key(self) -> tuple[str, str, int, str]:
        """What identifies the clock within its project."""
        return (self.item, self.kind, self.round, self.subject)


def clock_line(clock: ClockFacts) -> dict[str, object]:
    """What an event carries of a clock: its newest event, with the limits where it starts."""
    if clock.of_project:
        return whole_clock_line(clock)
    newest = clock.history[-1]
    names = (*_LIMITS, *_DATES) if isinstance(newest, ClockStarted) else _DATES
    return {
        "clock": str(clock.kind),
        "item": clock.item,
        "round": clock.round,
        "subject": clock.subject,
        **CLOCK_EVENTS.write(newest),
        **CLOCKS.codec.some(clock, names),
    }


def whole_clock_line(clock: ClockFacts) -> dict[str, object]:
    """What an event carries of a clock that is derived as a whole, or got another limit: its whole history."""
    names = (*_NAMED, *_LIMITS, "history", *_DATES)
    return {"clock": str(clock.kind), **CLOCKS.codec.some(clock, names)}


def clock_with_limits(line: Mapping[str, Any]) -> ClockFacts:
    """A clock that only has its limits yet, from a line that names them."""
    named = {**{name: line[name] for name in (*_NAMED, *_LIMITS)}, "kind": line["clock"]}
    return CLOCKS.codec.read(named)


def clock_after(clocks: Mapping[Any, ClockFacts], line: Mapping[str, Any]) -> ClockFacts:
    """The clock with the event of a line appended."""
    key = (line["item"], line["clock"], line["round"], line["subject"])
    known = clocks.get(key) or clock_with_limits(line)
    dates = CLOCKS.codec.values({name: line[name] for name in _DATES})
    if "history" in line:
        # Another version of the scenario may promise less.
        whole = CLOCKS.codec.values({name: line[name] for name in (*_LIMITS, "history")})
        return replace(known, **whole, **dates)
    return replace(known, history=(*known.history, CLOCK_EVENTS.read(line)), **dates)


_NAMED = ("item", "round", "subject")
_LIMITS = ("promised_length", "promised_unit", "statutory_length", "statutory_unit")
_DATES = ("due_on", "statutory_due_on")

CLOCKS = Part(
    "clocks",
    ClockFacts,
    table="clock",
    key=("item", "kind", "round", "subject"),
    label="clock",
    log="clocks",
    common=True,
    line=clock_line,
    fold=clock_after,
    past="state = 'stopped' AND kind <> 'decision' AND round > 0",
    indexes=(
        # What the deadline watch looks for: a warning that falls due.
        PartIndex("ix_clock_next_rung_at", ("next_rung_at",), "next_rung_at IS NOT NULL"),
        # What falls due by rule, by the kind of clock: see ``rules.cases.clocks.kinds``.
        PartIndex("ix_clock_kind_due_on", ("kind", "due_on"), "state = 'running'"),
    ),
)
