"""The page of an officer's inbox: work in the order it falls due, the site, projects to come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rules.ledgers.catalogue import INBOX
from services.cases.ledgers.page import LedgerPage, ledger_lines, ledger_page
from services.cases.views.leads import LeadRow, leads
from services.cases.views.site_agenda import AgendaRow, agenda
from services.ledgers.question import AFTER, LIMIT
from services.people.viewer import Viewer
from services.unit_of_work import Database


@dataclass(frozen=True, slots=True)
class InboxPage:
    """What waits for one officer."""

    ledger: LedgerPage
    leads: tuple[LeadRow, ...]
    """On the first page only."""
    agenda: tuple[AgendaRow, ...]
    """On the first page only."""


#: How many pieces of work one item may be in one inbox at once, and one more.
_FEW = 8


def next_case(
    database: Database, viewer: Viewer, project: str, item: str
) -> tuple[str, str] | None:
    """Project and item of what falls due first for an officer, other than the one they come from; ``None``
    where nothing else waits.
    """
    _, lines = ledger_lines(database, viewer, INBOX.key, {LIMIT: str(_FEW)})
    waiting = ((row.project, row.item) for row in lines.lines)
    return next((case for case in waiting if case != (project, item)), None)


def inbox_page(database: Database, viewer: Viewer, asked: Mapping[str, str]) -> InboxPage:
    """One page of an inbox, the first or what comes after one. Six queries at most."""
    actor, now, first = viewer.actor, viewer.now, AFTER not in asked
    return InboxPage(
        ledger=ledger_page(database, viewer, INBOX.key, asked),
        leads=leads(database, actor) if first else (),
        agenda=agenda(database, actor, now) if first else (),
    )
