"""The page of an officer's inbox: work in the order it falls due, the site, projects to come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rules.ledgers.catalogue import INBOX
from services.cases.ledgers.page import LedgerPage, ledger_page
from services.cases.views.leads import LeadRow, leads
from services.cases.views.site_agenda import AgendaRow, agenda
from services.ledgers.question import AFTER
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


def inbox_page(database: Database, viewer: Viewer, asked: Mapping[str, str]) -> InboxPage:
    """One page of an inbox, the first or what comes after one. Six queries at most."""
    actor, now, first = viewer.actor, viewer.now, AFTER not in asked
    return InboxPage(
        ledger=ledger_page(database, viewer, INBOX.key, asked),
        leads=leads(database, actor) if first else (),
        agenda=agenda(database, actor, now) if first else (),
    )
