"""The page for correcting a project's particulars."""

from __future__ import annotations

from dataclasses import dataclass

from models.cases.facts import ProjectFacts
from rules.cases.permissions import check_permission
from services.cases.views.project_reading import facts_for
from services.people.viewer import Viewer
from services.unit_of_work import Database
from services.wording.attribute_words import Particular, particulars

ACT = "correct_attributes"


@dataclass(frozen=True, slots=True)
class ParticularsPage:
    """What was registered of a project."""

    project: ProjectFacts
    particulars: tuple[Particular, ...]


def particulars_page(database: Database, viewer: Viewer, project: str) -> ParticularsPage:
    """What was registered of a project, for whoever may correct it. One query."""
    with database.reading() as connection:
        facts, _ = facts_for(connection, viewer.actor, viewer.now, project)
    check_permission(viewer.actor, ACT, facts)
    return ParticularsPage(facts, particulars(facts.scenario, facts.attributes))
