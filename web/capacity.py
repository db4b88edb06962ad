"""What somebody acts as, in the language of who looks."""

from __future__ import annotations

from typing import Any

from models.people.capacity import Capacity
from services.people.powers.capacities import capacities, department_names
from services.people.viewer import Viewer, Visitor
from services.wording.capacity_words import capacity_words
from web.portal import Portal


def words_of(capacity: Capacity, viewer: Visitor) -> str:
    """By which post, for whom, under which document."""
    return capacity_words(capacity.logged(), capacity.name, viewer.translate) or ""


def capacities_shown(portal: Portal, viewer: Viewer) -> dict[str, Any]:
    """What the account page shows of everything that somebody can act as."""
    mine = capacities(portal.database, viewer.account, viewer.now)
    return {
        "capacities": mine,
        "capacity_words": lambda capacity: words_of(capacity, viewer),
        "department_names": department_names(portal.database, mine, viewer.language),
    }
