"""Why a due date is what it is: every clock of an item with its days, pauses, extensions and moves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, text

from models.actor import SYSTEM, Actor
from models.clock import ClockExtended, ClockResumed, ClockSuspended, Unit
from models.definition import Text
from models.facts import ClockFacts
from models.states import ClockState
from rules.calendar_change import KIND
from rules.context import ZONE, Context
from rules.decide import UnknownItem
from services.calendar_versions import on_calendar
from services.item_lines import clock_line, days_of
from services.names import item_name
from services.policy import context_for
from services.store import load
from services.unit_of_work import Database
from services.views import ClockLine, DayLine
from services.visibility import check_may_see


@dataclass(frozen=True, slots=True)
class Pause:
    """A special procedure whose time is not counted (Licensing Law art. 45)."""

    procedure: str | None
    began_on: date
    ended_on: date | None
    planned_length: int | None
    """As the written notice said."""
    planned_unit: Unit | None


@dataclass(frozen=True, slots=True)
class Extension:
    """The limit was extended (Licensing Law art. 42)."""

    on: date
    length: int
    unit: Unit
    approved_by: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Move:
    """A new calendar moved a last day."""

    on: date
    limit: str
    """``promised`` or ``statutory``."""
    before: date
    after: date
    because: tuple[date, ...]
    """Days that the two calendars see differently."""


@dataclass(frozen=True, slots=True)
class ClockWhy:
    """One clock and the reason for every day of it."""

    clock: ClockLine
    days: tuple[DayLine, ...]
    """Of the promised limit, or of the statutory one where nothing is promised."""
    statutory_days: tuple[DayLine, ...]
    """Of the statutory limit, where something else is promised."""
    pauses: tuple[Pause, ...]
    extensions: tuple[Extension, ...]
    moves: tuple[Move, ...]
    calendar: str
    """Version of the calendar it is read on."""


@dataclass(frozen=True, slots=True)
class ItemWhy:
    """Every clock of an item, of all its rounds."""

    project: str
    item: str
    name: Text
    on: date
    clocks: tuple[ClockWhy, ...]
    """In the order in which they started."""


def why(
    database: Database,
    project: int | str,
    item: str,
    now: datetime,
    translate: Callable[[str], str] = str,
    *,
    viewer: Actor | None = None,
) -> ItemWhy:
    """Explain the clocks of an item; ``UnknownItem`` when the project has none of this code."""
    with database.reading() as connection:
        stored = load(connection, project, history=True)
        facts = stored.facts
        if viewer is not None:
            check_may_see(viewer, facts)
        if item not in facts.items:
            raise UnknownItem(item=item, known=list(facts.items))
        context = on_calendar(connection, context_for(SYSTEM, now), stored.calendar)
        moves = _calendar_moves(connection, facts.id)
        own = [clock for clock in facts.clocks.values() if clock.item == item]
        own.sort(key=lambda clock: (clock.started_on or date.max, clock.round, clock.kind))
        clocks = tuple(_why(connection, clock, moves, context, translate) for clock in own)
    return ItemWhy(facts.code, item, item_name(facts.scenario, item), context.today, clocks)


def _why(
    connection: Connection,
    clock: ClockFacts,
    changes: list[tuple[date, dict[str, Any]]],
    context: Context,
    translate: Callable[[str], str],
) -> ClockWhy:
    context = _then(connection, clock, changes, context)
    both = clock.promised_length is not None and clock.statutory_length is not None
    return ClockWhy(
        clock=clock_line(clock, context),
        days=days_of(clock, context, translate),
        statutory_days=days_of(clock, context, translate, statutory=True) if both else (),
        pauses=tuple(_pauses(clock)),
        extensions=tuple(_extensions(clock)),
        moves=tuple(_moves(clock, changes)),
        calendar=context.calendar.version,
    )


def _then(
    connection: Connection,
    clock: ClockFacts,
    changes: list[tuple[date, dict[str, Any]]],
    context: Context,
) -> Context:
    """A clock that stopped is read on the calendar of its time."""
    if clock.state is not ClockState.STOPPED or clock.stopped_on is None:
        return context
    later = (said["calendar_before"] for on, said in changes if on > clock.stopped_on)
    return on_calendar(connection, context, next(later, None))


def _pauses(clock: ClockFacts) -> Iterator[Pause]:
    open_ones: dict[str, Pause] = {}
    for event in clock.history:
        if isinstance(event, ClockSuspended):
            planned = event.planned
            open_ones[event.ref] = Pause(
                procedure=event.procedure,
                began_on=event.on,
                ended_on=None,
                planned_length=planned.length if planned else None,
                planned_unit=planned.unit if planned else None,
            )
        elif isinstance(event, ClockResumed):
            yield replace(open_ones.pop(event.ref), ended_on=event.on)
    yield from open_ones.values()


def _extensions(clock: ClockFacts) -> Iterator[Extension]:
    for event in clock.history:
        if isinstance(event, ClockExtended):
            yield Extension(
                event.on, event.by.length, event.by.unit, event.approved_by, event.reason
            )


def _moves(clock: ClockFacts, changes: list[tuple[date, dict[str, Any]]]) -> Iterator[Move]:
    key = (clock.item, clock.kind.value, clock.round, clock.subject)
    for on, said in changes:
        for moved in said["moved"]:
            if (moved["item"], moved["clock"], moved["round"], moved["subject"]) == key:
                yield Move(
                    on,
                    moved["limit"],
                    date.fromisoformat(moved["before"]),
                    date.fromisoformat(moved["after"]),
                    tuple(map(date.fromisoformat, moved["because"])),
                )


def _calendar_moves(connection: Connection, project_id: int) -> list[tuple[date, dict[str, Any]]]:
    """What new calendars did to the project, with the day in Beijing."""
    rows = connection.execute(_CHANGES, {"id": project_id, "kind": KIND})
    return [(row.at.astimezone(ZONE).date(), row.data) for row in rows]


_CHANGES = text(
    "SELECT at, data FROM case_event WHERE project_id = :id AND kind = :kind ORDER BY seq"
)
