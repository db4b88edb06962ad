"""Which act is possible in which state of an item, and where it leads, as the acts declare it.

A pair that is not declared is refused; the tests walk every pair of state and act.
"""

from __future__ import annotations

from config.texts import ACT, Word
from models.cases.states import ItemState
from models.errors import Conflict
from rules.cases.declarations.registry import registry


class ActNotAllowed(Conflict):
    template = "item: {item} is {state}; {act} is possible only when it is {allowed}."
    field = "item"


def check_transition(act: str, item: str, state: ItemState) -> tuple[ItemState, ...]:
    """The states that ``act`` may lead to from ``state``; refuses a pair that is not in the table."""
    row = registry().acts[act].transitions
    if state not in row:
        raise ActNotAllowed(item=item, state=state, act=Word(act, ACT), allowed=list(row))
    return row[state]


def possible_acts(state: ItemState) -> tuple[str, ...]:
    """The acts that the table allows in a state, in the order of an item's life."""
    return registry().in_state[state]
