"""The page of an officer's inbox: work in the order it falls due, the site, projects to come."""

from __future__ import annotations

from dataclasses import dataclass

from services.cases.views.inbox import inbox
from services.cases.views.leads import LeadRow, leads
from services.cases.views.site_agenda import AgendaRow, agenda
from services.cases.views.values.inbox import Inbox
from services.people.viewer import Viewer
from services.unit_of_work import Database


@dataclass(frozen=True, slots=True)
class InboxPage:
    """What waits for one officer."""

    inbox: Inbox
    leads: tuple[LeadRow, ...]
    """On the first page only."""
    agenda: tuple[AgendaRow, ...]
    """On the first page only."""


def inbox_page(database: Database, viewer: Viewer, after: str | None) -> InboxPage:
    """One page of an inbox, the first or what comes after one. Four queries at most."""
    actor, now, first = viewer.actor, viewer.now, after is None
    return InboxPage(
        inbox=inbox(database, actor, now, after=after),
        leads=leads(database, actor) if first else (),
        agenda=agenda(database, actor, now) if first else (),
    )
