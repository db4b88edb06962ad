"""Warnings of a clock: which rungs of the ladder are reached today, and who hears of each.

The steward hears of every rung, and with them whom the rung names: the first handler, the
department's head, at last the leader with a supervision letter 督办函.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from models.clock import Rung
from models.facts import ClockFacts
from models.outcome import Event, Message
from models.states import ClockKind
from rules import timers
from rules.context import Context


@dataclass(frozen=True, slots=True)
class Warned:
    """One clock after its warnings of today: each with its event and its messages."""

    clock: ClockFacts
    rungs: tuple[Rung, ...]
    events: tuple[Event, ...]
    messages: tuple[Message, ...]
    """``Message.event`` counts within :attr:`events`."""


def warn(clock: ClockFacts, department: str, handler: str | None, context: Context) -> Warned:
    """Give every rung that is reached and was not given yet, lowest first."""
    by_key = {rung.key: rung for rung in context.policy.ladder}
    rungs: list[Rung] = []
    events: list[Event] = []
    messages: list[Message] = []
    while clock.next_rung and clock.next_rung_on and clock.next_rung_on <= context.today:
        rung = by_key[clock.next_rung]
        said = _said(clock)
        events.append(Event("WarningGiven", clock.item, {**said, "rung": rung.key}))
        for audience in dict.fromkeys(("steward", _audience(rung, clock, department, handler))):
            position = len(events) - 1
            messages.append(Message(audience, f"warning_{rung.key}", clock.item, said, position))
        rungs.append(rung)
        clock = timers.claimed(clock, rung.key, context)
    return Warned(clock, tuple(rungs), tuple(events), tuple(messages))


def _said(clock: ClockFacts) -> dict[str, Any]:
    return {
        "clock": clock.kind.value,
        "subject": clock.subject,
        "due_on": clock.due_on.isoformat() if clock.due_on else None,
    }


def _audience(rung: Rung, clock: ClockFacts, department: str, handler: str | None) -> str:
    """Whom a rung names; what the applicant owes is told to the enterprise instead of the handler."""
    if rung.audience == "department_head":
        return f"department_head:{department}"
    if rung.audience == "leader":
        return "leader"
    if clock.kind is ClockKind.MAKE_UP:
        return "enterprise"
    return f"handler:{handler}" if handler else f"department:{department}"
