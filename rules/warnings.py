"""Warnings of a clock: which rungs of the ladder are reached today, and who hears of each.

The steward hears of every rung, and with them whom the rung names: the first handler, the
department's head, at last the leader with a supervision letter 督办函.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from models.clock import Rung
from models.outcome import Event, Message
from models.states import ClockKind
from rules.clock import KnownDates, deadline
from rules.context import Context
from rules.timers import next_warning


class DueClock(NamedTuple):
    """What a warning needs of a clock: its dates as they are known, nothing of how they came about."""

    item: str
    kind: str
    """A value of :class:`models.states.ClockKind`."""
    round: int
    subject: str
    started_on: date | None
    due_on: date | None
    statutory_due_on: date | None
    yellow_on: date | None
    planned_until: date | None
    """Day by which an open special procedure ends according to its written notice."""
    warned: Sequence[str]
    next_rung: str
    next_rung_on: date
    department: str
    handler: str | None
    handed_in: bool = False
    """Whether the deferred paper that the clock is about is there and waits to be verified."""


class Warned(NamedTuple):
    """A clock's ladder after the warnings of today, each with its event and its messages."""

    warned: tuple[str, ...]
    """Every rung that was given so far."""
    next_rung: str | None
    next_rung_on: date | None
    events: list[Event]
    messages: list[Message]
    """``Message.event`` counts within the act that the events are part of."""


class Warner:
    """Gives the warnings of one day; clocks with the same dates are read once."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._today = context.today
        self._rungs = {rung.key: rung for rung in context.policy.ladder}
        self._following: dict[Any, tuple[str, date] | None] = {}

    def warn(self, clock: DueClock, before: int = 0) -> Warned:
        """Give every rung that is reached and was not given yet, lowest first.

        ``before`` events of the same act come before those of this clock.
        """
        due_on = clock.due_on.isoformat() if clock.due_on else None
        about = {"clock": clock.kind, "subject": clock.subject, "due_on": due_on}
        events: list[Event] = []
        messages: list[Message] = []
        warned, rung, on = tuple(clock.warned), clock.next_rung, clock.next_rung_on
        while on <= self._today:
            said = about | self._letter(self._rungs[rung], clock)
            told = {**said, "round": clock.round, "rung": rung}
            messages += [
                Message(audience, f"warning_{rung}", clock.item, said, before + len(events))
                for audience in dict.fromkeys(("steward", *_audiences(self._rungs[rung], clock)))
            ]
            events.append(Event("WarningGiven", clock.item, told))
            warned = (*warned, rung)
            following = self._next(clock, warned)
            if following is None:
                return Warned(warned, None, None, events, messages)
            rung, on = following
        return Warned(warned, rung, on, events, messages)

    def _letter(self, rung: Rung, clock: DueClock) -> dict[str, str | None]:
        """The last day to answer the supervision letter, where the rung is one; ``None`` where no
        department is late.
        """
        if rung.audience != "leader":
            return {}
        if answers_for(clock) is None:
            return {"reply_by": None}
        allowed = self._context.policy.supervision_reply
        reply_by = deadline(self._context.calendar, self._today, allowed)
        return {"reply_by": reply_by.isoformat()}

    def _next(self, clock: DueClock, warned: tuple[str, ...]) -> tuple[str, date] | None:
        known = KnownDates(
            clock.yellow_on, clock.due_on, clock.statutory_due_on, clock.planned_until
        )
        case = (known, clock.started_on, warned)
        if case not in self._following:
            crossing = next_warning(known, clock.started_on, warned, self._context)
            self._following[case] = (crossing.rung.key, crossing.on) if crossing else None
        return self._following[case]


def answers_for(clock: DueClock) -> str | None:
    """The department that is late when a clock has run out; ``None`` when the applicant is.

    A consulted department answers for itself.
    """
    if clock.kind == ClockKind.NEXT_PHASE:
        return None
    return clock.subject if clock.kind == ClockKind.CONSULTATION else clock.department


def _audiences(rung: Rung, clock: DueClock) -> tuple[str, ...]:
    """Whom a rung names; what the applicant owes is told to the enterprise instead of the handler,
    until it is handed in, and what a consulted department owes to that department.
    """
    head = f"department_head:{answers_for(clock) or clock.department}"
    if rung.audience == "department_head":
        return (head,)
    if rung.audience == "leader":
        return "leader", head
    if clock.kind in (ClockKind.MAKE_UP, ClockKind.NEXT_PHASE) and not clock.handed_in:
        return ("enterprise",)
    if clock.kind == ClockKind.CONSULTATION:
        return (f"department:{clock.subject}",)
    return (f"handler:{clock.handler}" if clock.handler else f"department:{clock.department}",)
