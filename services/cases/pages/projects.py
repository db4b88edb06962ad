"""The list of projects: one's own, the most urgent on top, with all of them at a glance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rules.ledgers.catalogue import PROJECTS
from services.cases.ledgers.page import LedgerPage, ledger_page
from services.cases.views.desk import desk
from services.cases.views.values.lists import DeskSummary
from services.people.viewer import Viewer
from services.unit_of_work import Database


@dataclass(frozen=True, slots=True)
class ProjectsPage:
    """One page of the list, for one viewer."""

    ledger: LedgerPage
    desk: DeskSummary


def projects_page(database: Database, viewer: Viewer, asked: Mapping[str, str]) -> ProjectsPage:
    """The projects that the viewer may see. Five queries, one more for a list that goes on."""
    return ProjectsPage(
        ledger=ledger_page(database, viewer, PROJECTS.key, asked),
        desk=desk(database, viewer.now, viewer=viewer.actor),
    )
