"""Voidings that can still be undone: nothing was decided since."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from models.cases.deficiencies import DeficiencyFacts
from models.cases.facts import ItemFacts, NamedParts, VoidingFacts
from models.cases.states import RESTORABLE, DeficiencyState, VoidingState

#: Nobody has decided on it: it can be appealed against or be reinstated, or an appeal is open.
PENDING = frozenset({VoidingState.STANDING, VoidingState.APPEALED})


def restorable(items: Mapping[str, ItemFacts], voiding: VoidingFacts) -> bool:
    """Whether no later round of the item was decided."""
    item = items[voiding.item]
    return item.state in RESTORABLE and item.round <= voiding.round + 1


def missed(parts: NamedParts) -> Iterator[DeficiencyFacts]:
    """Promises for which an approval was voided, and nothing has come yet, as long as it can be undone."""
    for voiding in parts.voidings.values():
        if voiding.state not in PENDING or not restorable(parts.items, voiding):
            continue
        for owed in parts.deficiencies.values():
            if (owed.item, owed.round) == voiding.key and owed.state is DeficiencyState.EXPIRED:
                yield owed
