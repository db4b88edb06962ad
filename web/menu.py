"""The menu of each role: where its work is, with the number of things that wait there."""

from __future__ import annotations

from typing import Any

from models.actor import Role
from services.messages.inbox import unread_count
from services.registration import REGISTRARS
from services.scenario_admin.overview import waiting_requests
from services.scenario_admin.record import READERS
from services.views import credit_list
from services.views.visibility import OFFICERS
from web.portal import Portal
from web.viewer import Viewer

_INBOX, _PROJECTS, _OWN, _REGISTER = "Inbox", "Projects", "My projects", "Register a project"
_NOTICES, _ADMINISTRATION = "Notices", "Administration"
_DEFICIENCIES, _CREDIT = "Deficiency ledger", "Credit record"
_SCENARIOS = "Scenarios"
#: Every word of the menu: each needs its translation.
MENU_WORDS = (
    _INBOX, _PROJECTS, _OWN, _REGISTER, _NOTICES, _ADMINISTRATION, _DEFICIENCIES, _CREDIT,
    _SCENARIOS,
)  # fmt: skip


def home_of(role: Role) -> str:
    """The page on which a role begins its day."""
    if role in OFFICERS or role is Role.WINDOW_CLERK:
        return "/inbox"
    return "/projects"


def menu_of(portal: Portal, reader: Viewer, here: str, waiting: int) -> list[dict[str, Any]]:
    """The entries: address, English words, a number to show, whether one is there already."""
    role = reader.account.role
    entries: list[tuple[str, str, int]] = []
    if home_of(role) == "/inbox" or role is Role.LEADER:
        entries.append(("/inbox", _INBOX, waiting))
    entries.append(("/projects", _OWN if role is Role.APPLICANT else _PROJECTS, 0))
    if role in REGISTRARS:
        entries.append(("/projects/new", _REGISTER, 0))
    if role is not Role.WINDOW_CLERK:
        entries.append(("/deficiencies", _DEFICIENCIES, 0))
    if role in credit_list.READERS:
        entries.append(("/credit", _CREDIT, 0))
    entries.append(("/notices", _NOTICES, unread_count(portal.database, reader.account.login)))
    if role in READERS:
        entries.append(("/scenarios", _SCENARIOS, _to_approve(portal, reader)))
    if role is Role.ADMINISTRATOR:
        entries.append(("/admin", _ADMINISTRATION, 0))
    return [
        {"address": address, "words": words, "count": count, "current": _at(here, address)}
        for address, words, count in entries
    ]


def _to_approve(portal: Portal, reader: Viewer) -> int:
    if reader.account.role is not Role.ADMINISTRATOR:
        return 0
    return waiting_requests(portal.database, reader.actor)


def _at(here: str, address: str) -> bool:
    if address == "/scenarios":
        return here.startswith("/scenario")
    if address == "/projects":
        return here.startswith("/projects") and here != "/projects/new"
    return here == address
