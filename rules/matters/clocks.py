"""The clocks of a matter: declared by its kind, counted, warned of and explained as those of projects."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from config.texts import Word
from models.cases.clock import ClockFacts
from models.clock.values import (
    RECTIFICATION,
    ClockEvent,
    ClockExtended,
    ClockResumed,
    ClockStarted,
    ClockStopped,
    ClockSuspended,
    Limit,
    Rung,
    Unit,
)
from models.errors import KaigongError
from models.matters.definition import KindDefinition, KindExtension, KindLimit
from rules.cases.clocks.declaration import ClockDeclaration
from rules.cases.context import Context
from rules.cases.timers import derived_by, with_event, with_limits

#: What a matter waits for that holds its promise: the filer's own time, in one suspension at a time.
WAITING = "filer"


class DateTooFar(KaigongError):
    template = (
        "form: {value} is {days} natural days away; {most} is the most here. Give an earlier date."
    )
    field = "form"


class DateBehind(KaigongError):
    template = "form: {value} is not after today; give a later date."
    field = "form"


class NoDate(KaigongError):
    template = "form: the clock {clock} ends on a date that no form has given yet ({asked}); give it first."
    field = "form"


def declaration(kind: KindDefinition, key: str) -> ClockDeclaration:
    """A clock of a kind, declared as the clocks of projects are."""
    clock = kind.clocks[key]
    acts = kind.acts.items()
    return ClockDeclaration(
        key=key,
        label=clock.name.en,
        phrase=clock.name.en,
        source=(clock.limit.source if clock.limit else None) or "[D]",
        started_by=frozenset(name for name, act in acts if key in act.starts),
        stopped_by=frozenset(name for name, act in acts if key in act.stops),
        ladder=tuple(
            Rung(rung.key, rung.trigger, rung.after, audience=" ".join(rung.to))
            for rung in clock.ladder
        ),
    )


def started(
    kind: KindDefinition,
    key: str,
    limit: KindLimit,
    round_: int,
    context: Context,
    forms: Mapping[str, Mapping[str, Any]],
) -> ClockFacts:
    """A clock that starts today; its first day is not counted (Civil Code art. 201)."""
    length = _length(key, limit, context.today, forms)
    clock = ClockFacts("", key, round_)
    promised, statutory = (None, length) if limit.statutory else (length, None)
    begun = with_limits(clock, promised, statutory, ClockStarted(context.today))
    return derived_by(declaration(kind, key), begun, context)


def _length(
    key: str, limit: KindLimit, today: date, forms: Mapping[str, Mapping[str, Any]]
) -> Limit:
    if limit.until is None:
        return Limit(limit.days or 0, limit.unit)
    _, act, field = limit.until.split(".")
    value = forms.get(act, {}).get(field)
    if value is None:
        raise NoDate(clock=Word(key), asked=limit.until)
    days = (date.fromisoformat(value) - today).days
    if days < 1:
        raise DateBehind(value=value)
    if limit.at_most is not None and days > limit.at_most:
        raise DateTooFar(value=value, days=days, most=limit.at_most)
    return Limit(days, Unit.NATURAL_DAY)


def with_one_more(
    kind: KindDefinition,
    clock: ClockFacts,
    event: ClockEvent,
    context: Context,
    most: Limit | None = None,
) -> ClockFacts:
    """The clock with one more event, and the dates that follow."""
    return derived_by(
        declaration(kind, clock.kind), with_event(clock, event, context, most), context
    )


def stopped(today: date, reason: str | None = None) -> ClockEvent:
    """The event that stops a clock."""
    return ClockStopped(today, reason)


def held(today: date) -> ClockEvent:
    """The event that holds it while the filer has the move."""
    return ClockSuspended(today, ref=WAITING, procedure=RECTIFICATION)


def resumed(today: date) -> ClockEvent:
    """The event after which it goes on."""
    return ClockResumed(today, ref=WAITING)


def extended(today: date, days: int, by: str, reason: str) -> ClockEvent:
    """The event that gives it more time: who may is said by the act."""
    return ClockExtended(today, Limit(days), approved_by=by, by_head=True, reason=reason)


def most(extension: KindExtension | None) -> Limit | None:
    """The longest extension that a class allows."""
    return None if extension is None else Limit(extension.days)


def counted(kind: KindDefinition, clock: ClockFacts, context: Context) -> ClockFacts:
    """The clock with every date that follows from its history."""
    return derived_by(declaration(kind, clock.kind), clock, context)
