"""What somebody may do with an item, as programs ask it."""

from __future__ import annotations

from datetime import datetime

from models.people.actor import Actor
from rules.cases.offers import Possibility, possibilities
from rules.cases.progress import stage_views
from services.cases.views.project_reading import facts_for
from services.unit_of_work import Database


def possible_of(
    database: Database, actor: Actor, now: datetime, project: str, item: str
) -> tuple[Possibility, ...]:
    """The acts on an item that belong to someone; none where the project does not need the item.

    ``NotFound`` where the viewer may see no such project.
    """
    with database.reading() as connection:
        facts, context = facts_for(connection, actor, now, project)
    needed = (code for stage in stage_views(facts) for code in stage.items)
    return possibilities(facts, item, context) if item in needed else ()
