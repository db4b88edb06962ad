"""Appending to a clock: every event is checked before it becomes history.

A clock's events are append-only and in order: nothing is dated before what happened last, so a due
date cannot be moved quietly.
"""

from __future__ import annotations

from collections.abc import Iterable

from config.texts import Word, context_of
from models.clock.values import (
    UNPLANNED,
    ClockEvent,
    ClockExtended,
    ClockPolicy,
    ClockResumed,
    ClockStarted,
    ClockSuspended,
    ClockTerms,
    ClockView,
    Unit,
)
from models.errors import KaigongError
from models.scenarios.definition import SpecialProcedure
from rules.clock.calendar import WorkingCalendar
from rules.clock.projection import History, project_clock, read_history

_UNITS = {
    Unit.WORKING_DAY: Word("working days", context_of(Unit)),
    Unit.NATURAL_DAY: Word("natural days", context_of(Unit)),
    Unit.MONTH: Word("months", context_of(Unit)),
}


class ClockNotStarted(KaigongError):
    template = "{event}: the clock has not started. Start it with the acceptance first."
    field = "event"


class ClockStartsOnce(KaigongError):
    template = (
        "{event}: the clock started on {started} already. A new round has a clock of its own."
    )
    field = "event"


class ClockHasStopped(KaigongError):
    template = "{event}: the clock stopped on {stopped}. A new round has a clock of its own."
    field = "event"


class EventOutOfOrder(KaigongError):
    template = "{field}: {value} is earlier than the clock's last event on {last}. Events are never back-dated; give that day or a later one."
    field = "on"


class ProcedureNotListed(KaigongError):
    template = "{field}: {value} does not suspend the limit. Licensing Law art. 45 lists hearing, bidding, auction, inspection, testing, quarantine, appraisal and expert review."
    field = "procedure"


class SuspensionNeedsNotice(KaigongError):
    template = "{field}: the time a special procedure takes must be told to the applicant in writing (Licensing Law art. 45). Give its planned length and issue the notice."
    field = "planned"


class SuspendedAlready(KaigongError):
    template = "{field}: the suspension {value} is open already. Resume it, or name another one."
    field = "ref"


class NotSuspended(KaigongError):
    template = "{field}: no suspension {value} is open. Only an open suspension can end."
    field = "ref"


class ExtendedAlready(KaigongError):
    template = (
        "The limit was extended before. It can be extended once only (Licensing Law art. 42)."
    )


class ExtensionTooLate(KaigongError):
    template = (
        "{field}: on {value} the limit had expired ({due}). A limit is extended before it expires."
    )
    field = "on"


class ExtensionNeedsHead(KaigongError):
    template = "{field}: an extension needs the approval of the authority's head (Licensing Law art. 42). Have the head approve it."
    field = "approved_by"


class ExtensionNeedsReason(KaigongError):
    template = "{field}: the applicant is told why the limit is extended (Licensing Law art. 42). Give the reason."
    field = "reason"


class ExtensionTooLong(KaigongError):
    template = "{field}: {value} {unit} is not an extension the law allows. Ask for 1 to {allowed} {allowed_unit}."
    field = "by"


class NoExtension(KaigongError):
    template = "The limit cannot be extended: the law it comes from provides for no extension."


def append(
    events: Iterable[ClockEvent],
    event: ClockEvent,
    terms: ClockTerms,
    calendar: WorkingCalendar,
    policy: ClockPolicy,
) -> tuple[ClockEvent, ...]:
    """``events`` with ``event`` at the end; a ``KaigongError`` says why it may not follow."""
    known = tuple(events)
    history = read_history(known)
    _check_order(history, event)
    match event:
        case ClockSuspended():
            _check_suspension(history, event)
        case ClockResumed():
            if event.ref not in history.open:
                raise NotSuspended(value=event.ref)
        case ClockExtended():
            check_extension(history, event, project_clock(terms, known, calendar, policy))
    return (*known, event)


def check_extension(history: History, event: ClockExtended, view: ClockView) -> None:
    """Licensing Law art. 42: once, before expiry, by the head, with a reason, not too long.

    Expiry is that of the statutory limit (of the promised one where no statute sets a limit); its
    last day is still before expiry. A paused clock has not expired.
    """
    allowed = view.terms.extension
    if allowed is None:
        raise NoExtension
    if history.extensions:
        raise ExtendedAlready
    judged = view.statutory or view.promised
    due = judged.due_on if judged else None
    if due is not None and event.on > due:
        raise ExtensionTooLate(value=event.on.isoformat(), due=due.isoformat())
    if not event.by_head or not (event.approved_by or "").strip():
        raise ExtensionNeedsHead
    if not (event.reason or "").strip():
        raise ExtensionNeedsReason
    if event.by.unit is not allowed.unit or not 0 < event.by.length <= allowed.length:
        raise ExtensionTooLong(
            value=event.by.length,
            unit=_UNITS[event.by.unit],
            allowed=allowed.length,
            allowed_unit=_UNITS[allowed.unit],
        )


def _check_order(history: History, event: ClockEvent) -> None:
    name = event.kind
    if isinstance(event, ClockStarted):
        if history.started_on is not None:
            raise ClockStartsOnce(event=name, started=history.started_on.isoformat())
        return
    if history.started_on is None:
        raise ClockNotStarted(event=name)
    if history.stopped_on is not None:
        raise ClockHasStopped(event=name, stopped=history.stopped_on.isoformat())
    if event.on < history.last_on:
        raise EventOutOfOrder(value=event.on.isoformat(), last=history.last_on.isoformat())


def _check_suspension(history: History, event: ClockSuspended) -> None:
    if event.ref in history.open:
        raise SuspendedAlready(value=event.ref or "—")
    if event.procedure in UNPLANNED:
        return
    if event.procedure not in {procedure.value for procedure in SpecialProcedure}:
        raise ProcedureNotListed(value=event.procedure or "—")
    if event.planned is None or event.planned.length == 0:
        raise SuspensionNeedsNotice
