"""Voidings that can still be undone: nothing was granted since."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from models.cases.deficiencies import DeficiencyFacts
from models.cases.facts import NamedParts, VoidingFacts
from models.cases.states import RESTORABLE, DeficiencyState, VoidingState

#: Nobody has decided on it: it can be appealed against or be reinstated, or an appeal is open.
PENDING = frozenset({VoidingState.STANDING, VoidingState.APPEALED})


def restorable(parts: NamedParts, voiding: VoidingFacts) -> bool:
    """Whether no later round of the item was granted: then what was voided can stand again as it was."""
    later = any(
        other.item == voiding.item and other.round > voiding.round
        for other in parts.voidings.values()
    )
    return not later and parts.items[voiding.item].state in RESTORABLE


def objected_to(parts: NamedParts, today: date) -> frozenset[str]:
    """Items of which an objection is open, or may still be made."""
    return frozenset(
        voiding.item
        for voiding in parts.voidings.values()
        if voiding.state is VoidingState.APPEALED
        or (voiding.state is VoidingState.STANDING and today <= voiding.appeal_until)
    )


def missed(parts: NamedParts) -> Iterator[DeficiencyFacts]:
    """Promises for which an approval was voided, and nothing has come yet, as long as it can be undone."""
    for voiding in parts.voidings.values():
        if voiding.state not in PENDING or not restorable(parts, voiding):
            continue
        for owed in parts.deficiencies.values():
            if (owed.item, owed.round) == voiding.key and owed.state is DeficiencyState.EXPIRED:
                yield owed
