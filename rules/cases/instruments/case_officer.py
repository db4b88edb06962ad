"""Who answers for an item in its department: the case officer, its first handler 首办负责人.

From acceptance on there is one, also where the window or silence accepted: the officers of a department
are named in turn, one for all its items of a project [D]. Where nobody could be named, the first officer
who takes the item or acts on it is the one.
"""

from __future__ import annotations

from collections.abc import Mapping

from models.cases.states import UNDER_EXAMINATION, ItemState

#: States in which an item has a case officer: from acceptance to the last deferred paper.
IN_HAND = UNDER_EXAMINATION | {ItemState.CONDITIONALLY_GRANTED}


def in_turn(project: int, department: str, officers: Mapping[str, tuple[str, ...]]) -> str | None:
    """The officer of a department whose turn a project is; ``None`` where it has none."""
    there = officers.get(department, ())
    return there[project % len(there)] if there else None
