"""Why a due date is what it is: every clock of an item with its days, pauses, extensions and moves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import Connection

from models.cases.clock import ClockFacts
from models.cases.states import ClockState
from models.clock.values import (
    BASIS_FALLEN,
    PRELIMINARY_OPINION,
    RECTIFICATION,
    UNPLANNED,
    VERIFICATION,
    ClockExtended,
    ClockHeld,
    ClockRenewed,
    ClockResumed,
    ClockSuspended,
    Thresholds,
    Unit,
)
from models.people.actor import Actor
from models.scenarios.definition import SpecialProcedure, Text
from rules.cases.calendar_change import by_policy
from rules.cases.clocks.registry import KINDS
from rules.cases.context import Context
from rules.cases.decide import UnknownItem
from rules.clock import deadline
from rules.clock.calendar import WorkingCalendar
from services.cases.views.parts.clocks import clock_row, days_of
from services.cases.views.parts.events import CalendarMove
from services.cases.views.project_reading import Reading, read
from services.cases.views.values.items import ClockRow, DayRow
from services.clock.calendar_versions import on_calendar
from services.notices.texts import changed_day
from services.unit_of_work import Database
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

    clock: ClockRow
    days: tuple[DayRow, ...]
    """Of the promised limit, or of the statutory one where nothing is promised."""
    statutory_days: tuple[DayRow, ...]
    """Of the statutory limit, where something else is promised."""
    pauses: tuple[Pause, ...]
    extensions: tuple[Extension, ...]
    moves: tuple[Move, ...]
    renewals: tuple[ClockRenewed, ...]
    """What was given anew from a day on."""
    holds: tuple[ClockHeld, ...]
    """Last days that hold, although they were counted anew to earlier ones."""
    calendar: str
    """Version of the calendar it is read on."""
    yellow_on: date | None = None
    """First day on which its light is yellow, as long as it runs."""
    yellow_at: datetime | None = None
    """The instant of that day at which it turns."""
    thresholds: Thresholds = field(default_factory=Thresholds)
    """What that day follows from: a choice of the district or of the scenario [D]."""


@dataclass(frozen=True, slots=True)
class PromisesWhy:
    """Every promise that is made to a project."""

    project: str
    on: date
    clocks: tuple[ClockWhy, ...]
    """In the order in which they began."""


@dataclass(frozen=True, slots=True)
class ItemWhy:
    """Every clock of an item, of all its rounds."""

    project: str
    item: str
    name: Text
    on: date
    clocks: tuple[ClockWhy, ...]
    """In the order in which they started, of one day as the table of clocks has them."""


def why(
    database: Database,
    project: int | str,
    item: str,
    now: datetime,
    translate: Callable[[str], str] = str,
    *,
    viewer: Actor,
) -> ItemWhy:
    """Explain the clocks of an item; ``UnknownItem`` when the project has none of this code."""
    with database.reading() as connection:
        reading = read(connection, project, now, viewer)
        return why_of(connection, reading, item, translate)


def why_promises(
    database: Database,
    project: int | str,
    now: datetime,
    translate: Callable[[str], str] = str,
    *,
    viewer: Actor,
) -> PromisesWhy:
    """Explain the promises that are made to a project."""
    with database.reading() as connection:
        reading = read(connection, project, now, viewer)
        clocks = promises_of(connection, reading, translate)
    return PromisesWhy(reading.facts.code, reading.context.today, clocks)


def why_of(
    connection: Connection, reading: Reading, item: str, translate: Callable[[str], str] = str
) -> ItemWhy:
    """Explain the clocks of a project already read; queries only calendars not cached yet."""
    facts = reading.facts
    if item not in facts.items or not reading.seen.row(item):
        raise UnknownItem(item=item, known=list(facts.items))
    own = [clock for clock in reading.clocks if clock.item == item and not clock.of_project]
    own.sort(key=_began)
    explained = tuple(_why(connection, clock, reading, translate) for clock in own)
    name = item_name(facts.scenario, item)
    return ItemWhy(facts.code, item, name, reading.context.today, explained)


def _began(clock: ClockFacts) -> tuple[date, int, int]:
    return (clock.started_on or date.max, clock.round, list(KINDS).index(clock.kind))


def promises_of(
    connection: Connection, reading: Reading, translate: Callable[[str], str] = str
) -> tuple[ClockWhy, ...]:
    """Explain the promises made to a project already read; queries only calendars not cached yet."""
    promised = [clock for clock in reading.clocks if clock.of_project]
    return tuple(_why(connection, clock, reading, translate) for clock in promised)


def _why(
    connection: Connection,
    clock: ClockFacts,
    reading: Reading,
    translate: Callable[[str], str],
) -> ClockWhy:
    changes = reading.calendar_moves
    context = _at_its_time(
        connection, clock, changes, reading.context.under(reading.facts.scenario)
    )
    both = clock.promised_length is not None and clock.statutory_length is not None
    return ClockWhy(
        clock=clock_row(clock, context),
        days=days_of(clock, context, translate),
        statutory_days=days_of(clock, context, translate, statutory=True) if both else (),
        pauses=tuple(_pauses(clock, context.calendar)),
        extensions=tuple(_extensions(clock, reading.names)),
        moves=tuple(_moves(clock, changes, translate)),
        renewals=tuple(event for event in clock.history if isinstance(event, ClockRenewed)),
        holds=tuple(event for event in clock.history if isinstance(event, ClockHeld)),
        calendar=context.calendar.version,
        yellow_on=clock.yellow_on if clock.state is not ClockState.STOPPED else None,
        yellow_at=clock.yellow_at if clock.state is not ClockState.STOPPED else None,
        thresholds=context.policy.thresholds_of(clock.item),
    )


def _at_its_time(
    connection: Connection,
    clock: ClockFacts,
    changes: Iterable[CalendarMove],
    context: Context,
) -> Context:
    """A clock that stopped is read on the calendar of its time."""
    if clock.state is not ClockState.STOPPED or clock.stopped_on is None:
        return context
    later = (change.data["calendar_before"] for change in changes if change.on > clock.stopped_on)
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
    changes: Iterable[CalendarMove],
    translate: Callable[[str], str],
) -> Iterator[Move]:
    key = (clock.item, clock.kind, clock.round, clock.subject)
    for change in changes:
        on, data = change.on, change.data
        words = {day["date"]: changed_day(day, translate) for day in data["changed_days"]}
        for moved in data["moved"]:
            if (moved["item"], moved["clock"], moved["round"], moved["subject"]) == key:
                yield Move(
                    on,
                    moved["limit"],
                    date.fromisoformat(moved["before"]),
                    date.fromisoformat(moved["after"]),
                    tuple(map(date.fromisoformat, moved["because"])),
                    tuple(words[date_] for date_ in moved["because"] if date_ in words),
                    by_policy(data),
                )


# --- in words -------------------------------------------------------------------------------------

YELLOW_PROMISE = "The light turns yellow on {on}: from then on what is left does not hold the rest of the critical path, as promised"
LIMITS: Mapping[str, str] = {"promised": "promised limit", "statutory": "statutory limit"}
PAUSED = "Special procedure {procedure}, not counted: after {began} up to {ended}; planned were {length} {unit}, to {until}"
PAUSED_STILL = "Special procedure {procedure} since {began}: nothing is counted until its result is in; planned are {length} {unit}, to {until}"
RECTIFIED = "The applicant was told on {began} what to rectify and reported it on {ended}: what lies between is not counted"
RECTIFIED_STILL = (
    "The applicant rectifies since {began}: nothing is counted until it is reported as done"
)
OPINION = "A preliminary opinion was given on {began}; what it left open was verified on {ended}: what lies between is not counted"
OPINION_STILL = "A preliminary opinion was given on {began}: nothing is counted until what it leaves open is verified"
BASIS_AWAITED = "What it builds on did not stand after {began} and did again on {ended}: what lies between is not counted"
BASIS_AWAITED_STILL = (
    "What it builds on does not stand since {began}: nothing is counted until it does again"
)
VERIFIED = (
    "The paper was handed in on {began} and returned on {ended}: what lies between is not counted"
)
VERIFIED_STILL = "The paper was handed in on {began}: nothing is counted while it is verified"
HELD = "Counted anew on {on}: a last day that was told, {until}, holds"
RENEWED = "From {on} on there are at least {length} {unit}"
EXTENDED = "Extended on {on} by {length} {unit}, approved by {by}: {reason}"
MOVED = "A new calendar moved the {limit} on {on} from {before} to {after}: {because}"
MOVED_BY_POLICY = (
    "The district's rules of counting changed on {on}: the {limit} moved from {before} to {after}"
)
PROVISIONAL = "Provisional: a year in it has no official holiday notice yet."
YELLOW = "The light turns yellow on {on}, when {percent} per cent of the limit or {days} working days are left: a choice of the district, not of the law"


def sentences(
    why: ClockWhy, translate: Callable[[str], str] = str, day: Callable[[date], str] = str
) -> tuple[str, ...]:
    """What happened to a clock beside its days, a sentence each; ``day`` writes a date."""
    return tuple(_sentences(why, translate, day))


def _sentences(
    why: ClockWhy, translate: Callable[[str], str], day: Callable[[date], str]
) -> Iterator[str]:
    if why.clock.provisional:
        yield translate(PROVISIONAL)
    for pause in why.pauses if not why.clock.of_project else ():
        yield translate(_pause(pause)).format(
            procedure=_procedure(pause, translate),
            began=day(pause.began_on),
            ended=day(pause.ended_on) if pause.ended_on else "",
            length=pause.planned_length if pause.planned_length is not None else "—",
            unit=word(pause.planned_unit or Unit.WORKING_DAY, translate),
            until=day(pause.planned_until) if pause.planned_until else "—",
        )
    for extension in why.extensions:
        yield translate(EXTENDED).format(
            on=day(extension.on),
            length=extension.length,
            unit=word(extension.unit, translate),
            by=extension.approved_by_name or "—",
            reason=extension.reason or "—",
        )
    for renewal in why.renewals:
        unit = word(renewal.by.unit, translate)
        values = {"on": day(renewal.on), "length": renewal.by.length, "unit": unit}
        yield translate(RENEWED).format(**values)
    for held in why.holds:
        until = held.promised or held.statutory
        yield translate(HELD).format(on=day(held.on), until=day(until) if until else "—")
    for move in why.moves:
        yield translate(MOVED_BY_POLICY if move.by_policy else MOVED).format(
            limit=translate(LIMITS[move.limit]),
            on=day(move.on),
            before=day(move.before),
            after=day(move.after),
            because="; ".join(move.days or map(day, move.because)) or "—",
        )
    if why.yellow_on is not None and why.clock.of_project:
        yield translate(YELLOW_PROMISE).format(on=day(why.yellow_on))
    elif why.yellow_on is not None:
        yield translate(YELLOW).format(
            on=day(why.yellow_on),
            percent=why.thresholds.percent,
            days=why.thresholds.working_days,
        )


#: Procedure of a pause that is none of art. 45 → its sentence when it is over, and while it lasts.
_PAUSES = {
    RECTIFICATION: (RECTIFIED, RECTIFIED_STILL),
    PRELIMINARY_OPINION: (OPINION, OPINION_STILL),
    BASIS_FALLEN: (BASIS_AWAITED, BASIS_AWAITED_STILL),
    VERIFICATION: (VERIFIED, VERIFIED_STILL),
}


def _pause(pause: Pause) -> str:
    """The sentence of a pause, over or not; not each is a special procedure of art. 45."""
    over, still = _PAUSES.get(pause.procedure or "", (PAUSED, PAUSED_STILL))
    return over if pause.ended_on else still


def _procedure(pause: Pause, translate: Callable[[str], str]) -> str:
    """The name of a special procedure, where it is one."""
    if pause.procedure is None or pause.procedure in UNPLANNED:
        return "—"
    return word(SpecialProcedure(pause.procedure), translate)
