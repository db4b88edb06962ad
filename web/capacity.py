"""What somebody acts as, in the language of who looks."""

from __future__ import annotations

from models.people.capacity import Capacity
from services.people.viewer import Visitor
from services.wording.capacity_words import capacity_words


def words_of(capacity: Capacity, viewer: Visitor) -> str:
    """By which post, for whom, under which document."""
    return capacity_words(capacity.logged(), capacity.name, viewer.translate) or ""
