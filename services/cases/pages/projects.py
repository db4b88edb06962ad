"""The list of projects: one's own, the most urgent on top, with all of them at a glance."""

from __future__ import annotations

from dataclasses import dataclass

from models.people.actor import Role
from services.cases.views.desk import desk
from services.cases.views.ledger import projects
from services.cases.views.lists.project_query import ProjectQuery
from services.cases.views.values.lists import DeskSummary, ProjectList
from services.people.accounts import Account, with_role
from services.people.viewer import Viewer
from services.people.visibility import scope
from services.unit_of_work import Database


@dataclass(frozen=True, slots=True)
class ProjectsPage:
    """One page of the list, for one viewer."""

    list: ProjectList
    desk: DeskSummary
    stewards: tuple[Account, ...]
    """Whose projects can be picked out; empty for whoever does not see all."""


def projects_page(database: Database, viewer: Viewer, query: ProjectQuery) -> ProjectsPage:
    """The projects that the viewer may see. Three queries, one more for whoever sees all of them."""
    sees_all = scope(viewer.actor)[0] == "true"
    return ProjectsPage(
        list=projects(database, query, viewer.now, viewer=viewer.actor),
        desk=desk(database, viewer.now, viewer=viewer.actor),
        stewards=with_role(database, Role.PROJECT_STEWARD) if sees_all else (),
    )
