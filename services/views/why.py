"""Why a due date is what it is: every clock of an item with its days, pauses, extensions and moves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, text

from models.actor import SYSTEM, Actor
from models.clock import (
    RECTIFICATION,
    ClockExtended,
    ClockResumed,
    ClockSuspended,
    Thresholds,
    Unit,
)
from models.definition import SpecialProcedure, Text
from models.facts import ClockFacts, ProjectFacts
from models.states import ClockState
from rules.calendar import WorkingCalendar
from rules.calendar_change import KIND, by_policy
from rules.clock import deadline
from rules.context import ZONE, Context
from rules.decide import UnknownItem
from services.calendars.versions import on_calendar
from services.messages.texts import changed_day
from services.policy import context_for
from services.store import load
from services.unit_of_work import Database
from services.views.item_lines import clock_line, days_of
from services.views.project_page import Reading
from services.views.values.items import ClockLine, DayLine
from services.views.visibility import check_may_see
from services.wording.names import item_name
from services.wording.words import word


@dataclass(frozen=True, slots=True)
class Pause:
    """A special procedure whose time is not counted (Licensing Law art. 45)."""

    procedure: str | None
    began_on: date
    ended_on: date | None
    planned_length: int | None
    """As the written notice said."""
    planned_unit: Unit | None
    planned_until: date | None = None
    """Last day of that length."""


@dataclass(frozen=True, slots=True)
class Extension:
    """The limit was extended (Licensing Law art. 42)."""

    on: date
    length: int
    unit: Unit
    approved_by: str | None
    reason: str | None
    approved_by_name: str | None = None


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
    days: tuple[str, ...] = ()
    """What the new calendar says of them, in words."""
    by_policy: bool = False
    """The district's own rules of counting moved it, not a new calendar."""


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
    yellow_on: date | None = None
    """First day on which its light is yellow, as long as it runs."""
    thresholds: Thresholds = field(default_factory=Thresholds)
    """What that day follows from: a choice of the district or of the scenario [D]."""


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
        context = on_calendar(connection, context_for(SYSTEM, now), stored.calendar)
        clocks = facts.clocks.values()
        return _explained(connection, facts, clocks, item, context, translate)


def why_of(
    database: Database, reading: Reading, item: str, translate: Callable[[str], str] = str
) -> ItemWhy:
    """The same of a project that was read already."""
    with database.reading() as connection:
        return _explained(
            connection, reading.facts, reading.clocks, item, reading.context, translate
        )


def _explained(
    connection: Connection,
    facts: ProjectFacts,
    clocks: Iterable[ClockFacts],
    item: str,
    context: Context,
    translate: Callable[[str], str],
) -> ItemWhy:
    if item not in facts.items:
        raise UnknownItem(item=item, known=list(facts.items))
    context = context.under(facts.scenario)
    own = [clock for clock in clocks if clock.item == item]
    own.sort(key=lambda clock: (clock.started_on or date.max, clock.round, clock.kind))
    moves = _calendar_moves(connection, facts.id) if own else []
    heads = _names(connection, own)
    told = tuple(_why(connection, clock, moves, heads, context, translate) for clock in own)
    return ItemWhy(facts.code, item, item_name(facts.scenario, item), context.today, told)


def _why(
    connection: Connection,
    clock: ClockFacts,
    changes: list[tuple[date, dict[str, Any]]],
    heads: Mapping[str, str],
    context: Context,
    translate: Callable[[str], str],
) -> ClockWhy:
    context = _then(connection, clock, changes, context)
    both = clock.promised_length is not None and clock.statutory_length is not None
    return ClockWhy(
        clock=clock_line(clock, context),
        days=days_of(clock, context, translate),
        statutory_days=days_of(clock, context, translate, statutory=True) if both else (),
        pauses=tuple(_pauses(clock, context.calendar)),
        extensions=tuple(_extensions(clock, heads)),
        moves=tuple(_moves(clock, changes, translate)),
        calendar=context.calendar.version,
        yellow_on=clock.yellow_on if clock.state is not ClockState.STOPPED else None,
        thresholds=context.policy.thresholds_of(clock.item),
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


def _pauses(clock: ClockFacts, calendar: WorkingCalendar) -> Iterator[Pause]:
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
                planned_until=deadline(calendar, event.on, planned) if planned else None,
            )
        elif isinstance(event, ClockResumed):
            yield replace(open_ones.pop(event.ref), ended_on=event.on)
    yield from open_ones.values()


def _extensions(clock: ClockFacts, heads: Mapping[str, str]) -> Iterator[Extension]:
    for event in clock.history:
        if isinstance(event, ClockExtended):
            by = event.approved_by
            yield Extension(
                event.on, event.by.length, event.by.unit, by, event.reason, heads.get(by or "", by)
            )


def _moves(
    clock: ClockFacts,
    changes: list[tuple[date, dict[str, Any]]],
    translate: Callable[[str], str],
) -> Iterator[Move]:
    key = (clock.item, clock.kind.value, clock.round, clock.subject)
    for on, said in changes:
        words = {one["date"]: changed_day(one, translate) for one in said["changed_days"]}
        for moved in said["moved"]:
            if (moved["item"], moved["clock"], moved["round"], moved["subject"]) == key:
                yield Move(
                    on,
                    moved["limit"],
                    date.fromisoformat(moved["before"]),
                    date.fromisoformat(moved["after"]),
                    tuple(map(date.fromisoformat, moved["because"])),
                    tuple(words[day] for day in moved["because"] if day in words),
                    by_policy(said),
                )


def _calendar_moves(connection: Connection, project_id: int) -> list[tuple[date, dict[str, Any]]]:
    """What new calendars did to the project, with the day in Beijing."""
    rows = connection.execute(_CHANGES, {"id": project_id, "kind": KIND})
    return [(row.at.astimezone(ZONE).date(), row.data) for row in rows]


def _names(connection: Connection, clocks: Iterable[ClockFacts]) -> dict[str, str]:
    """Who approved extensions, by login."""
    logins = {
        event.approved_by
        for clock in clocks
        for event in clock.history
        if isinstance(event, ClockExtended) and event.approved_by
    }
    if not logins:
        return {}
    return {row.login: row.name for row in connection.execute(_PEOPLE, {"logins": list(logins)})}


# --- in words -------------------------------------------------------------------------------------

LIMITS: Mapping[str, str] = {"promised": "promised limit", "statutory": "statutory limit"}
PAUSED = "Special procedure {procedure}, not counted: after {began} up to {ended}; planned were {length} {unit}, to {until}"
PAUSED_STILL = "Special procedure {procedure} since {began}: nothing is counted until its result is in; planned are {length} {unit}, to {until}"
RECTIFIED = "The applicant was told on {began} what to rectify and reported it on {ended}: what lies between is not counted"
RECTIFIED_STILL = (
    "The applicant rectifies since {began}: nothing is counted until it is reported as done"
)
EXTENDED = "Extended on {on} by {length} {unit}, approved by {by}: {reason}"
MOVED = "A new calendar moved the {limit} on {on} from {before} to {after}: {because}"
MOVED_BY_POLICY = (
    "The district's rules of counting changed on {on}: the {limit} moved from {before} to {after}"
)
PROVISIONAL = "Provisional: a year in it has no official holiday notice yet."
YELLOW = "The light turns yellow on {on}, when {percent} per cent of the limit or {days} working days are left: a choice of the district, not of the law"


def sentences(
    one: ClockWhy, translate: Callable[[str], str] = str, day: Callable[[date], str] = str
) -> tuple[str, ...]:
    """What happened to a clock beside its days, a sentence each; ``day`` writes a date."""
    return tuple(_sentences(one, translate, day))


def _sentences(
    one: ClockWhy, translate: Callable[[str], str], day: Callable[[date], str]
) -> Iterator[str]:
    if one.clock.provisional:
        yield translate(PROVISIONAL)
    for pause in one.pauses:
        yield translate(_pause(pause)).format(
            procedure=_procedure(pause, translate),
            began=day(pause.began_on),
            ended=day(pause.ended_on) if pause.ended_on else "",
            length=pause.planned_length if pause.planned_length is not None else "—",
            unit=word(pause.planned_unit or Unit.WORKING_DAY, translate),
            until=day(pause.planned_until) if pause.planned_until else "—",
        )
    for extension in one.extensions:
        yield translate(EXTENDED).format(
            on=day(extension.on),
            length=extension.length,
            unit=word(extension.unit, translate),
            by=extension.approved_by_name or "—",
            reason=extension.reason or "—",
        )
    for move in one.moves:
        yield translate(MOVED_BY_POLICY if move.by_policy else MOVED).format(
            limit=translate(LIMITS[move.limit]),
            on=day(move.on),
            before=day(move.before),
            after=day(move.after),
            because="; ".join(move.days or map(day, move.because)) or "—",
        )
    if one.yellow_on is not None:
        yield translate(YELLOW).format(
            on=day(one.yellow_on),
            percent=one.thresholds.percent,
            days=one.thresholds.working_days,
        )


def _pause(pause: Pause) -> str:
    """The sentence of a pause: what the applicant puts right is no special procedure of art. 45."""
    if pause.procedure == RECTIFICATION:
        return RECTIFIED if pause.ended_on else RECTIFIED_STILL
    return PAUSED if pause.ended_on else PAUSED_STILL


def _procedure(pause: Pause, translate: Callable[[str], str]) -> str:
    """The name of a special procedure, where it is one."""
    if pause.procedure is None or pause.procedure == RECTIFICATION:
        return "—"
    return word(SpecialProcedure(pause.procedure), translate)


_PEOPLE = text("SELECT login, name FROM account WHERE login = ANY(:logins)")
_CHANGES = text(
    "SELECT at, data FROM case_event WHERE project_id = :id AND kind = :kind ORDER BY seq"
)
