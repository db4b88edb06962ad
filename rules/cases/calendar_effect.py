"""Effect of a new calendar on one project: whose date moves, by how much, and because of which days.

The dates that people were told are those of the rows, so these are what is compared with the dates on
the new calendar. Stopped clocks keep the calendar of their time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, NamedTuple

from models.cases.clock import CLOCKS, ClockFacts
from models.cases.consultation import CONSULTATIONS, ConsultationFacts, ConsultationState
from models.cases.deficiencies import DEFICIENCIES, DeficiencyFacts
from models.cases.facts import VOIDINGS, NamedParts, VoidingFacts, WorkingParts
from models.cases.part import F, Part
from models.cases.states import OPEN_DEFICIENCY, ClockKind, ClockState
from models.cases.supervision import SUPERVISION, SupervisionFacts, SupervisionState
from models.clock.calendar import DayChange
from models.clock.values import ClockHeld
from models.enterprises.credit import CreditCause, CreditEntry
from models.scenarios.definition import ScenarioDefinition
from rules.cases import legal_dates, timers
from rules.cases.clocks.declaration import Party
from rules.cases.clocks.registry import declaration_of
from rules.cases.context import Context
from rules.cases.instruments import early_voidings, phases
from rules.cases.legal_dates import CREDIT_END, DateMoved
from rules.clock.calendar import WorkingCalendar


@dataclass(frozen=True, slots=True)
class MovedDate:
    """One last day that moved."""

    item: str
    round: int
    subject: str
    clock: str | None
    """Kind of the clock; ``None`` where it is a stored legal date that no clock has."""
    limit: str
    """``promised`` or ``statutory``; for a stored date its key."""
    before: date
    after: date
    because: tuple[DayChange, ...]
    """Days in between that the two calendars see differently."""
    audiences: tuple[str, ...] = ()
    """Who was told of it, beside the steward."""

    @property
    def days(self) -> int:
        """Natural days by which it moved; negative: it is earlier now."""
        return (self.after - self.before).days

    def document(self) -> dict[str, Any]:
        """Plain JSON values, for the event log."""
        return {
            "clock": self.clock,
            "item": self.item,
            "round": self.round,
            "subject": self.subject,
            "limit": self.limit,
            "before": self.before.isoformat(),
            "after": self.after.isoformat(),
            "days": self.days,
            "because": [change.after.date.isoformat() for change in self.because],
        }


@dataclass(frozen=True, slots=True)
class Since:
    """The calendar on which a project was counted, and the days that are new since."""

    calendar: WorkingCalendar | None = None
    """``None`` for a project without a recorded one."""
    changed: tuple[DayChange, ...] = ()


class LapsedEarly(NamedTuple):
    """A phase that lapsed too early, with the last day that it has now: what followed is taken back."""

    item: str
    until: date
    departments: tuple[str, ...]
    """The one that permitted it, and the one that supervises it."""
    tasks: tuple[SupervisionFacts, ...] = ()
    """Orders to stop the work, as they are now: dropped."""
    entries: tuple[int, ...] = ()
    """Numbers of entries of the credit record that are withdrawn."""


@dataclass(frozen=True, slots=True)
class CalendarEffect:
    """Effect of a new calendar on one project."""

    rows: Mapping[Part[Any], tuple[Any, ...]] = field(default_factory=dict)
    """The rows that change, by their part."""
    moved: tuple[MovedDate, ...] = ()
    provisional: tuple[ClockFacts, ...] = ()
    """Clocks whose dates were confirmed, or lean on a year without a notice now."""
    held: tuple[ClockFacts, ...] = ()
    """Clocks of which a last day that was told holds, although the calendar has an earlier one."""
    early: tuple[VoidingFacts, ...] = ()
    """Voidings that are too early by this calendar, or are not any more."""
    lapsed: tuple[LapsedEarly, ...] = ()
    """Phases that lapsed before the last day that they have by this calendar."""
    departments: Mapping[str, str] = field(default_factory=dict)
    """Items with such voidings → their departments."""
    credit_ends: Mapping[int, date] = field(default_factory=dict)
    """Number of an entry of the credit record → the day up to which it counts now."""

    @property
    def is_notified(self) -> bool:
        """Whether anything that people see changed; else only derived columns did."""
        return bool(self.moved or self.provisional or self.held or self.early or self.lapsed)

    def of(self, part: Part[F]) -> tuple[F, ...]:
        """The rows of a part that change."""
        return self.rows.get(part, ())


def effect(
    parts: NamedParts,
    scenario: ScenarioDefinition,
    since: Since,
    context: Context,
    entries: Iterable[CreditEntry] = (),
) -> CalendarEffect:
    """The open clocks and stored legal dates of a project on the calendar of ``context``.

    ``entries`` are those of the credit record that count because of it.
    """
    entries = tuple(entries)
    pairs = [(clock, _on_calendar(clock, context)) for clock in _open(parts)]
    pairs = [(old, new) for old, new in pairs if old != new]
    lapsed = tuple(lapsed_early(parts, [new for _, new in pairs], context, entries))
    dates = tuple(legal_dates.moved(parts, scenario, since.calendar, context))
    early = tuple(early_voidings.found(_with(parts, dates), context))
    ends = tuple(_credit_ends(entries, since, context))
    return CalendarEffect(
        rows=_rows(parts, [new for _, new in pairs], dates, (early, lapsed)),
        moved=(
            *(date_ for old, new in pairs for date_ in _moved_dates(parts, old, new, since)),
            *(_moved_date(moved, since) for moved in dates),
            *(moved for _, moved in ends),
        ),
        provisional=tuple(new for old, new in pairs if old.provisional != new.provisional),
        held=tuple(new for old, new in pairs if len(old.history) < len(new.history)),
        early=early,
        departments={voiding.item: parts.items[voiding.item].department for voiding in early},
        credit_ends={entry: moved.after for entry, moved in ends},
        lapsed=lapsed,
    )


def lapsed_early(
    parts: NamedParts,
    clocks: Iterable[ClockFacts],
    context: Context,
    entries: Iterable[CreditEntry] = (),
) -> Iterator[LapsedEarly]:
    """Phases whose work was ordered to stop by the last day that their clocks have; those that were applied
    for since are judged by the day that they would have now.
    """
    stopped = (clock for clock in parts.clocks.values() if clock.state is ClockState.STOPPED)
    again = (timers.run_on(clock, context) for clock in stopped if clock.kind == _NEXT_PHASE)
    seen: set[str] = set()
    for clock in (*clocks, *again):
        item = parts.items.get(clock.item)
        own = item is not None and item.round == clock.round and clock.item not in seen
        if clock.kind != _NEXT_PHASE or clock.due_on is None or not own:
            continue
        lapse = _taken_back(parts, clock, clock.due_on, context.today, entries)
        if lapse.tasks or lapse.entries:
            seen.add(clock.item)
            yield lapse


_NEXT_PHASE = ClockKind.NEXT_PHASE


def _taken_back(
    parts: NamedParts, clock: ClockFacts, until: date, today: date, entries: Iterable[CreditEntry]
) -> LapsedEarly:
    early = tuple(
        replace(task, state=SupervisionState.DROPPED, closed_on=today)
        for task in phases.lapses(parts, clock.item)
        if task.state is SupervisionState.OPEN and task.opened_on <= until
    )
    withdrawn = (
        entry.id
        for entry in entries
        if entry.cause is CreditCause.LAPSE
        and (entry.item, entry.round) == (clock.item, clock.round)
        and entry.entered_on <= until
    )
    own = parts.items[clock.item].department
    concerned = tuple(dict.fromkeys((own, *(task.department for task in early))))
    return LapsedEarly(clock.item, until, concerned, early, tuple(withdrawn))


def _open(parts: NamedParts) -> list[ClockFacts]:
    return [clock for clock in parts.clocks.values() if clock.state is not ClockState.STOPPED]


def _on_calendar(clock: ClockFacts, context: Context) -> ClockFacts:
    """The clock with last days that stand: those that were told hold where they must not be earlier."""
    new = timers.derived(clock, context)
    held = {
        name: notified
        for name, notified, counted in _last_days(clock, new)
        if _stands(clock, notified, counted, context) != counted
    }
    if not held:
        return new
    return timers.appended(clock, ClockHeld(on=context.today, **held), context)


def _stands(clock: ClockFacts, notified: date, counted: date, context: Context) -> date:
    own = declaration_of(clock.kind).moves is Party.APPLICANT
    return legal_dates.standing(notified, counted, context.today, applicants=own)


def _last_days(old: ClockFacts, new: ClockFacts) -> Iterator[tuple[str, date, date]]:
    """Each limit with its last day before and after, where it has both."""
    operative = "statutory" if old.promised_length is None else "promised"
    pairs = {operative: (old.due_on, new.due_on)}
    pairs.setdefault("statutory", (old.statutory_due_on, new.statutory_due_on))
    for limit, (before, after) in pairs.items():
        if before is not None and after is not None:
            yield limit, before, after


def _with(parts: NamedParts, dates: Iterable[DateMoved]) -> NamedParts:
    """The parts with the stored dates that moved."""
    after = WorkingParts(parts)
    for moved in dates:
        part = moved.which.part
        after.of(part)[part.key_of(moved.row)] = moved.row
    return after


def _rows(
    parts: NamedParts,
    clocks: list[ClockFacts],
    dates: Iterable[DateMoved],
    early: tuple[Iterable[VoidingFacts], Iterable[LapsedEarly]],
) -> dict[Part[Any], tuple[Any, ...]]:
    changed: dict[Part[Any], dict[Any, Any]] = {CLOCKS: {clock.key: clock for clock in clocks}}
    changed[DEFICIENCIES] = {owed.key: owed for owed in _owed(parts, clocks)}
    changed[CONSULTATIONS] = {asked.key: asked for asked in _asked(parts, clocks)}
    for moved in dates:
        part = moved.which.part
        changed.setdefault(part, {})[part.key_of(moved.row)] = moved.row
    voidings, lapses = early
    for voiding in voidings:
        changed.setdefault(VOIDINGS, {})[voiding.key] = voiding
    for task in (task for lapse in lapses for task in lapse.tasks):
        changed.setdefault(SUPERVISION, {})[task.key] = task
    return {part: tuple(rows.values()) for part, rows in changed.items() if rows}


def _owed(parts: NamedParts, clocks: Iterable[ClockFacts]) -> Iterator[DeficiencyFacts]:
    """An entry of the deficiency ledger ends with its clock."""
    for clock in clocks:
        owed = parts.deficiencies.get((clock.item, clock.round, clock.subject))
        if clock.kind != ClockKind.MAKE_UP or owed is None or clock.due_on is None:
            continue
        if owed.state in OPEN_DEFICIENCY and clock.due_on != owed.due_on:
            yield replace(owed, due_on=clock.due_on)


def _asked(parts: NamedParts, clocks: Iterable[ClockFacts]) -> Iterator[ConsultationFacts]:
    """A question to a department ends with its clock."""
    for clock in clocks:
        asked = parts.consultations.get((clock.item, clock.round, clock.subject))
        if clock.kind != ClockKind.CONSULTATION or asked is None or clock.due_on is None:
            continue
        if asked.state is ConsultationState.ASKED and clock.due_on != asked.due_on:
            yield replace(asked, due_on=clock.due_on)


def _moved_dates(
    parts: NamedParts, old: ClockFacts, new: ClockFacts, since: Since
) -> Iterator[MovedDate]:
    for limit, before, after in _last_days(old, new):
        if before == after:
            continue
        because = _between(since, old.started_on or before, max(before, after))
        audiences = _audiences(parts, new)
        place = (new.item, new.round, new.subject, new.kind)
        yield MovedDate(*place, limit, before, after, because, audiences)


def _moved_date(moved: DateMoved, since: Since) -> MovedDate:
    which, row = moved.which, moved.row
    because = _between(since, getattr(row, which.start), max(moved.before, moved.after))
    own = moved.department is None
    audiences = ("enterprise",) if own else (f"department_head:{moved.department}",)
    place = (row.item, row.round, "", None)
    return MovedDate(*place, which.key, moved.before, moved.after, because, audiences)


def _credit_ends(
    entries: Iterable[CreditEntry], since: Since, context: Context
) -> Iterator[tuple[int, MovedDate]]:
    """The entries of the credit record that count up to another day."""
    for entry in entries:
        until = legal_dates.credit_end(entry, since.calendar, context)
        if entry.until is not None and until is not None and until != entry.until:
            because = _between(since, entry.entered_on, max(entry.until, until))
            place = (entry.item, entry.round, "", None, CREDIT_END)
            yield entry.id, MovedDate(*place, entry.until, until, because, ("enterprise",))


def _between(since: Since, first: date, last: date) -> tuple[DayChange, ...]:
    return tuple(day for day in since.changed if first <= day.after.date <= last)


#: Clocks of the authority whose last day the enterprise was told.
_AWAITED = frozenset({ClockKind.DECISION, ClockKind.APPEAL_DECISION})


def _audiences(parts: NamedParts, clock: ClockFacts) -> tuple[str, ...]:
    """Who was told of a clock's last day, beside the steward: whoever has the move, and the enterprise
    where it waits for the decision.
    """
    moves = declaration_of(clock.kind).moves
    if moves is Party.APPLICANT:
        return ("enterprise",)
    if moves is Party.SUBJECT:
        return (f"department:{clock.subject}",)
    waiting = ("enterprise",) if clock.kind in _AWAITED else ()
    item = parts.items.get(clock.item)
    if item is None:
        return waiting
    if moves is Party.HEAD:
        return (*waiting, f"department_head:{item.department}")
    if moves is Party.WINDOW:
        return (*waiting, f"window:{item.department}")
    officer = f"handler:{item.handler}" if item.handler else f"department:{item.department}"
    return (*waiting, officer)
