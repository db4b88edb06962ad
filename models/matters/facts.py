"""The facts of a matter 事件: its own row, what acts brought (entries), its clocks.

Parts, clocks, events and messages are those of projects: a matter's part is declared like a project's
(:class:`models.cases.part.Part`), so its table, loading, writing and replay follow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from models.cases.clock import ClockFacts, clock_after, clock_line
from models.cases.outcome import Event, Message
from models.cases.part import Part, PartIndex, fact
from models.cases.states import ClockState
from models.codec import Codec, codec
from models.matters.definition import (
    Identity,
    KindClass,
    KindDefinition,
    KindState,
    Visibility,
)


@dataclass(frozen=True, slots=True)
class MatterRow:
    """What a matter's own row says; each field that an act changes is told by its event."""

    number: str
    """Gap-free per kind, region and year."""
    region: str
    state: str
    class_key: str
    title: str
    filed_on: date
    version: int = 1
    round: int = 1
    """1, and one more for each reopening or dispute."""
    text: str = ""
    category: str | None = None
    channel: str | None = None
    identity: Identity = Identity.NAMED
    visibility: Visibility = Visibility.PARTIES
    """As the kind had it when it was filed."""
    filer: str | None = None
    """Sign-in name of whoever it is filed for; nobody, where it came in without an account."""
    taken_by: str | None = None
    """Who typed it in, where that is somebody else."""
    enterprise: str | None = None
    """Unified social credit code."""
    about_type: str | None = None
    about: str | None = None
    """Key of what it is about: a project's code, a credit code, a department …"""
    about_item: str | None = None
    """Item of the project, where it is about one."""
    steward: str | None = None
    """Steward of the project, as of the filing."""
    office: str | None = None
    """Department that dispatches it."""
    unit: str | None = None
    """Department that owns it 主办."""
    handler: str | None = None
    supervisor: str | None = None
    result: str | None = None
    forced: bool = False
    """Whether the unit was named without a right to return it."""
    close_out_number: str | None = None
    due_on: date | None = fact(default=None, logged=False)
    """Last day of the running clock that ends first, for look-up."""
    yellow_at: datetime | None = fact(default=None, logged=False)
    """From when on its light is yellow."""


#: Fields that acts may set; everything else follows or stays.
SETTABLE = frozenset(
    {"class_key", "category", "office", "unit", "handler", "supervisor", "result", "forced"}
)
ROW: Codec[MatterRow] = codec(MatterRow)
#: Fields that events tell.
LOGGED = tuple(name for name in ROW.names if name not in {"due_on", "yellow_at", "version"})


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """What one act brought: its form, filled in. Never changed afterwards."""

    no: int
    """Of the matter, from 1."""
    act: str
    round: int
    on: date
    by: str
    role: str
    unit: str | None = None
    """Department of whoever did it."""
    records: str | None = None
    """What it counts as, see :attr:`models.matters.definition.KindAct.records`."""
    form: dict[str, Any] = field(default_factory=dict)
    """Values by field; private ones stand in it, and readers are shown what they may see."""
    public: bool = True


def _clock_after(clocks: Mapping[Any, ClockFacts], line: Mapping[str, Any]) -> ClockFacts:
    """The clock with the event of a line: a matter's clocks are of no item."""
    return clock_after({clock.key: clock for clock in clocks.values()}, line)


ENTRIES = Part(
    "entries",
    EntryFacts,
    table="matter_entry",
    key=("no",),
    label="entry",
    log="entries",
    owner="matter",
)
MATTER_CLOCKS = Part(
    "clocks",
    ClockFacts,
    table="matter_clock",
    key=("kind", "round", "subject"),
    label="clock",
    log="clocks",
    owner="matter",
    line=clock_line,
    fold=_clock_after,
    indexes=(
        PartIndex("ix_matter_clock_next_rung_at", ("next_rung_at",), "next_rung_at IS NOT NULL"),
        PartIndex("ix_matter_clock_kind_due_on", ("kind", "due_on"), "state = 'running'"),
    ),
)
#: Every part of a matter, in the order in which it is loaded and compared.
PARTS: tuple[Part[Any], ...] = (ENTRIES, MATTER_CLOCKS)


@dataclass(frozen=True, slots=True)
class MatterFacts:
    """A matter as it stands."""

    id: int
    kind: KindDefinition
    row: MatterRow
    entries: Mapping[int, EntryFacts] = field(default_factory=dict)
    clocks: Mapping[tuple[str, int, str], ClockFacts] = field(default_factory=dict)

    def of(self, part: Part[Any]) -> Mapping[Any, Any]:
        """The rows of a part by key."""
        rows: Mapping[Any, Any] = getattr(self, part.name)
        return rows

    @property
    def state(self) -> KindState:
        """Its state, as the kind declares it."""
        return self.kind.states[self.row.state]

    @property
    def class_(self) -> KindClass:
        """Its class, as the kind declares it."""
        return self.kind.class_[self.row.class_key]

    def clock(self, key: str) -> ClockFacts | None:
        """The clock of a key in the round that runs; the newest of before where it has none there."""
        of_key = [clock for (kind, _, _), clock in self.clocks.items() if kind == key]
        return max(of_key, key=lambda clock: (clock.round, int(clock.subject or 1)), default=None)

    def running(self, key: str) -> ClockFacts | None:
        """The same unless it has stopped."""
        clock = self.clock(key)
        return clock if clock is not None and clock.state is not ClockState.STOPPED else None

    def brought(self, act: str) -> EntryFacts | None:
        """What an act brought last."""
        return max(
            (entry for entry in self.entries.values() if entry.act == act),
            key=lambda entry: entry.no,
            default=None,
        )

    def recorded(self, name: str) -> tuple[EntryFacts, ...]:
        """What counts as something in the round that runs, in order."""
        return tuple(
            entry
            for _, entry in sorted(self.entries.items())
            if entry.records == name and entry.round == self.row.round
        )


@dataclass(frozen=True, slots=True)
class MatterOutcome:
    """The result of :func:`rules.matters.decide.decide_matter`; nothing in it was written anywhere yet."""

    facts: MatterFacts
    events: tuple[Event, ...]
    messages: tuple[Message, ...] = ()
