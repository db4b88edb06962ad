"""What the law does when a clock has ended and nobody did anything."""

from __future__ import annotations

from datetime import date

from models import commands as c
from models.facts import ClockFacts, ProjectFacts
from models.states import OPEN_DEFICIENCY, ClockKind, ClockState, ProjectState

#: How the reason begins that the passing of time gives; the keys of the papers follow.
NOT_MADE_GOOD = "not made good: "


def expired(facts: ProjectFacts, item: str, today: date) -> c.ItemCommand | None:
    """The act of time on an item; ``None`` when somebody did something after all.

    Silence through the correction window accepts (Licensing Law art. 32(4)); a deferred material
    that did not come in time voids the approval (S:004 case 12).
    """
    if facts.state is not ProjectState.ACTIVE:
        return None
    ended = [clock for clock in facts.clocks.values() if clock.item == item and _over(clock, today)]
    if any(clock.kind is ClockKind.CORRECTION_WINDOW for clock in ended):
        return c.DeemAccepted(item=item)
    owed = [
        clock.subject
        for clock in ended
        if clock.kind is ClockKind.MAKE_UP and not _handed_in(facts, clock)
    ]
    if owed:
        return c.VoidApproval(item=item, reason=NOT_MADE_GOOD + ", ".join(sorted(owed)))
    return None


def _over(clock: ClockFacts, today: date) -> bool:
    running = clock.state is ClockState.RUNNING
    return running and clock.due_on is not None and clock.due_on < today


def _handed_in(facts: ProjectFacts, clock: ClockFacts) -> bool:
    """By the last day, or not owed any more: how long it is verified is the department's affair."""
    owed = facts.deficiencies.get((clock.item, clock.round, clock.subject))
    if owed is None or owed.state not in OPEN_DEFICIENCY:
        return True
    last = clock.due_on
    return owed.submitted_on is not None and last is not None and owed.submitted_on <= last
