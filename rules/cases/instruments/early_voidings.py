"""Voidings that a later calendar finds too early: the last day was not over when they were made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from models.cases.deficiencies import DeficiencyFacts
from models.cases.facts import NamedParts, VoidingFacts
from models.cases.states import BROKEN_PROMISE, ClockKind, VoidingState
from rules.cases import timers
from rules.cases.context import Context

#: Voidings that stand: nobody set them right.
STANDS = frozenset({VoidingState.STANDING, VoidingState.APPEALED, VoidingState.DISMISSED})


def found(parts: NamedParts, context: Context) -> Iterator[VoidingFacts]:
    """Voidings of which the calendar of ``context`` says otherwise than before, as they are now.

    Needs the stopped clocks of what was owed.
    """
    for voiding in parts.voidings.values():
        if voiding.state not in STANDS:
            continue
        early = _early(parts, voiding, context)
        if early is not None and early != voiding.early:
            yield replace(voiding, early=early)


def _early(parts: NamedParts, voiding: VoidingFacts, context: Context) -> Mapping[str, str] | None:
    """Last day of each material by the calendar, where none was over; ``None``: nothing is known."""
    broken = tuple(_broken(parts, voiding))
    ends = {owed.material: _last_day(parts, owed, context) for owed in broken}
    if not ends or None in ends.values():
        return None
    if any(_was_late(owed, ends[owed.material], voiding.voided_on) for owed in broken):
        return {}
    return {material: end.isoformat() for material, end in ends.items() if end is not None}


def _was_late(owed: DeficiencyFacts, end: date | None, voided_on: date) -> bool:
    """Whether a last day was over when the approval was voided, and nothing had come by it."""
    over = end is not None and end < voided_on
    return over and (owed.submitted_on is None or end is None or owed.submitted_on > end)


def _broken(parts: NamedParts, voiding: VoidingFacts) -> Iterator[DeficiencyFacts]:
    for owed in parts.deficiencies.values():
        if (owed.item, owed.round) == voiding.key and owed.state in BROKEN_PROMISE:
            yield owed


def _last_day(parts: NamedParts, owed: DeficiencyFacts, context: Context) -> date | None:
    """The last day of what was owed, as if nothing had stopped its clock."""
    clock = parts.clocks.get((owed.item, ClockKind.MAKE_UP, owed.round, owed.material))
    return None if clock is None else timers.run_on(clock, context).due_on
