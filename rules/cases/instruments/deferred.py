"""Deferred materials: whether one came in time, and what the ledger says of it when its approval falls."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from models.cases.deficiencies import DeficiencyFacts
from models.cases.facts import NamedParts
from models.cases.states import BROKEN_PROMISE, DeficiencyState, VoidingState


def came_late(owed: DeficiencyFacts, due_on: date | None) -> bool:
    """Whether the material was handed in after its last day."""
    return owed.submitted_on is not None and due_on is not None and owed.submitted_on > due_on


def is_late(owed: DeficiencyFacts, due_on: date | None, today: date) -> bool:
    """Whether the last day is over and nothing came by it; the time to verify is the department's own."""
    if due_on is None or due_on >= today:
        return False
    return owed.submitted_on is None or owed.submitted_on > due_on


def fallen(owed: DeficiencyFacts, due_on: date | None, today: date) -> DeficiencyState:
    """What becomes of a material that is owed when its approval falls."""
    if is_late(owed, due_on, today):
        came = owed.submitted_on is not None
        return DeficiencyState.HANDED_IN_LATE if came else DeficiencyState.EXPIRED
    came = owed.submitted_on is not None
    return DeficiencyState.UNVERIFIED if came else DeficiencyState.LAPSED


def newly_broken(parts: NamedParts, item: str, round_: int) -> Iterator[DeficiencyFacts]:
    """Promises of a round that were not kept, and for which no other voiding counts already.

    A material that was owed to two departments at a time is one broken commitment.
    """
    broken = (
        owed
        for owed in parts.deficiencies.values()
        if (owed.item, owed.round) == (item, round_) and owed.state in BROKEN_PROMISE
    )
    for owed in broken:
        if not any(_counted_by(parts, other, owed) for other in parts.deficiencies.values()):
            yield owed


def _counted_by(parts: NamedParts, other: DeficiencyFacts, owed: DeficiencyFacts) -> bool:
    """Whether the same material was owed elsewhere at the same time, and is held against it there."""
    if other.key == owed.key or other.material != owed.material:
        return False
    voiding = parts.voidings.get((other.item, other.round))
    corrected = voiding is None or voiding.state is VoidingState.CORRECTED
    if other.state not in BROKEN_PROMISE or corrected:
        return False
    return _before(owed.opened_on, other.closed_on) and _before(other.opened_on, owed.closed_on)


def _before(day: date | None, other: date | None) -> bool:
    return day is None or other is None or day < other
